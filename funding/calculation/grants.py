"""The grant of a funding module: lump sums over time, cap, award. Pure: no Django, no database, no clock.

Grant = least of lump sum x share of a position x share of the year, the cap of the module and, where the rule says
so, the real cost. An awarded amount replaces what the rule gives; both stay in the derivation.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from funding.calculation.inputs import DatedAmount, FundedInput, ModuleInput, ProgrammeInput, RuleInput
from funding.calculation.rules import RULES
from kim.figures import EUR, FACTOR, Figure, Source, Status, Step, derive, given
from kim.timeshare import Limit, part_of, time_share
from kim.years import MONTHS_OF_A_YEAR, Period, Proration, YearShare, months_of, share_of_year, year_period
from staffing.calculation import PositionInput

EQUAL_PARTS = Source("Aufteilung zu gleichen Teilen, weil die Regel für keine Zeile etwas ergibt", Status.ASSUMED)


@dataclass(frozen=True, slots=True)
class Term:
    """The time a rule pays in, and the limit that ends it first."""

    period: Period | None
    why: Source


@dataclass(frozen=True, slots=True)
class Segment:
    """Part of a year with one lump sum."""

    lump_sum: DatedAmount
    counted: int


def funded_term(period: Period, source: Source, *limits: Limit | None) -> Term:
    """Cut ``period`` by every limit; the earliest last day is the reason shown."""
    left: Period | None = period
    why = source
    for limit in limits:
        if limit is None or limit.last_day is None:
            continue
        if period.end is None or limit.last_day < period.end:
            period = replace(period, end=max(limit.last_day, period.start))
            why = limit.source
        left = None if left is None else left.cut(limit.last_day)
    return Term(left, why)


def segments(period: Period | None, year: int, proration: Proration, lump_sums: Sequence[DatedAmount]) -> list[Segment]:
    """Split what ``period`` covers of ``year`` by the lump sums in force.

    Twelfths: each fully covered month takes the lump sum of its first day. Calendar days: each day takes its own.
    None: the whole year takes the lump sum of the first covered day. Time without a lump sum gives nothing.
    """
    inside = None if period is None else period.intersect(year_period(year))
    if inside is None:
        return []
    found: list[Segment] = []
    for lump in lump_sums:
        if proration is Proration.CALENDAR_DAYS:
            counted = share_of_year(lump.period.intersect(inside), year, proration).counted
        elif proration is Proration.NONE:
            counted = MONTHS_OF_A_YEAR if lump.period.contains(inside.start) else 0
        else:
            counted = sum(
                1 for month in months_of(year) if lump.period.contains(month.start) and inside.intersect(month) == month
            )
        if counted:
            found.append(Segment(lump, counted))
    return found


def lump_over_time(
    rule: RuleInput, fte: Figure | None, term: Term, programme: ProgrammeInput, year: int, key: str, subject: str
) -> Figure:
    """Return what a rule pays in ``year`` in euros: one part per lump sum in force, added up.

    Where nothing is paid, the derivation still names the lump sum and the limit that left no time for it.
    """
    whole_year = year_period(year)
    inside = None if term.period is None else term.period.intersect(whole_year)
    beyond = beyond_the_law(inside, programme)
    lump_sums = [lump for lump in rule.lump_sums if lump.period.intersect(whole_year) is not None]
    is_plain = inside == whole_year and len(lump_sums) == 1 and lump_sums[0].period.intersect(whole_year) == inside
    if is_plain and beyond is None:
        # The plain year, by far the most frequent: one lump sum from January to December, no share of time.
        return RULES[rule.basis](lump_sums[0].amount, fte, key, subject)
    whole = share_of_year(whole_year, year, programme.time_rule.proration)
    parts = segments(term.period, year, programme.time_rule.proration, rule.lump_sums)
    if not parts:
        if not lump_sums:
            return derive(key, Step.SUM, (), unit=EUR, subject=subject, note="no_lump_sum")
        base = RULES[rule.basis](lump_sums[0].amount, fte, "lump_sum_of_year", subject)
        return time_share(base, key, replace(whole, counted=0), whole, term.why, programme.time_rule, subject=subject)
    figures = []
    for part in parts:
        only = len(parts) == 1
        has_share = part.counted < whole.counted or beyond is not None
        base_key = key if only and not has_share else "lump_sum_of_year"
        base = RULES[rule.basis](part.lump_sum.amount, fte, base_key, subject)
        if has_share:
            # Cut by the lump sum's own validity rather than by the term: then its source is the reason.
            cut_by_lump = share_of_year(term.period, year, programme.time_rule.proration).counted > part.counted
            why = beyond or (cut_by_lump and part.lump_sum.amount.source) or term.why
            share = YearShare(part.counted, whole.whole, whole.unit)
            base = time_share(
                base, key if only else "lump_sum_share", share, whole, why, programme.time_rule, subject=subject
            )
        figures.append(base)
    return figures[0] if len(figures) == 1 else derive(key, Step.SUM, figures, subject=subject)


def is_fundable(position: PositionInput, module: ModuleInput) -> bool:
    """Whether a position is large enough to be funded; one below the minimum gets neither lump sum nor material."""
    return module.minimum_fte is None or position.fte.amount >= module.minimum_fte.amount


def beyond_the_law(inside: Period | None, programme: ProgrammeInput) -> Source | None:
    """Return the override that pays where the law in force has ended: then it, not the law, carries the amount."""
    if programme.law is None or programme.law.last_day is None or inside is None or inside.end is None:
        return None
    return programme.grant_until.source if inside.end > programme.law.last_day else None


def position_grant(
    times: Sequence[FundedInput], module: ModuleInput, programme: ProgrammeInput, year: int, cost: Figure | None
) -> Figure:
    """Return the grant for a position in ``year`` before the cap of its module, over all ``times`` it is funded in.

    What rules limit to the real cost is limited together: two halves of a year must not each get the cost of all of it.
    """
    position = times[0].position
    key, subject = "grant", position.title
    if not is_fundable(position, module):
        return derive(key, Step.SUM, (), unit=EUR, subject=subject, note="below_minimum_fte")
    limited: list[Figure] = []
    amounts: list[Figure] = []
    for funded in times:
        plan = funded.period.intersect(position.period)
        if plan is None:
            continue
        term = funded_term(plan, funded.source, programme.positions_until, programme.grant_until)
        amount = lump_over_time(funded.rule, position.fte, term, programme, year, key, subject)
        # Where nothing is paid the cost limits nothing, and what it rests on must not act.
        is_limited = funded.rule.limited_to_cost and cost is not None and amount.amount > 0
        (limited if is_limited else amounts).append(amount)
    if limited and cost is not None:
        amounts.append(derive(key, Step.LEAST, (_together(key, limited, subject), cost), subject=subject))
    return (
        _together(key, amounts, subject)
        if amounts
        else derive(key, Step.SUM, (), unit=EUR, subject=subject, note="position_not_planned")
    )


def _together(key: str, parts: Sequence[Figure], subject: str) -> Figure:
    return parts[0] if len(parts) == 1 else derive(key, Step.SUM, parts, subject=subject)


def of_module(
    key: str, parts: Sequence[Figure], covers: str, module: ModuleInput, programme: ProgrammeInput, year: int
) -> Figure:
    """Return the grant of a module for its positions or material: sum of the parts, capped, replaced by an award."""
    cap = cap_of_year(module.caps.get(covers, ()), year)
    award = award_of_year(module, covers, programme, year)
    subject = module.name
    total_key = key if cap is None and award is None else f"{key}_by_rule"
    total = derive(total_key, Step.SUM, parts, unit=EUR, subject=subject)
    if cap is not None:
        capped_key = key if award is None else f"{key}_by_rule"
        total = derive(capped_key, Step.LEAST, (total, cap), subject=subject)
    if award is not None:
        total = derive(key, Step.REPLACED, (award, total), subject=subject)
    return total


def cap_of_year(caps: Sequence[DatedAmount], year: int) -> Figure | None:
    """Return the cap in force on 1 January, else the first one that begins later in the year."""
    valid = [cap for cap in caps if cap.period.intersect(year_period(year)) is not None]
    return min(valid, key=lambda cap: cap.period.start).amount if valid else None


def award_of_year(module: ModuleInput, covers: str, programme: ProgrammeInput, year: int) -> Figure | None:
    """Return what was awarded for ``year``; a grant that ends earlier leaves the share of the award period before."""
    amounts = []
    for award in module.awards:
        if award.covers != covers or award.period.start.year != year:
            continue
        limits = [limit for limit in (programme.positions_until, programme.grant_until) if limit and limit.last_day]
        earliest = min(limits, key=lambda limit: limit.last_day or date.max, default=programme.grant_until)
        amounts.append(part_of(award.amount, "award_share", award.period, earliest, year, programme.time_rule))
    if len(amounts) > 1:
        return derive("award", Step.SUM, amounts, subject=module.name)
    return amounts[0] if amounts else None


def award_difference(grant: Figure) -> Figure | None:
    """Return what an award gives more than the rule (less, if negative), or None where no award replaces the rule."""
    if grant.step is not Step.REPLACED:
        return None
    return derive("award_difference", Step.DIFFERENCE, grant.inputs, subject=grant.subject)


def spread(key: str, total: Figure, parts: Sequence[Figure], fallback: Sequence[Figure]) -> list[Figure]:
    """Return the share of each line in a module's grant; they add up to it to the cent.

    The lines keep their own grant while neither cap nor award changes the sum. Otherwise the sum is allocated by what
    the rule gives them; where the rule gives nothing, by ``fallback`` (FTE, cost); failing that in equal parts.
    """
    if sum((part.amount for part in parts), Decimal(0)) == total.amount:
        return list(parts)
    weights = next((some for some in (parts, fallback) if any(one.amount > 0 for one in some)), None)
    if weights is None:
        weights = [given("equal_part", Decimal(1), FACTOR, EQUAL_PARTS) for _part in parts]
    return [
        derive(key, Step.ALLOCATED, (total, *weights), mode=str(index), subject=part.subject)
        for index, part in enumerate(parts)
    ]
