"""The program's own Python files, read once."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from tests.support.packages import ROOT

ROOMS = ("ledger", "engine", "process_defs", "crm_entities", "scheduler", "web")
BESIDE = ("migrations", "benchmarks", "tests")


@dataclass(frozen=True)
class Source:
    """One file: `path` is relative to the repository."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.path)

    @cached_property
    def lines(self) -> list[str]:
        return self.text.splitlines()

    def calls(self) -> Iterator[tuple[int, str]]:
        """Line and dotted name of each call: (12, "datetime.now")."""
        for part in ast.walk(self.tree):
            if isinstance(part, ast.Call):
                yield part.lineno, ast.unparse(part.func)

    def imports(self) -> Iterator[tuple[int, str]]:
        """Line and module of each import; `from a import b` gives "a" and "a.b"."""
        for part in ast.walk(self.tree):
            if isinstance(part, ast.Import):
                yield from ((part.lineno, alias.name) for alias in part.names)
            elif isinstance(part, ast.ImportFrom) and part.module:
                yield part.lineno, part.module
                yield from ((part.lineno, f"{part.module}.{alias.name}") for alias in part.names)


def must_be_none(broken: Iterable[object]) -> None:
    """Fail, and name every place where a rule is broken."""
    places = [str(place) for place in broken]
    assert not places, "\n" + "\n".join(places)


def rooms() -> list[Source]:
    """The files of the rooms."""
    return [source for room in ROOMS for source in below(room)]


def everything() -> list[Source]:
    """The rooms, what stands beside them, and dev.py."""
    return [
        *rooms(),
        *(source for folder in BESIDE for source in below(folder)),
        _read(ROOT / "dev.py"),
    ]


@cache
def below(folder: str) -> tuple[Source, ...]:
    """The Python files of one folder of the repository."""
    files = sorted((ROOT / folder).rglob("*.py"))
    return tuple(_read(file) for file in files if "node_modules" not in file.parts)


@cache
def _read(file: Path) -> Source:
    return Source(str(file.relative_to(ROOT)), file.read_text(encoding="utf-8"))
