"""The JSON Schema of the process file, for editors that complete and underline while one types.

    python -m process_defs.schema > docs/process-file.schema.json

It says which keys there are and what form their values have; what they mean is asked by `check`.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from process_defs import reader
from process_defs.language import CLIENT_FILTERS, FIELD_TYPES
from process_defs.language.decisions import POLICIES
from process_defs.reader import decisions, forms, kinds, people, stages, stories

Schema = dict[str, Any]
ADDRESS = "https://json-schema.org/draft/2020-12/schema"
ID = r"^[a-z][a-z0-9_-]{0,63}$"


def build() -> Schema:
    """Return the schema as JSON values."""
    return {
        "$schema": ADDRESS,
        "title": "Kontor process file",
        "type": "object",
        "required": ["kontor", "id", "stages"],
        "additionalProperties": False,
        "properties": _described(reader.KEYS, _whole()),
        "$defs": {
            "title": _either(_text(), {"type": "object", "additionalProperties": _text()}),
            "value": {"type": ["string", "number", "boolean", "null"]},
            "values": {"type": "object", "additionalProperties": _ref("value")},
            "people": _either(_text(), _list(_text())),
            "target": _either(_text(), _object(("to", "end"), {"to": _text(), "end": _text()})),
            "field": _field(),
            "asked": _either(_text(), _ref("field")),
            "outcome": _outcome(),
            "level": _level(),
            "stage": _stage(),
            "test": _test(),
        },
    }


def text() -> str:
    """Return the schema as it is published."""
    return json.dumps(build(), indent=2, ensure_ascii=False) + "\n"


def _whole() -> dict[str, Schema]:
    start = {
        "unique": {"enum": ["per subject", "no"]},
        "on": _list(
            {
                "oneOf": [
                    *(_object((key,), {key: _text()}, [key]) for key in ("when", "message")),
                    _every(),
                ]
            }
        ),
        "form": _list(_ref("field")),
    }
    end = _object(("title", "set"), {"title": _ref("title"), "set": _ref("values")})
    return {
        "kontor": {"const": 1, "description": "The version of this language."},
        "id": {"type": "string", "pattern": ID, "description": "Stable; the BPMN process id."},
        "title": _ref("title"),
        "subject": {"enum": ["client", "deal", "none"]},
        "owner": _text("Who answers for the definition."),
        "calendar": _text("The working calendar of its deadlines."),
        "start": _object(tuple(start), start),
        "people": {
            "type": "object",
            "additionalProperties": _text(),
            "description": "Roles used below.",
        },
        "ladders": {"type": "object", "additionalProperties": _list(_ref("level"))},
        "stages": _list(_ref("stage"), least=1),
        "ends": {"type": "object", "additionalProperties": _either(end, {"type": "null"})},
        "case": _object(
            ("deadline", "ladder"), {"deadline": _text(), "ladder": _text()}, ["deadline"]
        ),
        "tests": _list(_ref("test")),
    }


def _field() -> Schema:
    choice = _object(
        ("value", "title"), {"value": _ref("value"), "title": _ref("title")}, ["value"]
    )
    parts = {
        "field": _text("A variable, or a record's field such as deal.amount."),
        "type": {"enum": list(FIELD_TYPES)},
        "title": _ref("title"),
        "of": _list(_either(_ref("value"), choice)),
        "required": {"type": "boolean"},
        "default": _ref("value"),
        "help": _text(),
    }
    return _object(forms.FIELD_KEYS, parts, ["field"])


def _every() -> Schema:
    parts = {
        "every": _text("A schedule: minute, hour, day of the month, month, weekday."),
        "for each client": _either({"const": "all"}, _clients()),
        "missed": {"enum": ["once", "all"]},
    }
    return _object(tuple(parts), parts, ["every"])


def _clients() -> Schema:
    parts = {name: _text() for name in CLIENT_FILTERS}
    parts["segment"] = _text("A segment's name; its conditions count here too.")
    own = {r"^custom\.[a-z][a-z0-9_]*$": _text("A field of the company's own.")}
    return {**_object(CLIENT_FILTERS, parts), "patternProperties": own}


def _outcome() -> Schema:
    parts = {"to": _text(), "end": _text(), "title": _ref("title"), "ask": _list(_ref("asked"))}
    return _either(_text(), _object(forms.OUTCOME_KEYS, parts))


def _level() -> Schema:
    way: Schema = {"enum": ["inbox", "mail", "webhook"]}
    parts = {
        "id": _text(),
        "at": _text("75%, due, due + PT4H, due + 1 business day"),
        "notify": _ref("people"),
        "reassign": _text(),
        "priority": {"enum": ["low", "normal", "high"]},
        "start": _text("A process to start."),
        "set": _ref("values"),
        "hours": {"enum": ["now", "opening"]},
        "how": _either(way, _list(way)),
    }
    return _object(people.LEVEL_KEYS, parts, ["at"])


def _stage() -> Schema:
    parts = {
        "id": {"type": "string", "pattern": ID},
        "title": _ref("title"),
        "responsible": _text("Who does it."),
        "not": _ref("people"),
        "deadline": _text("PT4H, 4 working hours, 2 business days, P2D, or an expression."),
        "ladder": _text(),
        "calendar": _text(),
        "sets": _ref("values"),
        "form": _list(_ref("field")),
        "require": _list(_text()),
        "outcomes": {"type": "object", "additionalProperties": _ref("outcome")},
        "skip": _object(("when", "as"), {"when": _text(), "as": _text()}, ["when"]),
        "on due": _ref("target"),
        "may pause": _text("For how long at most the responsible person may pause the deadline."),
        "on reassign": _text(
            "What a new holder changes: continue, restart, grace 4 working hours."
        ),
        "for each": _object(
            ("each", "as", "in turn"),
            {"each": _text(), "as": _text(), "in turn": {"type": "boolean"}},
            ["each", "as"],
        ),
        **_works(),
    }
    return _object(stages.KEYS, parts, ["id"])


def _works() -> dict[str, Schema]:
    rule = {"type": "string", "pattern": f"^({kinds.RULE.pattern})$"}
    auto = {
        "topic": _text(),
        "retries": {"type": "integer"},
        "with": _ref("values"),
        "gives": _list(_text()),
    }
    run = {"process": _text(), "with": _ref("values"), "gives": _ref("values")}
    wait = {
        "message": _text(),
        "until": _either(_text(), _object(("condition",), {"condition": _text()})),
        "condition": _text(),
        "match": _ref("values"),
        "gives": _list(_text()),
    }
    vote = {"by": _ref("people"), "rule": rule, "not": _ref("people")}
    return {
        "decide": _decide(),
        "approve": _object(tuple(vote), vote, ["by"]),
        "wait": _object(tuple(wait), wait),
        "auto": _either(_text(), _object(tuple(auto), auto, ["topic"])),
        "run": _either(_text(), _object(tuple(run), run, ["process"])),
        "draw": {"type": "string", "description": "A BPMN file of one process, whole."},
        "parallel": _list(_either(_list(_ref("stage"), least=1), _ref("stage")), least=2),
    }


def _decide() -> Schema:
    kind = {"enum": list(decisions.TYPES)}
    listed = _list(_ref("value"))
    column = {"value": _text("An expression."), "type": kind, "title": _ref("title"), "of": listed}
    result = {"name": _text("A variable."), "type": kind, "title": _ref("title"), "of": listed}
    row = {"when": listed, "then": listed, "note": _text()}
    parts = {
        "decision": _text("The id of a decision that is deployed on its own."),
        "version": _text("latest, or a number."),
        "inputs": _list(_either(_text(), _object(decisions.COLUMN_KEYS, column, ["value"]))),
        "outputs": _list(
            _either(
                _text(),
                _object(decisions.RESULT_KEYS, result | {"default": _ref("value")}, ["name"]),
            )
        ),
        "hit": {"enum": list(POLICIES)},
        "rules": _list(_either(listed, _object(decisions.RULE_KEYS, row, ["when", "then"]))),
        "gives": _text("The variable that holds the whole result."),
    }
    return _either(_text(), _object(decisions.KEYS, parts))


def _test() -> Schema:
    given = {"type": "object"}
    steps = [
        _object((key, "outcome", "with"), {key: _text(), "outcome": _text(), "with": given}, [key])
        for key in stories.STEPS
    ]
    expect = {
        "end": _text(),
        "path": _list(_text()),
        "waits at": _list(_text()),
        "alerted": _list(_text()),
        "set": _ref("values"),
    }
    parts = {
        "name": _text(),
        "given": given,
        "do": _list({"oneOf": steps}),
        "expect": _object(stories.EXPECTED, expect),
    }
    return _object(tuple(parts), parts, ["expect"])


def _described(keys: tuple[str, ...], parts: dict[str, Schema]) -> dict[str, Schema]:
    """Return the parts in the reader's order; a key that one of the two does not know is a fault of the program."""
    if set(keys) != set(parts):
        raise KeyError(f"The reader and the schema differ in {sorted(set(keys) ^ set(parts))}")
    return {key: parts[key] for key in keys}


def _object(
    keys: tuple[str, ...], parts: dict[str, Schema], required: list[str] | None = None
) -> Schema:
    found: Schema = {
        "type": "object",
        "additionalProperties": False,
        "properties": _described(keys, parts),
    }
    return found | ({"required": required} if required else {})


def _list(items: Schema, least: int = 0) -> Schema:
    return {"type": "array", "items": items} | ({"minItems": least} if least else {})


def _text(description: str = "") -> Schema:
    found: Schema = {"type": ["string", "number", "boolean"]}
    return found | ({"description": description} if description else {})


def _either(*choices: Schema) -> Schema:
    return {"anyOf": list(choices)}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


if __name__ == "__main__":
    sys.stdout.write(text())
