"""A case moves: scopes, tokens and the rows that wait for them are written for the other version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, update

from engine import clocks, variables
from engine.behaviours import containers
from engine.bpmn.graph import Activity, Element, JobTask, MultiInstance, UserTask
from engine.migration import deadlines, joins, mapping, seats
from engine.migration.passage import Passage, is_instance
from engine.waiting import cases, compensations, incidents, jobs, tasks
from engine.waiting.state import Scope, Token

_CASE = (
    update(cases.cases)
    .where(cases.cases.c.id == bindparam("b_id"))
    .values(definition_id=bindparam("definition_id"))
)
_SCOPE = (
    update(cases.scopes)
    .where(cases.scopes.c.id == bindparam("b_id"), cases.scopes.c.case_id == bindparam("b_case"))
    .values(element=bindparam("element"), definition_id=bindparam("definition_id"))
)
_TASK = (
    update(tasks.tasks)
    .where(tasks.tasks.c.id == bindparam("b_id"), tasks.tasks.c.case_id == bindparam("b_case"))
    .values(
        definition_id=bindparam("definition_id"),
        element=bindparam("element"),
        title=bindparam("title"),
        stage=bindparam("stage"),
    )
)
_JOB = (
    update(jobs.jobs)
    .where(jobs.jobs.c.id == bindparam("b_id"), jobs.jobs.c.case_id == bindparam("b_case"))
    .values(
        definition_id=bindparam("definition_id"),
        element=bindparam("element"),
        topic=bindparam("topic"),
        data=bindparam("data"),
    )
)
_INCIDENT = (
    update(incidents.incidents)
    .where(
        incidents.incidents.c.id == bindparam("b_id"),
        incidents.incidents.c.case_id == bindparam("b_case"),
    )
    .values(definition_id=bindparam("definition_id"), element=bindparam("element"))
)
_UNDO = (
    update(compensations.compensations)
    .where(
        compensations.compensations.c.id == bindparam("b_id"),
        compensations.compensations.c.case_id == bindparam("b_case"),
    )
    .values(element=bindparam("element"), handler=bindparam("handler"))
)


def move(passage: Passage, due: list[deadlines.Change]) -> None:
    """Move a case of which `checking.report` found nothing in its way; `due` is what becomes of its deadlines.

    Conditions that hold happen at once.
    """
    plan = passage.plan
    seated = seats.of(passage)
    paused = list(deadlines.pauses(passage))
    again = _fewer_flows(passage)
    _rows(passage)
    _data_objects(passage)
    _positions(passage)
    happened = seats.take(passage, seated)
    deadlines.move(passage, due)
    if plan.case.state == "suspended":
        plan.effects.append(lambda tx: clocks.hold_all(tx, plan.case.id, ""))
    for token, old, new in paused:
        _pause(passage, token, old, new)
    for token in again:
        plan.turn(token, "enter")
    seats.let_happen(plan, happened)


def _positions(passage: Passage) -> None:
    """Let every scope and token stand in the other version."""
    plan, number = passage.plan, passage.definition.id
    scopes, calls = passage.scopes(), passage.calls()
    tokens = [(token, *_place(passage, token)) for token in passage.tokens()]
    arms = [
        (arm, passage.mapping.get(arm.element)) for scope in scopes for arm in scope.arms.values()
    ]
    for scope in scopes:
        _notes(passage, scope)
        plan.change(scope, "process", passage.target)
        plan.change(scope, "definition_id", number)
        if scope is not plan.case:
            _element(passage, scope, number)
    for scope in calls:
        _element(passage, scope, scope.definition_id)
    plan.execute(_CASE, {"b_id": plan.case.id, "definition_id": number})
    for token, element, flow in tokens:
        plan.change(token, "element", element)
        plan.change(token, "flow", flow)
        _data(passage, token)
    for arm, to in arms:
        if to is not None and to in passage.target.elements:
            plan.change(arm, "element", to)


def _place(passage: Passage, token: Token) -> tuple[str, str | None]:
    flow = joins.flow_of(passage, token) if token.phase == "join" else token.flow
    return passage.mapping[token.element], flow


def _element(passage: Passage, scope: Scope, definition_id: int) -> None:
    plan = passage.plan
    element = None if scope.element is None else passage.mapping.get(scope.element, scope.element)
    plan.change(scope, "element", element)
    row = {"b_id": scope.id, "b_case": plan.case.id, "element": element}
    plan.execute(_SCOPE, {**row, "definition_id": definition_id})


def _notes(passage: Passage, scope: Scope) -> None:
    """Rename what a scope remembers: the rest of a sequence, gateways that have fired."""
    named = passage.mapping
    if scope.notes.get("queue"):
        passage.plan.remember(scope, "queue", [named[each] for each in scope.notes["queue"]])
    if scope.notes.get("fired"):
        fired: dict[str, list[str]] = {}
        for gateway, came in scope.notes["fired"].items():
            old, new = passage.source.elements[gateway], passage.target.elements[named[gateway]]
            known = mapping.flows(passage.target, old, new, named)
            fired[new.id] = [known[flow] for flow in came if flow in known]
        passage.plan.remember(scope, "fired", fired)


def _data(passage: Passage, token: Token) -> None:
    """Rename what a token remembers: where an event sub-process began, events seen, what is to be undone."""
    named, plan = passage.mapping, passage.plan
    if "start" in token.data:
        plan.remember(token, "start", named.get(token.data["start"], token.data["start"]))
    if "seen" in token.data:
        seen = {named[each]: kept for each, kept in token.data["seen"].items() if each in named}
        plan.remember(token, "seen", seen)
    if token.data.get("undo"):
        plan.remember(token, "undo", [_undoing(named, entry) for entry in token.data["undo"]])
    if is_instance(token):
        _item(passage, token)


def _undoing(named: Mapping[str, str], entry: Mapping[str, Any]) -> dict[str, Any]:
    """Rename what is to be undone, as far as it lies in the case's own process."""
    layers: list[Mapping[str, Any]] = []
    is_own = True
    for layer in entry.get("layers", ()):
        renamed = {
            name: named.get(layer[name] or "", layer[name]) for name in ("element", "container")
        }
        layers.append({**layer, **renamed} if is_own else layer)
        is_own = is_own and not layer["called"]
    if not is_own:
        return {**entry, "layers": layers}
    container = named.get(entry["container"] or "", entry["container"])
    return {**entry, "layers": layers, "handler": named[entry["handler"]], "container": container}


def _item(passage: Passage, token: Token) -> None:
    """Let an instance see its item also by the name that the other version gives it."""
    old = _item_name(passage.source.elements.get(_was(passage, token)))
    new, body = _item_name(token.definition), token.scope
    if old and new and old != new and old in body.variables and new not in body.variables:
        value = variables.read(passage.plan, body, old)
        variables.put(passage.plan, body, new, value)


def _item_name(element: Element | None) -> str | None:
    loop = element.loop if isinstance(element, Activity) else None
    return loop.item if isinstance(loop, MultiInstance) else None


def _was(passage: Passage, token: Token) -> str:
    return next((old for old, new in passage.mapping.items() if new == token.element), "")


def _rows(passage: Passage) -> None:
    """Write tasks, jobs, incidents and what could be undone for the other version."""
    for token in passage.tokens():
        to = passage.target.elements[passage.mapping[token.element]]
        for row in passage.of("u", token):
            _write(passage, _TASK, row, to, _task(to, row))
        for row in passage.of("j", token):
            _write(passage, _JOB, row, to, _job(to, row))
        for row in passage.of("i", token):
            _write(passage, _INCIDENT, row, to, {})
    for row in passage.undoable:
        names = (row["element"], row["handler"])
        element, handler = (passage.mapping.get(each or "", each) for each in names)
        what = {"b_id": row["id"], "b_case": row["case_id"]}
        passage.plan.execute(_UNDO, {**what, "element": element, "handler": handler})


def _write(
    passage: Passage, statement: Any, row: Mapping[str, Any], to: Element, more: dict[str, Any]
) -> None:
    place = {"definition_id": passage.definition.id, "element": to.id}
    what = {"b_id": row["id"], "b_case": row["case_id"]}
    passage.plan.execute(statement, {**what, **place, **more})


def _task(to: Element, row: Mapping[str, Any]) -> dict[str, Any]:
    stage = to.stage if isinstance(to, UserTask) else row["stage"]
    return {"title": to.name or to.id, "stage": stage}


def _job(to: Element, row: Mapping[str, Any]) -> dict[str, Any]:
    """A job that nobody has taken follows the new topic; one that is being done is done as it was given out."""
    if row["kind"] == "service" and row["state"] != "claimed" and isinstance(to, JobTask):
        return {"topic": to.topic, "data": dict(to.headers) or None}
    return {"topic": row["topic"], "data": row["data"]}


def _data_objects(passage: Passage) -> None:
    """Give data objects and properties that are new in the process their first values."""
    case = passage.plan.case
    known = {name for name, _ in passage.source.properties}
    fresh = [each for each in passage.target.properties if each[0] not in known]
    found = containers.properties(passage.plan, case, fresh)
    for name, value in found.items():
        if name not in case.variables:
            variables.put(passage.plan, case, name, value)


def _fewer_flows(passage: Passage) -> list[Token]:
    """Return one token for each parallel join that may have all it waits for now."""
    found: dict[tuple[int, str], Token] = {}
    for token in passage.tokens():
        old = token.definition
        if token.phase == "join" and old.kind == "parallelGateway":
            new = passage.target.elements[passage.mapping[old.id]]
            if len(new.incoming) < len(old.incoming):
                found[token.scope.id, new.id] = token
    return list(found.values())


def _pause(passage: Passage, token: Token, old: str | None, new: str | None) -> None:
    """Let the clock of the whole case stand still, or run, as the other version says."""
    case_id, by = passage.plan.case.id, f"token:{token.id}"
    if new and not old and passage.target.case_clock:
        passage.plan.effects.append(lambda tx: clocks.pause_case(tx, case_id, new, by=by))
    elif old and not new:
        passage.plan.effects.append(lambda tx: clocks.resume_case(tx, case_id, by=by))


def told(passage: Passage, found: list[deadlines.Change]) -> dict[str, Any]:
    """Return what the event of a migration tells, beside the versions."""
    renamed = {old: new for old, new in passage.mapping.items() if old != new}
    due = [
        [
            change.before["id"],
            change.before["due_at"].isoformat(),
            change.after["due_at"].isoformat(),
        ]
        for change in found
        if change.before and change.after and change.before["due_at"] != change.after["due_at"]
    ]
    data = {"mapping": renamed, "due": due, "clocks": passage.terms.policy}
    return {name: value for name, value in data.items() if value}
