"""A table page of 100 rows with django-tables2 against the same cells by a plain template."""

import time
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from statistics import median

from django.template import engines
from django.test import RequestFactory

from kim import formatting
from kim.tables import Column, FteColumn, LeanTable, MoneyColumn

ROWS = 100
PLAIN = """<table>{% for row in rows %}<tr><th scope="row">{{ row.0 }}</th><td>{{ row.1 }}</td><td>{{ row.2 }}</td>
<td>{{ row.3 }}</td><td>{{ row.4 }}</td><td>{{ row.5 }}</td><td>{{ row.6 }}</td><td>{{ row.7 }}</td></tr>{% endfor %}
</table>"""


@dataclass(frozen=True, slots=True)
class Row:
    """A line with eight cells."""

    reference: str
    title: str
    module: str
    provider: str
    fte: Decimal
    cost: Decimal
    grant: Decimal
    shortfall: Decimal


class Lines(LeanTable):
    """The table of the product with the same columns."""

    reference = Column(heads_row=True)
    title = Column()
    module = Column()
    provider = Column()
    fte = FteColumn()
    cost = MoneyColumn()
    grant = MoneyColumn()
    shortfall = MoneyColumn()


def measure(rounds: int) -> None:
    """Print the ratio; both sides format the same amounts."""
    random = Random(100)

    def money() -> Decimal:
        return Decimal(random.randint(0, 10_000_000)).scaleb(-2)

    rows = [
        Row(f"R-{n}", f"Stelle {n}", "2", "Träger", Decimal("0.75"), money(), money(), money()) for n in range(ROWS)
    ]
    request = RequestFactory().get("/")
    plain = engines["django"].from_string(PLAIN)

    def by_plain() -> str:
        cells = [
            (
                row.reference,
                row.title,
                row.module,
                row.provider,
                formatting.fte(row.fte),
                formatting.amount(row.cost),
                formatting.amount(row.grant),
                formatting.amount(row.shortfall),
            )
            for row in rows
        ]
        return plain.render({"rows": cells})

    def by_table() -> str:
        return str(Lines(rows).configure(request).as_html(request))

    floors, taken, ratios = [], [], []
    for number in range(rounds + 3):
        started = time.perf_counter_ns()
        by_plain()
        between = time.perf_counter_ns()
        by_table()
        ended = time.perf_counter_ns()
        if number >= 3:
            floors.append(between - started)
            taken.append(ended - between)
            ratios.append(taken[-1] / floors[-1])
    print(
        f"   table of {ROWS} rows (goal <= 1.5)                    floor {median(floors) / 1e6:6.2f} ms  "
        f"{median(taken) / 1e6:8.2f} ms  ratio {median(ratios):6.2f}  ({min(ratios):.2f} to {max(ratios):.2f})"
    )
