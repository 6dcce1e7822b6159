"""Built-in functions, by position and by name."""

from __future__ import annotations

import pytest

from engine import feel
from engine.feel import library
from tests.unit.feel.asking import problems, value


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ('substring("foobar", 3, 3)', "oba"),
        ('substring("foobar", -2)', "ar"),
        ('substring(string: "foobar", start position: 3)', "obar"),
        ('string length("\U0001f40e")', 1),
        ('upper case("stra\u00dfe")', "STRASSE"),
        ('substring before("a-b", "-")', "a"),
        ('substring after("a-b", "-")', "b"),
        ('contains("abc", "b") and starts with("abc", "a") and ends with("abc", "c")', True),
        ('string join(["a", null, "b"], ", ")', "a, b"),
        ('string([1.50, "a", {b: @"PT1H"}])', '[1.50, "a", {b: @"PT1H"}]'),
        ("string([1..3))", "[1..3)"),
        ('number("1 234,5", " ", ",")', value("1234.5")),
        ("list contains([1, null], null)", True),
        ("min([3, 1, 2])", 1),
        ("before(range: [1..2], point: 3)", True),
        ("before(point: 3, range: [1..2])", False),
        ('max("a", "b")', "b"),
        ("all([true, null, false])", False),
        ("any([])", False),
        ("sublist([1, 2, 3], -2, 1)", [2]),
        ("append([1], 2, 3)", [1, 2, 3]),
        ("concatenate([1], [2], [3])", [1, 2, 3]),
        ("insert before([1, 3], 2, 2)", [1, 2, 3]),
        ("remove([1, 2, 3], -1)", [1, 2]),
        ("list replace([1, 2], 2, 5)", [1, 5]),
        ("list replace([1, 2, 3], function(item, newItem) item > 1, 0)", [1, 0, 0]),
        ("reverse([1, 2])", [2, 1]),
        ("index of([1, 2, 1], 1)", [1, 3]),
        ("union([1, 2], [2, 3])", [1, 2, 3]),
        ('distinct values([1, "1", 1.0])', [1, "1"]),
        ("flatten([[1, [2]], 3])", [1, 2, 3]),
        ("sort([3, 1, 2])", [1, 2, 3]),
        ("sort([3, 1, 2], function(a, b) a > b)", [3, 2, 1]),
        ("sort([{a: 2}, {a: 1}], function(x, y) x.a < y.a).a", [1, 2]),
        ('get value({a: 1}, "a")', 1),
        ("get entries({a: 1})", [{"key": "a", "value": 1}]),
        ('context([{key: "a", value: 1}])', {"a": 1}),
        ('context put({a: {b: 1}}, ["a", "b"], 2)', {"a": {"b": 2}}),
        ("context merge([{a: 1}, {a: 2, b: 3}])", {"a": 2, "b": 3}),
        ("before(1, [2..3]) and after([2..3], 1) and before((1..2), [2..3])", True),
        ("meets([1..2], [2..3]) and met by([2..3], [1..2])", True),
        ("overlaps([1..3], [2..5]) and overlaps before([1..3], [2..5])", True),
        ("overlaps after([2..5], [1..3])", True),
        ("finishes(3, [1..3]) and finished by([1..3], [2..3])", True),
        ("includes([1..9], [2..3]) and during(2, [1..3])", True),
        ("starts(1, [1..3]) and started by([1..3], [1..2])", True),
        ("coincides([1..3], [1..3]) and coincides(3, 3)", True),
        ("includes((< 5), 4) and before((< 5), 6)", True),
        ('range("[1..3)") = [1..3)', True),
        ('range("[@\\"2026-01-05\\"..)").start', value('@"2026-01-05"')),
        ("product(2, 3, 4)", 24),
        ("even(4) and odd(3) and is(1, 1.0)", True),
        ('abs(@"-PT1H") = @"PT1H"', True),
        ("decimal(2.5, 0)", 2),
        ('string length(["abc"])', 3),
    ],
)
def test_a_function_gives(text: str, answer: object):
    assert value(text) == answer


@pytest.mark.parametrize(
    "text",
    [
        "min([])",
        "sum([])",
        'sum([1, "a"])',
        'min([1, "a"])',
        "sublist([1, 2], 3)",
        "remove([], 1)",
        'substring("abc", 0)',
        'number("1,5", ".", ".")',
        'number("1.5", " ", ",")',
        'get value({a: 1}, "b")',
        'context([{key: "a", value: 1}, {key: "a", value: 2}])',
        'context put({}, ["a", "b"], 1)',
        'sort([1, "a"], function(x, y) x < y)',
        'range("[2..1]")',
        'range("[sum(1)..2]")',
        "all([true, 1])",
        "stddev([1])",
        "time(25, 0, 0)",
        "date(2026, 2, 30)",
        "floor(1, 10000)",
        "count(null)",
    ],
)
def test_what_has_no_answer_is_null_with_the_reason(text: str):
    assert problems(text)


def test_every_function_refuses_null_without_raising():
    for name, builtin in library.FUNCTIONS.items():
        for parameters, required in builtin.signatures:
            for count in range(max(required, 1), len(parameters) + 1):
                values = ", ".join(["null"] * count)
                assert value(f"{name}({values})") in (None, True, False)


def test_every_function_takes_any_kind_without_raising():
    kinds = [
        "1",
        "-1.5",
        '"a"',
        "true",
        '@"2026-01-05"',
        '@"PT1H"',
        '@"P1M"',
        "[1]",
        "{a: 1}",
        "[1..2]",
        "now()",
    ]
    for name, builtin in library.FUNCTIONS.items():
        for parameters, required in builtin.signatures:
            for kind in kinds:
                for other in kinds[:4] if len(parameters) > 1 else kinds[:1]:
                    given = [kind, *[other] * (len(parameters) - 1)][
                        : max(required, len(parameters))
                    ]
                    result = value(f"{name}({', '.join(given)})")
                    assert feel.kind(result) != "value from outside"
