"""Routes of the whole house."""

from axes.decorators import axes_dispatch
from django.contrib import admin
from django.contrib.auth import views as auth
from django.urls import URLPattern, URLResolver, include, path

from kim.forms import SignInForm
from kim.middleware import public

sign_in = public(axes_dispatch(auth.LoginView.as_view(authentication_form=SignInForm, redirect_authenticated_user=True)))

urlpatterns: list[URLPattern | URLResolver] = [
    path("anmelden/", sign_in, name="login"),
    path("abmelden/", public(auth.LogoutView.as_view()), name="logout"),
    path("admin/", admin.site.urls),
    path("", include("funding.urls")),
]

handler400 = "kim.views.bad_request"
handler403 = "kim.views.permission_denied"
handler404 = "kim.views.page_not_found"
handler500 = "kim.views.server_error"
