"""Overlaps and gaps of decision tables, in words."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.dmn import check, words
from tests.unit.dmn.writing import data, decide, decision, definitions, literal, model, table


def found(logic: str, *inputs: str) -> list[str]:
    """What is said of a decision with this table."""
    needs = [f"input:{name.split()[0]}" for name in inputs]
    given_ = [data(*name.split()) for name in inputs]
    read = model(*given_, decision("fee", logic, *needs))
    assert read.problems == []
    return [words.sentence(each) for each in check.findings(read, "fee")]


def amounts(*rows: str, policy: str = "UNIQUE", **more: Any) -> list[str]:
    """What is said of a table over the amount, one result a rule."""
    cells = [row.split(" -> ") for row in rows]
    return found(table(["amount"], cells, policy=policy, **more), "amount number")


def test_a_table_that_decides_everything_once_is_left_alone():
    assert amounts("< 100 -> 1", "[100..200) -> 2", ">= 200 -> 3") == []


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (("<= 200 -> 1", ">= 100 -> 2"), "Rules 1 and 2 all apply when amount is 100 to 200. Only one may"),
        (("<= 100 -> 1", ">= 100 -> 2"), "Rules 1 and 2 all apply when amount is 100. Only one may"),
        (
            ("< 200 -> 1", "> 100 -> 2"),
            "Rules 1 and 2 all apply when amount is more than 100 and less than 200. Only one may",
        ),
        (("- -> 1", "- -> 2"), "Rules 1 and 2 always apply together. Only one may"),
        (("< 100 -> 1", "> 100 -> 2"), "No rule applies when amount is 100."),
        (("< 100 -> 1",), "No rule applies when amount is 100 or more."),
        (("not(1, 2) -> 1",), "No rule applies when amount is 1 or 2."),
        (("<= 10 * 10 -> 1",), "No rule applies when amount is more than 100."),
        (("? > 5 and ? <= 7 -> 1", "<= 5 -> 2"), "No rule applies when amount is more than 7."),
    ],
)  # fmt: skip
def test_numbers_are_told_as_a_person_says_them(rows: tuple[str, ...], said: str):
    (finding,) = amounts(*rows)
    assert finding.removesuffix(", where only one may.").removesuffix(".") == said.removesuffix(".")


def test_texts_truths_and_days_have_their_own_words():
    rows = [['"DE", "AT"', "true", '< date("2026-01-01")', "1"], ["-", "false", "-", "2"]]
    said = found(table(["land", "new", "day"], rows), "land string", "new boolean", "day date")
    assert said == [
        'No rule applies when land is "DE" or "AT" and new is true and day is from 2026-01-01 on.',
        'No rule applies when land is anything but "DE", "AT" and new is true.',
    ]


def test_values_that_are_not_allowed_are_not_missed():
    rows = [['"DE"', "1"], ['"FR"', "2"]]
    assert found(table(["land"], rows, allowed='"DE", "FR"'), "land string") == []
    assert found(table(["land"], rows), "land string") == [
        'No rule applies when land is anything but "DE", "FR".'
    ]


def test_a_type_may_say_what_is_allowed():
    item = '<itemDefinition name="tLand"><typeRef>string</typeRef>'
    item += '<allowedValues><text>"DE", "FR"</text></allowedValues></itemDefinition>'
    logic = table(["land"], [['"DE"', "1"]])
    read = model(item, data("land", "tLand"), decision("fee", logic, "input:land"))
    said = [words.sentence(each) for each in check.findings(read, "fee")]
    assert said == ['No rule applies when land is "FR".']


def test_nothing_is_missing_where_there_is_a_default():
    assert amounts("< 100 -> 1", defaults=["0"]) == []


def test_any_may_decide_twice_but_not_differently():
    rows = ("< 100 -> 1", "< 50 -> 1", "< 20 -> 2", ">= 100 -> 3")
    assert amounts(*rows, policy="ANY") == [
        "Rules 1 and 3 all apply when amount is less than 20, with different results.",
        "Rules 2 and 3 all apply when amount is less than 20, with different results.",
    ]


def test_first_hides_what_was_decided_before():
    rows = ("< 100 -> 1", ">= 50 -> 2", "[20..120] -> 3")
    assert amounts(*rows, policy="FIRST") == [
        "Rule 3 never gives the result: wherever it applies, rules 1 and 2 come first."
    ]


def test_priority_hides_what_ranks_lower():
    said = amounts('< 100 -> "low"', '- -> "high"', policy="PRIORITY", values=['"high", "low"'])
    assert said == ["Rule 1 never gives the result: wherever it applies, rule 2 comes first."]


def test_two_columns_of_one_input_are_one():
    rows = [["< 100", ">= 50", "1"], ["< 50", "-", "2"], [">= 100", "-", "3"]]
    assert found(table(["amount", "amount"], rows), "amount number") == []


@pytest.mark.parametrize(
    ("logic", "why"),
    [
        (table(["amount"], [["< limit", "1"]]), "“< limit” in rule 1 for amount compares with no fixed value."),
        (table(["amount"], [["< 5", "1"], ['"x"', "2"]]), "the cells of amount compare with values of several kinds."),
        (table(["amount"], [["< 5", "1"]], policy="COLLECT"), "all rules that apply give a result (COLLECT)"),
    ],
)  # fmt: skip
def test_what_cannot_be_known_is_said_to_be_not_checked(logic: str, why: str):
    assert found(logic, "amount", "limit")[0].startswith(
        f"Gaps and overlaps are not checked: {why}"
    )


def test_a_decision_without_a_table_has_nothing_to_find():
    assert found(literal("amount + 1"), "amount number") == []


def test_many_findings_are_cut_short():
    said = amounts(*(f"> {n} -> {n}" for n in range(20)))
    assert len(said) == 27
    assert said[25] == "There are more of this kind."


def test_the_check_of_a_file_names_the_line_of_the_rule(tmp_path: Path):
    file = tmp_path / "fee.dmn"
    logic = table(["amount"], [["<= 5", "1"], ["\n>= 5", "2"]]).replace("<rule>", "\n<rule>")
    file.write_bytes(definitions(data("amount", "number"), decision("fee", logic, "input:amount")))
    (problem,) = check.file(file)
    assert (problem.severity, problem.rule, problem.line) == ("warning", "dmn.overlap", 5)


LIMITS = st.integers(0, 4)
CELLS = st.one_of(
    st.just("-"),
    st.builds("{} {}".format, st.sampled_from(["<", "<=", ">", ">="]), LIMITS),
    st.builds("[{}..{}]".format, LIMITS, LIMITS),
    st.builds("not({})".format, LIMITS),
    st.builds("{}, {}".format, LIMITS, LIMITS),
)


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=5))
def test_what_is_said_is_what_happens(rows: list[tuple[str, str]]):
    cells = [[*row, str(n)] for n, row in enumerate(rows)]
    needs = ("input:a", "input:b")
    read = model(
        data("a", "number"), data("b", "number"), decision("fee", table(["a", "b"], cells), *needs)
    )
    kinds = {each.kind for each in check.findings(read, "fee")}
    steps = [Decimal(n) / 2 for n in range(-1, 10)]
    fired = [decide(read, "fee", a=a, b=b).fired[0].numbers for a in steps for b in steps]
    assert ("overlap" in kinds) == any(len(numbers) > 1 for numbers in fired)
    assert ("gap" in kinds) == any(not numbers for numbers in fired)
