"""How likely a task is to be late, and when it will probably be done, from what such stages took before.

The method, said on screen in the same words. Of the same stage's last visits, those are looked at
that took longer than this one has taken so far: each says how much working time may still be to
come. The tasks that are due before this one in its holder's list have to be done first, at the pace
at which the holder has worked in the last four weeks: no visit is reckoned shorter than that. The
probability of a breach is the share of those visits that would end after the due date, drawn
towards one half by one visit each way (Laplace's rule), and the date is their median. With fewer
than ENOUGH visits, or fewer than BEYOND of them longer than this one, nothing is said.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

ENOUGH = 20
"""Visits of a stage that must have ended before anything is said of the next one."""
BEYOND = 5
"""Visits among them that must have taken longer than this one has already."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """`probability` of a breach from 0 to 1, or None where nothing can be said; `left` working seconds
    (median) until done; `visits` is how many were looked at; `queue` the working seconds of what lies before it.
    """

    probability: float | None
    left: int | None
    visits: int
    queue: int = 0


def forecast(history: Sequence[int], elapsed: int, until_due: int, queue: int = 0) -> Forecast:
    """Return what to expect of a visit that has taken `elapsed` working seconds.

    `history` are the working seconds of ended visits, ascending; `until_due` may be negative, and
    then it is late for certain. `queue` is the working time of what has to be done before.
    """
    longer = history[bisect_right(history, elapsed) :]
    if len(history) < ENOUGH or len(longer) < BEYOND:
        return Forecast(1.0 if until_due < 0 else None, None, len(history), queue)
    left = [max(whole - elapsed, queue) for whole in longer]
    if until_due < 0:
        return Forecast(1.0, left[len(left) // 2], len(history), queue)
    late = sum(1 for one in left if one > until_due)
    return Forecast((late + 1) / (len(left) + 2), left[len(left) // 2], len(history), queue)


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How good past forecasts were.

    `score` is Brier's: the mean square of (probability - what came), 0 is perfect. `plain` is the
    score of always saying the share that was late, so that a forecast worth having stays below it.
    `bands` are (lowest probability, mean probability, share that was late, how many).
    """

    compared: int
    score: float
    plain: float
    bands: Sequence[tuple[float, float, float, int]]


BANDS = 5


def accuracy(pairs: Sequence[tuple[float, bool]]) -> Accuracy | None:
    """Return how good forecasts were, from (probability, whether it was late); None without any."""
    if not pairs:
        return None
    count = len(pairs)
    share = sum(late for _, late in pairs) / count
    groups: list[list[tuple[float, bool]]] = [[] for _ in range(BANDS)]
    for one in pairs:
        groups[min(int(one[0] * BANDS), BANDS - 1)].append(one)
    bands = [
        (
            place / BANDS,
            sum(said for said, _ in group) / len(group),
            sum(late for _, late in group) / len(group),
            len(group),
        )
        for place, group in enumerate(groups)
        if group
    ]
    score = sum((said - late) ** 2 for said, late in pairs) / count
    return Accuracy(count, score, share * (1 - share), bands)
