"""Routes of the whole house."""

from django.contrib import admin
from django.contrib.auth import views as auth
from django.urls import URLPattern, URLResolver, include, path, re_path

from funding.handbook import CONTEXTS
from kim import handbook, health, tokens
from kim.api.views import unknown_address
from kim.forms import SignInForm
from kim.middleware import public

sign_in = public(auth.LoginView.as_view(authentication_form=SignInForm, redirect_authenticated_user=True))

urlpatterns: list[URLPattern | URLResolver] = [
    path("anmelden/", sign_in, name="login"),
    path("abmelden/", public(auth.LogoutView.as_view()), name="logout"),
    path("admin/", admin.site.urls),
    path("zugaenge/", tokens.access, name="access"),
    path("zugaenge/<slug:key>/widerrufen/", tokens.revoke, name="access-revoke"),
    path("api/v1/", include("funding.api.urls")),
    path("api/v1/", include("staffing.api.urls")),
    re_path(r"^api(?:/.*)?$", unknown_address),
    path("handbuch/", include(handbook.routes(CONTEXTS))),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("", include("staffing.urls")),
    path("", include("funding.urls")),
]

handler400 = "kim.views.bad_request"
handler403 = "kim.views.permission_denied"
handler404 = "kim.views.page_not_found"
handler500 = "kim.views.server_error"
