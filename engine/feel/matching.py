"""Runs a pattern over a text in bounded time.

Depth first, as a backtracking matcher, but no pair of instruction and place is tried twice: what failed
once fails again. So the work grows with pattern times text, never exponentially. Only patterns with
back-references also depend on what their groups hold; they are bounded by the budget alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypeAlias

from engine.feel.limits import Budget
from engine.feel.programs import Pattern, Step

_STEP: Final = 4
"""What one step costs: it is remembered for the rest of the search."""
Groups: TypeAlias = tuple[int, ...]
"""For group n, the places 2n and 2n + 1 where it begins and ends; -1 where it took no part."""


def find(pattern: Pattern, text: str, budget: Budget, start: int = 0) -> Groups | None:
    """The leftmost match from a place on."""
    tried: set[object] = set()
    for at in range(start, len(text) + 1):
        found = _match_at(pattern, text, at, budget, tried)
        if found:
            return found
    return None


def find_all(pattern: Pattern, text: str, budget: Budget) -> Iterator[Groups]:
    """All matches that do not overlap, from the left; none of them is empty."""
    at = 0
    while at < len(text):
        found = find(pattern, text, budget, at)
        if found is None or found[1] == found[0]:
            return
        yield found
        at = found[1]


def _match_at(  # noqa: C901  # the inner loop of every search: a call per step would double its cost
    pattern: Pattern, text: str, start: int, budget: Budget, tried: set[object]
) -> Groups | None:
    steps, size = pattern.steps, len(text) + 1
    stack: list[tuple[int, int, Groups]] = [(0, start, (-1,) * (2 * pattern.groups + 2))]
    while stack:
        pc, at, groups = stack.pop()
        while True:
            key = (pc, at, groups) if pattern.has_back else pc * size + at
            if key in tried:
                break
            tried.add(key)
            budget.charge(_STEP)
            step = steps[pc]
            if step.do == "char":
                if at >= len(text) or not step.accepts(text[at]):  # type: ignore[misc]  # "char" always has it
                    break
                pc, at = pc + 1, at + 1
            elif step.do == "split":
                stack.append((step.y, at, groups))
                pc = step.x
            elif step.do == "jump":
                pc = step.x
            elif step.do == "save":
                groups = (*groups[: step.x], at, *groups[step.x + 1 :])
                pc += 1
            elif step.do == "match":
                return groups
            else:
                moved = _other(pattern, step, text, at, groups)
                if moved is None:
                    break
                pc, at = pc + 1, moved
    return None


def _other(pattern: Pattern, step: Step, text: str, at: int, groups: Groups) -> int | None:
    """The place after an anchor or a back-reference, None where it does not hold."""
    if step.do == "begin":
        holds = at == 0 or (pattern.multiline and text[at - 1] == "\n" and at < len(text))
        return at if holds else None
    if step.do == "end":
        holds = at == len(text) or (pattern.multiline and text[at] == "\n")
        return at if holds else None
    begin, end = groups[2 * step.x], groups[2 * step.x + 1]
    wanted = text[begin:end] if end >= 0 else ""
    there = text[at : at + len(wanted)]
    alike = there == wanted or (pattern.ignore_case and there.casefold() == wanted.casefold())
    return at + len(wanted) if alike else None
