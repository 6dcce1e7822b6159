"""Runs benchmarks by name and says their results, for people or as JSON lines."""

from __future__ import annotations

import importlib
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from benchmarks.measuring import UNITS, Result

NAMES = (
    "task", "http", "auto", "loop", "model", "many", "rest", "start", "pages",
    "clients", "crash", "feel", "sweep", "outage", "jobs", "pg",
)  # fmt: skip
"""Each is a module here with a function `results(folder, durability) -> Iterable[Result]`.

The last four need a PostgreSQL server, which an installed program does not bring.
"""


def run(names: Iterable[str], durability: str) -> Iterator[Result]:
    """Yield the results of the named benchmarks, each over databases of its own in a folder that is removed."""
    for name in names:
        results: Callable[[Path, str], Iterable[Result]] = importlib.import_module(
            f"benchmarks.{name}"
        ).results
        with tempfile.TemporaryDirectory(prefix="kontor-bench-") as folder:
            yield from results(Path(folder), durability)


def words(result: Result) -> str:
    """Say a result in a few lines."""
    unit, said = next((unit, said) for unit, said in UNITS.items() if unit in result.ours)
    spread = result.ours[unit]
    ours = f"{spread['median']:.1f} {said} ({spread['min']:.1f} to {spread['max']:.1f})"
    lines = [f"{result.name}: {result.case} [{result.durability}]", f"  kontor {ours}"]
    for name, other in result.others.items():
        lines.append(
            f"  {name} {other[unit]['median']:.1f} {said}: kontor takes {result.ratios[name]:.2f} ×"
        )
    lines += [f"  {name} {value}" for name, value in result.ours.items() if name != unit]
    verdict = {True: "reached", False: "not reached", None: "not judged"}[result.reached]
    return "\n".join([*lines, f"  target: {result.target}: {verdict}"])
