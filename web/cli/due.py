"""`kontor due`: when is it due, and why; for one case in words, for many as JSON lines."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import orjson

from engine import calendar
from engine.calendar import Calendar, Deadline, Pause

EXAMPLE = """\b
Example:
  echo '{"timezone": "Europe/Berlin", "week": {"mon": ["09:00-17:00"], "tue": ["09:00-17:00"]}}' > office.json
  kontor due --calendar office.json --start 2026-06-08T15:00:00+02:00 --deadline '4 working hours'

\b
A line of --batch:
  {"id": 1, "calendar": {…}, "start": "2026-06-08T15:00:00+02:00", "deadline": "PT4H"}
"""


@click.command(epilog=EXAMPLE)
@click.option("--batch", is_flag=True, help="Read one JSON object a line, answer one a line.")
@click.option("--start", help="When it begins, with its offset: 2026-06-05T17:00:00+02:00.")
@click.option("--deadline", help="PT4H, '4 working hours', '2 business days' or P2D.")
@click.option(
    "--calendar",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A calendar as JSON: timezone, week, holidays, working_days, half_days.",
)
def due(*, batch: bool, start: str | None, deadline: str | None, file: Path | None) -> None:
    """Say when a deadline is due, and which hours led there."""
    if batch:
        for line in sys.stdin.buffer:
            if line.strip():
                sys.stdout.buffer.write(orjson.dumps(answer_line(line)) + b"\n")
                sys.stdout.buffer.flush()
        return
    if not (start and deadline and file):
        raise click.UsageError("Give --start, --deadline and --calendar, or --batch.")
    try:
        question = {"calendar": orjson.loads(file.read_bytes()), "start": start}
        found = answer({**question, "deadline": deadline})
    except ValueError as fault:
        raise click.ClickException(str(fault)) from fault
    click.echo(f"Due {found['due']}")
    for piece in found["explain"]:
        click.echo(f"  {piece['from']} .. {piece['to']}  {piece['kind']:8} {piece['amount']}")


def answer_line(line: bytes) -> dict[str, Any]:
    """Return the answer to one line; a fault is an answer too, and names what to mend."""
    try:
        question = orjson.loads(line)
    except orjson.JSONDecodeError as fault:
        return {"id": None, "error": f"The line is no JSON: {fault}"}
    if not isinstance(question, dict):
        return {"id": None, "error": "Expected a JSON object on each line."}
    try:
        return {"id": question.get("id"), **answer(question)}
    except (ValueError, OverflowError) as fault:
        return {"id": question.get("id"), "error": str(fault)}


def answer(question: Mapping[str, Any]) -> dict[str, Any]:
    """Return due, warn, spent and explain, as far as they are asked. Raises ValueError in words."""
    hours = Calendar.parse(question.get("calendar"))
    start = calendar.instant(question.get("start"), "start")
    pauses = _pauses(question.get("pauses") or ())
    found: dict[str, Any] = {}
    if question.get("deadline") is not None:
        found |= _due(question, hours, start, pauses)
    elif question.get("warn") is not None or question.get("until") is None:
        raise ValueError("deadline: expected PT4H, '2 business days' or P2D, but there is none.")
    if question.get("until") is not None:
        until = calendar.instant(question["until"], "until")
        found["spent"] = calendar.iso(calendar.spent(hours, start, until, pauses))
    return found


def _due(
    question: Mapping[str, Any], hours: Calendar, start: datetime, pauses: list[Pause]
) -> dict[str, Any]:
    deadline = Deadline.parse(_text(question["deadline"], "deadline"))
    reckoned = calendar.due(hours, start, deadline, pauses)
    found: dict[str, Any] = {"due": _zulu(reckoned.at)}
    if question.get("warn") is not None:
        share = calendar.share(_text(question["warn"], "warn"))
        found["warn"] = _zulu(calendar.share_instant(reckoned, share))
    found["explain"] = [
        {"kind": kind, "from": _zulu(begin), "to": _zulu(end), "amount": calendar.iso(amount)}
        | ({"note": note} if note else {})
        for kind, begin, end, amount, note in reckoned.pieces
    ]
    return found


def _text(value: object, place: str) -> str:
    match value:
        case str():
            return value
        case _:
            raise ValueError(f"{place}: expected text, not {value!r}.")


def _pauses(value: object) -> list[Pause]:
    match value:
        case [*pairs]:
            return [_pause(pair, f"pauses[{number}]") for number, pair in enumerate(pairs)]
        case _:
            raise ValueError(f"pauses: expected a list of [from, to], not {value!r}.")


def _pause(value: object, place: str) -> Pause:
    match value:
        case [begin, end]:
            return Pause(calendar.instant(begin, place), calendar.instant(end, place))
        case _:
            raise ValueError(f"{place}: expected [from, to], not {value!r}.")


def _zulu(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
