"""Something is thrown: errors and escalations go outward, signals to everybody, messages to who waits for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sqlalchemy import bindparam, select

from engine import definitions
from engine.bpmn.graph import Activity, Cancel, Error, Escalation, Event, EventDefinition
from engine.feel import Value
from engine.feel.json_form import to_json
from engine.plan import Plan, loading
from engine.verbs import catch, postpone
from engine.waiting import subscriptions
from engine.waiting.jobs import TRIES
from engine.waiting.state import Token

_waiting = (
    select(subscriptions.subscriptions)
    .where(
        subscriptions.subscriptions.c.kind == "signal",
        subscriptions.subscriptions.c.name == bindparam("name"),
    )
    .order_by(subscriptions.subscriptions.c.id)
)
Catcher = tuple[Token, Event, EventDefinition]


def error(
    plan: Plan, token: Token, code: str, message: str = "", given: Mapping[str, Value] | None = None
) -> bool:
    """Throw a BPMN error from where a token is (BPMN 10.5.6). Return whether somebody caught it."""
    caught = _nearest(
        token, lambda caught: isinstance(caught, Error) and caught.code in (code, None), code
    )
    if caught is None:
        return False
    holder, element, definition = caught
    assert isinstance(definition, Error)  # noqa: S101  # asked for above
    values: dict[str, Value] = dict(given or {})
    if definition.code_variable:
        values[definition.code_variable] = code
    if definition.message_variable:
        values[definition.message_variable] = message
    plan.note("error_caught", element.id, data={"code": code, "from": token.element})
    _deliver(plan, holder, element, definition, values)
    return True


def escalation(plan: Plan, token: Token, code: str | None) -> bool:
    """Throw an escalation from where a token is. Return whether somebody caught it."""
    caught = _nearest(
        token, lambda caught: isinstance(caught, Escalation) and caught.code in (code, None), code
    )
    if caught is None:
        return False
    holder, element, definition = caught
    assert isinstance(definition, Escalation)  # noqa: S101  # asked for above
    _deliver(
        plan,
        holder,
        element,
        definition,
        {definition.code_variable: code} if definition.code_variable else {},
    )
    return True


def cancellation(plan: Plan, holder: Token) -> bool:
    """Let the cancel boundary event of a transaction happen. Return whether it has one.

    The border of a multi-instance transaction belongs to the whole activity.
    """
    if holder.scope.kind == "body" and holder.scope.element == holder.element:
        holder = holder.scope.holder
    for element, definition in _boundaries(holder, lambda caught: isinstance(caught, Cancel)):
        _deliver(plan, holder, element, definition, {})
        return True
    return False


def signal(plan: Plan, name: str, given: Mapping[str, Value]) -> None:
    """Throw a signal: who waits in this case catches it now, other cases and starts get a delivery each."""
    elsewhere: dict[int, None] = {}
    here: list[Any] = []
    for row in plan.tx.execute(_waiting, {"name": name}):
        if row.case_id == plan.case.id:
            here.append((row.scope_id, row.token_id, row.element, row.nth, True))
        else:
            elsewhere[row.case_id] = None
    here += [
        (row["scope_id"], row["token_id"], row["element"], row["nth"], False)
        for row in plan.added("s")
        if row["kind"] == "signal" and row["name"] == name
    ]
    data = {"name": name, "variables": {key: to_json(value) for key, value in given.items()}}
    for case_id in elsewhere:
        delivery(plan, "signal", {**data, "case": case_id})
    for definition_id, element in definitions.starts(plan.tx, "signal", name):
        delivery(plan, "start", {**data, "definition": definition_id, "element": element})
    for scope_id, token_id, element, nth, is_stored in here:
        _signal_here(plan, scope_id, token_id, element, nth, given, is_stored=is_stored)


def _signal_here(
    plan: Plan,
    scope_id: int,
    token_id: int,
    element: str,
    nth: int,
    given: Mapping[str, Value],
    *,
    is_stored: bool,
) -> None:
    token = loading.token(plan, scope_id, token_id)
    if token is not None and "s" in (token.stored if is_stored else token.waits):
        catch.event(plan, token, element, nth, given)


def message(
    plan: Plan,
    name: str,
    correlation: Mapping[str, Value],
    given: Mapping[str, Value],
    to: str | None,
    element: str | None = None,
) -> None:
    """Send a message; a worker brings it to who waits for it. `to` is the process a message flow leads to."""
    data = {
        "name": name,
        "correlation": {key: to_json(value) for key, value in correlation.items()},
        "variables": {key: to_json(value) for key, value in given.items()},
        "process": to,
        "subject": plan.case.subject,
        "sender": plan.case.id,
        "element": element,
    }
    delivery(plan, "message", data)


def delivery(plan: Plan, topic: str, data: dict[str, Any]) -> None:
    """Leave a job that reaches another case, in a transaction of its own."""
    row = postpone.row(plan, None, "delivery", topic, TRIES, data)
    plan.insert("j", row)


def _deliver(
    plan: Plan,
    holder: Token,
    element: Event,
    definition: EventDefinition,
    given: Mapping[str, Value],
) -> None:
    if element.kind == "boundaryEvent":
        catch.boundary(plan, holder, element, definition, given)
    else:
        catch.event_subprocess(plan, holder, element, given)


def _nearest(
    token: Token, matches: Callable[[EventDefinition], bool], code: str | None
) -> Catcher | None:
    """Look outward for who catches: the activity's own border, the scope's event sub-processes, the next border …

    At each place a code that is named goes before "any".
    """
    holder: Token | None = token
    while holder is not None:
        found = [(holder, element, caught) for element, caught in _boundaries(holder, matches)]
        scope = holder.scope
        for arm in scope.arms.values():
            found += (
                [(arm, start, caught) for start, caught in _starts(arm, matches)]
                if not found
                else []
            )
        if found:
            return next(
                (each for each in found if getattr(each[2], "code", None) == code), found[0]
            )
        holder = scope.holder if scope.parent is not None else None
    return None


def _boundaries(
    holder: Token, matches: Callable[[EventDefinition], bool]
) -> Iterator[tuple[Event, EventDefinition]]:
    if holder.scope.kind == "body" and holder.scope.element == holder.element:
        return  # the border belongs to the whole multi-instance activity
    activity = holder.scope.process.elements.get(holder.element)
    for number in activity.boundary if isinstance(activity, Activity) else ():
        element = holder.scope.process.elements[number]
        assert isinstance(element, Event)  # noqa: S101  # the compiler puts only events there
        yield from (
            (element, definition) for definition in element.definitions if matches(definition)
        )


def _starts(
    arm: Token, matches: Callable[[EventDefinition], bool]
) -> Iterator[tuple[Event, EventDefinition]]:
    process = arm.scope.process
    for number in process.children.get(arm.element, ()):
        element = process.elements[number]
        if isinstance(element, Event) and element.kind == "startEvent":
            yield from (
                (element, definition) for definition in element.definitions if matches(definition)
            )
