"""Council papers, their items, and the meetings they go through."""

from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from funding.models.programme import Municipality, Programme
from kim.fields import DayField


class ItemStatus(models.TextChoices):
    """How far a paper or one of its items has come."""

    DRAFTED = "drafted", _("Beschlussentwurf")
    ADOPTED = "adopted", _("beschlossen")
    AMENDED = "amended", _("geändert")
    REPEALED = "repealed", _("aufgehoben")
    UNKNOWN = "unknown", _("Ausgang nicht bekannt")


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
    """A paper of the administration to the council (Vorlage)."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="papers")
    number = models.CharField(_("Nummer"), max_length=20)
    slug = models.SlugField(_("Kurzname"), max_length=40, unique=True)
    title = models.CharField(_("Betreff"), max_length=300)
    paper_date = DayField(_("Datum"))
    status = models.CharField(_("Stand"), max_length=20, choices=ItemStatus.choices, default=ItemStatus.DRAFTED)
    url = models.URLField(_("Adresse im Ratsinformationssystem"), max_length=300, blank=True)

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
        ]

    def __str__(self) -> str:
        """Return the number."""
        return self.number


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
    status = models.CharField(_("Stand"), max_length=20, choices=ItemStatus.choices, default=ItemStatus.DRAFTED)

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
    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="meetings")
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
        ]

    def __str__(self) -> str:
        """Return committee and day."""
        return f"{self.committee_id} {self.meeting_date}"
