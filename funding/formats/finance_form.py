"""Sections I and II of the form "Finanzielle Auswirkungen", in its order and its words.

Words and order: Vorlage 2021/1121, "I) Finanzielle Auswirkungen im Jahr der Umsetzung und in den Folgejahren".
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

from django.utils.translation import gettext as _

from funding.calculation.financeanswers import LaterAmount
from funding.calculation.financeblock import FinanceBlock, Funding, Reason
from funding.formats.model import (
    UNKNOWN,
    Block,
    Cell,
    Field,
    Fields,
    Grid,
    Heading,
    Paragraph,
    Tick,
    Tone,
    clean,
    unbroken,
)
from kim import formatting
from kim.figures import Figure

# Where a figure's derivation is found: among the figures of the year, of the year after the grant, or of the paper.
YEAR, LATER, PAPER = "year", "later", "paper"
Link = Callable[[Figure, str], str]
NOTHING = formatting.ABSENT


class Writer:
    """Writes pieces of a block; ``link`` gives the address of a figure's derivation."""

    def __init__(self, block: FinanceBlock, link: Link) -> None:
        """Take the block."""
        self.block, self.link = block, link

    def amount(self, label: str, figure: Figure | None, where: str, note: str = "", empty: str = UNKNOWN) -> Field:
        """Return a blank with an amount, or with what stands for none."""
        if figure is None:
            return Field(label, empty, note)
        value = unbroken(formatting.euro(figure.amount))
        return Field(label, value, note, self.link(figure, where), figure.is_assumption)

    def cell(self, figure: Figure, where: str) -> Cell:
        """Return a cell with an amount."""
        return Cell(unbroken(formatting.euro(figure.amount)), self.link(figure, where), figure.is_assumption)


class FormWriter(Writer):
    """Writes the form."""

    def blocks(self) -> Iterator[Block]:
        """Return both sections; after "Nein" the first one ends."""
        yield Heading(2, _("I) Finanzielle Auswirkungen im Jahr der Umsetzung und in den Folgejahren"))
        yield Tick(_("Nein (sofern keine Auswirkung = entfällt die Aufzählung/Punkt beendet)"), self.block.no_impact)
        if not self.block.no_impact:
            yield from self.effects()
        yield from self.sustainability()

    def effects(self) -> Iterator[Block]:
        """Return everything after "Nein"."""
        yield from self.operating()
        yield from self.capital()
        yield from self.cover()
        yield from self.follow_up_expense()
        yield from self.later(
            _("Jährliche Folgeerträge (ergebniswirksam) ab Haushaltsjahr"),
            _("Erträge (z. B. Gebühren, Beiträge, Auflösung Sonderposten)"),
            self.block.follow_up_revenue,
        )
        yield from self.later(_("Einsparungen ab Haushaltsjahr"), _("Personal-/Sachaufwand"), self.block.savings)
        yield Heading(3, _("ggf. Hinweis Dez. II/FB 20"))
        yield Paragraph(clean(self.block.treasury_note) or _("– (kein Hinweis erfasst)"))

    def operating(self) -> Iterator[Block]:
        """Return the effect on the operating result."""
        found, about = self.block.operating, self.block.about
        yield _ticked(_("Ja – ergebniswirksam"), found.affected)
        order = _("IA %(order)s") % {"order": about.internal_order} if about.internal_order else ""
        rounded = "" if self.block.bridge.rounding is not None else _("genau; keine Rundungsregel erfasst")
        yield Fields((
            Field(_("Produkt"), _said(found.product or order)),
            Field(_("Sachkonto"), _said(found.ledger_account), _account_missing(found.ledger_account)),
            self.amount(_("Aufwendungen für die Maßnahme"), found.expense, YEAR, rounded),
            *self.funding(found.funding, YEAR),
        ))  # fmt: skip

    def capital(self) -> Iterator[Block]:
        """Return the effect on investment."""
        found = self.block.capital
        yield _ticked(_("Ja – investiv"), found.affected)
        # What is known not to be capital has no payments; what nobody has said is not known.
        empty = NOTHING if found.affected is False else UNKNOWN
        yield Fields((
            Field(_("Finanzstelle/n"), _said(found.funds_centres, empty)),
            Field(_("Finanzposition/en"), _said(found.commitment_items, empty)),
            self.amount(_("Auszahlungen für die Maßnahme"), found.payments, PAPER, empty=empty),
            *self.funding(found.funding, PAPER, empty),
        ))  # fmt: skip

    def funding(self, found: Funding, where: str, empty: str = UNKNOWN) -> Iterator[Field]:
        """Return the blanks about money applied for; the percentage of the operating part is computed."""
        answer = NOTHING if found.applied is None and empty == NOTHING else _yes_no(found.applied)
        if found.percent is None:
            yield Field(_("Fördermittel beantragt"), answer)
        else:
            note = _("berechnet: Förderung in Prozent des genauen Aufwands") if where == YEAR else ""
            percent = unbroken(formatting.percent(found.percent.amount))
            yield Field(
                _("Fördermittel beantragt"), percent, note, self.link(found.percent, where),
                found.percent.is_assumption, before=f"{answer} ·",
            )  # fmt: skip
        yield Field(_("Name Förderprogramm"), _said(found.programme, empty))
        yield Field(_("Ratsbeschluss vom"), _day(found.resolution_date, empty))
        yield Field(_("zur Vorlage Nr."), _said(found.resolution_number, empty))
        parts = " ".join(
            _("(SK\u00a0%(account)s\u00a0%(amount)s)")
            % {"account": part.ledger_account or UNKNOWN, "amount": formatting.amount(part.amount.amount)}
            for part in found.by_account
            if part.amount.amount
        )
        is_nothing = where == YEAR and found.amount is not None and not found.amount.amount
        note = _("in diesem Jahr und Szenario zahlt das Land nichts") if is_nothing else ""
        yield replace(self.amount(_("Beantragte Förderhöhe"), found.amount, where, note, empty), after=parts)

    def cover(self) -> Iterator[Block]:
        """Return whether the budget holds the measure."""
        found = self.block.cover
        yield _ticked(_("Maßnahme ist im Haushalt ausreichend veranschlagt"), found.sufficiently_budgeted)
        yield Tick(_("Ansätze sind ausreichend"), found.appropriations_sufficient)
        yield Fields((
            Field(_("Deckung erfolgt aus Produkt/Finanzstelle"), _said(found.covered_from)),
            self.amount(_("in Höhe von"), found.covered_amount, PAPER),
        ))  # fmt: skip

    def follow_up_expense(self) -> Iterator[Block]:
        """Return the yearly expense from the year after the grant on."""
        found = self.block.follow_up_expense
        yield Heading(3, f"{_('Jährliche Folgeaufwendungen ab Haushaltsjahr')}: {_year(found.from_year)}")
        notes = [_("bei Einstellung der Förderung")] if found.amount is not None and found.grant_has_ended else []
        notes += [clean(found.remark)] if found.remark else []
        if found.reason is not None:
            notes.append(_reason(found.reason))
        yield Fields((
            self.amount(
                _("Personal-/Sachaufwand"), found.amount, LATER, "; ".join(notes),
                empty=NOTHING if found.reason is Reason.NO_END_OF_GRANT else UNKNOWN,
            ),
            self.amount(
                _("Bilanzielle Abschreibungen"), found.depreciation, PAPER,
                empty=_("nicht bezifferbar") if found.not_quantifiable else UNKNOWN,
            ),
        ))  # fmt: skip
        yield Paragraph(
            _(
                "Hierunter fallen neben den üblichen bilanziellen Abschreibungen auch einmalige bzw. "
                "Sonderabschreibungen."
            ),
            Tone.MUTED,
        )
        yield Tick(_("Aktuell nicht bezifferbar"), found.not_quantifiable)
        if found.amount is not None:
            yield Paragraph(
                _("Der Personal-/Sachaufwand ist berechnet: Haushaltsjahr %(year)s, Szenario „%(name)s“.")
                % {"year": found.from_year, "name": clean(found.scenario_name)},
                Tone.MUTED,
            )

    def later(self, heading: str, label: str, found: LaterAmount) -> Iterator[Block]:
        """Return follow-up revenue or savings."""
        yield Heading(3, f"{heading}: {_year(found.from_year)}")
        yield Fields((
            self.amount(label, found.amount, PAPER),
            Field(_("Produkt"), _said(found.product)),
            Field(_("Sachkonto"), _said(found.ledger_account)),
        ))  # fmt: skip

    def sustainability(self) -> Iterator[Block]:
        """Return section II."""
        found = self.block.sustainability
        heading = _("II) Nachhaltigkeit der Maßnahme im Sinne des Klimaschutzes")
        yield Heading(2, heading)
        cells = (
            _yes_no(found.climate_affected), _said(found.statement), _said(found.short_term), _said(found.long_term),
        )  # fmt: skip
        yield Grid(
            _("Klimaschutz und Nachhaltigkeit"),
            (
                _("Klimaschutz betroffen"), _("Nachhaltigkeit"), _("kurz- bis mittelfristige Nachhaltigkeit"),
                _("langfristige Nachhaltigkeit"),
            ),
            (tuple(map(Cell, cells)),),
            (False,) * 4,
        )  # fmt: skip


def _ticked(text: str, state: bool | None) -> Heading:  # noqa: FBT001 - a tick is what this is about
    return Heading(3, text, Tick(text, state))


def _yes_no(state: bool | None) -> str:  # noqa: FBT001 - as above
    no, yes = Tick(_("Nein"), state is False), Tick(_("Ja"), bool(state))
    return f"{no.line} {yes.line}" + (f" ({UNKNOWN})" if state is None else "")


def _said(text: str, empty: str = UNKNOWN) -> str:
    return clean(text) or empty


def _day(day: date | None, empty: str) -> str:
    return empty if day is None else formatting.date(day)


def _year(year: int | None) -> str:
    return UNKNOWN if year is None else str(year)


def _account_missing(number: str) -> str:
    return "" if number else _("für die Aufwendungen ist kein Sachkonto erfasst")


def _reason(reason: Reason) -> str:
    return {
        Reason.NO_END_OF_GRANT: _("die Förderung ist nicht befristet"),
        Reason.YEAR_NOT_PLANNED: _("dieses Haushaltsjahr liegt nicht im Plan"),
    }[reason]
