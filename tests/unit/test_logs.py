"""What the operator reads: one line an event, with what was said of it and the request it belongs to."""

from __future__ import annotations

import json
import logging
import sys

from web import logs


def record(words: str, *given: object, fault: bool = False, **said: object) -> logging.LogRecord:
    info = sys.exc_info() if fault else None
    return logging.getLogger("room").makeRecord(
        "room", logging.WARNING, "room.py", 1, words, given, info, extra=said
    )


def test_an_event_is_one_object_on_one_line():
    token = logs.request.set("r-1")
    line = logs.Lines().format(record("job_failed", job=5, why="no\nline"))
    logs.request.reset(token)
    told = json.loads(line)
    assert "\n" not in line
    assert told.pop("timestamp").endswith("+00:00")
    assert told == {
        "event": "job_failed", "job": 5, "why": "no\nline", "request": "r-1",
        "level": "warning", "logger": "room",
    }  # fmt: skip


def test_a_fault_is_told_with_where_it_came_from():
    try:
        raise KeyError("somewhere")
    except KeyError:
        told = json.loads(logs.Lines().format(record("failed for %s", "anna", fault=True)))
    assert told["event"] == "failed for anna"
    assert "KeyError: 'somewhere'" in told["exception"]
    assert "request" not in told


def test_who_watches_a_terminal_reads_words():
    try:
        raise KeyError("somewhere")
    except KeyError:
        first, *rest = logs.Words().format(record("job_failed", fault=True, job=5)).splitlines()
    assert first[19:] == " [warning] job_failed  job=5 logger=room"
    assert rest[0].startswith("Traceback")
