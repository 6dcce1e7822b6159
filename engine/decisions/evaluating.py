"""A version of a decision is asked: its value, and which rules gave it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import bindparam, select

from engine import deployments, dmn
from engine.decisions.tables import Decision, decisions
from engine.dmn import reader
from engine.feel import Expression, LimitExceeded, Value
from ledger import rejection
from ledger.transaction import Transaction
from ledger.words import say

_importable = (
    select(decisions.c.deployment_id)
    .where(decisions.c.namespace == bindparam("namespace"), decisions.c.state == "published")
    .order_by(decisions.c.id.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Decided:
    """What a decision gave, with the version asked, the rules that matched, and what was null on the way."""

    value: Value
    key: str
    version: int
    fired: tuple[dmn.Fired, ...]
    problems: tuple[str, ...] = ()


class Failed(ValueError):  # noqa: N818  # reads as what happened
    """A decision that could not be made; its words say why."""


def decide(tx: Transaction, asked: Decision, given: Mapping[str, Value]) -> Decided:
    """Evaluate a decision. What could not be computed is null; raises Failed where all of it could not."""
    found = model(tx, asked.deployment_id)
    decision = found.decision(asked.key)
    if decision is None:
        raise rejection.not_found("the decision %(asked)s", asked=asked.key)
    try:
        outcome = found.decide(decision, given, now=tx.now)
    except LimitExceeded as fault:
        raise Failed(
            say(
                "The decision “%(name)s” (version %(version)s) was given up: %(why)s.",
                name=asked.name,
                version=asked.version,
                why=str(fault),
            )
        ) from None
    if outcome.value is None and outcome.problems:
        raise Failed(
            say(
                "The decision “%(name)s” (version %(version)s) gives no result: %(why)s%(among)s.",
                name=asked.name,
                version=asked.version,
                why=outcome.problems[-1],
                among=_among(outcome),
            )
        )
    return Decided(outcome.value, asked.key, asked.version, outcome.fired, outcome.problems)


def model(tx: Transaction, deployment_id: int) -> dmn.Model:
    """Return a deployed model, compiled, from memory after the first time."""

    def make() -> dmn.Model:
        xml = deployments.get(tx, deployment_id).source
        return dmn.read(xml, imports(tx, xml))

    return tx.store.remembered(("decisions", deployment_id), make)


def imports(tx: Transaction, xml: bytes) -> dict[str, dmn.Model]:
    """Return the newest published models of the namespaces that a file imports."""
    found = {}
    for namespace, _ in reader.imported_namespaces(xml):
        number = tx.execute(_importable, {"namespace": namespace}).scalar()
        if number is not None:
            found[namespace] = model(tx, number)
    return found


def paths(tx: Transaction, asked: Decision) -> tuple[Expression, ...]:
    """Return the logic of all decisions of a file: its paths say which fields of records it reads."""
    found = model(tx, asked.deployment_id)
    return tuple(each.logic for each in found.decisions if each.logic is not None)


def _among(outcome: dmn.Outcome) -> str:
    """Name the rules, where the last table asked had several."""
    numbers = outcome.fired[-1].numbers if outcome.fired else ()
    return say(" (rules %(rules)s)", rules=[*map(str, numbers)]) if len(numbers) > 1 else ""
