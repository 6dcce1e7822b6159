"""One case moves to another version of its definition, or is asked what would become of it."""

from __future__ import annotations

from collections.abc import Mapping

from engine import definitions, execution, lifecycle, ports
from engine.clocks.policies import Terms
from engine.migration import checking, deadlines, moving, passage
from engine.migration.findings import Blocked, Report
from engine.migration.passage import Passage
from engine.plan import Plan, loading
from engine.waiting import cases
from ledger import rejection
from ledger.transaction import Transaction

RIGHT = "case.move"


def migrate(
    tx: Transaction,
    case_id: int,
    definition_id: int,
    mapping: Mapping[str, str] | None = None,
    terms: Terms | None = None,
    *,
    expected: int | None = None,
) -> Report:
    """Move a case to another version of its definition, wholly or not at all.

    `mapping` names the new element for each whose id is gone; `expected` is the definition that the
    caller saw the case run by. Raises Rejection: Blocked with what is in the way, conflict where
    somebody has moved the case meanwhile, invalid_state where it has ended.
    """
    plan = loading.lock(tx, case_id)
    may(tx, plan.case.subject)
    way = _way(plan, definition_id, mapping or {}, terms or Terms(), expected)
    found = checking.report(way)
    if not found.is_possible:
        raise Blocked(case_id, way.definition.version, found.findings)

    def begin() -> None:
        due = deadlines.changes(way)
        versions = {"from": found.version, "to": way.definition.version}
        plan.note("case_migrated", data={**versions, **moving.told(way, due)})
        moving.move(way, due)

    execution.advance(plan, begin)
    return found


def look(
    tx: Transaction,
    case_id: int,
    definition_id: int,
    mapping: Mapping[str, str] | None = None,
    terms: Terms | None = None,
) -> Report:
    """Return what would become of a case; nothing is written and nobody waits."""
    row = cases.row(tx, case_id)
    if row is None:
        raise rejection.not_found("case %(case)s", case=case_id)
    plan = loading.of(tx, dict(row._mapping))  # noqa: SLF001  # SQLAlchemy's public name
    return checking.report(_way(plan, definition_id, mapping or {}, terms or Terms(), None))


def may(tx: Transaction, subject: str | None) -> None:
    """Check that the actor may move a case. Programs may. Raises Rejection(forbidden)."""
    if tx.actor.startswith("staff:") and not tx.port(ports.People).has_right(
        tx, tx.actor, RIGHT, subject
    ):
        raise rejection.forbidden("Expected the right %(right)s to move cases", right=RIGHT)


def _way(
    plan: Plan,
    definition_id: int,
    mapping: Mapping[str, str],
    terms: Terms,
    expected: int | None,
) -> Passage:
    """Return the way of a case to another version, where there may be one."""
    case = plan.case
    target = definitions.get(plan.tx, definition_id)
    lifecycle.after("case", case.state, "migrate", f"case {case.id}")
    if expected is not None and case.definition_id != expected:
        raise rejection.Rejection(
            "conflict",
            "Expected case %(case)s to run by the version you saw, but somebody has moved it",
            case=case.id,
        )
    if target.key != case.key:
        raise rejection.invalid(
            "Expected a version of %(key)s for case %(case)s, but got one of %(other)s",
            key=case.key,
            case=case.id,
            other=target.key,
            field="to",
        )
    lifecycle.after(
        "definition", target.state, "start", f"version {target.version} of {target.key}"
    )
    if target.id == case.definition_id:
        raise rejection.invalid_state(
            "Expected case %(case)s to run by another version, but it runs by version %(version)s already",
            case=case.id,
            version=target.version,
        )
    return passage.begin(plan, target, mapping, terms)
