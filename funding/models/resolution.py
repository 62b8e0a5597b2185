"""What was decided on an item of a paper, and what the item does to items of earlier papers."""

from typing import ClassVar

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from funding.models.council import PaperItem
from kim.fields import DayField
from kim.models import Sourced, known_values


class Outcome(models.TextChoices):
    """How a vote ended; that nobody knows is an answer as well, and not the same as a rejection."""

    ADOPTED = "adopted", _("beschlossen")
    REJECTED = "rejected", _("abgelehnt")
    WITHDRAWN = "withdrawn", _("zurückgezogen")
    UNKNOWN = "unknown", _("Ausgang nicht bekannt")


@pghistory.track()
class Resolution(Sourced):
    """What was decided on one item (Beschluss). Undone by deleting it; the history keeps both."""

    item = models.OneToOneField(
        PaperItem, on_delete=models.CASCADE, related_name="resolution", verbose_name=_("Beschlusspunkt")
    )
    outcome = models.CharField(_("Ausgang"), max_length=20, choices=Outcome.choices)
    decided_on = DayField(
        _("entschieden am"), null=True, blank=True, help_text=_("Leer nur, wenn der Tag nicht bekannt ist")
    )

    class Meta:
        verbose_name = _("Beschluss")
        verbose_name_plural = _("Beschlüsse")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Sourced.Meta.constraints,
            known_values("funding_resolution_known_outcome", "outcome", Outcome.values),
            # What holds from a day on needs that day; only of what does not hold may it be unknown.
            models.CheckConstraint(
                condition=Q(decided_on__isnull=False) | Q(outcome__in=[Outcome.WITHDRAWN, Outcome.UNKNOWN]),
                name="funding_resolution_has_day",
                violation_error_code="decided_on",
                violation_error_message=_("Bitte den Tag angeben, an dem der Rat entschieden hat."),
            ),
        ]

    def __str__(self) -> str:
        """Return item and outcome."""
        return f"{self.item_id}: {self.outcome}"


class LinkKind(models.TextChoices):
    """What an item does to another one, once it is adopted."""

    AMENDS = "amends", _("ändert")
    EXTENDS = "extends", _("erweitert")
    REPEALS = "repeals", _("hebt auf")


# Paper 2 repeals paper 1, so paper 1 cannot build on paper 2. The lock keeps two halves of a loop from being entered
# at once, each unseen by the other.
NO_LOOP = pgtrigger.Trigger(
    name="no_loop",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.Update,
    func="""
        PERFORM pg_advisory_xact_lock(hashtext('funding_itemlink'));
        IF NEW.item_id <> NEW.target_id AND EXISTS (
            WITH RECURSIVE reached (id) AS (
                SELECT NEW.target_id
                UNION
                SELECT link.target_id FROM funding_itemlink link
                JOIN reached ON link.item_id = reached.id
                WHERE link.id IS DISTINCT FROM NEW.id
            )
            SELECT 1 FROM reached WHERE id = NEW.item_id
        ) THEN
            RAISE EXCEPTION 'Diese Verbindung würde einen Kreis schließen.'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'funding_itemlink_no_loop';
        END IF;
        RETURN NEW;
    """,
)


@pghistory.track()
class ItemLink(Sourced):
    """One item amends, extends or repeals an item of another paper; it acts from its item's adoption on."""

    item = models.ForeignKey(
        PaperItem, on_delete=models.CASCADE, related_name="links", verbose_name=_("Beschlusspunkt")
    )
    kind = models.CharField(_("Wirkung"), max_length=20, choices=LinkKind.choices)
    target = models.ForeignKey(
        PaperItem, on_delete=models.PROTECT, related_name="linked_by", verbose_name=_("welchen Beschlusspunkt")
    )
    is_effective = models.BooleanField(_("wirksam"), default=False, editable=False)

    class Meta:
        verbose_name = _("Verbindung von Beschlüssen")
        verbose_name_plural = _("Verbindungen von Beschlüssen")
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NO_LOOP]
        ordering: ClassVar[list[str]] = ["item", "target"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Sourced.Meta.constraints,
            known_values("funding_itemlink_known_kind", "kind", LinkKind.values),
            models.CheckConstraint(
                condition=~Q(item=F("target")),
                name="funding_itemlink_not_itself",
                violation_error_code="target",
                violation_error_message=_("Ein Beschlusspunkt kann sich nicht selbst ändern, erweitern oder aufheben."),
            ),
            models.UniqueConstraint(
                fields=["item", "target"],
                name="funding_itemlink_once",
                violation_error_code="target",
                violation_error_message=_("Diese beiden Beschlusspunkte sind schon verbunden."),
            ),
            # What is gone cannot be taken away again; drafts that would do so may stand beside each other.
            models.UniqueConstraint(
                fields=["target"],
                condition=Q(kind=LinkKind.REPEALS, is_effective=True),
                name="funding_itemlink_repealed_once",
                violation_error_code="target",
                violation_error_message=_("Dieser Beschlusspunkt ist schon aufgehoben."),
            ),
        ]

    def __str__(self) -> str:
        """Return what does what to which."""
        return f"{self.item_id} {self.kind} {self.target_id}"
