"""One simulated case: its files, its steps, and what came of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from engine.feel import FeelError, Value, json_form
from ledger.rejection import Rejection
from web.scenarios.world import World

EXPECTED = (Rejection, FeelError, OSError, ValueError, KeyError, TypeError)
"""What may be wrong with a case; the other cases go on."""


def run(case: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Run a case; paths are relative to `folder`.

    What cannot be applied is told under `error`, with the trace so far.
    """
    world = World(auto=bool(case.get("auto")))
    try:
        answer: dict[str, Any] = {"id": case.get("id")}
        failed = error(lambda: world.deploy([folder / name for name in case["files"]]))
        for index, step in enumerate(case.get("steps", ()) if failed is None else ()):
            failed = error(partial(apply, world, step))
            if failed is not None:
                failed = f"step {index}: {failed}"
                break
        if failed is not None:
            answer["error"] = failed
        return answer | {"trace": trace(world), "instances": instances(world)}
    finally:
        world.close()


def apply(world: World, step: Mapping[str, Any]) -> None:
    """Apply one step to a world. Raises Rejection where it cannot be."""
    given = {name: read(value) for name, value in step.get("variables", {}).items()}
    match step:
        case {"start": str(key)}:
            world.start(key, given, step.get("subject"))
        case {"complete": str(element)}:
            world.complete(element, given, step.get("outcome"))
        case {"message": str(name)}:
            world.message(
                name,
                {key: read(value) for key, value in step.get("correlation", {}).items()},
                given,
            )
        case {"signal": str(name)}:
            world.signal(name, given)
        case {"job": str(element)}:
            world.job(element, given, step.get("error"))
        case {"advance": str(duration)}:
            world.advance(duration)
        case _:
            raise ValueError(
                f"expected start, complete, message, signal, job or advance, but got {', '.join(step)}"
            )


def trace(world: World) -> list[dict[str, Any]]:
    """Return the steps that happened."""
    return [
        {
            "at": iso(step.at),
            "process": step.process,
            "instance": step.instance,
            "element": step.element,
            "event": step.event,
        }
        for step in world.trace.steps
    ]


def instances(world: World) -> list[dict[str, Any]]:
    """Return every instance as it is at the end."""
    return [
        {
            "process": process,
            "instance": number,
            "state": world.state(number),
            "variables": {name: plain(value) for name, value in world.variables(number).items()},
            "at": world.at(number),
            "incidents": [
                {"element": element, "message": message}
                for element, message in world.incidents(number)
            ],
        }
        for number, (process, _) in world.trace.instances.items()
    ]


def read(value: Any) -> Value:
    """Return a JSON value as a variable's value."""
    return json_form.from_json(value)


def plain(value: Value) -> Any:
    """Return a value as JSON that a reader of the answer understands: numbers as numbers, dates as text."""
    form = json_form.to_json(value)
    return _untagged(form)


def iso(instant: datetime) -> str:
    """Return an instant with Z."""
    return instant.isoformat().replace("+00:00", "Z")


def _untagged(form: Any) -> Any:
    if isinstance(form, list):
        return [_untagged(item) for item in form]
    if not isinstance(form, dict):
        return form
    if "$decimal" in form:
        return float(form["$decimal"])
    if len(form) == 1 and next(iter(form)).startswith("$"):
        return _untagged(next(iter(form.values())))
    return {name: _untagged(item) for name, item in form.items()}


def error(action: Callable[[], object]) -> str | None:
    """Do something; return in words what kept it from being done."""
    try:
        action()
    except EXPECTED as fault:
        return (
            fault.sentence if isinstance(fault, Rejection) else f"{type(fault).__name__}: {fault}"
        )
    return None
