"""A peer: SpiffWorkflow, its state loaded from and saved as JSON in SQLite at each step."""

from __future__ import annotations

import io
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from benchmarks.measuring import Contestant


def json_steps(folder: Path, model: bytes, *, cases: int, durability: str) -> Contestant:
    """Return a contestant that completes the next task of `cases` cases, each in a transaction of its own."""
    spec = _spec(model)
    serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure())
    database = sqlite3.connect(folder / "spiff.db", isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute(f"PRAGMA synchronous = {durability}")
    database.execute("CREATE TABLE state (id INTEGER PRIMARY KEY, json TEXT)")
    for _ in range(cases):
        workflow = BpmnWorkflow(spec)
        workflow.do_engine_steps()
        database.execute(
            "INSERT INTO state (json) VALUES (?)", (serializer.serialize_json(workflow),)
        )

    def work() -> int:
        for number in range(1, cases + 1):
            _complete_task(serializer, database, number)
        return cases

    return Contestant(work)


def in_memory(model: bytes, *, cases: int, elements: int) -> Contestant:
    """Return a contestant that runs `cases` cases of automatic elements without storing anything."""
    spec = _spec(model)

    def work() -> int:
        for _ in range(cases):
            BpmnWorkflow(spec).do_engine_steps()
        return cases * elements

    return Contestant(work)


def size(model: bytes, variables: Mapping[str, Any]) -> int:
    """Return how many bytes of JSON a case takes that waits at its first task."""
    serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure())
    workflow = BpmnWorkflow(_spec(model))
    workflow.data.update(variables)
    workflow.do_engine_steps()
    return len(serializer.serialize_json(workflow).encode())


def _spec(model: bytes):  # type: ignore[no-untyped-def]  # noqa: ANN202  # the library has no types
    parser = BpmnParser()
    parser.add_bpmn_xml(etree.parse(io.BytesIO(model)))
    return parser.get_spec("chain")


def _complete_task(serializer, database, number) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001  # as above
    database.execute("BEGIN IMMEDIATE")
    (text,) = database.execute("SELECT json FROM state WHERE id = ?", (number,)).fetchone()
    workflow = serializer.deserialize_json(text)
    workflow.get_next_task(state=TaskState.READY, manual=True).run()
    workflow.do_engine_steps()
    database.execute(
        "UPDATE state SET json = ? WHERE id = ?", (serializer.serialize_json(workflow), number)
    )
    database.execute("COMMIT")
