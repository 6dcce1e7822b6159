"""A peer: SpiffWorkflow, its state loaded from and saved as JSON in SQLite at each step."""

from __future__ import annotations

import io
import sqlite3
from pathlib import Path

from lxml import etree
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from benchmarks.measuring import Contestant


def json_steps(folder: Path, model: bytes, *, cases: int, durability: str) -> Contestant:
    """Return a contestant that completes each task of `cases` cases in a transaction of its own."""
    spec = _spec(model)
    serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure())
    database = sqlite3.connect(folder / "spiff.db", isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute(f"PRAGMA synchronous = {durability}")
    database.execute("CREATE TABLE state (id INTEGER PRIMARY KEY, json TEXT)")

    def work() -> int:
        return sum(_run_case(spec, serializer, database) for _ in range(cases))

    return work


def in_memory(model: bytes, *, cases: int, elements: int) -> Contestant:
    """Return a contestant that runs `cases` cases of automatic elements without storing anything."""
    spec = _spec(model)

    def work() -> int:
        for _ in range(cases):
            BpmnWorkflow(spec).do_engine_steps()
        return cases * elements

    return work


def _spec(model: bytes):  # type: ignore[no-untyped-def]  # noqa: ANN202  # the library has no types
    parser = BpmnParser()
    parser.add_bpmn_xml(etree.parse(io.BytesIO(model)))
    return parser.get_spec("chain")


def _run_case(spec, serializer, database) -> int:  # type: ignore[no-untyped-def]  # noqa: ANN001  # as above
    workflow = BpmnWorkflow(spec)
    workflow.do_engine_steps()
    number = database.execute(
        "INSERT INTO state (json) VALUES (?)", (serializer.serialize_json(workflow),)
    ).lastrowid
    steps = 0
    while not workflow.is_completed():
        database.execute("BEGIN IMMEDIATE")
        (text,) = database.execute("SELECT json FROM state WHERE id = ?", (number,)).fetchone()
        workflow = serializer.deserialize_json(text)
        workflow.get_next_task(state=TaskState.READY, manual=True).run()
        workflow.do_engine_steps()
        database.execute(
            "UPDATE state SET json = ? WHERE id = ?", (serializer.serialize_json(workflow), number)
        )
        database.execute("COMMIT")
        steps += 1
    return steps
