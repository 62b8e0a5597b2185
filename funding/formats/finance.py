"""The finance block of a council paper as a document: what it is of, the form, the numbers, the assumptions."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from funding.calculation.financeblock import Contradiction, FinanceBlock
from funding.formats.finance_form import PAPER, YEAR, FormWriter, Link, Writer
from funding.formats.model import Block, Cell, Document, Field, Fields, Grid, Heading, Items, Paragraph, Tone, clean
from funding.models import BudgetStatus
from kim import formatting
from kim.derivations import step_in_words
from kim.figures import Figure, Source
from kim.models import STATUS_CHOICES


def no_link(_figure: Figure, _where: str) -> str:
    """Lead nowhere: files have no addresses."""
    return ""


def finance_document(block: FinanceBlock, link: Link = no_link) -> Document:
    """Return the block as a document; ``link`` gives the address of a figure's derivation."""
    about = block.about
    return Document(
        title=_("Finanzielle Auswirkungen"),
        subject=clean(
            (
                _("Vorlage Nr. %(number)s vom %(day)s: %(title)s")
                if about.is_day_known
                else _("Vorlage Nr. %(number)s aus dem Jahr %(year)s: %(title)s")
            )
            % {
                "number": about.paper,
                "day": formatting.date(about.paper_date),
                "year": about.paper_date.year,
                "title": about.paper_title,
            }
        ),
        publisher=about.municipality,
        day=about.paper_date,
        blocks=tuple(_Writer(block, link).blocks()),
    )


class _Writer(Writer):
    """Writes the whole document."""

    def blocks(self) -> Iterator[Block]:
        """Return all of it."""
        yield self.basis()
        yield from self.warnings()
        yield from FormWriter(self.block, self.link).blocks()
        yield from self.overview()
        yield from self.bridge()
        yield from self.assumptions()
        yield Paragraph(
            _(
                "☒ heißt angekreuzt, ☐ nicht angekreuzt; „nicht bekannt“ steht, wo niemand etwas angegeben hat, und "
                "ist kein Nein. – heißt: entfällt. * heißt: beruht auf Annahmen."
            ),
            Tone.MUTED,
        )

    def basis(self) -> Fields:
        """Say what the figures are of: every published figure names year, scenario, version and budget status."""
        about = self.block.about
        return Fields((
            Field(_("Förderprogramm"), clean(about.programme)),
            Field(_("Haushaltsjahr"), str(about.year)),
            Field(_("Szenario"), clean(about.scenario_name)),
            Field(_("Stand der Zahlen"), clean(about.version_name)),
            Field(_("Stand des Haushalts"), str(BudgetStatus(about.budget_status).label)),
        ))  # fmt: skip

    def warnings(self) -> Iterator[Block]:
        for one in self.block.contradictions:
            yield Paragraph(_contradiction(one), Tone.WARNING)
        if self.block.missing:
            yield Paragraph(
                _("Für dieses Haushaltsjahr fehlen Kosten, die mit null zählen: %(names)s.")
                % {"names": clean(", ".join(self.block.missing))},
                Tone.WARNING,
            )

    def overview(self) -> Iterator[Block]:
        found, about = self.block.overview, self.block.about
        yield Heading(2, _("Übersicht"))
        city = _("Mehrkosten %(city)s") if found.shortfall.amount >= 0 else _("Minderbedarf %(city)s")
        yield Grid(
            _("Prognostizierte Gesamtkosten und Fördersummen %(year)s") % {"year": about.year},
            (
                _("Gesamtkosten Personal"), _("Gesamtfördersumme Land (Personal)"),
                city % {"city": clean(about.municipality)},
            ),
            (tuple(self.cell(figure, YEAR) for figure in (
                found.personnel_cost, found.grant_for_personnel, found.shortfall,
            )),),
            (True,) * 3,
        )  # fmt: skip
        if found.shortfall.amount < 0:
            yield Paragraph(_("Minderbedarf: Die Förderung übersteigt die Kosten um den Betrag hinter dem Minus."))
        rest = found.measures_not_funded
        if rest is not None:
            yield Paragraph(
                _(
                    "Die dritte Spalte ist nicht die erste abzüglich der zweiten: Darin stecken außerdem %(amount)s, "
                    "um die die Maßnahmen von ihrer Förderung abweichen."
                )
                % {"amount": formatting.euro(rest.amount)}
            )

    def bridge(self) -> Iterator[Block]:
        found = self.block.bridge
        yield Heading(2, _("Von den genauen zu den gedruckten Zahlen"))
        if found.rounding is None or found.printed_less_grant is None:
            yield Paragraph(_("Es ist keine Rundungsregel erfasst. Alle Beträge sind auf den Cent genau."))
            yield self.steps((
                (_("Aufwendungen für die Maßnahme"), found.expense, YEAR),
                (_("abzüglich beantragter Förderhöhe"), found.grant, YEAR),
                (self.result(), found.shortfall, YEAR),
            ), frozenset({2}))  # fmt: skip
            return
        how = step_in_words(found.printed)
        if found.printed.inputs[1].is_assumption:
            how = _("%(how)s; Annahme") % {"how": how}
        yield self.steps((
            (_("Aufwendungen, genau"), found.expense, YEAR),
            (_("zuzüglich Rundung (%(how)s)") % {"how": how}, found.rounding, PAPER),
            (_("Aufwendungen, wie die Vorlage sie druckt"), found.printed, YEAR),
            (_("abzüglich beantragter Förderhöhe"), found.grant, YEAR),
            (_("gedruckter Aufwand abzüglich Förderung"), found.printed_less_grant, PAPER),
            (_("abzüglich Rundung"), found.rounding, PAPER),
            (self.result(), found.shortfall, YEAR),
        ), frozenset({2, 4, 6}))  # fmt: skip
        if found.rounding.amount:
            yield Paragraph(
                _(
                    "%(gap)s sind nicht die Mehrkosten: In diesem Betrag stecken %(rounding)s Rundung. "
                    "Genau sind es %(shortfall)s."
                )
                % {
                    "gap": formatting.euro(found.printed_less_grant.amount),
                    "rounding": formatting.euro(found.rounding.amount),
                    "shortfall": formatting.euro(found.shortfall.amount),
                }
            )

    def result(self) -> str:
        """Say what the last line is: the sign is in words."""
        is_more = self.block.bridge.shortfall.amount >= 0
        return _("Mehrkosten der Stadt, genau") if is_more else _("Minderbedarf der Stadt, genau")

    def steps(self, rows: tuple[tuple[str, Figure, str], ...], strong: frozenset[int]) -> Grid:
        return Grid(
            _("Rechenweg der Vorlage in Euro, Haushaltsjahr %(year)s") % {"year": self.block.about.year},
            (_("Schritt"), _("Betrag")),
            tuple((Cell(label), self.cell(figure, where)) for label, figure, where in rows),
            (False, True),
            heads_rows=True,
            strong=strong,
        )

    def assumptions(self) -> Iterator[Block]:
        found = self.block.assumptions()
        yield Heading(2, _("Annahmen in diesen Zahlen"))
        if not found:
            yield Paragraph(_("Diese Zahlen beruhen auf keiner Annahme."))
            return
        yield Items(tuple(_in_words(source) for source in found))


def _in_words(source: Source) -> str:
    """Write an assumption: how far it carries, what it says, where it comes from."""
    words = dict(STATUS_CHOICES)[source.status.value]
    # Notes of the founding case begin with the word already.
    said = (source.reference or source.text).removeprefix(_("Annahme: "))
    return clean(f"{words}: {said}" + (f" ({source.text})" if source.reference else ""))


def _contradiction(one: Contradiction) -> str:
    return {
        Contradiction.IMPACT_DENIED: _(
            "Zu prüfen: Angegeben ist „Nein, keine finanziellen Auswirkungen“, berechnet ist ein Aufwand."
        ),
        Contradiction.OPERATING_DENIED: _(
            "Zu prüfen: Angegeben ist „nicht ergebniswirksam“, berechnet ist ein Aufwand."
        ),
        Contradiction.FUNDING_DENIED: _(
            "Zu prüfen: Angegeben ist „keine Fördermittel beantragt“, berechnet ist eine Förderung."
        ),
        Contradiction.FUNDING_WITHOUT_GRANT: _(
            "Zu prüfen: Angegeben ist „Fördermittel beantragt“, in diesem Jahr und Szenario ist keine berechnet."
        ),
    }[one]
