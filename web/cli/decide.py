"""`kontor decide`: evaluate decision models; for one decision in words, for many as JSON lines."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import click
import orjson

from engine import dmn, feel
from engine.dmn import files
from engine.feel import durations, temporal_text, written


@click.command()
@click.option("--batch", is_flag=True, help="Read one JSON object a line, answer one a line.")
@click.argument(
    "file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.argument("decision", required=False)
@click.argument("inputs", nargs=-1, metavar="[NAME=VALUE]...")
def decide(
    *, batch: bool, file: Path | None, decision: str | None, inputs: tuple[str, ...]
) -> None:
    """Evaluate DECISION of FILE with values written as FEEL: kontor decide rates.dmn Rate age=42 'city="Lyon"'."""
    if batch:
        models: dict[str, dmn.Model] = {}
        for line in sys.stdin.buffer:
            if line.strip():
                sys.stdout.buffer.write(orjson.dumps(answer_line(line, models)) + b"\n")
                sys.stdout.buffer.flush()
        return
    if not (file and decision):
        raise click.UsageError("Give FILE and DECISION, or --batch.")
    try:
        outcome = _one(files.load(file), decision, inputs)
    except (dmn.DmnError, feel.FeelError, feel.LimitExceeded) as fault:
        raise click.ClickException(str(fault)) from fault
    click.echo(written.shown(outcome.value))
    for fired in outcome.fired:
        click.echo(
            f"  {fired.decision}: rules {', '.join(map(str, fired.numbers)) or 'none'}", err=True
        )
    for problem in outcome.problems:
        click.echo(f"  {problem}", err=True)


def _one(model: dmn.Model, name: str, inputs: tuple[str, ...]) -> dmn.Outcome:
    now = datetime.now(UTC)
    given: dict[str, feel.Value] = {}
    for pair in inputs:
        key, sign, text = pair.partition("=")
        if not sign:
            raise feel.FeelError(f"expected NAME=VALUE, found {pair}")
        given[key.strip()] = feel.expression(text).evaluate({}, now=now)
    found = model.decision(name)
    if found is None:
        raise feel.FeelError(
            f"there is no decision {name}; there are {', '.join(d.name for d in model.decisions)}"
        )
    return model.decide(found, given, now=now)


def answer_line(line: bytes, models: dict[str, dmn.Model]) -> dict[str, Any]:
    """The answer to one line; a fault is an answer too, and names what to mend."""
    try:
        question = orjson.loads(line)
    except orjson.JSONDecodeError as fault:
        return {"id": None, "error": f"The line is no JSON: {fault}"}
    if not isinstance(question, dict):
        return {"id": None, "error": "Expected a JSON object on each line."}
    if not isinstance(question.get("file"), str):
        return {"id": question.get("id"), "error": "file: expected the name of a DMN file."}
    if not isinstance(question.get("inputs") or {}, dict):
        return {"id": question.get("id"), "error": "inputs: expected names with values."}
    try:
        return {"id": question.get("id"), **_answer(question, models)}
    except (OSError, KeyError, ValueError, dmn.DmnError, feel.LimitExceeded) as fault:
        return {"id": question.get("id"), "error": str(fault) or type(fault).__name__}


def _answer(question: Mapping[str, Any], models: dict[str, dmn.Model]) -> dict[str, Any]:
    path = str(question["file"])
    if path not in models:
        models[path] = files.load(Path(path))
    model = models[path]
    given = {str(name): _value(value) for name, value in (question.get("inputs") or {}).items()}
    outcome = _outcome(model, question, given)
    faults = [f"{p.element}: {p.message}" for p in model.problems] if outcome.value is None else []
    return {"result": _tagged(outcome.value), "errors": [*outcome.problems, *faults]}


def _outcome(
    model: dmn.Model, question: Mapping[str, Any], given: Mapping[str, feel.Value]
) -> dmn.Outcome:
    kind, name, invocable = (
        question.get("kind") or "decision",
        question.get("decision"),
        question.get("invocable"),
    )
    now = datetime.now(UTC)
    if kind == "decisionService":
        service = model.service(str(invocable or name))
        if service is not None:
            return model.serve(service, given, now=now, output=name)
    elif kind == "bkm":
        knowledge = model.knowledge(str(invocable or name))
        if knowledge is not None:
            return model.call(knowledge, given, now=now)
    else:
        decision = model.decision(str(name))
        if decision is not None:
            return model.decide(decision, given, now=now)
    raise ValueError(f"There is no {kind} {invocable or name} in {question['file']}.")


def _value(tagged: object) -> feel.Value:
    """A value of the contract's form: `{"type": …, "value": …}`."""
    if not isinstance(tagged, dict) or "type" not in tagged:
        raise ValueError(f'Expected {{"type", "value"}}, found {tagged!r}.')
    type_, value = tagged["type"], tagged.get("value")
    if value is None or type_ == "null":
        return None
    match type_:
        case "list":
            return [_value(item) for item in value]
        case "context":
            return {str(name): _value(item) for name, item in value.items()}
        case "boolean":
            return value is True or value == "true"
    read = _SCALARS.get(type_)
    try:
        found = read(str(value)) if read else None
    except InvalidOperation:
        found = None
    if found is None:
        raise ValueError(f"{value!r} is no {type_}.")
    return found


_SCALARS: Mapping[str, Callable[[str], feel.Value]] = {
    "string": str,
    "number": Decimal,
    "date": temporal_text.parse_date,
    "time": temporal_text.parse_time,
    "date and time": temporal_text.parse_datetime,
    "days and time duration": durations.parse,
    "years and months duration": durations.parse,
}


def _tagged(value: feel.Value) -> dict[str, Any]:
    kind = feel.kind(value)
    if isinstance(value, list):
        return {"type": kind, "value": [_tagged(item) for item in value]}
    if isinstance(value, dict):
        return {"type": kind, "value": {name: _tagged(item) for name, item in value.items()}}
    if value is None or isinstance(value, bool):
        return {"type": kind, "value": value}
    return {"type": kind, "value": written.shown(value)}
