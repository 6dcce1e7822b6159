"""Decisions as stages: read, checked in words, compiled to DMN beside BPMN, and back."""

from __future__ import annotations

import pytest

from engine import bpmn, dmn
from engine.bpmn.graph import DecisionTask
from process_defs import check, from_bpmn, reader, to_bpmn
from process_defs.problems import Invalid
from process_defs.to_bpmn import decisions

FILE = """kontor: 1
id: priced
people: { boss: group:bosses }
stages:
  - id: ask
    responsible: boss
    form:
      - { field: amount, type: money, required: true }
      - { field: channel, type: choice, of: [phone, mail] }
  - id: price
    decide:
      inputs: [ amount, channel ]
      outputs: [ outcome, { name: rate, type: percent } ]
      rules:
        - [ '< 100', '-', small, 0 ]
        - [ '>= 100', phone, large, '= amount / 100' ]
        - { when: [ '>= 100', mail ], then: [ large, 5 ], note: Letters cost more. }
    outcomes: { small: { end: end }, large: next }
  - id: sign
    responsible: boss
"""


def said(text: str) -> list[str]:
    return [f"{each.line}: {each.message}" for each in check.text(text)]


def test_a_table_in_place_is_sound_and_becomes_a_decision_of_its_process():
    assert said(FILE) == []
    definition = reader.read(FILE)
    found = bpmn.read(to_bpmn.compile(definition), name="priced.bpmn", strict=True)
    assert found.graph is not None
    process = found.graph.processes["priced"]
    task = process.elements["price"]
    assert isinstance(task, DecisionTask)
    assert (task.decision, task.binding) == ("priced__price", "deployment")
    assert process.decisions is not None
    model = dmn.read(process.decisions.encode())
    assert model.problems == []
    assert [each.id for each in model.decisions] == ["priced__price"]


def test_the_text_comes_back_from_the_drawing_byte_for_byte():
    assert from_bpmn.text(to_bpmn.compile(reader.read(FILE))) == FILE


def test_a_file_without_tables_brings_no_decisions():
    text = FILE[: FILE.index("  - id: price")]
    assert decisions.compile(reader.read(text)) is None


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("'< 100'", "'<= 100'", '16: Rules 1 and 2 all apply when amount is 100 and channel is "phone"'),
        ("'< 100'", "'< 50'", "12: No rule applies when amount is 50 or more and less than 100."),
        ("'< 100'", "'< <'", "15: The cell '< <' cannot be read"),
        ("'= amount / 100'", "'= amuont / 100'", "16: 'amuont' is not known in the cell"),
        ("phone, large", "phone, larger", "16: 'larger' is no outcome of this stage; there are: small, large."),
        ("[ outcome, {", "[ kind, {", "18: A table with outcomes needs an output called 'outcome'"),
        ("amount, channel ]", "amuont, channel ]", "12: 'amuont' is used, but nothing asks for it"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_line(old: str, new: str, words: str):
    assert any(each.startswith(words) for each in said(FILE.replace(old, new, 1))), said(
        FILE.replace(old, new, 1)
    )


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("'-', small, 0 ]", "small, 0 ]", "A rule has a cell for each input and output, 2 and 2; this one has 3."),
        ("      outputs:", "      hit: frist\n      outputs:", "'frist' is no hit policy."),
        ("{ name: rate,", "{ name: deal.rate,", "A table gives variables, not 'deal.rate'"),
        ("      outputs:", "      version: 2\n      outputs:", "'version' is for 'decision'"),
        ("      outputs:", "      hit: collect\n      outputs:", "name it with 'gives'"),
        ("    decide:\n", "    deadline: PT2H\n    decide:\n", "'deadline' has no meaning in a stage with 'decide'."),
    ],
)  # fmt: skip
def test_a_table_of_the_wrong_form_is_refused(old: str, new: str, words: str):
    with pytest.raises(Invalid) as refused:
        reader.read(FILE.replace(old, new, 1))
    assert words in str(refused.value)


def test_a_decision_by_id_is_asked_in_the_version_that_is_named():
    text = FILE[: FILE.index("  - id: price")]
    text += "  - id: rate\n    decide: { decision: rates, version: 3, gives: rate }\n"
    found = bpmn.read(to_bpmn.compile(reader.read(text)), name="a.bpmn")
    assert found.graph is not None
    task = found.graph.processes["priced"].elements["rate"]
    assert isinstance(task, DecisionTask)
    assert (task.decision, task.binding, task.result_variable) == ("rates", "3", "rate")
