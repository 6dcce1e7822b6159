"""A step begins: the case is locked and what it touches is read, never more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, Select, Table, bindparam, select

from engine import definitions
from engine.plan.changes import Plan
from engine.waiting import cases
from engine.waiting.state import Case, Scope, Token
from engine.waiting.variables import Variables
from ledger import rejection
from ledger.transaction import Transaction


def lock(tx: Transaction, case_id: int) -> Plan:
    """Lock a case and return a plan for it. Raises Rejection(not_found)."""
    row = cases.lock(tx, case_id)
    if row is None:
        raise rejection.not_found("case %(case)s", case=case_id)
    return of(tx, row)


def lock_if_free(tx: Transaction, case_id: int) -> Plan | None:
    """Lock a case unless somebody else holds it, or it is gone."""
    row = cases.lock(tx, case_id, is_patient=False)
    return None if row is None else of(tx, row)


def of(tx: Transaction, row: Mapping[str, Any]) -> Plan:
    """Return a plan for a case whose locked row was read already."""
    tx.not_before(row["touched_at"])
    process = definitions.process(tx, row["definition_id"])
    case = Case(row["id"], process, row["definition_id"], row)
    case.is_new = False
    case.variables = Variables(row["variables"])
    case.unpack(row["tokens"])
    return Plan(tx, case)


def with_row(
    tx: Transaction, table: Table, number: int, *, locked: bool = True
) -> tuple[Mapping[str, Any], Plan] | None:
    """Read a row by its id with its case, in one statement; None where there is no such row.

    The case is locked, unless it is only looked at.
    """
    rows = tx.read(_joined(tx, table, locked=locked), {"id": number})
    if not rows:
        return None
    (row,) = rows
    width = len(table.c)
    own = dict(zip(table.c.keys(), row[:width], strict=True))
    return own, of(tx, dict(zip(cases.cases.c.keys(), row[width:], strict=True)))


def _joined(tx: Transaction, table: Table, *, locked: bool) -> Select[Any]:
    def make() -> Select[Any]:
        both = cases.cases.join(table, cases.cases.c.id == table.c.case_id)
        found = select(table, cases.cases).select_from(both).where(table.c.id == bindparam("id"))
        # The case is locked first. The row is locked too, else PostgreSQL would show it as it
        # was before the wait for the case.
        return found.with_for_update(of=[cases.cases, table]) if locked else found

    return tx.store.remembered(("joined", table.name, locked), make)


def scope(plan: Plan, number: int) -> Scope | None:
    """Return a scope of the plan's case with those around it; None where it is gone."""
    if number not in plan.scopes:
        for row in sorted(cases.chain(plan.tx, number), key=lambda row: row.id):
            if row.case_id == plan.case.id:
                adopt(plan, row)
    return plan.scopes.get(number)


def token(plan: Plan, scope_id: int, token_id: int) -> Token | None:
    """Return a token, or what stands for an event sub-process; None where it is gone."""
    found = scope(plan, scope_id)
    if found is None or found.is_gone:
        return None
    each = found.tokens.get(token_id) or found.arms.get(token_id)
    return None if each is None or each.is_gone else each


def everything(plan: Plan) -> None:
    """Read every scope of the case."""
    for row in cases.of_case(plan.tx, plan.case.id):
        adopt(plan, row)


def adopt(plan: Plan, row: Row[Any]) -> Scope:
    """Take a scope's row into the plan; the scope around it must be there already."""
    known = plan.scopes.get(row.id)
    if known is not None:
        return known
    process = definitions.process(plan.tx, row.definition_id)
    adopted = Scope(row.id, row.kind, process, row.definition_id, row.element)
    adopted.parent = plan.scopes[row.parent_id]
    adopted.owner = row.owner
    adopted.position = row.position
    adopted.output = row.output
    adopted.is_new = False
    adopted.variables = Variables(row.variables)
    adopted.unpack(row.tokens)
    plan.scopes[adopted.id] = adopted
    return adopted
