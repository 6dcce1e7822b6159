"""Imported files are looked for only where the reader may look."""

from __future__ import annotations

from engine import bpmn
from tests.unit.bpmn.models import MODEL, file, process

IMPORT = f'<import importType="{MODEL}" location="other.bpmn" namespace="urn:other"/>'
OTHER = file(process('<task id="b"/>')).replace(b"urn:test", b"urn:other")


def rules(xml: bytes, files: dict[str, bytes]) -> list[str]:
    reading = bpmn.read(xml, name="x", strict=True, beside=files.get)
    return [problem.rule for problem in reading.problems if problem.rule.startswith("EXT00")]


def test_an_import_that_is_there():
    assert rules(file(IMPORT, process('<task id="a"/>')), {"other.bpmn": OTHER}) == []


def test_an_import_that_leads_nowhere():
    assert rules(file(IMPORT, process('<task id="a"/>')), {}) == ["EXT001"]


def test_an_import_that_is_no_bpmn():
    assert rules(file(IMPORT, process('<task id="a"/>')), {"other.bpmn": b"hello"}) == ["EXT001"]


def test_an_import_of_another_namespace():
    same = file(process('<task id="b"/>'))
    assert rules(file(IMPORT, process('<task id="a"/>')), {"other.bpmn": same}) == [
        "EXT002",
        "EXT002",
    ]


def test_nothing_is_fetched():
    remote = IMPORT.replace("other.bpmn", "http://127.0.0.1:1/other.bpmn")
    assert rules(file(remote, process('<task id="a"/>')), {}) == []


def test_without_a_place_to_look_nothing_is_looked_for():
    found = bpmn.read(file(IMPORT, process('<task id="a"/>')), name="x").problems
    assert "EXT001" not in {problem.rule for problem in found}
