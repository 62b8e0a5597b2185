"""Pay rises on amounts that somebody declared. Pure: no Django, no database, no clock.

A declared amount says what a year costs, not how it came about, so a rise can only be told by its percent: the months
from its first day on cost that much more, as if the amount were spread evenly over the planned months.
"""

from collections.abc import Iterable
from decimal import Decimal

from kim.figures import PERCENT, Figure, Source, Status, Step, derive, given
from kim.timeshare import TimeRule, time_share
from kim.years import Period, Proration, share_of_year
from staffing.calculation.basis import PayBasis
from staffing.calculation.pay.law import PayRise, Tariff

EVENLY = TimeRule(
    Proration.TWELFTHS, Source("Der erfasste Jahresbetrag verteilt sich gleichmäßig auf die Monate", Status.ASSUMED)
)


def acting(rises: Iterable[PayRise], basis: PayBasis | None, year: int) -> list[PayRise]:
    """Return the rises that raise a declared amount of ``year``, in order of time.

    What is known of the position decides: one in a pay table takes the rises of its table and group, one whose pay
    follows another agreement takes none, and where nothing is known a rise has to be one of both tables.
    """
    terms = None if basis is None else basis.in_year(year)
    found = [rise for rise in rises if rise.first_day.year <= year]
    if terms is None:
        found = [rise for rise in found if not rise.tariffs or set(rise.tariffs) == set(Tariff)]
    elif terms.table is None:
        found = []
    else:
        table = terms.table
        found = [rise for rise in found if rise.applies_to(table.tariff, table.group)]
    return sorted(found, key=lambda rise: (rise.first_day, rise.name))


def raised(declared: Figure, rise: PayRise, plan: Period, year: int, subject: str) -> Figure:
    """Return ``declared`` with ``rise``: plus its percent of the share of the planned months it acts in."""
    if rise.percent == Decimal(0):
        return declared
    planned = share_of_year(plan, year, Proration.TWELFTHS)
    acts = share_of_year(plan.intersect(Period(rise.first_day)), year, Proration.TWELFTHS)
    if not acts.counted:
        return declared
    percent = given("pay_rise_percent", rise.percent, PERCENT, rise.source, subject=rise.name)
    more = derive("pay_rise_by_percent", Step.PRODUCT, (declared, percent), subject=rise.name)
    if acts.counted != planned.counted:
        more = time_share(more, "pay_rise_of_year", acts, planned, rise.source, EVENLY, subject=rise.name)
    return derive("position_cost", Step.SUM, (declared, more), subject=subject)
