"""The formats of ``kim.formatting`` as template filters; what is absent is shown as a dash."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import template
from django.core.paginator import Page

from kim import formatting

register = template.Library()


def _or_dash(value: Any, write: Callable[[Any], str]) -> str:
    """Write what is there. Templates turn an unknown name into an empty text, which is as absent as None."""
    return formatting.ABSENT if value is None or value == "" else write(value)


@register.filter
def amount(value: Decimal | None) -> str:
    """``336.657,24``."""
    return _or_dash(value, formatting.amount)


@register.filter
def euro(value: Decimal | None) -> str:
    """``336.657,24 €``."""
    return _or_dash(value, formatting.euro)


@register.filter
def percent(value: Decimal | None) -> str:
    """``65,01 %``."""
    return _or_dash(value, formatting.percent)


@register.filter
def fte(value: Decimal | None) -> str:
    """``0,75``."""
    return _or_dash(value, formatting.fte)


@register.filter
def whole(value: Decimal | None) -> str:
    """``12``: a count."""
    return _or_dash(value, formatting.number)


@register.filter
def german_date(value: date | None) -> str:
    """``31.12.2022``. Not named ``date``: that would replace Django's own filter wherever this library is loaded."""
    return _or_dash(value, formatting.date)


@register.filter
def page_numbers(page: Page[Any]) -> list[int | None]:
    """Return the page numbers to offer around the current one; None stands for a gap."""
    return [one if isinstance(one, int) else None for one in page.paginator.get_elided_page_range(page.number)]


@register.filter
def minutes(value: timedelta) -> int:
    """Return a waiting time in full minutes, the begun one included."""
    return -(-value // timedelta(minutes=1))
