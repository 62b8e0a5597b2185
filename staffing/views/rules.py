"""One row of the pay law: entered or changed by finance staff, with its source."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kim.roles import may_edit
from kim.rowforms import RowForm
from staffing.forms import (
    AllowanceForm,
    AnnualBonusForm,
    PayRateForm,
    SocialInsuranceRateForm,
    StepDurationForm,
    SupplementaryPensionForm,
)

if TYPE_CHECKING:
    from kim.models import User

# The word of the address for each kind of row.
KINDS: Mapping[str, type[RowForm]] = {
    "tabellenentgelt": PayRateForm,
    "jahressonderzahlung": AnnualBonusForm,
    "zulage": AllowanceForm,
    "stufenlaufzeit": StepDurationForm,
    "sozialversicherung": SocialInsuranceRateForm,
    "zusatzversorgung": SupplementaryPensionForm,
}


@require_http_methods(["GET", "HEAD", "POST"])
def edit_pay_rule(request: HttpRequest, kind: str, pk: int | None = None) -> HttpResponse:
    """Show the form of a row, and save what it says."""
    if not may_edit(request.user):
        raise PermissionDenied
    form_class = KINDS[kind]
    model = form_class._meta.model
    row = None if pk is None else get_object_or_404(model, pk=pk)
    form = form_class(request.POST or None, instance=row)
    name = str(model._meta.verbose_name)
    back = reverse("pay-tables")
    if request.method == "POST" and form.is_valid():
        try:
            form.save_by(cast("User", request.user))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Gespeichert: %(title)s.") % {"title": name})
            return HttpResponseRedirect(back)
    title = (_("%(name)s: neu") if row is None else _("%(name)s ändern")) % {"name": name}
    context = {
        "form": form,
        "title": title,
        "back": back,
        "crumbs": [
            (_("Start"), reverse("start")),
            (_("Stellenkosten"), reverse("pay-cost")),
            (_("Entgelttabellen"), back),
            (title, ""),
        ],
    }
    return render(request, "staffing/edit.html", context, status=422 if form.errors else 200)
