"""A session that ended while somebody was typing: nothing typed is lost.

The answer to the late form carries everything typed along and offers to send it once more after a new sign-in.
"""

from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

# Never carried along: the token of the old session, and anything secret.
LEFT_OUT = {"csrfmiddlewaretoken"}


def sign_in_first(request: HttpRequest) -> HttpResponse:
    """Send a stranger to the sign-in; a form of ours that comes too late is kept for sending again."""
    if is_late_form(request):
        return send_again(request, 401)
    return redirect_to_login(request.get_full_path())


def is_late_form(request: HttpRequest) -> bool:
    """Whether this is a form from one of our own pages, with fields and without files.

    Only the browser's own word that the page was ours counts: a foreign page must not be able to put a filled form
    with a button before a signed-in person.
    """
    origin = urlsplit(request.headers.get("Origin", ""))
    is_ours = origin.scheme == request.scheme and origin.netloc == request.get_host()
    return request.method == "POST" and is_ours and not request.FILES and bool(set(request.POST) - LEFT_OUT)


def send_again(request: HttpRequest, status: int) -> HttpResponse:
    """Show that nothing is lost, the way to sign in, and a button that sends the same form again."""
    fields = [(name, value) for name, values in request.POST.lists() if name not in LEFT_OUT for value in values]
    context = {"fields": fields, "address": request.get_full_path(), "signed_in": request.user.is_authenticated}
    return render(request, "kim/send_again.html", context, status=status)
