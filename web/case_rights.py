"""Who may see or act on a case: its people always, others as far as their right reaches."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Row, exists, or_, select

from crm_entities import rights, staff, visibility
from crm_entities.clients import Client
from crm_entities.deals import Deal
from engine.waiting.cases import cases
from engine.waiting.tasks import candidates, tasks
from ledger import numbers
from ledger.rejection import not_found
from ledger.transaction import Transaction
from web import visit

MOST_ASKED = 50
"""Of how many cases of a version it is asked whether the visitor may see one."""
ENTITIES: dict[str, type[Client | Deal]] = {"client": Client, "deal": Deal}


def is_concerned(task: Row[Any]) -> bool:
    """Say whether the visitor holds a task, may take it, or did it.

    A task that nobody is responsible for concerns those who repair cases.
    """
    viewer = visit.viewer()
    if viewer.actor in {task.assignee, task.owner, task.ended_by}:
        return True
    if task.assignee is None and not task.candidates:
        return rights.has(viewer, "case.repair")
    offered = set(task.candidates or ())
    return bool(offered & set(viewer.names)) and viewer.actor not in (task.excluded or ())


def may_on_task(right: str, task: Row[Any]) -> bool:
    """Say whether the visitor's `right` (`case.read`, `case.reassign`, …) reaches a task."""
    reach = rights.reach(visit.viewer(), right)
    if reach == "team":
        return is_concerned(task) or _is_of_team(task.assignee) or sees(task.subject)
    return reach == "all" or (reach == "own" and is_concerned(task))


def may_on_case(right: str, case: Row[Any]) -> bool:
    """Say whether the visitor's `right` reaches a case."""
    reach = rights.reach(visit.viewer(), right)
    if reach is None or reach == "all":
        return reach == "all"
    is_own = case.started_by == visit.actor() or _holds_one(case.id)
    return is_own or (reach == "team" and (_has_team_in(case.id) or sees(case.subject)))


def visible() -> ColumnElement[bool]:
    """Return the condition that leaves the cases whose existence the visitor may know of."""
    viewer = visit.viewer()
    reach = rights.reach(viewer, "case.read")
    if reach == "all":
        return cases.c.id.is_not(None)
    offered = select(tasks.c.case_id).join(candidates, candidates.c.task_id == tasks.c.id)
    people_seen = [viewer.actor] if reach != "team" else colleagues()
    is_held = tasks.c.assignee.in_(people_seen) | tasks.c.ended_by.in_(people_seen)
    return or_(
        cases.c.started_by.in_(people_seen),
        cases.c.id.in_(select(tasks.c.case_id).where(is_held)),
        cases.c.id.in_(offered.where(candidates.c.who.in_(viewer.names))),
    )


def demand_case(right: str, case: Row[Any]) -> None:
    """Raise `Rejection(not_found)` unless the visitor's `right` reaches the case."""
    if not may_on_case(right, case):
        raise not_found("case %(case)s", case=case.id)


def sees(subject: str | None) -> bool:
    """Say whether the visitor may read the record that a case is about."""
    kind, _, number = (subject or "").partition(":")
    entity, known = ENTITIES.get(kind), numbers.of_record(number)
    if entity is None or known is None:
        return False
    seen = visibility.condition(visit.viewer(), entity)
    return visit.tx().session.scalar(select(entity.id).where(entity.id == known, seen)) is not None


def sees_case_of(definition_id: int) -> bool:
    """Say whether the visitor had a task of a version, or may see one of its latest cases."""
    tx = visit.tx()
    own = select(tasks.c.id).where(tasks.c.definition_id == definition_id, _is_mine()).limit(1)
    if tx.execute(own).first() is not None:
        return True
    latest = select(cases).where(cases.c.definition_id == definition_id)
    rows = tx.execute(latest.order_by(cases.c.id.desc()).limit(MOST_ASKED)).all()
    return any(may_on_case("case.read", case) for case in rows)


def _holds_one(case_id: int) -> bool:
    return _any(visit.tx(), case_id, _is_mine())


def _is_mine() -> ColumnElement[bool]:
    names = visit.viewer().names
    offered = exists().where(candidates.c.task_id == tasks.c.id, candidates.c.who.in_(names))
    return tasks.c.assignee.in_(names) | (tasks.c.ended_by == visit.actor()) | offered


def _has_team_in(case_id: int) -> bool:
    team = colleagues()
    return _any(visit.tx(), case_id, tasks.c.assignee.in_(team) | tasks.c.ended_by.in_(team))


def _is_of_team(person: str | None) -> bool:
    return bool(person) and person in colleagues()


def colleagues() -> list[str]:
    """Return everybody in the visitor's teams, himself included, as `staff:4`."""
    question = select(staff.StaffMember.id).where(
        staff.StaffMember.team_id.in_(visit.viewer().teams)
    )
    return list({visit.actor(), *(f"staff:{one}" for one in visit.tx().session.scalars(question))})


def _any(tx: Transaction, case_id: int, condition: Any) -> bool:
    return (
        tx.execute(
            select(tasks.c.id).where(tasks.c.case_id == case_id, condition).limit(1)
        ).scalar()
        is not None
    )
