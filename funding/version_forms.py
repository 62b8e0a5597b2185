"""The form that freezes a forecast: a name, the paper it serves, the version it corrects, a note."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from funding.models import CouncilPaper, ForecastVersion, Programme
from kim.rowforms import NOTHING_CHOSEN


class PaperField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A council paper by number and title."""

    def label_from_instance(self, paper: Any) -> str:
        """Return number and title."""
        return f"{paper.number}: {paper.title}"


class CorrectedField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A version that no other one corrects yet."""

    def label_from_instance(self, version: Any) -> str:
        """Return number and name."""
        return _("Fassung %(number)s: %(name)s") % {"number": version.number, "name": version.name}


class FreezeForm(forms.Form):
    """What a version is called and what it is for; what it holds is the forecast as it stands."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=120, help_text=gettext_lazy("Zum Beispiel: Vorlage 2021/1121")
    )
    paper = PaperField(
        label=gettext_lazy("Vorlage"), queryset=CouncilPaper.objects.none(), required=False,
        empty_label=str(NOTHING_CHOSEN), help_text=gettext_lazy("Die Vorlage, die ihre Zahlen dieser Fassung entnimmt"),
    )  # fmt: skip
    corrects = CorrectedField(
        label=gettext_lazy("Berichtigt die Fassung"), queryset=ForecastVersion.objects.none(), required=False,
        empty_label=str(NOTHING_CHOSEN),
        help_text=gettext_lazy("Nur bei einer Berichtigung; die frühere Fassung bleibt lesbar"),
    )  # fmt: skip
    note = forms.CharField(
        label=gettext_lazy("Anmerkung"), max_length=500, required=False,
        help_text=gettext_lazy("Warum es diese Fassung gibt"),
    )  # fmt: skip

    def __init__(self, *args: Any, programme: Programme, **options: Any) -> None:
        """Offer papers and versions of the programme; a version that is corrected already cannot be chosen again."""
        super().__init__(*args, **options)
        own = ForecastVersion.objects.filter(programme=programme, corrections__isnull=True)
        self._offer("paper", CouncilPaper.objects.filter(programme=programme).order_by("-paper_date", "-number"))
        self._offer("corrects", own.defer("document").order_by("-number"))

    def _offer(self, name: str, rows: Any) -> None:
        field: Any = self.fields[name]
        field.queryset = rows
