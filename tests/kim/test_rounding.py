from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kim.errors import AmountError
from kim.rounding import Direction, allocate, cent, percent_of, require_cents, round_to, share

if TYPE_CHECKING:
    from collections.abc import Callable

UP, NEAREST, DOWN = Direction.UP, Direction.NEAREST, Direction.DOWN
CENT = Fraction(1, 100)

cents = st.decimals(min_value=-(10**12) + 1, max_value=10**12 - 1, places=2)
positive_cents = st.decimals(min_value=0, max_value=10**12 - 1, places=2)
exact = st.decimals(min_value=-(10**12), max_value=10**12, places=8)
weights = st.lists(st.decimals(min_value=0, max_value=10**9, places=4), min_size=1, max_size=20).filter(any)


def text(parts: tuple[Decimal, ...]) -> list[str]:
    return [str(part) for part in parts]


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        ("0.005", "0.01"), ("-0.005", "-0.01"), ("0.0049999", "0.00"), ("-0.0049999", "0.00"), ("2.675", "2.68"),
        ("913257.245", "913257.25"), ("-913257.245", "-913257.25"), ("913257.24", "913257.24"), ("1e3", "1000.00"),
        ("-0", "0.00"), ("-0.00", "0.00"),
    ],
)  # fmt: skip
def test_cent_rounds_half_away_from_zero(amount: str, expected: str) -> None:
    assert str(cent(Decimal(amount))) == expected


@given(exact)
def test_cent_is_the_nearest_cent(amount: Decimal) -> None:
    rounded = cent(amount)
    distance = abs(Fraction(rounded) - Fraction(amount))
    assert distance <= CENT / 2
    assert rounded == -cent(-amount)
    if distance == CENT / 2:
        assert abs(rounded) > abs(amount)


@pytest.mark.parametrize(
    ("amount", "base", "direction", "expected"),
    [
        ("962257.24", "100.00", UP, "962300.00"),
        ("962257.24", "100.00", NEAREST, "962300.00"),
        ("962257.24", "100.00", DOWN, "962200.00"),
        ("962250.00", "100.00", NEAREST, "962300.00"),
        ("962249.99", "100.00", NEAREST, "962200.00"),
        ("962300.00", "100.00", UP, "962300.00"),
        ("962300.00", "100.00", DOWN, "962300.00"),
        ("-962257.24", "100.00", UP, "-962200.00"),
        ("-962257.24", "100.00", NEAREST, "-962300.00"),
        ("-962257.24", "100.00", DOWN, "-962300.00"),
        ("-0.01", "100.00", UP, "0.00"),
        ("-0.01", "100.00", DOWN, "-100.00"),
        ("0.02", "0.05", UP, "0.05"),
        ("12.34", "0.01", DOWN, "12.34"),
        ("7.00", "3.00", UP, "9.00"),
    ],
)
def test_round_to(amount: str, base: str, direction: Direction, expected: str) -> None:
    assert str(round_to(Decimal(amount), Decimal(base), direction)) == expected


@given(cents, st.decimals(min_value="0.01", max_value=10**6, places=2))
def test_round_to_stays_within_one_base_and_on_its_side(amount: Decimal, base: Decimal) -> None:
    up, nearest, down = (Fraction(round_to(amount, base, way)) for way in (UP, NEAREST, DOWN))
    exact_amount, step = Fraction(amount), Fraction(base)
    assert all((one / step).denominator == 1 for one in (up, nearest, down))
    assert down <= exact_amount <= up
    assert up - down == (0 if up == exact_amount else step)
    assert nearest in {up, down}
    assert abs(nearest - exact_amount) <= step / 2


@pytest.mark.parametrize("base", ["0.00", "-100.00", "0.001", "NaN", "Infinity"])
def test_round_to_refuses_a_base_that_is_no_positive_number_of_cents(base: str) -> None:
    with pytest.raises(AmountError):
        round_to(Decimal("962257.24"), Decimal(base), UP)


@pytest.mark.parametrize(
    ("amount", "numerator", "denominator", "expected"),
    [
        ("55000.00", "7", "12", "32083.33"), ("55000.00", "5", "12", "22916.67"), ("0.01", "1", "2", "0.01"),
        ("-0.01", "1", "2", "-0.01"), ("55000.00", "12", "12", "55000.00"), ("55000.00", "0", "12", "0.00"),
        ("365.00", "59", "365", "59.00"),
    ],
)  # fmt: skip
def test_share(amount: str, numerator: str, denominator: str, expected: str) -> None:
    assert str(share(Decimal(amount), Decimal(numerator), Decimal(denominator))) == expected


@pytest.mark.parametrize("denominator", ["0", "-12"])
def test_share_refuses_a_denominator_of_nothing(denominator: str) -> None:
    with pytest.raises(AmountError, match="Nenner"):
        share(Decimal("1.00"), Decimal(1), Decimal(denominator))


@pytest.mark.parametrize(
    ("amount", "expected"),
    [("1", "1.00"), ("1.5", "1.50"), ("1.500", "1.50"), ("1E+2", "100.00"), ("-0.00", "0.00"), ("-3.1", "-3.10")],
)
def test_require_cents_writes_two_decimals(amount: str, expected: str) -> None:
    assert str(require_cents(Decimal(amount))) == expected


@pytest.mark.parametrize("amount", ["1.005", "0.001", "-913257.245", "1e-30"])
def test_require_cents_refuses_a_third_decimal_and_names_it(amount: str) -> None:
    with pytest.raises(AmountError) as refusal:
        require_cents(Decimal(amount))
    assert refusal.value.message == (
        f"{Decimal(amount)} ist kein voller Centbetrag. Bitte mit höchstens zwei Nachkommastellen angeben."
    )
    assert refusal.value.data == {"amount": Decimal(amount)}


ONE = Decimal("1.00")


@pytest.mark.parametrize(
    "attempt",
    [
        cent,
        require_cents,
        lambda bad: round_to(bad, ONE, UP),
        lambda bad: round_to(ONE, bad, UP),
        lambda bad: share(bad, ONE, ONE),
        lambda bad: share(ONE, bad, ONE),
        lambda bad: share(ONE, ONE, bad),
        lambda bad: allocate(bad, [ONE]),
        lambda bad: allocate(ONE, [ONE, bad]),
        lambda bad: percent_of(bad, ONE),
        lambda bad: percent_of(ONE, bad),
    ],
)
@pytest.mark.parametrize("amount", ["NaN", "-NaN", "sNaN", "Infinity", "-Infinity", "1e70", "-1e70", "1e20"])
def test_what_is_no_amount_is_refused_everywhere(attempt: Callable[[Decimal], object], amount: str) -> None:
    with pytest.raises(AmountError, match=r"ist kein Betrag|ist zu groß"):
        attempt(Decimal(amount))


def test_largest_amounts_stay_exact() -> None:
    largest = Decimal("99999999999999999999.99")
    assert require_cents(largest) == cent(largest) == share(largest, ONE, ONE) == largest
    assert text(allocate(largest, [ONE, ONE])) == ["50000000000000000000.00", "49999999999999999999.99"]


@pytest.mark.parametrize("amount", [1, 1.0, "1.00", None, True])
def test_only_decimals_are_amounts(amount: object) -> None:
    with pytest.raises(AmountError, match="ist kein Betrag"):
        require_cents(amount)  # type: ignore[arg-type]
    with pytest.raises(AmountError, match="ist kein Betrag"):
        cent(amount)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("total", "shares", "expected"),
    [
        ("100.00", ["1", "1", "1"], ["33.34", "33.33", "33.33"]),
        ("0.02", ["1", "1", "1"], ["0.01", "0.01", "0.00"]),
        ("-0.02", ["1", "1", "1"], ["-0.01", "-0.01", "0.00"]),
        ("0.00", ["1", "2"], ["0.00", "0.00"]),
        ("10.00", ["0", "1", "0"], ["0.00", "10.00", "0.00"]),
        ("0.01", ["0", "1", "1"], ["0.00", "0.01", "0.00"]),
        ("0.02", ["1", "4", "1"], ["0.01", "0.01", "0.00"]),
        ("0.02", ["4", "1", "1"], ["0.02", "0.00", "0.00"]),
        ("0.10", ["0.1", "0.2", "0.3"], ["0.02", "0.03", "0.05"]),
        ("275000.00", ["1.0"] * 9, ["30555.56"] * 5 + ["30555.55"] * 4),
    ],
)
def test_allocate(total: str, shares: list[str], expected: list[str]) -> None:
    assert text(allocate(Decimal(total), [Decimal(one) for one in shares])) == expected


@given(cents, weights)
def test_allocated_parts_add_up_and_none_is_off_by_a_cent(total: Decimal, shares: list[Decimal]) -> None:
    parts = allocate(total, shares)

    assert len(parts) == len(shares)
    assert sum(map(Fraction, parts)) == Fraction(total)
    whole = sum(map(Fraction, shares))
    for part, weight in zip(parts, shares, strict=True):
        assert abs(Fraction(part) - Fraction(total) * Fraction(weight) / whole) < CENT
        assert part.as_tuple().exponent == -2
        assert weight or not part


@given(cents, weights, st.randoms(use_true_random=False))
def test_order_of_lines_moves_at_most_the_odd_cents(total: Decimal, shares: list[Decimal], shuffler: object) -> None:
    order = list(range(len(shares)))
    shuffler.shuffle(order)  # type: ignore[attr-defined]
    before = allocate(total, shares)
    after = allocate(total, [shares[index] for index in order])
    assert sorted(zip(shares, before, strict=True)) == sorted(
        (shares[index], part) for index, part in zip(order, after, strict=True)
    )


@given(cents, weights)
def test_equal_weights_never_favour_a_later_line(total: Decimal, shares: list[Decimal]) -> None:
    parts = allocate(abs(total), shares)
    for weight in set(shares):
        equal = [part for part, one in zip(parts, shares, strict=True) if one == weight]
        assert equal == sorted(equal, reverse=True)


@given(positive_cents, weights, st.decimals(min_value="0.0001", max_value=1000, places=4))
def test_only_the_proportion_of_weights_counts(total: Decimal, shares: list[Decimal], factor: Decimal) -> None:
    assert allocate(total, shares) == allocate(total, [one * factor for one in shares])


@pytest.mark.parametrize("shares", [[], ["0"], ["0", "0.00"], ["1", "-1", "3"], ["-1"]])
def test_allocate_refuses_what_gives_no_proportion(shares: list[str]) -> None:
    with pytest.raises(AmountError, match="lässt sich nicht aufteilen"):
        allocate(Decimal("1.00"), [Decimal(one) for one in shares])


def test_allocate_refuses_a_third_decimal() -> None:
    with pytest.raises(AmountError, match="kein voller Centbetrag"):
        allocate(Decimal("1.005"), [Decimal(1)])


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [
        ("625600.00", "962257.24", "65.01"), ("0.00", "5.00", "0.00"), ("1.00", "3.00", "33.33"),
        ("2.00", "3.00", "66.67"), ("-1.00", "8.00", "-12.50"), ("1.00", "80000.00", "0.00"),
        ("6.00", "3.00", "200.00"),
    ],
)  # fmt: skip
def test_percent_of(part: str, whole: str, expected: str) -> None:
    assert str(percent_of(Decimal(part), Decimal(whole))) == expected


def test_percent_of_nothing_is_refused() -> None:
    with pytest.raises(AmountError, match="Prozentsatz"):
        percent_of(Decimal("1.00"), Decimal("0.00"))
