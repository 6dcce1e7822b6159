"""`kontor due` answers line by line, and a bad line spoils no other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from web.cli.due import due

OFFICE = {"timezone": "Europe/Berlin", "week": {"fri": ["09:00-18:00"], "mon": ["09:00-18:00"]}}
QUESTION: dict[str, Any] = {
    "id": 1,
    "calendar": OFFICE,
    "start": "2026-06-05T17:00:00+02:00",
    "deadline": "PT4H",
}


def ask(*lines: str | dict[str, Any]) -> list[dict[str, Any]]:
    """Return the answers to these lines."""
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    result = CliRunner().invoke(due, ["--batch"], input=text)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_an_answer_holds_what_was_asked():
    until = "2026-06-08T10:00:00+02:00"
    (answer,) = ask({**QUESTION, "warn": "75%", "until": until})
    assert (answer["id"], answer["due"], answer["warn"], answer["spent"]) == (
        1,
        "2026-06-08T10:00:00Z",
        "2026-06-08T09:00:00Z",
        "PT2H",
    )
    assert answer["explain"][0] == {
        "kind": "worked",
        "from": "2026-06-05T15:00:00Z",
        "to": "2026-06-05T16:00:00Z",
        "amount": "PT1H",
    }
    assert {piece["kind"] for piece in answer["explain"]} == {"worked", "closed", "weekend"}


def test_faults_are_answers_and_the_rest_goes_on():
    answers = ask(
        "no json",
        "[]",
        {**QUESTION, "id": 2, "deadline": "soon"},
        {**QUESTION, "id": 3, "start": "2026-06-05T17:00:00"},
        {**QUESTION, "id": 4, "pauses": [["2026-06-05T17:00:00Z"]]},
        {**QUESTION, "id": 5, "calendar": None},
        {"id": 6, "calendar": OFFICE, "start": QUESTION["start"]},
        {**QUESTION, "id": 7, "deadline": 4},
        {**QUESTION, "id": 8},
    )
    assert [answer["id"] for answer in answers] == [None, None, 2, 3, 4, 5, 6, 7, 8]
    assert all("error" in answer for answer in answers[:-1])
    assert "offset" in answers[3]["error"]
    assert "due" in answers[-1]


def test_one_question_is_answered_in_words(tmp_path: Path):
    file = tmp_path / "office.json"
    file.write_text(json.dumps(OFFICE))
    words = ["--start", QUESTION["start"], "--deadline", "4 working hours", "--calendar", str(file)]
    result = CliRunner().invoke(due, words)
    assert result.exit_code == 0
    assert "Due 2026-06-08T10:00:00Z" in result.output
    assert CliRunner().invoke(due, []).exit_code == 2
