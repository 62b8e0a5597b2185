"""What many positions cost by the pay tables: whole cents against figures, and against adding up what is stored.

Alone: ``python -m tests.benchmarks.pay``.
"""

import sys
import time
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from random import Random
from statistics import median

from kim.figures import FTE, Source, given
from kim.years import Period
from staffing.calculation.pay import PayTerms, pay_year
from staffing.calculation.pay.fast import PayCents
from staffing.published_law import published_law

POSITIONS = 26_000
YEARS = range(2022, 2032)
MONTHS = 12
# So many positions by figures: all of them would take minutes.
SAMPLE = 60


def portfolio(count: int) -> list[PayTerms]:
    """Return seeded positions of 54 cities: every group and step, part time, starts and ends, steps that rise."""
    law = published_law()
    places = sorted(law.table, key=str)
    random = Random(count)
    shares = [
        given("fte", Decimal(fte), FTE, Source("Lastfall")) for fte in ("0.5", "0.65", "0.75", "0.8", "1.0", "1.0")
    ]
    found = []
    for _number in range(count):
        tariff, group, step = random.choice(places)
        start = date(random.randint(2020, 2024), random.choice((3, 4, 7, 10)), random.choice((1, 1, 1, 15)))
        end = None if random.random() < 0.7 else date(random.randint(2025, 2031), random.choice((6, 12)), 30)
        since = start if random.random() < 0.5 else date(random.randint(2017, 2022), random.randint(1, 12), 1)
        is_city = random.random() < 0.5
        pension = law.supplementary_pension if is_city else None
        found.append(PayTerms(tariff, group, step, random.choice(shares), Period(start, end), is_city, since, pension))
    return found


def by_cents(positions: Sequence[PayTerms]) -> list[list[int]]:
    return [[one.total for one in of_year] for of_year in PayCents(published_law()).years(positions, YEARS)]


def by_figures(positions: Sequence[PayTerms]) -> list[list[int]]:
    law = published_law()
    return [[int(pay_year(one, year, law).total.amount.scaleb(2)) for one in positions] for year in YEARS]


def timed(work: Callable[[], object]) -> int:
    started = time.perf_counter_ns()
    work()
    return time.perf_counter_ns() - started


def measure(rounds: int) -> None:
    """Print both ratios; the same positions are computed both ways before anything is timed."""
    positions = portfolio(POSITIONS)
    sample = positions[:SAMPLE]
    if by_cents(sample) != by_figures(sample):
        sys.exit("whole cents and figures differ")
    stored = [[cents // MONTHS] * MONTHS for of_year in by_cents(positions) for cents in of_year]
    floors, taken, figures = [], [], []
    for _round in range(rounds):
        floors.append(timed(lambda: sum(sum(months) for months in stored)))
        taken.append(timed(lambda: by_cents(positions)))
        figures.append(timed(lambda: by_figures(sample)) * POSITIONS // SAMPLE)
    report("adding up stored months", floors, taken)
    report("figures, from a sample", figures, taken)


def report(floor: str, floors: Sequence[int], taken: Sequence[int]) -> None:
    ratios = [one / other for one, other in zip(taken, floors, strict=True)]
    print(
        f"   pay of {POSITIONS:,} positions, {len(YEARS)} years, by {floor:24} floor {median(floors) / 1e6:10.1f} ms  "
        f"{median(taken) / 1e6:8.1f} ms  ratio {median(ratios):8.3f}  ({min(ratios):.3f} to {max(ratios):.3f})"
    )


if __name__ == "__main__":
    measure(int(sys.argv[1]) if sys.argv[1:] else 7)
