"""CPU time of contestants that work in turn, as median with minimum and maximum."""

from __future__ import annotations

import gc
import resource
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class Contestant:
    """`work` is measured and returns how many units it did; `prepare` goes before it, unmeasured."""

    work: Callable[[], int]
    prepare: Callable[[], object] = lambda: None


ROUNDS = 5
UNITS = {"cpu_us": "µs CPU", "wall_ms": "ms", "bytes": "bytes"}


@dataclass(frozen=True, slots=True)
class Spread:
    """What a unit of work costs, most often in microseconds of CPU."""

    min: float
    median: float
    max: float


@dataclass(frozen=True, slots=True)
class Result:
    """One row of the table: our cost, the others', and whether the target is reached."""

    name: str
    case: str
    durability: str
    rounds: int
    ours: dict[str, Any]
    others: dict[str, dict[str, Any]] = field(default_factory=dict)
    ratios: dict[str, float] = field(default_factory=dict)
    target: str = ""
    reached: bool | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the object that `--json` prints."""
        return asdict(self)


def cpu_seconds(others: Callable[[], float] = lambda: 0.0) -> float:
    """Return the CPU time used so far by this process and its ended children, plus `others()` (a database server)."""
    own, ended = (
        resource.getrusage(resource.RUSAGE_SELF),
        resource.getrusage(resource.RUSAGE_CHILDREN),
    )
    return own.ru_utime + own.ru_stime + ended.ru_utime + ended.ru_stime + others()


def in_turn(
    contestants: Mapping[str, Contestant],
    *,
    rounds: int = ROUNDS,
    others: Callable[[], float] = lambda: 0.0,
) -> dict[str, Spread]:
    """Run the contestants one after the other, `rounds` times, after one round that is not counted."""
    taken: dict[str, list[float]] = {name: [] for name in contestants}
    for number in range(rounds + 1):
        for name, contestant in contestants.items():
            contestant.prepare()
            gc.collect()
            start = cpu_seconds(others)
            units = contestant.work()
            micros = (cpu_seconds(others) - start) * 1e6 / units
            if number:
                taken[name].append(micros)
    return {name: Spread(min(all_), median(all_), max(all_)) for name, all_ in taken.items()}


def spread(values: Iterable[float]) -> Spread:
    """Return the spread of figures that were taken one by one."""
    all_ = list(values)
    return Spread(min(all_), median(all_), max(all_))


def cpu_micros(work: Callable[[], object]) -> float:
    """Return the CPU time that this process takes for `work`, in microseconds."""
    start = time.process_time_ns()
    work()
    return (time.process_time_ns() - start) / 1000


def compare(  # noqa: PLR0913  # each keyword is a column of the table
    name: str,
    case: str,
    spreads: Mapping[str, Spread],
    *,
    durability: str,
    target: str,
    reached: Callable[[dict[str, float]], bool | None],
    rounds: int = ROUNDS,
    facts: Mapping[str, Any] | None = None,
    unit: str = "cpu_us",
) -> Result:
    """Make a row of the table from the spreads, in one of UNITS; the contestant called `kontor` is ours."""
    ours = spreads["kontor"]
    others = {
        other: {unit: asdict(spread)} for other, spread in spreads.items() if other != "kontor"
    }
    ratios = {other: round(ours.median / spreads[other].median, 3) for other in others}
    return Result(
        name=name,
        case=case,
        durability=durability,
        rounds=rounds,
        ours={unit: asdict(ours), **(facts or {})},
        others=others,
        ratios=ratios,
        target=target,
        reached=reached(ratios),
    )
