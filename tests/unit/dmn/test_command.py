"""`kontor decide`: one answer a line, whatever the line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.unit.dmn.writing import data, decision, definitions, knowledge, literal, table
from web.cli.decide import decide


@pytest.fixture
def rates(tmp_path: Path) -> Path:
    path = tmp_path / "rates.dmn"
    made = table(["age"], [["< 18", '"child"'], [">= 18", '"adult"']])
    path.write_bytes(
        definitions(
            data("age", "number"),
            decision("rate", made, "input:age"),
            decision(
                "all kinds", literal('{n: 1.50, d: @"2026-01-05", s: @"PT90M", l: [null, true]}')
            ),
            knowledge("twice", [("n", "number")], literal("n * 2")),
        )
    )
    return path


def answers(*questions: object) -> list[dict[str, object]]:
    lines = "\n".join(q if isinstance(q, str) else json.dumps(q) for q in questions)
    done = CliRunner().invoke(decide, ["--batch"], input=lines)
    assert done.exit_code == 0
    return [json.loads(line) for line in done.output.splitlines()]


def test_a_batch_answers_each_line_by_its_id(rates: Path):
    age = {"age": {"type": "number", "value": "17"}}
    first, second = answers(
        {"id": "1", "file": str(rates), "kind": "decision", "decision": "rate", "inputs": age},
        {
            "id": "2",
            "file": str(rates),
            "kind": "bkm",
            "invocable": "twice",
            "inputs": {"n": {"type": "number", "value": "4"}},
        },
    )
    assert first == {"id": "1", "result": {"type": "string", "value": "child"}, "errors": []}
    assert second["result"] == {"type": "number", "value": "8"}


def test_every_kind_of_value_is_tagged(rates: Path):
    (answer,) = answers({"id": 1, "file": str(rates), "decision": "all kinds"})
    assert answer["result"] == {
        "type": "context",
        "value": {
            "n": {"type": "number", "value": "1.50"},
            "d": {"type": "date", "value": "2026-01-05"},
            "s": {"type": "days and time duration", "value": "PT1H30M"},
            "l": {
                "type": "list",
                "value": [{"type": "null", "value": None}, {"type": "boolean", "value": True}],
            },
        },
    }


def test_what_became_null_says_why(rates: Path):
    (answer,) = answers(
        {
            "id": 1,
            "file": str(rates),
            "decision": "rate",
            "inputs": {"age": {"type": "string", "value": "x"}},
        }
    )
    assert answer["result"] == {"type": "null", "value": None}
    assert isinstance(answer["errors"], list)
    assert answer["errors"][0] == "expected number, found a string"


def test_a_bad_line_answers_with_words_and_the_rest_goes_on(rates: Path):
    found = answers(
        "no json",
        {"id": 2, "file": "nowhere.dmn", "decision": "rate"},
        {"id": 3, "file": str(rates), "decision": "nothing"},
        {
            "id": 4,
            "file": str(rates),
            "decision": "rate",
            "inputs": {"age": {"type": "number", "value": "x"}},
        },
        {
            "id": 5,
            "file": str(rates),
            "decision": "rate",
            "inputs": {"age": {"type": "number", "value": "20"}},
        },
    )
    assert all(answer["error"] for answer in found[:4])
    assert found[4]["result"] == {"type": "string", "value": "adult"}


def test_a_person_gets_the_value_and_the_rules(rates: Path):
    done = CliRunner().invoke(decide, [str(rates), "rate", "age=42"])
    assert done.stdout == "adult\n"
    assert "rate: rules 2" in done.stderr
