"""`kontor simulate`: run definitions step by step in a throw-away store with a clock that is moved."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click
import orjson

from web.scenarios import simulation

EXAMPLE = """\b
Steps:
  {"start": "order", "variables": {"amount": 500}, "subject": {"deal": {"amount": 500}}}
  {"complete": "ELEMENT", "outcome": "accepted", "variables": {…}}
  {"message": "NAME", "correlation": {…}, "variables": {…}}
  {"signal": "NAME"}   {"job": "ELEMENT", "error": "CODE"}   {"advance": "PT4H"}

\b
Example:
  kontor simulate sales.yaml --step '{"start": "sales", "subject": {"deal": {}}}' --step '{"advance": "P2D"}'

\b
--reference runs the same steps in SpiffWorkflow as well and says where the two differ in activities completed,
in what is waited for and in the end state; parts that it is known to run otherwise are named instead.
"""


@click.command(epilog=EXAMPLE)
@click.option("--batch", is_flag=True, help="Read one JSON object a line, answer one a line.")
@click.option("--auto", is_flag=True, help="Tasks and jobs complete by themselves.")
@click.option(
    "--reference", is_flag=True, help="Run the steps in SpiffWorkflow too, and say what differs."
)
@click.option(
    "--step",
    "steps",
    multiple=True,
    help='A step as JSON, e.g. \'{"start": "order"}\'; may be repeated.',
)
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def simulate(
    *, batch: bool, auto: bool, reference: bool, steps: tuple[str, ...], files: tuple[Path, ...]
) -> None:
    """Run FILES with steps and print what happened. Time starts at 2026-01-05T09:00:00Z."""
    folder = Path.cwd()
    if reference and (batch or auto):
        raise click.UsageError("--reference goes with --step alone, not with --batch or --auto.")
    if batch:
        for line in sys.stdin.buffer:
            if line.strip():
                sys.stdout.buffer.write(orjson.dumps(answer(line, folder)) + b"\n")
                sys.stdout.buffer.flush()
        return
    if not files or not steps:
        raise click.UsageError("Give files and at least one --step, or --batch.")
    case = {
        "id": None,
        "files": [str(file) for file in files],
        "steps": [_step(text) for text in steps],
        "auto": auto,
    }
    if reference:
        _second_opinion(case, folder)
    else:
        _tell(simulation.run(case, folder))


def _tell(found: dict[str, Any]) -> None:
    for step in found["trace"]:
        click.echo(f"{step['at']}  {step['process']}  {step['element']}  {step['event']}")
    for instance in found["instances"]:
        where = f" at {', '.join(instance['at'])}" if instance["at"] else ""
        click.echo(f"{instance['process']} {instance['instance']}: {instance['state']}{where}")
        for incident in instance["incidents"]:
            click.echo(f"  incident at {incident['element']}: {incident['message']}")
    if "error" in found:
        raise click.ClickException(found["error"])


def _second_opinion(case: dict[str, Any], folder: Path) -> None:
    """Tell what happened, then what SpiffWorkflow says to it; a difference is no failure of the command."""
    from web.scenarios import reference

    opinion = reference.compare(case, folder)
    _tell(opinion.answer)
    if opinion.unread:
        click.echo("SpiffWorkflow was not compared, because it runs or reads these otherwise:")
    elif opinion.differences:
        click.echo("SpiffWorkflow takes another path:")
    else:
        click.echo("SpiffWorkflow takes the same path.")
    for words in (*opinion.unread, *opinion.differences):
        click.echo(f"  {words}")


def answer(line: bytes, folder: Path) -> dict[str, Any]:
    """Answer one line of a batch; what is wrong with it is told, not raised."""
    try:
        case = orjson.loads(line)
    except orjson.JSONDecodeError as fault:
        return {"id": None, "error": f"The line is no JSON: {fault}"}
    if not isinstance(case, dict):
        return {"id": None, "error": "Expected a JSON object on each line."}
    wrong = _wrong(case)
    if wrong is not None:
        return {"id": case.get("id"), "error": wrong}
    try:
        return simulation.run(case, folder)
    except simulation.EXPECTED as fault:
        return {"id": case.get("id"), "error": f"{type(fault).__name__}: {fault}"}


def _wrong(case: dict[str, Any]) -> str | None:
    """Say what a line lacks before anything is run: files by name, and steps that are objects."""
    names, steps = case.get("files"), case.get("steps", [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        return "files: expected a list of file names."
    if not isinstance(steps, list):
        return "steps: expected a list of steps."
    for number, step in enumerate(steps):
        if not isinstance(step, dict):
            return f'step {number}: expected an object such as {{"start": "order"}}.'
        for name in ("variables", "correlation", "subject"):
            if not isinstance(step.get(name) or {}, dict):
                return f"step {number}: {name}: expected names with values."
    return None


def _step(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as fault:
        raise click.UsageError(f"The step {text} is no JSON: {fault}") from None


command = simulate
