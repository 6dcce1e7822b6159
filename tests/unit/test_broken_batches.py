"""Batches with broken lines: each is answered in words, and the next line is read."""

from __future__ import annotations

import orjson
import pytest
from click import Command
from click.testing import CliRunner

from web.cli import decide, due, simulate

BROKEN = [
    b'{"broken',
    b"\xff\xfe",
    b"[1, 2]",
    b"null",
    b"{}",
    b'{"id": 1, "files": "sales.yaml", "steps": [], "file": 5, "calendar": 5}',
    b'{"id": 2, "files": [], "steps": {}, "file": "no.dmn", "calendar": {}, "start": 5}',
    b'{"id": 3, "files": ["no.yaml"], "steps": ["start"], "file": "no.dmn", "inputs": [1]}',
    b'{"id": 4, "files": ["no.yaml"], "steps": [{"start": "x", "variables": 5}], "file": "no.dmn"}',
    b'{"id": 5, "files": ["no.yaml"], "steps": [{"start": "x"}], "file": "/etc/passwd"}',
]


@pytest.mark.parametrize(
    "command", [decide.decide, due.due, simulate.simulate], ids=["decide", "due", "simulate"]
)
def test_every_broken_line_is_answered_in_words(command: Command):
    done = CliRunner().invoke(command, ["--batch"], input=b"\n".join([*BROKEN, b""]))
    answers = [orjson.loads(line) for line in done.stdout_bytes.splitlines()]
    assert (done.exception, len(answers)) == (None, len(BROKEN))
    for answer in answers:
        assert len(answer["error"]) > len("'file'")
        assert "Traceback" not in answer["error"]
    assert [answer["id"] for answer in answers[-5:]] == [1, 2, 3, 4, 5]
