"""Forms of the council's chain: papers, items, meetings, links between items, decisions."""

from datetime import date
from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from funding.forms import SOURCE
from funding.models import (
    Committee,
    CouncilPaper,
    DatePrecision,
    ItemLink,
    Meeting,
    MeetingRole,
    Outcome,
    PaperItem,
    PaperKind,
)
from funding.resolutions import Evidence, committee_of, name_of, resolution_of
from kim.errors import PeriodError
from kim.fields import DayFormField
from kim.figures import Status
from kim.models import STATUS_CHOICES, User
from kim.rowforms import CHOOSE, NOTHING_CHOSEN, RowForm
from kim.years import FIRST_YEAR, LAST_YEAR

YEAR_DIGITS = 4
# Of a paper's items.
ALL = "all"


class YearAlone(date):
    """1 January of a year of which nothing more is known; the day means nothing."""


class PaperDayFormField(DayFormField):
    """A day typed in German, or a year alone where the day is not public."""

    def __init__(self, **options: Any) -> None:
        """Say that a year is enough."""
        options["help_text"] = _(
            "Tag.Monat.Jahr, zum Beispiel 04.11.2021; ist der Tag nicht bekannt, nur das Jahr: 2024"
        )
        super().__init__(**options)

    def parse(self, text: str) -> date:
        """Read the day or the year."""
        plain = text.strip()
        if plain.isascii() and plain.isdigit() and len(plain) == YEAR_DIGITS:
            if not FIRST_YEAR <= int(plain) <= LAST_YEAR:
                message = f"„{plain}“ liegt außerhalb der Jahre {FIRST_YEAR} bis {LAST_YEAR}."
                raise PeriodError(message, value=plain)
            return YearAlone(int(plain), 1, 1)
        found: date = super().parse(text)
        return found


class WebAddressField(forms.URLField):
    """The address of a page; other schemes than those of the web lead nowhere, or somewhere else."""

    default_error_messages = {"invalid": gettext_lazy("Bitte eine Adresse angeben, die mit https:// beginnt.")}
    default_validators = [
        URLValidator(
            schemes=["http", "https"], message=gettext_lazy("Bitte eine Adresse angeben, die mit https:// beginnt.")
        )
    ]


class PaperForm(RowForm):
    """A paper or a motion to amend one. Its status follows from decisions, its short name from its number."""

    url = WebAddressField(
        label=gettext_lazy("Adresse im Ratsinformationssystem"), max_length=300, required=False, assume_scheme="https"
    )

    class Meta:
        model = CouncilPaper
        fields = (
            "number", "kind", "title", "paper_date", "amendment_to", "originator", "file_reference", "url", "note",
        )  # fmt: skip
        field_classes = {"paper_date": PaperDayFormField}
        widgets = {
            "number": forms.TextInput(attrs={"autocomplete": "off"}),
            "title": forms.Textarea(attrs={"rows": 2}),
            "note": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        """Offer the papers of the programme that a motion may belong to, and show a year alone as one."""
        super().__init__(*args, **options)
        field: Any = self.fields["amendment_to"]
        field.queryset = CouncilPaper.objects.filter(
            programme=self.instance.programme_id, kind=PaperKind.PAPER
        ).exclude(pk=self.instance.pk)
        if not self.instance.is_day_known:
            self.initial["paper_date"] = str(self.instance.paper_date.year)

    def clean_paper_date(self) -> date:
        """Keep how exactly the day is known."""
        found: date = self.cleaned_data["paper_date"]
        alone = isinstance(found, YearAlone)
        self.instance.date_precision = DatePrecision.YEAR if alone else DatePrecision.DAY
        return date(found.year, found.month, found.day)

    def _get_validation_exclusions(self) -> set[str]:
        """Judge the row without its short name, which a new paper gets when it is saved."""
        return super()._get_validation_exclusions() | {"slug"}


class ItemForm(RowForm):
    """A numbered item of a draft resolution."""

    class Meta:
        model = PaperItem
        fields = ("number", "kind", "text", "is_verbatim", "holds_until")
        widgets = {"text": forms.Textarea(attrs={"rows": 6})}


class MeetingForm(RowForm):
    """A meeting of a committee that exists, or of one that is new."""

    new_committee = forms.CharField(
        label=gettext_lazy("oder ein neues Gremium"),
        max_length=160,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    class Meta:
        model = Meeting
        fields = ("committee", "new_committee", "meeting_date", "role", "is_public")

    def __init__(self, *args: Any, **options: Any) -> None:
        """Offer the committees of the municipality."""
        super().__init__(*args, **options)
        self.municipality = self.instance.paper.programme.municipality_id
        field: Any = self.fields["committee"]
        field.queryset = Committee.objects.filter(municipality=self.municipality)
        field.required = False
        field.empty_label = NOTHING_CHOSEN

    def clean(self) -> dict[str, Any]:
        """Take one of both, and no new name for a committee that is there."""
        data: dict[str, Any] = super().clean() or {}
        chosen, new = data.get("committee"), (data.get("new_committee") or "").strip()
        if chosen is None and not new:
            self.add_error("committee", _("Bitte ein Gremium wählen oder darunter ein neues nennen."))
        elif chosen is not None and new:
            self.add_error("new_committee", _("Bitte entweder ein Gremium wählen oder ein neues nennen, nicht beides."))
        elif new and Committee.objects.filter(municipality=self.municipality, name__iexact=new).exists():
            self.add_error("new_committee", _("„%(name)s“ gibt es schon. Bitte oben wählen.") % {"name": new})
        data["new_committee"] = new
        return data

    def _get_validation_exclusions(self) -> set[str]:
        """Judge the committee with the row only where one was chosen; a new one has no meetings yet."""
        found = super()._get_validation_exclusions()
        return found | ({"committee"} if self.cleaned_data.get("committee") is None else set())

    def save_meeting(self, user: User) -> Meeting:
        """Save the meeting, and the committee before it where that is new."""
        with transaction.atomic():
            if self.cleaned_data["committee"] is None:
                programme = self.instance.paper.programme
                self.instance.committee = committee_of(programme, self.cleaned_data["new_committee"])
            found: Meeting = self.save_by(user)
        return found


class TargetField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """An item of another paper, by paper, number and first words."""

    def label_from_instance(self, obj: PaperItem) -> str:
        """Say which item it is."""
        words = obj.text if len(obj.text) <= 80 else obj.text[:79].rstrip() + "…"  # noqa: PLR2004 - a line of a list
        return f"{name_of(obj)}: {words}"


class LinkForm(forms.ModelForm):  # type: ignore[type-arg]
    """What an item does to an item of another paper."""

    class Meta:
        model = ItemLink
        fields = ("kind", "target", *SOURCE)
        field_classes = {"target": TargetField}

    def __init__(self, *args: Any, **options: Any) -> None:
        """Offer the items of the programme's other papers."""
        super().__init__(*args, **options)
        paper = self.instance.item.paper
        field: Any = self.fields["target"]
        field.queryset = (
            PaperItem.objects.filter(paper__programme=paper.programme_id)
            .exclude(paper=paper)
            .select_related("paper")
            .order_by("paper__paper_date", "paper__number", "number")
        )
        field.empty_label = CHOOSE
        kinds: Any = self.fields["kind"]
        kinds.choices = [(value, label if value else CHOOSE) for value, label in kinds.choices]

    def _post_clean(self) -> None:
        """Put the values into the row; the service judges it, because what it may do depends on decisions."""
        if not self.errors:
            for name in self.Meta.fields:
                setattr(self.instance, name, self.cleaned_data[name])


class DecisionForm(forms.Form):
    """What was decided on one item of a paper, or on all that are open."""

    item = forms.ChoiceField(label=gettext_lazy("worüber"), initial=ALL)
    outcome = forms.ChoiceField(
        label=gettext_lazy("Ausgang"), choices=[("", CHOOSE), *Outcome.choices], initial=Outcome.ADOPTED
    )
    decided_on = DayFormField(
        label=gettext_lazy("entschieden am"),
        required=False,
        help_text=gettext_lazy("Tag.Monat.Jahr; leer nur, wenn der Tag nicht bekannt ist"),
    )
    source = forms.CharField(
        label=gettext_lazy("Quelle"),
        max_length=500,
        help_text=gettext_lazy("Fundstelle: Niederschrift, Beschlussausfertigung, spätere Vorlage"),
    )
    source_status = forms.ChoiceField(
        label=gettext_lazy("Beleg"), choices=STATUS_CHOICES, initial=Status.VERIFIED.value
    )
    note = forms.CharField(label=gettext_lazy("Anmerkung"), max_length=500, required=False)

    def __init__(self, *args: Any, paper: CouncilPaper, **options: Any) -> None:
        """Offer the items that are not decided yet; what is unknown may become known."""
        super().__init__(*args, **options)
        self.open_items = [
            item
            for item in paper.items.select_related("paper", "resolution")
            if (known := resolution_of(item)) is None or known.outcome == Outcome.UNKNOWN
        ]
        field: Any = self.fields["item"]
        field.choices = [
            (ALL, _("alle offenen Beschlusspunkte")), *((str(item.pk), name_of(item)) for item in self.open_items)
        ]  # fmt: skip
        deciding = paper.meetings.filter(role=MeetingRole.DECIDES).order_by("-meeting_date").first()
        if deciding is not None:
            self.initial.setdefault("decided_on", deciding.meeting_date)

    @property
    def items(self) -> list[PaperItem]:
        """The items that the decision is about."""
        chosen = self.cleaned_data["item"]
        return [item for item in self.open_items if chosen in {ALL, str(item.pk)}]

    @property
    def evidence(self) -> Evidence:
        """Where the decision is known from."""
        return Evidence(self.cleaned_data["source"], self.cleaned_data["source_status"], self.cleaned_data["note"])
