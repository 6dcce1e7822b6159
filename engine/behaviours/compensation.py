"""Compensation (BPMN 13.5.5): handlers undo what was done, the last first, with the values of its time."""

from __future__ import annotations

from typing import Any

from engine import definitions
from engine.bpmn.graph import Activity, Compensation, Event, Process, SubProcess
from engine.plan import Plan
from engine.verbs import cancel, leave, throw
from engine.waiting import compensations
from engine.waiting.state import Scope, Token
from engine.waiting.variables import Variables
from ledger.words import say

CLOSED_OVER = frozenset({"body"})
PAST = frozenset({"undo", "recall"})
"""Kinds of scopes with the values of the past: of a part of this process, of a called one."""
Entry = dict[str, Any]


def record(plan: Plan, token: Token, element: Activity, inner: Scope | None) -> None:
    """Remember that a completed activity can be compensated: by its handler, or by what is inside it."""
    handler = element.compensation_handler
    inside = _inside(inner, element)
    if handler is None and inside is None:
        return
    scope = _home(token.scope)
    opened = inner if handler is None else None
    row = {
        "id": plan.tx.new_id(),
        "case_id": plan.case.id,
        "scope_id": scope.id,
        "element": element.id,
        "handler": handler or (inside if inside != element.id else None),
        "inner_scope": opened.id if opened else None,
        "called": opened.definition_id if opened and opened.kind == "call" else None,
        "variables": token.scope.variables.text()[0] if scope is not token.scope else None,
        "inner_variables": opened.variables.text()[0] if opened else None,
    }
    plan.insert("c", row)
    for around in (scope, plan.case):
        if "undoable" not in around.notes:
            plan.remember(around, "undoable", 1)


def start(plan: Plan, token: Token, definition: Compensation) -> bool:
    """Throw compensation for an activity, or for all of the scope. Return whether there is nothing to undo."""
    scope = _home(token.scope)
    if scope.kind == "event" and scope.parent is not None:
        scope = scope.parent
    entries = _entries(plan, scope, definition.activity)
    if not entries:
        return True
    plan.remember(token, "undo", entries)
    if not definition.waits:
        driver = plan.place(token.scope, token.element, "compensate")
        plan.remember(driver, "undo", entries)
        plan.remember(driver, "aside", 1)
        plan.remember(token, "undo", None)
        return True
    _following(plan, token)
    return False


def cancel_transaction(plan: Plan, token: Token) -> None:
    """Undo what a transaction did, then leave it by its cancel event (BPMN 13.3.4)."""
    scope = _home(token.scope)
    if scope.kind != "transaction":
        raise ValueError(
            say(
                "Expected %(element)s to cancel a transaction, but it stands in none",
                element=token.element,
            )
        )
    cancel.everything(plan, scope, but=[token])
    plan.remember(token, "cancels", 1)
    plan.remember(token, "undo", _entries(plan, scope, None))
    _following(plan, token)


def go_on(plan: Plan, token: Token) -> None:
    """One handler is done: run the next, or let the thrower go on."""
    _following(plan, token)


def undone(plan: Plan, token: Token) -> None:
    """A handler has done its work: its values of the past go, the thrower goes on."""
    driver_id, scope = token.data["undoes"], token.scope
    plan.remove(token)
    while scope.kind in PAST and scope.parent is not None:
        plan.close(scope)
        scope = scope.parent
    driver = _driver(scope, driver_id)
    if driver is not None:
        plan.turn(driver, "compensate")


def _following(plan: Plan, driver: Token) -> None:
    entries: list[Entry] = driver.data.get("undo") or []
    if not entries:
        _finished(plan, driver)
        return
    entry, *rest = entries
    plan.remember(driver, "undo", rest or None)
    plan.turn(driver, "compensating")
    plan.execute(compensations.DELETE, {"b_id": entry["id"], "b_case": plan.case.id})
    scope = _past(plan, driver, entry["layers"])
    handler = scope.process.elements[entry["handler"]]
    is_event = isinstance(handler, SubProcess) and handler.triggered_by_event
    token = plan.place(scope, handler.id, "open" if is_event else "enter")
    plan.remember(token, "undoes", driver.id)
    if is_event:
        plan.remember(token, "start", _compensation_start(scope.process, handler.id))


def _past(plan: Plan, driver: Token, layers: list[Entry]) -> Scope:
    """Open what was around an activity with the values of its time: loops, sub-processes, called processes."""
    scope, holder = driver.scope, driver
    for number, layer in enumerate(layers):
        if number:
            holder = plan.place(scope, layer["element"], "inside")
        called = layer["called"]
        process = definitions.process(plan.tx, called) if called else scope.process
        kind = "recall" if called else "undo"
        opened = plan.open(kind, scope, holder, process, called or scope.definition_id)
        opened.element = layer["container"]
        opened.variables = Variables(layer["variables"])
        opened.variables.is_changed = False
        scope = opened
    return scope


def _finished(plan: Plan, driver: Token) -> None:
    plan.remember(driver, "undo", None)
    if "aside" in driver.data:
        leave.end(plan, driver)
        return
    if "cancels" in driver.data:
        holder = _home(driver.scope).holder
        if not throw.cancellation(plan, holder):
            plan.remove(driver)
            leave.settle(plan, _home(driver.scope))
        return
    plan.turn(driver, "complete")


def _entries(plan: Plan, scope: Scope, activity: str | None) -> list[Entry]:
    """Return what is to be undone in a scope, the last first.

    A sub-process without a handler opens to what is inside it.
    """
    if "undoable" not in plan.case.notes:
        return []
    found = plan.tx.execute(compensations.OF_CASE, {"case_id": plan.case.id})
    stored: list[Entry] = [dict(row) for row in found.mappings()]
    rows = stored + plan.added("c")
    inside: dict[int, list[Entry]] = {}
    for row in sorted(rows, key=lambda row: -row["id"]):
        inside.setdefault(row["scope_id"], []).append(row)
    chosen = [row for row in inside.get(scope.id, []) if activity in (None, row["element"])]
    return [entry for row in chosen for entry in _opened(row, inside, scope.container, [])]


def _opened(
    row: Entry, inside: dict[int, list[Entry]], container: str | None, around: list[Entry]
) -> list[Entry]:
    """Return the handlers that a row stands for, each with the layers of the past that it sees, the outer first."""
    layers, within = list(around), container
    if row["variables"] is not None:
        layers.append(_layer(row, container, row["variables"], None))
    if row["inner_scope"] is not None:
        within = None if row["called"] else row["element"]
        layers.append(_layer(row, within, row["inner_variables"], row["called"]))
    if row["handler"] is not None:
        known = {"id": row["id"], "handler": row["handler"], "container": within}
        return [{**known, "layers": layers}]
    return [
        entry
        for deeper in inside.get(row["inner_scope"] or 0, [])
        for entry in _opened(deeper, inside, within, layers)
    ]


def _layer(row: Entry, container: str | None, variables: str | None, called: int | None) -> Entry:
    return {
        "element": row["element"],
        "container": container,
        "variables": variables,
        "called": called,
    }


def _inside(inner: Scope | None, element: Activity) -> str | None:
    """Return what compensates what was inside: its event sub-process, the activity for all it holds, or None."""
    if inner is None:
        return None
    for number in inner.process.event_subprocesses.get(inner.container, ()):
        if _compensation_start(inner.process, number) is not None:
            return number
    return element.id if "undoable" in inner.notes else None


def _compensation_start(process: Process, event_subprocess: str) -> str | None:
    """Return the start event by which an event sub-process compensates what it stands in."""
    for child in process.children.get(event_subprocess, ()):
        found = process.elements[child]
        if isinstance(found, Event) and any(
            isinstance(each, Compensation) for each in found.definitions
        ):
            return child
    return None


def _home(scope: Scope) -> Scope:
    while scope.kind in CLOSED_OVER and scope.parent is not None:
        scope = scope.parent
    return scope


def _driver(scope: Scope, number: int) -> Token | None:
    around: Scope | None = scope
    while around is not None:
        if number in around.tokens:
            return around.tokens[number]
        around = around.parent
    return None
