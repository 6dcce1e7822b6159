"""Each example of the handbook's page on the process file is read, checked, compiled, and its tests hold."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from process_defs import check, library, reader, schema, to_bpmn
from process_defs.reader import forms, kinds, people, stages, stories
from web.scenarios import stories as telling

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "process-file.md").read_text(encoding="utf-8")
DECISIONS = (ROOT / "docs" / "decisions.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE + DECISIONS, re.DOTALL)
AROUND = {
    "subject": "subject: deal\n",
    "people": "people: { seller: deal.owner, head: manager of deal.owner, legal: group:legal }\n",
    "ladders": "ladders: { gentle: [ { at: due, notify: [responsible] } ] }\n",
    "stages": "stages: [ { id: only, responsible: starter } ]\n",
    "ends": "ends: { lost: {} }\n",
}


def whole(example: str) -> str:
    """Return an example as a definition: what the page leaves out is added."""
    if example.startswith("kontor:"):
        return example
    if example.startswith("- id:"):
        example = "stages:\n" + example
    missing = [
        text for key, text in AROUND.items() if not re.search(rf"^{key}:", example, re.MULTILINE)
    ]
    return "kontor: 1\nid: example\n" + example + "".join(missing)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.split("\n")[0][:30])
def test_an_example_works(example: str):
    text = whole(example)
    unused = {"unused-ladder", "unused-end"}
    assert [problem for problem in check.text(text) if problem.rule not in unused] == []
    definition = reader.read(text)
    assert to_bpmn.compile(definition)
    assert [result.failures for result in telling.run(definition) if not result.ok] == []


def test_the_page_names_every_key():
    keys = {
        *reader.KEYS,
        *stages.KEYS,
        *forms.FIELD_KEYS,
        *forms.OUTCOME_KEYS,
        *people.LEVEL_KEYS,
        *stories.STEPS,
        *stories.EXPECTED,
    }
    assert {key for key in keys if not re.search(rf"`{key}\b|\b{key}:", PAGE)} == set()
    assert kinds.RULE.fullmatch("2 of 3")


@pytest.mark.parametrize("file", library.files(), ids=lambda file: file.stem)
def test_the_schema_accepts_the_ready_made_definitions(file: Path):
    document = YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8"))
    assert fits(schema.build(), document)
    document["stages"][0]["responsibel"] = "seller"
    assert not fits(schema.build(), document), "it would underline a key that does not exist"


KINDS: dict[str, Any] = {
    "object": dict,
    "array": list,
    "string": (str, date),
    "number": (int, float),
    "integer": int,
    "boolean": bool,
    "null": type(None),
}


def fits(rule: dict[str, Any], value: object) -> bool:
    """Say whether a value fits the part of JSON Schema that the process file's schema is written in."""
    if "$ref" in rule:
        return fits(schema.build()["$defs"][rule["$ref"].removeprefix("#/$defs/")], value)
    if "anyOf" in rule:
        return any(fits(choice, value) for choice in rule["anyOf"])
    if "oneOf" in rule:
        return sum(fits(choice, value) for choice in rule["oneOf"]) == 1
    if "const" in rule or "enum" in rule:
        return value in rule.get("enum", [rule.get("const")])
    types = [rule["type"]] if isinstance(rule["type"], str) else rule["type"]
    if not any(isinstance(value, KINDS[kind]) for kind in types):
        return False
    if isinstance(value, dict):
        return fits_keys(rule, value)
    if isinstance(value, list):
        return len(value) >= rule.get("minItems", 0) and all(
            fits(rule["items"], item) for item in value
        )
    return "pattern" not in rule or re.fullmatch(rule["pattern"], str(value)) is not None


def fits_keys(rule: dict[str, Any], value: dict[str, object]) -> bool:
    known, rest = rule.get("properties", {}), rule.get("additionalProperties", True)
    for key, item in value.items():
        expected = known.get(key, rest)
        if expected is False or (isinstance(expected, dict) and not fits(expected, item)):
            return False
    return all(key in value for key in rule.get("required", ()))


def test_the_schema_is_the_one_that_is_published():
    published = (ROOT / "docs" / "process-file.schema.json").read_text(encoding="utf-8")
    assert published == schema.text(), (
        "run: python -m process_defs.schema > docs/process-file.schema.json"
    )
