"""`kontor check`: would these files deploy, and if not, what is wrong where."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol

import click

from engine import bpmn
from engine.bpmn.problems import Problem as BpmnProblem


class Problem(Protocol):
    """What every reader's problems have."""

    @property
    def severity(self) -> str: ...
    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...
    @property
    def element(self) -> str | None: ...
    @property
    def rule(self) -> str: ...
    @property
    def message(self) -> str: ...


@click.command("check")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, one line a file.")
@click.option(
    "--strict", is_flag=True, help="Whatever breaks a rule of the BPMN standard is an error."
)
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
def command(files: tuple[str, ...], *, as_json: bool, strict: bool) -> None:
    """Say whether each FILE (.bpmn, .yaml, .dmn) would deploy, with every problem and its place.

    Ends with 1 where any file has an error.
    """
    sound = True
    for file in files:
        problems = list(_problems(file, strict=strict))
        ok = all(problem.severity != "error" for problem in problems)
        sound = sound and ok
        for line in [_as_json(file, problems, ok=ok)] if as_json else _as_words(file, problems):
            click.echo(line)
    sys.exit(0 if sound else 1)


def _problems(file: str, *, strict: bool) -> Iterable[Problem]:
    path = Path(file)
    try:
        return _reader(path)(path, strict)
    except OSError as fault:
        words = f"The file cannot be read: {fault.strerror or fault}."
        return [BpmnProblem("error", 1, 1, None, "file", words)]


def _reader(path: Path) -> Callable[[Path, bool], Iterable[Problem]]:
    name = path.name.lower()
    if name.endswith((".bpmn", ".bpmn20.xml", ".xml")):
        return _check_bpmn
    if name.endswith((".yaml", ".yml")):
        return _check_with("process_defs.check")
    if name.endswith(".dmn"):
        return _check_with("engine.dmn.check")
    return _check_unknown


def _check_bpmn(path: Path, strict: bool) -> Iterable[Problem]:  # noqa: FBT001 - one form for all readers
    def beside(location: str) -> bytes | None:
        found = (path.parent / location).resolve()
        is_near = found.is_relative_to(path.parent.resolve())
        return found.read_bytes() if is_near and found.is_file() else None

    return bpmn.read(path.read_bytes(), name=str(path), strict=strict, beside=beside).problems


def _check_with(module: str) -> Callable[[Path, bool], Iterable[Problem]]:
    def check(path: Path, _strict: bool) -> Iterable[Problem]:  # noqa: FBT001 - one form for all readers
        path.stat()
        problems: Iterable[Problem] = importlib.import_module(module).file(path)
        return problems

    return check


def _check_unknown(path: Path, _strict: bool) -> Iterable[Problem]:  # noqa: FBT001 - one form for all readers
    words = f"'{path.suffix}' is no ending of a definition; there are .bpmn, .bpmn20.xml, .xml, .yaml and .dmn."
    return [BpmnProblem("error", 1, 1, None, "file", words)]


def _as_json(file: str, problems: Iterable[Problem], *, ok: bool) -> str:
    keys = ("severity", "line", "column", "element", "rule", "message")
    found = [{key: getattr(problem, key) for key in keys} for problem in problems]
    return json.dumps({"file": file, "ok": ok, "problems": found}, ensure_ascii=False)


def _as_words(file: str, problems: Iterable[Problem]) -> Iterable[str]:
    for problem in problems:
        element = f" ({problem.element})" if problem.element else ""
        place = f"{file}:{problem.line}:{problem.column}"
        yield f"{place}: {problem.severity}: {problem.message}{element}".replace("\n", " ")
