"""Council papers, their items, and the meetings they go through."""

from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from funding.models.programme import Municipality, Programme
from kim.fields import DayField
from kim.models import known_values


class ItemStatus(models.TextChoices):
    """How far a paper or one of its items has come; follows from decisions, so nobody types it."""

    DRAFTED = "drafted", _("Beschlussentwurf")
    ADOPTED = "adopted", _("beschlossen")
    AMENDED = "amended", _("beschlossen und geändert")
    REPEALED = "repealed", _("aufgehoben")
    REJECTED = "rejected", _("abgelehnt")
    WITHDRAWN = "withdrawn", _("zurückgezogen")
    UNKNOWN = "unknown", _("Ausgang nicht bekannt")


class PaperKind(models.TextChoices):
    """Who brings a paper in: the administration, or groups of the council who want to change one."""

    PAPER = "paper", _("Vorlage")
    AMENDMENT = "amendment", _("Änderungsantrag")


class DatePrecision(models.TextChoices):
    """How exactly the day of a paper is known."""

    DAY = "day", _("auf den Tag")
    YEAR = "year", _("nur das Jahr")


@pghistory.track()
class Committee(models.Model):
    """A committee or the council itself."""

    municipality = models.ForeignKey(Municipality, on_delete=models.CASCADE, related_name="committees")
    name = models.CharField(_("Name"), max_length=160)

    class Meta:
        verbose_name = _("Gremium")
        verbose_name_plural = _("Gremien")
        ordering: ClassVar[list[str]] = ["name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["municipality", "name"],
                name="funding_committee_name_once",
                violation_error_code="name",
                violation_error_message=_("Dieses Gremium gibt es schon."),
            ),
        ]

    def __str__(self) -> str:
        """Return the name."""
        return self.name


@pghistory.track()
class CouncilPaper(models.Model):
    """A paper to the council (Vorlage), or a motion to change one.

    Where only the year of a paper is public, its date is 1 January and the precision says that the day means nothing.
    """

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="papers")
    kind = models.CharField(_("Art"), max_length=20, choices=PaperKind.choices, default=PaperKind.PAPER)
    number = models.CharField(_("Nummer"), max_length=20, help_text=_("Zum Beispiel 2021/1121"))
    slug = models.SlugField(_("Kurzname"), max_length=40, unique=True)
    title = models.CharField(_("Betreff"), max_length=300)
    paper_date = DayField(_("Datum"))
    date_precision = models.CharField(
        _("Genauigkeit des Datums"),
        max_length=10,
        choices=DatePrecision.choices,
        default=DatePrecision.DAY,
        editable=False,
    )
    amendment_to = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="amendments",
        verbose_name=_("gehört zur Vorlage"),
        help_text=_("Nur bei einem Änderungsantrag"),
    )
    originator = models.CharField(
        _("eingebracht von"), max_length=160, blank=True, help_text=_("Stelle oder Fraktionen, keine Personen")
    )
    file_reference = models.CharField(_("Aktenzeichen"), max_length=80, blank=True)
    status = models.CharField(
        _("Stand"), max_length=20, choices=ItemStatus.choices, default=ItemStatus.DRAFTED, editable=False
    )
    url = models.URLField(_("Adresse im Ratsinformationssystem"), max_length=300, blank=True)
    note = models.CharField(
        _("Anmerkung"), max_length=500, blank=True, help_text=_("Zum Beispiel, was nicht öffentlich ist")
    )

    class Meta:
        verbose_name = _("Vorlage")
        verbose_name_plural = _("Vorlagen")
        ordering: ClassVar[list[str]] = ["paper_date", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["programme", "number"],
                name="funding_councilpaper_number_once",
                violation_error_code="number",
                violation_error_message=_("Eine Vorlage mit dieser Nummer gibt es schon."),
            ),
            models.CheckConstraint(
                condition=Q(number__regex=r"^[0-9]{4}/[0-9]{1,6}$"),
                name="funding_councilpaper_number_form",
                violation_error_code="number",
                violation_error_message=_("Die Nummer einer Vorlage hat die Form 2021/1121."),
            ),
            known_values("funding_councilpaper_known_kind", "kind", PaperKind.values),
            known_values("funding_councilpaper_known_status", "status", ItemStatus.values),
            # 1 January: a year alone must never look like a day that somebody read somewhere.
            models.CheckConstraint(
                condition=Q(date_precision=DatePrecision.DAY)
                | Q(date_precision=DatePrecision.YEAR, paper_date__month=1, paper_date__day=1),
                name="funding_councilpaper_year_alone",
                violation_error_code="paper_date",
                violation_error_message=_("Ist nur das Jahr bekannt, steht als Datum der 1. Januar."),
            ),
            models.CheckConstraint(
                condition=Q(amendment_to__isnull=True)
                | (Q(kind=PaperKind.AMENDMENT) & ~Q(amendment_to=models.F("id"))),
                name="funding_councilpaper_amendment_to_fits",
                violation_error_code="amendment_to",
                violation_error_message=_(
                    "Zu einer anderen Vorlage gehört nur ein Änderungsantrag, und keiner zu sich selbst."
                ),
            ),
        ]

    def __str__(self) -> str:
        """Return the number."""
        return self.number

    @property
    def name(self) -> str:
        """Kind and number: ``Vorlage 2021/1121``."""
        return f"{self.get_kind_display()} {self.number}"

    @property
    def is_day_known(self) -> bool:
        """Whether its date is a day, and not only a year."""
        return self.date_precision == DatePrecision.DAY


class ItemKind(models.TextChoices):
    """What an item of a resolution asks for: the two mandates of the founding paper are separate."""

    TOP_UP = "top_up", _("Übernahme der Mehrkosten")
    FULL_COST = "full_cost", _("Übernahme der Gesamtkosten bei Wegfall der Förderung")
    OTHER = "other", _("anderes")


@pghistory.track()
class PaperItem(models.Model):
    """One numbered item of a draft resolution, with a status of its own."""

    paper = models.ForeignKey(CouncilPaper, on_delete=models.CASCADE, related_name="items")
    number = models.PositiveSmallIntegerField(_("Nummer"))
    kind = models.CharField(_("Gegenstand"), max_length=20, choices=ItemKind.choices, default=ItemKind.OTHER)
    text = models.TextField(_("Wortlaut"), max_length=4000)
    is_verbatim = models.BooleanField(
        _("wörtlich"), default=True, help_text=_("Nein: sinngemäß, der Wortlaut ist nicht öffentlich")
    )
    holds_until = DayField(_("gilt bis"), null=True, blank=True, help_text=_("Leer: ohne Enddatum"))
    status = models.CharField(
        _("Stand"), max_length=20, choices=ItemStatus.choices, default=ItemStatus.DRAFTED, editable=False
    )

    class Meta:
        verbose_name = _("Beschlusspunkt")
        verbose_name_plural = _("Beschlusspunkte")
        ordering: ClassVar[list[str]] = ["paper", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["paper", "number"],
                name="funding_paperitem_number_once",
                violation_error_code="number",
                violation_error_message=_("Diesen Beschlusspunkt gibt es schon."),
            ),
            known_values("funding_paperitem_known_kind", "kind", ItemKind.values),
            known_values("funding_paperitem_known_status", "status", ItemStatus.values),
        ]

    def __str__(self) -> str:
        """Return paper and number."""
        return f"{self.paper_id}.{self.number}"


class MeetingRole(models.TextChoices):
    """Whether a committee advises or decides."""

    ADVISES = "advises", _("Beratung")
    DECIDES = "decides", _("Entscheidung")


@pghistory.track()
class Meeting(models.Model):
    """One station of a paper's referral sequence (Beratungsfolge)."""

    paper = models.ForeignKey(CouncilPaper, on_delete=models.CASCADE, related_name="meetings")
    committee = models.ForeignKey(
        Committee, on_delete=models.PROTECT, related_name="meetings", verbose_name=_("Gremium")
    )
    meeting_date = DayField(_("Datum"))
    role = models.CharField(_("Zuständigkeit"), max_length=20, choices=MeetingRole.choices)
    is_public = models.BooleanField(_("öffentlich"), default=True)

    class Meta:
        verbose_name = _("Beratung")
        verbose_name_plural = _("Beratungsfolge")
        ordering: ClassVar[list[str]] = ["meeting_date"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["paper", "committee", "meeting_date"],
                name="funding_meeting_once",
                violation_error_code="meeting_date",
                violation_error_message=_("Diese Beratung gibt es schon."),
            ),
            known_values("funding_meeting_known_role", "role", MeetingRole.values),
        ]

    def __str__(self) -> str:
        """Return committee and day."""
        return f"{self.committee_id} {self.meeting_date}"
