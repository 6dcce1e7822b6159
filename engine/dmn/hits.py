"""Hit policies (DMN 1.5, 8.2.8): which of the matching rules give the result, and how."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final, TypeAlias

from engine.feel import comparison, library
from engine.feel.frame import Frame
from engine.feel.values import Value

Ranking: TypeAlias = list[list[Value]]
"""For each output column its values, the first of the highest priority."""
Policy: TypeAlias = Callable[[Frame, list[Value], Ranking], Value]
SHORT: Final = {
    "U": "UNIQUE",
    "A": "ANY",
    "P": "PRIORITY",
    "F": "FIRST",
    "C": "COLLECT",
    "R": "RULE ORDER",
    "O": "OUTPUT ORDER",
}
_AGGREGATES: Final = {"SUM": "sum", "MIN": "min", "MAX": "max", "COUNT": "count"}


def _unique(frame: Frame, results: list[Value], ranking: Ranking) -> Value:  # the form of a policy
    if len(results) > 1:
        return frame.problem("%(count)s rules match where only one may", count=len(results))
    return results[0]


def _any(frame: Frame, results: list[Value], ranking: Ranking) -> Value:  # the form of a policy
    if not all(comparison.same(frame, result, results[0]) for result in results):
        return frame.problem("the rules that match have different results")
    return results[0]


def _first(frame: Frame, results: list[Value], ranking: Ranking) -> Value:  # the form of a policy
    return results[0]


def _rule_order(
    frame: Frame, results: list[Value], ranking: Ranking
) -> Value:  # the form of a policy
    return results


def _output_order(frame: Frame, results: list[Value], ranking: Ranking) -> Value:
    def places(result: Value) -> list[int]:
        # a single output may be a context itself; several outputs are always one
        parts = list(result.values()) if len(ranking) > 1 and isinstance(result, dict) else [result]
        return [_place(frame, part, values) for part, values in zip(parts, ranking, strict=True)]

    return sorted(results, key=places)


def _place(frame: Frame, part: Value, values: list[Value]) -> int:
    return next(
        (i for i, value in enumerate(values) if comparison.same(frame, part, value)), len(values)
    )


def _priority(frame: Frame, results: list[Value], ranking: Ranking) -> Value:
    ordered = _output_order(frame, results, ranking)
    return ordered[0] if isinstance(ordered, list) else None


POLICIES: Final[Mapping[str, Policy]] = {
    "UNIQUE": _unique,
    "ANY": _any,
    "PRIORITY": _priority,
    "FIRST": _first,
    "COLLECT": _rule_order,
    "RULE ORDER": _rule_order,
    "OUTPUT ORDER": _output_order,
}


def of_nothing(name: str, aggregation: str | None) -> Value:
    """What a table without defaults gives where no rule matches: null, but a count is zero."""
    counts = SHORT.get(name, name) == "COLLECT" and (aggregation or "").upper() == "COUNT"
    return Decimal(0) if counts else None


def policy(name: str, aggregation: str | None) -> Policy | None:
    """The policy of this name or letter, COLLECT with its aggregation; None where there is none such."""
    full = SHORT.get(name, name)
    if full != "COLLECT" or not aggregation or aggregation == "LIST":
        return POLICIES.get(full)
    builtin = library.FUNCTIONS.get(_AGGREGATES.get(aggregation.upper(), ""))
    if builtin is None:
        return None
    aggregate = builtin.function
    return lambda frame, results, _ranking: aggregate(frame, results)
