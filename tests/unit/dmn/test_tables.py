"""Decision tables: hit policies, defaults, allowed values, and which rules fired."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import dmn
from tests.unit.dmn.writing import data, decide, decision, model, table, value

DISCOUNTS = [
    ["< 100", "-", "0"],
    ["[100..1000)", '"new"', "5"],
    ["[100..1000)", 'not("new")', "7"],
    [">= 1000", "-", "10"],
]


def priced(**more: object) -> dmn.Model:
    made = table(["amount", "tier"], DISCOUNTS, **more)  # type: ignore[arg-type]  # the table's own options
    return model(
        data("amount", "number"),
        data("tier"),
        decision("discount", made, "input:amount", "input:tier"),
    )


def one_column(policy: str, rules: Sequence[Sequence[str]], **more: object) -> dmn.Model:
    made = table(["n"], rules, policy=policy, **more)  # type: ignore[arg-type]  # the table's own options
    return model(data("n", "number"), decision("found", made, "input:n"))


@pytest.mark.parametrize(
    ("amount", "tier", "discount"),
    [(50, "new", 0), (100, "new", 5), (100, "gold", 7), (999.99, "gold", 7), (1000, None, 10)],
)
def test_the_rule_that_matches_gives_the_result(amount: float, tier: str | None, discount: int):
    assert value(priced(), "discount", amount=amount, tier=tier) == discount


def test_the_rules_that_fired_are_told():
    outcome = decide(priced(), "discount", amount=100, tier="gold")
    assert [(fired.decision, fired.numbers) for fired in outcome.fired] == [("discount", (3,))]


def test_no_rule_gives_the_default_or_null():
    rules = [["1", '"one"']]
    assert value(one_column("UNIQUE", rules), "found", n=2) is None
    assert value(one_column("UNIQUE", rules, defaults=['"other"']), "found", n=2) == "other"


OVERLAPPING = [["> 0", '"low"'], ["> 5", '"high"'], ["> 5", '"high"'], ["> 9", '"top"']]


@pytest.mark.parametrize(
    ("policy", "n", "result"),
    [
        ("UNIQUE", 3, "low"),
        ("UNIQUE", 7, None),
        ("ANY", 7, None),
        ("FIRST", 10, "low"),
        ("F", 10, "low"),
        ("PRIORITY", 10, "top"),
        ("RULE ORDER", 7, ["low", "high", "high"]),
        ("OUTPUT ORDER", 10, ["top", "high", "high", "low"]),
        ("COLLECT", 7, ["low", "high", "high"]),
    ],
)
def test_hit_policies(policy: str, n: int, result: object):
    found = one_column(policy, OVERLAPPING, values=['"top", "high", "low"'])
    assert value(found, "found", n=n) == result


def test_any_lets_rules_with_the_same_result_match_together():
    assert value(one_column("ANY", [["> 0", '"a"'], ["> 1", '"a"']]), "found", n=2) == "a"


@pytest.mark.parametrize(
    ("aggregation", "result"), [("SUM", 6), ("MIN", 1), ("MAX", 3), ("COUNT", 3), ("", [1, 2, 3])]
)
def test_collected_results_are_aggregated(aggregation: str, result: object):
    rules = [["> 0", "1"], ["> 0", "2"], ["> 0", "3"]]
    assert value(one_column("COLLECT", rules, aggregation=aggregation), "found", n=1) == result


def test_a_count_of_nothing_is_zero():
    assert value(one_column("COLLECT", [["> 0", "1"]], aggregation="COUNT"), "found", n=0) == 0


def test_several_outputs_make_a_context_and_rank_from_the_left():
    rules = [["-", '"b"', "1"], ["-", '"a"', "2"], ["-", '"a"', "1"]]
    found = one_column("PRIORITY", rules, outputs=("name", "rank"), values=['"a", "b"', "1, 2"])
    assert value(found, "found", n=0) == {"name": "a", "rank": 1}


def test_a_value_that_is_not_allowed_is_null_and_told():
    made = table(["n"], [["-", "1"]], allowed="[1..5]")
    found = model(data("n", "number"), decision("found", made, "input:n"))
    assert value(found, "found", n=5) == 1
    outcome = decide(found, "found", n=6)
    assert outcome.value is None
    assert outcome.problems == ("a value is not among those allowed for its column",)


def test_a_cell_that_cannot_be_read_is_a_problem_with_its_line_and_does_not_match():
    found = one_column("UNIQUE", [["> > 1", '"a"'], ["2", '"b"']])
    assert [problem.line for problem in found.problems] == [3]
    assert value(found, "found", n=2) == "b"


def test_an_unknown_hit_policy_is_a_problem():
    assert "there is no hit policy BEST" in str(one_column("BEST", [["-", "1"]]).problems)


cells = st.one_of(
    st.just("-"),
    st.integers(0, 9).map(str),
    st.tuples(st.integers(0, 9), st.integers(0, 9)).map(lambda p: f"{p[0]}, {p[1]}"),
    st.tuples(st.sampled_from(["<", "<=", ">", ">="]), st.integers(0, 9)).map(
        lambda p: f"{p[0]} {p[1]}"
    ),
    st.tuples(st.integers(0, 5), st.integers(5, 9)).map(lambda p: f"[{p[0]}..{p[1]})"),
    st.integers(0, 9).map(lambda n: f"not({n})"),
)


def holds(cell: str, n: int) -> bool:
    """The test of one cell, read a second way."""
    if cell == "-":
        return True
    if cell.startswith("not"):
        return n != int(cell[4:-1])
    if cell.startswith("["):
        low, high = cell[1:-1].split("..")
        return int(low) <= n < int(high)
    sign, _, limit = cell.partition(" ")
    if sign in ("<", "<=", ">", ">="):
        return {
            "<": n < int(limit),
            "<=": n <= int(limit),
            ">": n > int(limit),
            ">=": n >= int(limit),
        }[sign]
    return n in map(int, cell.split(","))


@given(
    st.lists(st.tuples(cells, cells), min_size=1, max_size=12), st.integers(0, 9), st.integers(0, 9)
)
def test_the_rules_that_match_are_those_whose_cells_all_hold(
    rows: list[tuple[str, str]], a: int, b: int
):
    rules = [[first, second, str(i)] for i, (first, second) in enumerate(rows)]
    made = table(["a", "b"], rules, policy="RULE ORDER")
    found = model(data("a"), data("b"), decision("found", made, "input:a", "input:b"))
    wanted = [Decimal(i) for i, (x, y) in enumerate(rows) if holds(x, a) and holds(y, b)]
    assert value(found, "found", a=a, b=b) == (wanted or None)


def test_a_single_output_that_is_a_context_has_one_place_in_the_order():
    given = table(
        ["n"],
        [["< 5", "{a: 1, b: 2}"], ["< 9", "{a: 2, b: 1}"]],
        policy="OUTPUT ORDER",
        values=["{a: 2, b: 1}, {a: 1, b: 2}"],
    )
    found = model(data("n"), decision("d", given, "input:n"))
    assert value(found, "d", n=1) == [{"a": 2, "b": 1}, {"a": 1, "b": 2}]
