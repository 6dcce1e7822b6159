"""What a text means: names, operators, contexts, filters, and where an error lies."""

from __future__ import annotations

import doctest
from collections.abc import Iterator, Mapping
from decimal import Decimal

import pytest

from engine import feel
from tests.unit.feel.asking import NOW, passes, problems, value, within

DEALS = [
    {"name": "Oak", "amount": 100, "tags": ["new"]},
    {"name": "Elm", "amount": 900, "tags": []},
    {"name": "Ash", "tags": ["new", "big"]},
]


def test_the_examples_of_the_package_hold():
    assert doctest.testmod(feel).failed == 0


def test_known_names_win_and_the_longest_of_them():
    variables = {"a": 5, "b": 3, "a-b": 10, "a-b c": 7}
    assert within("a-b", variables) == 2
    assert within("a-b", variables, ["a-b"]) == 10
    assert within("a - b", variables, ["a-b"]) == 2
    assert within("a-b   c + 1", variables, ["a-b", "a-b c"]) == 8


def test_names_with_spaces_are_read_only_where_they_are_known():
    assert within("unit price * 2", {"unit price": 4}, ["unit price"]) == 8
    with pytest.raises(
        feel.FeelError, match="expected an operator or the end, found price"
    ) as told:
        feel.expression("unit price * 2")
    assert (told.value.line, told.value.column) == (1, 6)


def test_a_variable_may_be_called_as_a_function_is():
    assert value("count + 1", count=2) == 3
    assert value("count([1, 2]) + count", count=2) == 4


def test_paths_name_what_must_be_read():
    rule = feel.expression(
        'if deal.client.country in ("FR", home) then sum(lines[price > deal.limit].price) else today()',
        names=["deal", "home", "lines"],
    )
    assert rule.paths == {("deal", "client", "country"), ("deal", "limit"), ("home",), ("lines",)}
    assert rule.names == {"deal", "home", "lines"}
    assert rule.item_names == {"price"}


def test_local_names_are_no_paths():
    rule = feel.expression("for x in xs return {y: x + z, w: y}.w + (function(q) q)(1)")
    assert rule.paths == {("xs",), ("z",)}


def test_outside_a_filter_item_is_a_variable_like_any_other():
    assert feel.expression("{item: item}").paths == {("item",)}
    assert feel.expression("orders[item > limit]").paths == {("orders",)}


class Lazy(Mapping[str, object]):
    """Variables that note what was asked for."""

    def __init__(self, content: Mapping[str, object]) -> None:
        self.content = content
        self.asked: list[str] = []

    def __getitem__(self, name: str) -> object:
        self.asked.append(name)
        return self.content[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.content)

    def __len__(self) -> int:
        return len(self.content)


def test_only_what_the_evaluation_reaches_is_read():
    deal = Lazy({"amount": 5, "secret": 1})
    scope = Lazy({"deal": deal, "other": 1})
    assert within("if deal.amount > 1 then 1 else other", scope) == 1
    assert (scope.asked, deal.asked) == (["deal"], ["amount"])


def test_an_unknown_name_is_null_and_told():
    assert problems("foo") == ["there is no variable foo"]
    assert problems("deal.foo", deal={}) == ["deal.foo: there is no entry foo"]


def test_later_entries_of_a_context_see_earlier_ones():
    assert value("{total: price * amount, ok: total > 10}", price=5, amount=3) == {
        "total": 15,
        "ok": True,
    }


def test_a_function_in_a_context_may_call_itself():
    assert (
        value("{f: function(n) if n < 2 then 1 else n * f(n - 1), r: f(20)}.r")
        == 2432902008176640000
    )


def test_functions_keep_the_values_they_were_made_with():
    assert value("(for i in 1..3 return function(n) n * i)[2](10)") == 20


def test_filters_see_the_entries_of_the_items_and_the_variables():
    assert value("deals[amount > limit].name", deals=DEALS, limit=500) == ["Elm"]
    assert value('deals[list contains(tags, "new")].name', deals=DEALS) == ["Oak", "Ash"]
    assert value("deals[item.name = name].amount", deals=DEALS[:1], name="x") == [100]
    assert value("[3, 5, 7][item > 3]") == [5, 7]
    assert value("[3, 5, 7][-1]") == 7
    assert value("[3, 5, 7][i]", i=2) == 5
    assert value("[{item: 1}, {item: 2}][item >= 2]") == [{"item": 2}]
    assert problems("[1][2]") == ["there is no item 2 in a list of 1"]


def test_loops():
    assert value("for i in 1..3, j in [10, 20] return i * j") == [10, 20, 20, 40, 30, 60]
    assert value("for i in 3..1 return i") == [3, 2, 1]
    assert value("for i in [1..4) return i") == [1, 2, 3]
    assert value("for i in 1..6 return if i < 3 then 1 else partial[-1] + partial[-2]") == [
        1,
        1,
        2,
        3,
        5,
        8,
    ]
    assert value('count(for d in @"2026-01-30"..@"2026-02-02" return d)') == 4
    assert value("some x in [1, 2], y in [2, 3] satisfies x = y") is True
    assert value("every x in [] satisfies false") is True
    assert value("some x in [null, true] satisfies x") is True
    assert value("every x in [null, true] satisfies x") is None


@pytest.mark.parametrize(
    ("tests", "given", "answer"),
    [
        ("-", None, True),
        ('"a", "b"', "b", True),
        ("< 5, > 10", 7, False),
        ("not(1, 2)", 3, True),
        ("not(1, 2)", 2, False),
        ("[1..5)", 5, False),
        ("? > 2 and ? < 4", 3, True),
        ('contains(?, "x")', "axb", True),
        ("null", None, True),
        ("false", False, True),
        ("true", False, False),
        ("limit", 5, True),
        ("[1, 5]", 5, True),
        ("> 5", None, None),
    ],
)
def test_unary_tests(tests: str, given: object, answer: object):
    assert passes(tests, given, limit=5) is answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("1 in (2, 3, [0..1])", True),
        ("1 in [[0..1]]", True),
        ("[1, 2] in [[1, 2], [3]]", True),
        ("5 in > 4", True),
        ("5 in (> 4)", True),
        ("(> 4).start", Decimal(4)),
        ("]1..3[ = (1..3)", True),
        ("5 between 1 and 5", True),
        ("1 instance of number", True),
        ("-1 instance of number", True),
        ('[1, "a"] instance of list<number>', False),
        ("{a: 1, b: 2} instance of context<a: number>", True),
        ("[1..3] instance of range<number>", True),
        ("null instance of Any", False),
        ("(function(a: number) a) instance of function<number> -> Any", True),
        ("(function(a: number) a + 1) instance of function<number> -> number", True),
        ('(function() "a") instance of function<> -> number', False),
        ("(function(a: Any) a > 1) instance of function<string> -> boolean", True),
        ("[function() 1, function() null] instance of list<function<> -> number>", True),
        (
            '(function(a) if a then [@"P1D"] else null) instance of function<Any> -> list<number>',
            False,
        ),
        ("(function(a: number) a)([3])", Decimal(3)),
        ('{"a b": 1, c: a b + 1}.a b', Decimal(1)),
        ("/* one */ 1 // two", Decimal(1)),
        ('"\\u0041\\U01F40E\\n\\""', 'A\U0001f40e\n"'),
    ],
)
def test_constructs(text: str, answer: object):
    assert value(text) == answer


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("a && b", 3, "Write 'and'"),
        ("a == b", 4, "Write = to compare"),
        ("a != 'x'", 6, "double quotes"),
        ("if a then b", 12, "expected 'else'"),
        ("a + ", 5, "expected a value, found the end"),
        ("[1, 2", 6, "to close the list"),
        ('"abc', 1, "Close the text"),
        ("substrin(a, 1)", 1, "Did you mean substring?"),
        ("count(1, 2) + floor(1, 2, 3)", 15, "floor does not take 3 values"),
        ("sqrt(n: 4)", 1, "Write sqrt(number)"),
        ('@"2026-02-30"', 1, "not a date, time or duration"),
        ("a instance of nummber", 1, "there is no type nummber"),
        ("{a: 1, a: 2}", 8, "the entry a is there twice"),
        ("a AND b", 3, "Write 'and' in small letters"),
    ],
)
def test_an_error_has_its_place_and_a_way_out(text: str, column: int, words: str):
    with pytest.raises(feel.FeelError) as told:
        feel.expression(text)
    assert (told.value.line, told.value.column) == (1, column)
    assert words in str(told.value)


def test_lines_are_counted():
    with pytest.raises(feel.FeelError) as told:
        feel.expression("1 +\n  2 +\n   *")
    assert (told.value.line, told.value.column) == (3, 4)


def test_one_expression_serves_many_evaluations():
    rule = feel.expression("for i in 1..n return i")
    assert [rule.evaluate({"n": n}, now=NOW) for n in (1, 2)] == [[1], [1, 2]]


def test_in_binds_stronger_than_and_and_or():
    assert value('a in [1..3] and b = "x"', a=2, b="x") is True
    assert value('a in > 1 and b = "y"', a=2, b="x") is False
    assert value("a in [4..5] or a = 2", a=2) is True
