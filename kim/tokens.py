"""The page on which people give REST clients access: list, create, revoke their own API tokens.

A token reads what its owner reads. It is shown once, when it is made; the database keeps a hash of it.
"""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from kim.models import ApiToken, User

NAME_LENGTH = 80
# Enough of the hash to name a row in an address; the token itself never stands in one.
KEY_LENGTH = 24
DURATIONS = {"30": gettext_lazy("30 Tage"), "90": gettext_lazy("90 Tage"), "365": gettext_lazy("ein Jahr")}
TAKEN = gettext_lazy("Einen Zugang mit diesem Namen gibt es schon. Bitte einen anderen wählen oder jenen widerrufen.")


class TokenForm(forms.Form):
    """Name and duration of a new token."""

    name = forms.CharField(
        label=gettext_lazy("Name des Programms"),
        help_text=gettext_lazy("Woran Sie es wiedererkennen, zum Beispiel „Haushaltsportal“"),
        max_length=NAME_LENGTH,
        error_messages={
            "required": gettext_lazy("Bitte einen Namen angeben."),
            "max_length": gettext_lazy("Der Name hat %(show_value)d Zeichen, erlaubt sind höchstens %(limit_value)d."),
        },
    )
    days = forms.ChoiceField(
        label=gettext_lazy("gültig für"),
        choices=list(DURATIONS.items()),
        initial="90",
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Danach gilt der Token nicht mehr, und Sie legen einen neuen an."),
        error_messages={"required": gettext_lazy("Bitte eine Dauer wählen.")},
    )

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        """Remember whose token it will be: names are unique per account."""
        super().__init__(*args, **options)
        self.user = user
        self.fields["name"].widget.attrs["autocomplete"] = "off"

    def clean_name(self) -> str:
        """Refuse control characters and a name that this account has used."""
        name: str = self.cleaned_data["name"]
        if not name.isprintable():
            message = _("Der Name enthält ein Zeichen, das man nicht sieht. Bitte nur Buchstaben, Ziffern und Zeichen.")
            raise forms.ValidationError(message, code="invalid")
        if ApiToken.objects.filter(user=self.user, name=name).exists():
            raise forms.ValidationError(TAKEN, code="taken")
        return name

    def create(self) -> str | None:
        """Store the token and return it in clear for the one time it is shown; None when the name was just taken."""
        try:
            with transaction.atomic():
                days = timedelta(days=int(self.cleaned_data["days"]))
                _row, token = ApiToken.objects.create(self.user, expiry=days, name=self.cleaned_data["name"])
        except IntegrityError:
            self.add_error("name", str(TAKEN))
            return None
        return str(token)


@require_http_methods(["GET", "HEAD", "POST"])
def access(request: HttpRequest) -> HttpResponse:
    """List the tokens of the signed-in person; POST makes one and shows it in the answer, nowhere else."""
    user = _owner(request)
    form, token = TokenForm(user=user), None
    if request.method == "POST":
        form = TokenForm(request.POST, user=user)
        token = form.create() if form.is_valid() else None
    context = {
        "form": TokenForm(user=user) if token else form,
        "token": token,
        "name": form.cleaned_data["name"] if token else "",
        "tokens": [_described(one) for one in _tokens(user)],
    }
    return render(request, "kim/tokens.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, key: str) -> HttpResponse:
    """Ask once more, then delete the token; from then on it answers 401. Tokens of others do not exist here (404)."""
    user = _owner(request)
    if len(key) != KEY_LENGTH:
        raise Http404
    token = get_object_or_404(_tokens(user), digest__startswith=key)
    if request.method == "POST":
        token.delete()
        messages.success(request, _("Der Zugang „%(name)s“ ist widerrufen.") % {"name": token.name})
        return redirect("access")
    return render(request, "kim/token_revoke.html", {"token": _described(token)})


def _owner(request: HttpRequest) -> User:
    user = request.user
    if not isinstance(user, User):
        # The middleware lets nobody through without a sign-in.
        raise TypeError(user)
    return user


def _tokens(user: User) -> Any:
    return ApiToken.objects.filter(user=user).order_by("-created", "name")


def _described(token: ApiToken) -> dict[str, Any]:
    """Return what is shown of a token."""
    return {
        "key": token.digest[:KEY_LENGTH],
        "name": token.name,
        "created": token.created,
        "expiry": token.expiry,
        "is_expired": token.expiry is not None and token.expiry <= timezone.now(),
    }
