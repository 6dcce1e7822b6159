"""Numbers have 34 digits and round half to even; what has no result is null and says why."""

from __future__ import annotations

from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
)

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.feel import FeelError, kind
from tests.unit.feel.asking import number, problems, value

EXACT = Context(prec=34)
money = st.decimals(-(10**12), 10**12, places=4)


@given(money, money)
def test_sums_products_and_quotients_are_those_of_decimal(a: Decimal, b: Decimal):
    assert number("a + b", a=a, b=b) == EXACT.add(a, b)
    assert number("a - b", a=a, b=b) == EXACT.subtract(a, b)
    assert number("a * b", a=a, b=b) == EXACT.multiply(a, b)
    if b:
        assert number("a / b", a=a, b=b) == EXACT.divide(a, b)


@given(money, money)
def test_numbers_are_ordered_as_decimal_orders_them(a: Decimal, b: Decimal):
    assert value("a < b", a=a, b=b) is (a < b)
    assert value("a >= b", a=a, b=b) is (a >= b)
    assert value("a = b", a=a, b=b) is (a == b)
    assert value("a in [b..b + 1)", a=a, b=b) is (b <= a < b + 1)


@given(money, st.integers(-3, 4))
def test_numbers_round_as_decimal_rounds_them(n: Decimal, scale: int):
    step = Decimal(1).scaleb(-scale)
    for name, rounding in {
        "floor": ROUND_FLOOR,
        "ceiling": ROUND_CEILING,
        "round up": ROUND_UP,
        "round down": ROUND_DOWN,
        "round half up": ROUND_HALF_UP,
        "round half down": ROUND_HALF_DOWN,
    }.items():
        assert number(f"{name}(n, scale)", n=n, scale=scale) == n.quantize(step, rounding, EXACT)


@given(money, money.filter(bool))
def test_modulo_has_the_sign_of_the_divisor(a: Decimal, b: Decimal):
    rest = number("modulo(a, b)", a=a, b=b)
    assert rest == a - b * (a / b).to_integral_value(ROUND_FLOOR, Context(prec=60))
    assert rest == 0 or (rest < 0) == (b < 0)


def test_whole_numbers_and_floats_of_python_are_numbers():
    assert value("a / 4 + b", a=1, b=0.5) == Decimal("0.75")
    assert value("a = b", a=2, b=Decimal("2.00")) is True
    assert value("a", a=float("nan")) is None


def test_a_minus_sign_binds_tighter_than_a_power_and_powers_group_left():
    assert value("-2 ** 2") == 4
    assert value("2 ** 3 ** 2") == 64
    assert value("1 + 2 * 3 ** 2 - -4") == 23


@pytest.mark.parametrize(
    "text", ["1 / 0", "10 ** 7000", "exp(100000)", "sqrt(-1)", "log(0)", "modulo(1, 0)", "0 ** -1"]
)
def test_what_has_no_bounded_result_is_null(text: str):
    assert problems(text)


@pytest.mark.parametrize("number", ["NaN", "sNaN", "Infinity", "1e999999", "-1e-999999"])
def test_a_number_from_outside_that_is_none_does_no_harm(number: str):
    for text in (
        "n > 1",
        "n + 1",
        "n * n",
        "string(n)",
        "[n] = [n]",
        "max(n, 1)",
        "round up(n, 2)",
        "-(n)",
        "modulo(n, 7)",
    ):
        assert kind(value(text, n=Decimal(number))) != "value from outside"


def test_a_literal_beyond_the_largest_number_is_refused():
    with pytest.raises(FeelError, match="the number is too large"):
        value("-(-1e986100)")


def test_kinds_that_do_not_mix_are_null_and_named():
    assert problems('1 + "1"') == ["+ has no meaning between a number and a string"]
    assert problems("a * 2") == [
        "there is no variable a",
        "* has no meaning between null and a number",
    ]


def test_three_valued_logic():
    assert value("true and null") is None
    assert value("false and null") is False
    assert value('true or "x"') is True
    assert value("false or null or true") is True
    assert value("not(null)") is None
    assert value('1 = "1"') is None
    assert value("null = null") is True
    assert value("null < 1") is None
    assert value("if null then 1 else 2") == 2


def test_statistics():
    assert value("median(6, 1, 2, 3)") == Decimal("2.5")
    assert value("mode([6, 3, 9, 6, 6, 3, 3])") == [3, 6]
    assert value("mean([1, 2, 3, 4])") == Decimal("2.5")
    assert number("round half up(stddev([2, 4, 7, 5]), 6)") == Decimal("2.081666")
    assert str(value('sum([@"PT1H", @"PT90M"])')) == "PT2H30M"
