"""The program as a process: it comes up on an empty database, survives a kill, and ends on Ctrl-C."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.databases import Databases
from tests.support.program import Program


@pytest.fixture(params=["sqlite", "postgresql"])
def program(
    request: pytest.FixtureRequest, databases: Databases, tmp_path: Path
) -> Iterator[Program]:
    """Kontor on a database without a single table."""
    with databases.fresh(request.param, tmp_path, empty=True) as url:
        program = Program(tmp_path, url)
        program.start()
        yield program
        program.stop()


def title(program: Program) -> str:
    """What the browser's tab of the first page says."""
    with urllib.request.urlopen(program.url, timeout=20) as answer:
        return str(answer.read().decode().split("<title>")[1].split("</title>")[0])


def test_it_comes_up_again_after_a_kill_and_ends_on_ctrl_c(program: Program):
    first = title(program)
    assert "Kontor" in first
    program.restart()
    assert title(program) == first
    assert program.stop() == 0
    assert "Traceback" not in program.log.read_text()
