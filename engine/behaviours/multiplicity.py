"""Activities with an instance for each item or number: multi-instance (BPMN 13.3.7).

Each instance is a scope of its own with one token in it. The outer token keeps
counters alone, so that one of ten thousand instances costs what one of ten does.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import orjson

from engine import variables
from engine.behaviours import compensation, counting, instance_events
from engine.bpmn.graph import (
    Activity,
    MultiInstance,
    UserTask,
)
from engine.feel import Value, json_form, values
from engine.feel.words import a_kind_of
from engine.plan import Plan, loading
from engine.verbs import cancel
from engine.waiting import cases
from engine.waiting.state import Scope, Token
from ledger.words import say

MOST_INSTANCES = 20_000


def begin(plan: Plan, token: Token, element: Activity, loop: MultiInstance) -> None:
    """Make the instances: all at once, or one after another."""
    items = _items(plan, token, loop)
    number = _cardinality(plan, token, loop) if items is None else len(items)
    if number > MOST_INSTANCES:
        raise ValueError(
            say(
                "Expected at most %(most)s instances of %(element)s, but there are %(count)s",
                most=f"{MOST_INSTANCES:,}",
                element=element.id,
                count=f"{number:,}",
            )
        )
    if number == 0:
        _assign_outputs(plan, token, loop, [])
        plan.turn(token, "finish")
        return
    plan.turn(token, "multi")
    plan.remember(token, "n", number)
    plan.remember(token, "done", 0)
    plan.remember(token, "active", 1 if loop.sequential else number)
    ahead = number if items is not None or not loop.sequential else 1
    for position in range(ahead):
        is_active = position == 0 or not loop.sequential
        _instance(
            plan,
            token,
            loop,
            position,
            items[position] if items is not None else None,
            is_active=is_active,
        )


def complete(plan: Plan, token: Token, element: Activity, inner: Scope | None) -> None:
    """One instance is done: it leaves its output; the last one, or the completion condition, ends the activity."""
    body, loop = token.scope, element.loop
    assert isinstance(loop, MultiInstance)  # noqa: S101  # only its instances run in a body
    outer = body.holder
    if loop.output_item is not None:
        value = variables.evaluate(plan, loop.output_item, inner or body, None if inner else token)
        plan.change(body, "output", orjson.dumps(json_form.to_json(value)).decode())
    plan.clear(token, how="completed")
    plan.trace("completed", body, element.id, is_noted=isinstance(element, UserTask))
    compensation.record(plan, token, element, inner)
    plan.remember(outer, "done", outer.data["done"] + 1)
    plan.remember(outer, "active", outer.data["active"] - 1)
    is_over = instance_events.throw_completed(plan, outer, body, loop)
    if outer.is_gone:
        return
    is_over = is_over or (
        loop.completion is not None and _is_complete(plan, outer, inner or body, loop)
    )
    plan.remove(token)
    if body.output is None:
        plan.close(body)
    if is_over or outer.data["done"] == outer.data["n"]:
        _end(plan, outer, loop)
    elif loop.sequential:
        _next(plan, outer, loop, body.position + 1)


def _items(plan: Plan, token: Token, loop: MultiInstance) -> list[Value] | None:
    if loop.collection is None:
        return None
    value = variables.evaluate(plan, loop.collection, token.scope, token)
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _cardinality(plan: Plan, token: Token, loop: MultiInstance) -> int:
    value = (
        variables.evaluate(plan, loop.cardinality, token.scope, token) if loop.cardinality else 0
    )
    if (
        not isinstance(value, (int, Decimal))
        or isinstance(value, bool)
        or value != int(value)
        or value < 0
    ):
        raise ValueError(
            say(
                "Expected the number of instances to be a whole number, but it is %(kind)s",
                kind=a_kind_of(values.kind(value)),
            )
        )
    return int(value)


def _instance(
    plan: Plan, outer: Token, loop: MultiInstance, position: int, item: Value, *, is_active: bool
) -> None:
    scope = plan.open("body", outer.scope, outer, outer.scope.process, outer.scope.definition_id)
    scope.position = position
    variables.put(plan, scope, "loopCounter", position + 1)
    if loop.item is not None and loop.collection is not None:
        variables.put(plan, scope, loop.item, item)
    plan.place(scope, outer.element, "perform" if is_active else "queued")


def _next(plan: Plan, outer: Token, loop: MultiInstance, position: int) -> None:
    """Begin the next instance of a sequence; with a collection it lies ready with its item."""
    plan.remember(outer, "active", 1)
    if loop.collection is None:
        _instance(plan, outer, loop, position, None, is_active=True)
        return
    ready = (
        scope
        for scope in plan.scopes.values()
        if scope.owner == outer.id and scope.position == position
    )
    scope = next(ready, None)
    if scope is None:
        row = cases.at(plan.tx, outer.id, position)
        assert row is not None  # noqa: S101  # all were made at the beginning
        scope = loading.adopt(plan, row)
    for token in scope.tokens.values():
        plan.turn(token, "perform")


def _is_complete(plan: Plan, outer: Token, body: Scope, loop: MultiInstance) -> bool:
    assert loop.completion is not None  # noqa: S101  # asked by the caller
    more = counting.counters(outer)
    if loop.output_collection and loop.output_collection in loop.completion.names:
        more[loop.output_collection] = _outputs(plan, outer)
    return variables.is_true(plan, loop.completion, body, None, **more)


def _end(plan: Plan, outer: Token, loop: MultiInstance) -> None:
    """Cancel what is left, gather the outputs, and let the outer token go on."""
    outputs = _outputs(plan, outer) if loop.output_collection else []
    if outer.data["done"] < outer.data["n"]:
        for scope in cancel.inner(plan, [outer]):
            for token in scope.tokens.values():
                cancel.stop(plan, token)
            leave_nothing(plan, scope)
    elif loop.output_item is not None:
        for scope in [each for each in plan.scopes.values() if each.owner == outer.id]:
            plan.close(scope)
        plan.execute(cases.DELETE_OWNED, {"b_owner": outer.id, "b_case": plan.case.id})
    _assign_outputs(plan, outer, loop, outputs)
    plan.turn(outer, "finish")


def leave_nothing(plan: Plan, scope: Scope) -> None:
    """Close a scope with what could still start in it."""
    for arm in scope.arms.values():
        plan.clear(arm)
    plan.close(scope)


def _outputs(plan: Plan, outer: Token) -> list[Value]:
    """Return what the completed instances gave, in the order of the instances."""
    here = {scope.position: scope for scope in plan.scopes.values() if scope.owner == outer.id}
    stored = {row.position: row.output for row in cases.outputs(plan.tx, outer.id)}
    texts = stored | {position: scope.output for position, scope in here.items()}
    return [
        json_form.from_json(orjson.loads(texts[position]))
        for position in sorted(texts)
        if texts[position] is not None
    ]


def _assign_outputs(
    plan: Plan, outer: Token, loop: MultiInstance, outputs: Sequence[Value]
) -> None:
    if loop.output_collection:
        variables.assign(plan, outer.scope, {loop.output_collection: list(outputs)})
