"""`kontor check`: one line a problem, or one JSON object a file; 1 where any has an error."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.unit.bpmn import models
from web.cli.check import command

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "good.bpmn").write_bytes(models.listed(models.simple('<task id="a"/>')))
    (tmp_path / "odd.bpmn").write_bytes(
        models.listed(models.simple('<task id="a"><documentation textFormat="nice"/></task>'))
    )
    (tmp_path / "bad.bpmn20.xml").write_bytes(models.simple('<task id="a"/>\n  <task id="a"/>'))
    (tmp_path / "notes.txt").write_text("hello")
    return lambda *arguments: CliRunner().invoke(command, arguments)


def test_a_sound_file_says_nothing(run: Run):
    result = run("good.bpmn")
    assert (result.exit_code, result.output) == (0, "")


def test_a_problem_is_one_line_with_its_place(run: Run):
    result = run("good.bpmn", "bad.bpmn20.xml")
    assert result.exit_code == 1
    assert (
        "bad.bpmn20.xml:3:3: error: The id 'a' is already used in line 2. (a)"
        in result.output.splitlines()
    )


def test_strict_makes_a_broken_rule_an_error(run: Run):
    assert run("odd.bpmn").exit_code == 0
    assert run("--strict", "odd.bpmn").exit_code == 1


def test_json_is_one_object_a_file(run: Run):
    result = run("--json", "good.bpmn", "odd.bpmn")
    good, odd = map(json.loads, result.output.splitlines())
    assert good == {"file": "good.bpmn", "ok": True, "problems": []}
    assert odd["ok"] is True
    (problem,) = odd["problems"]
    assert set(problem) == {"severity", "line", "column", "element", "rule", "message"}
    assert (problem["severity"], problem["element"], problem["rule"]) == ("warning", "a", "EXT004")


@pytest.mark.parametrize("name", ["gone.bpmn", "notes.txt", "gone.yaml", "gone.dmn"])
def test_what_cannot_be_read_is_said_and_the_rest_goes_on(run: Run, name: str):
    result = run("--json", name, "good.bpmn")
    first, second = map(json.loads, result.output.splitlines())
    assert (result.exit_code, first["ok"], second["ok"]) == (1, False, True)
