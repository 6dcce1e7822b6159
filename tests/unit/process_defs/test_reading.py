"""The process file is read with places; what is wrong is said where it stands, in the owner's words."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from process_defs import reader
from process_defs.language import Approve, Parallel, Person, Wait
from process_defs.problems import Invalid
from tests.unit.process_defs.stories import ORDER, around


def faults(text: str) -> str:
    with pytest.raises(Invalid) as caught:
        reader.read(text)
    return str(caught.value)


def test_a_whole_definition_is_read():
    order = reader.read(ORDER)
    assert [stage.id for stage in order.stages] == ["talk", "offer", "answer", "approval"]
    talk, offer, answer, approval = order.stages
    assert isinstance(talk.work, Person)
    assert talk.outcome_ids == ("yes", "not now")
    assert offer.outcome_ids == ("done",)
    assert isinstance(answer.work, Wait)
    assert isinstance(approval.work, Approve)
    assert approval.work.needed == 2
    assert order.title is not None
    assert order.title.said_in("fr") == "Commande"


def test_each_part_knows_its_place():
    order = reader.read(ORDER)
    deadline = order.stages[1].deadline
    assert deadline is not None
    assert ORDER[deadline.place.start : deadline.place.end] == "2 business days"
    assert (
        ORDER.splitlines()[deadline.place.line - 1][deadline.place.column - 1 :]
        == "2 business days"
    )


def test_words_are_what_they_look_like():
    order = reader.read(ORDER)
    assert order.stages[0].outcomes[0].id == "yes"
    field = reader.read(
        around("responsible: no\nform: [{field: at, type: choice, of: [no, 18:00, 1.10, 010]}]")
    )
    assert [option.value for option in field.stages[0].form[0].options] == [
        "no",
        "18:00",
        "1.10",
        "010",
    ]


def test_values_of_tests_have_types():
    text = around("responsible: a") + (
        "tests:\n  - given: {n: 1.10, d: 2026-02-01, b: true, t: '7', w: 010, deal: {x: [1, none]}}\n"
        "    expect: {end: end}\n"
    )
    given_values = reader.read(text).tests[0].given
    assert given_values["n"] == Decimal("1.10")
    assert str(given_values["d"]) == "2026-02-01"
    assert given_values["b"] is True
    assert given_values["t"] == "7"
    assert given_values["w"] == "010"
    assert given_values["deal"] == {"x": [Decimal(1), "none"]}


def test_branches_are_lists_of_stages():
    text = around(
        "parallel:\n  - - {id: a, responsible: x}\n    - {id: b, responsible: x}\n  - {id: c, responsible: x}"
    )
    work = reader.read(text).stages[0].work
    assert isinstance(work, Parallel)
    assert [[stage.id for stage in branch] for branch in work.branches] == [["a", "b"], ["c"]]


@pytest.mark.parametrize(
    ("line", "mended"),
    [
        ('when: "won" = case.x', """when: '"won" = case.x'"""),
        ('when: @"2026-01-01" < now()', """when: '@"2026-01-01" < now()'"""),
        ("when: > 5", "when: '> 5'"),
        ("when: - 1 < case.x", "when: '- 1 < case.x'"),
        ("when: [1, 2] = case.x", "when: '[1, 2] = case.x'"),
        (
            "when: if case.x = {a: 1} then true else false",
            "when: 'if case.x = {a: 1} then true else false'",
        ),
        ('when: case.x = "a #1"', """when: 'case.x = "a #1"'"""),
        ("""when: [case.x][1] = "it's"  # really""", """when: '[case.x][1] = "it''s"'  # really"""),
    ],
)
def test_a_broken_expression_is_shown_mended(line: str, mended: str):
    said = faults(around(f"responsible: a\nskip:\n  {line}"))
    assert "put the expression in single quotes" in said.lower()
    assert mended in said


def test_a_comma_that_cuts_an_expression_is_found():
    said = faults(around("responsible: a\nskip: { when: max(case.x, 2) > 1, as: done }"))
    assert "put the expression in single quotes" in said.lower()
    assert "skip: { when: 'max(case.x, 2) > 1', as: done }" in said


def test_a_value_that_begins_with_equals_is_mended_too():
    said = faults(around("responsible: a\nsets: { x: = max(case.x, 2) }"))
    assert "{ x: '= max(case.x, 2)' }" in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        (
            "kontor: 1\nid: x\nid: y\nstages: []\n",
            "3:1: error: 'id' stands here twice; the first is in line 2",
        ),
        (
            "kontor: 2\nid: x\nstages: [{id: a, responsible: b}]\n",
            "1:9: error: This program reads 'kontor: 1'",
        ),
        ("kontor: 1\nid: x\nstages:\n\t- id: a\n", "4:1: error: Indent with spaces"),
        ("kontor: 1\nid: x\nstagse: []\n", "Did you mean 'stages'?"),
        ("kontor: 1\nid: X y\nstages: [{id: a}]\n", "'X y' cannot be an id"),
        ("kontor: 1\nid: x\n---\nkontor: 1\n", "one definition"),
        ("kontor: 1\nid: x\nstages: *a\n", "'*a' repeats a part marked '&a'"),
        ("kontor: 1\nid: x\nstages: &a [*a]\n", "would repeat itself without end"),
        ("- a\n- b\n", "Expected keys and values for the definition, but this is a list"),
        (
            around("approve: {by: [a, b], rule: 2 of 3}"),
            "'2 of 3' counts 3 votes, but 'by' names 2",
        ),
        (around("approve: {by: [a]}\nresponsible: b"), "is said inside: approve"),
        (
            around("wait: {message: a, until: P3D}"),
            "'wait' is for one of: message, until, condition",
        ),
        (around("auto: t\noutcomes: {a: b}"), "has the one outcome 'done'"),
        (around("draw: part"), "not well-formed"),
        (around("responsible: a\nform: [{field: a b}]"), "'a b' cannot be the name of a field"),
        (
            around("responsible: a\nform: [{field: a, type: colour}]"),
            "'colour' is no type of field",
        ),
        (around("responsible: a\nform: [{field: a, type: choice}]"), "needs 'of'"),
        (
            around("responsible: a") + "tests: [{do: [{do: only, pass: P1D}]}]\n",
            "A step is exactly one of",
        ),
        (
            "kontor: 1\nid: x\nstages: [{id: a, responsible: b}, {id: a, responsible: b}]\n",
            "already used in line 3",
        ),
        (
            "kontor: 1\nid: x\nstages: [{id: next, responsible: b}]\n",
            "'next' is a word of the language",
        ),
        ("kontor: 1\nid: x\ntitle: \x00\nstages: []\n", "character"),
    ],
)
def test_what_is_wrong_is_said_in_words(text: str, said: str):
    assert said in faults(text)


def test_all_faults_are_told_at_once():
    with pytest.raises(Invalid) as caught:
        reader.read(around("responsibel: a\ndeadlin: PT4H"))
    assert [problem.line for problem in caught.value.problems] == [5, 6]
    assert all(problem.element == "only" for problem in caught.value.problems)


def test_a_file_is_bounded():
    assert "levels inside one another" in faults("a: " + "[" * 2000 + "]" * 2000)
    assert "are the most" in faults("a: " + "x" * 600_000)
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{new}: &{new} [{', '.join(['*' + old] * 9)}]\n"
        for old, new in zip("abcdefg", "bcdefgh", strict=True)
    )
    assert "more than" in faults(bomb).lower()


@given(st.text(max_size=200))
def test_no_text_brings_the_reader_down(text: str):
    with suppress(Invalid):
        assert reader.read(text).stages


@given(st.data())
def test_no_damage_to_a_definition_brings_the_reader_down(data: st.DataObject):
    at = data.draw(st.integers(0, len(ORDER)))
    damaged = (
        ORDER[:at] + data.draw(st.text(max_size=5)) + ORDER[at + data.draw(st.integers(0, 8)) :]
    )
    with suppress(Invalid):
        assert reader.read(damaged).stages
