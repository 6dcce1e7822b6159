"""A plan becomes rows: one statement a table, then the events and the case itself."""

from __future__ import annotations

from typing import Any

from sqlalchemy.sql.dml import UpdateBase

from engine import ports
from engine.plan.changes import Plan
from engine.plan.rows import INSERTS
from engine.waiting import cases
from engine.waiting.state import Case, Scope
from ledger.event_log import Event


def write(plan: Plan) -> None:
    """Write everything that the step changed."""
    statements: dict[UpdateBase, list[dict[str, Any]]] = {}
    for scope in plan.touched.values():
        _scope(plan, scope, statements)
    for statement, rows in (*plan.statements.items(), *statements.items()):
        if rows:
            plan.tx.write(statement, rows)
    for letter, tokens in plan.waiting_rows.items():
        rows = [row for waiting in tokens.values() for row in waiting]
        if rows:
            plan.tx.write(INSERTS[letter], rows)
    _tell(plan)
    _case(plan)
    for effect in plan.effects:
        effect(plan.tx)


def _scope(plan: Plan, scope: Scope, statements: dict[UpdateBase, list[dict[str, Any]]]) -> None:
    """Collect what a scope other than the case needs, and the large values of any."""
    if scope.is_gone:
        if not scope.is_new:
            row: dict[str, Any] = {"b_id": scope.id, "b_case": plan.case.id}
            statements.setdefault(cases.DELETE_SCOPE, []).append(row)
        if "values" in scope.notes and not isinstance(scope, Case):
            row = {"b_scope": scope.id, "b_case": plan.case.id}
            statements.setdefault(cases.DELETE_VALUES, []).append(row)
        return
    text, large = scope.variables.text()
    for name, value in large.items():
        row = {"scope_id": scope.id, "name": name, "case_id": plan.case.id}
        statements.setdefault(cases.DELETE_VALUE, []).append(row)
        statements.setdefault(cases.INSERT_VALUE, []).append({**row, "value": value})
        scope.notes["values"] = 1
    if isinstance(scope, Case):
        return
    if scope.is_new:
        statements.setdefault(cases.INSERT_SCOPE, []).append(_new_scope(plan, scope, text))
    else:
        row = {
            "b_id": scope.id,
            "b_case": plan.case.id,
            "tokens": scope.packed(),
            "variables": text,
        }
        statements.setdefault(cases.UPDATE_SCOPE, []).append({**row, "output": scope.output})


def _new_scope(plan: Plan, scope: Scope, variables: str | None) -> dict[str, Any]:
    return {
        "id": scope.id,
        "case_id": plan.case.id,
        "parent_id": scope.parent.id if scope.parent else 0,
        "owner": scope.owner,
        "position": scope.position,
        "kind": scope.kind,
        "element": scope.element,
        "definition_id": scope.definition_id,
        "tokens": scope.packed(),
        "variables": variables,
        "output": scope.output,
    }


def _case(plan: Plan) -> None:
    case = plan.case
    row = {
        "state": case.state,
        "priority": case.priority,
        "seq": case.seq,
        "watches": case.watches,
        "touched_at": plan.now,
        "ended_at": case.ended_at,
        "end_element": case.end_element,
        "tokens": case.packed(),
        "variables": case.variables.text()[0],
    }
    if not case.is_new:
        plan.tx.write(cases.UPDATE_CASE, [{"b_id": case.id, **row}])
        return
    fixed = {
        "id": case.id,
        "definition_id": case.definition_id,
        "key": case.key,
        "subject": case.subject,
        "business_key": case.business_key,
        "started_at": case.started_at,
        "started_by": case.started_by,
    }
    plan.tx.write(cases.INSERT_CASE, [{**fixed, **row}])


def _tell(plan: Plan) -> None:
    case = plan.case
    if plan.passed:
        plan.events.append(Event(kind="case_advanced", data={"completed": plan.passed}))
    for event in plan.events:
        case.seq += 1
        plan.tx.note(
            Event(
                kind=event.kind,
                case_id=case.id,
                seq=case.seq,
                subject=case.subject,
                element=event.element,
                ref=event.ref,
                data=event.data,
                values=event.values,
            )
        )
    consumer = plan.tx.store.ports.get(ports.Consumer)
    if consumer is not None:
        for kind, scope, element in plan.traces:
            instance = scope.instance
            consumer(plan.tx, kind, case.id, instance.process.id, instance.id, element)  # type: ignore[operator]  # kept under its type
