"""The table of a run, in Markdown, put in place of the one in a file; what people wrote around it stays."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.measuring import UNITS, Result

HEAD = (
    "| name | measured | Kontor: median (min to max) | beside it: Kontor ÷ it | also | target | reached |\n"
    "|---|---|---|---|---|---|---|"
)
VERDICTS = {True: "yes", False: "**no**", None: "not judged"}


def write(file: Path, results: Sequence[Result]) -> None:
    """Put the rows of a run into the file: those of a benchmark that ran replace its older ones.

    The table is the file's only run of lines that begin with `|`; a file without one gets it at its end.
    """
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    places = [place for place, line in enumerate(lines) if line.startswith("|")]
    first, last = (places[0], places[-1] + 1) if places else (len(lines), len(lines))
    ran = {result.name for result in results}
    kept = [line for line in lines[first + 2 : last] if line.split("|")[1].strip() not in ran]
    table = [*HEAD.splitlines(), *kept, *map(_row, results)]
    text = "\n".join([*lines[:first], *table, *lines[last:]])
    file.write_text(text + "\n", encoding="utf-8")


def _row(result: Result) -> str:
    unit, said = next((unit, said) for unit, said in UNITS.items() if unit in result.ours)
    ours = result.ours[unit]
    spread = f"{_number(ours['median'])} {said} ({_number(ours['min'])} to {_number(ours['max'])})"
    beside = "; ".join(
        f"{name} {_number(other[unit]['median'])}: {result.ratios[name]:.2f} ×"
        for name, other in result.others.items()
    )
    also = "; ".join(
        f"{name.replace('_', ' ')} {_number(value)}"
        for name, value in result.ours.items()
        if name != unit
    )
    case = f"{result.case} [{result.durability}]"
    cells = (result.name, case, spread, beside, also, result.target)
    return f"| {' | '.join(cells)} | {VERDICTS[result.reached]} |"


def _number(value: Any) -> str:
    if not isinstance(value, float):
        return f"{value:,}" if isinstance(value, int) else str(value)
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2f}".rstrip("0").rstrip(".")
