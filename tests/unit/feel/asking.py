"""Ask FEEL one question in a line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal

from engine import feel

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)


def value(text: str, /, names: Iterable[str] = (), **variables: object) -> feel.Value:
    return within(text, variables, names)


def within(text: str, variables: Mapping[str, object], names: Iterable[str] = ()) -> feel.Value:
    return feel.expression(text, names=names).evaluate(variables, now=NOW)


def number(text: str, /, **variables: object) -> Decimal:
    found = within(text, variables)
    assert isinstance(found, Decimal)
    return found


def problems(text: str, /, **variables: object) -> list[str]:
    told: list[str] = []
    assert feel.expression(text).evaluate(variables, now=NOW, problems=told) is None
    return told


def passes(tests: str, given: object, /, **variables: object) -> feel.Value:
    return feel.unary_tests(tests).evaluate({"?": given, **variables}, now=NOW)
