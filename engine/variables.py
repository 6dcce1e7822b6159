"""What an expression sees, and where an assignment goes.

Reading looks outward: the token's own values, its scope, the scopes around it
up to the process; then the record that the case is about, `case` and `starter`.
Assigning changes a variable where it is, else makes it in the nearest process
or sub-process. A data store's name means the store, wherever no variable bears it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

import orjson

from engine import data_stores, ports
from engine.feel import Expression, Value, json_form, library, values
from engine.feel.values import Function
from engine.feel.words import a_kind_of
from engine.plan import Plan
from engine.waiting import cases
from engine.waiting.state import PROCESSES, Scope, Token
from engine.waiting.variables import MISSING, form
from ledger.words import say

RECORDS = frozenset({"deal", "client", "contact"})
WORD = re.compile(r"[^\W\d]\w*")
KEPT_APART = frozenset({"body", "undo"})
"""Kinds of scopes in which nothing new is made: a round of a loop, values of the past."""


def evaluate(
    plan: Plan, expression: Expression, scope: Scope, token: Token | None = None, **more: Value
) -> Value:
    """Return the value of an expression as it stands at a token or in a scope; `more` are names it may also use."""
    seen: dict[str, Value] = {}
    for root in _named(expression):
        if root in more:
            seen[root] = more[root]
        else:
            found = find(plan, scope, token, root, expression)
            if found is not MISSING:
                seen[root] = found
    return _settled(expression.evaluate(seen, now=plan.now))


def _settled(value: Value) -> Value:
    """A name that only a built-in function bears is a variable that has no value yet: null."""
    if isinstance(value, Function) and value.name in library.FUNCTIONS:
        return None
    if isinstance(value, dict):
        return {name: _settled(entry) for name, entry in value.items()}
    return value


def _named(expression: Expression) -> frozenset[str]:
    """Return the names an expression may read; also those of built-in functions, which a variable may bear too."""
    built_in = _built_in(expression.text)
    if built_in or expression.item_names:
        return expression.names | expression.item_names | built_in
    return expression.names


@lru_cache(maxsize=16_384)
def _built_in(text: str) -> frozenset[str]:
    return frozenset(WORD.findall(text)).intersection(library.FUNCTIONS)


def is_true(
    plan: Plan, expression: Expression, scope: Scope, token: Token | None = None, **more: Value
) -> bool:
    """Return the value of a condition: null is false, anything else than true and false is a ValueError."""
    value = evaluate(plan, expression, scope, token, **more)
    if value is None or isinstance(value, bool):
        return bool(value)
    raise ValueError(
        say(
            "Expected the condition %(text)s to be true or false, but it is %(kind)s",
            text=expression.text,
            kind=a_kind_of(values.kind(value)),
        )
    )


def find(
    plan: Plan, scope: Scope, token: Token | None, name: str, expression: Expression | None = None
) -> Any:
    """Return what `name` is at this place, or `MISSING`."""
    if token is not None and "local" in token.data and name in token.data["local"]:
        return json_form.from_json(token.data["local"][name])
    for around in outward(scope):
        if name in around.variables:
            return read(plan, around, name)
    if name in scope.process.stores:
        return data_stores.read(plan, name)
    return _record(plan, scope, name, expression)


def read(plan: Plan, scope: Scope, name: str) -> Value:
    """Return a variable of exactly this scope; a large one is read from its own row now."""
    if scope.variables.is_stored(name):
        scope.variables.written[name] = orjson.loads(cases.value(plan.tx, scope.id, name))
    return scope.variables.get(name)


def outward(scope: Scope) -> Iterator[Scope]:
    """Yield a scope and those around it, up to its process."""
    around: Scope | None = scope
    while around is not None:
        yield around
        around = None if around.kind in PROCESSES else around.parent


def visible(plan: Plan, scope: Scope, token: Token | None = None) -> dict[str, Value]:
    """Return every variable that can be seen from a place."""
    seen: dict[str, Value] = {}
    for around in reversed(list(outward(scope))):
        seen.update({name: read(plan, around, name) for name in around.variables.written})
    for name, value in (token.data.get("local", {}) if token else {}).items():
        seen[name] = json_form.from_json(value)
    return seen


def assign(
    plan: Plan, scope: Scope, given: Mapping[str, Value], token: Token | None = None
) -> None:
    """Assign variables by the rule; a name with dots whose first part is a record's goes to that record."""
    for name, value in given.items():
        if "." in name and name.split(".")[0] in RECORDS and plan.case.subject:
            set_fields(plan, {tuple(name.split(".")): value})
            continue
        if token is not None and name in token.data.get("local", {}):
            plan.remember(token, "local", {**token.data["local"], name: form(name, value)})
            continue
        home = next((around for around in outward(scope) if name in around.variables), None)
        if home is None and name in scope.process.stores:
            data_stores.write(plan, name, form(name, value))
            continue
        put(plan, home or nearest(scope), name, value)


def put(plan: Plan, scope: Scope, name: str, value: Value) -> None:
    """Assign a variable in exactly this scope."""
    plan.assign(scope, name, form(name, value))


def nearest(scope: Scope) -> Scope:
    """Return the process or sub-process in which a new variable is made."""
    while scope.kind in KEPT_APART and scope.parent is not None:
        scope = scope.parent
    return scope


def local(plan: Plan, token: Token, given: Mapping[str, Value]) -> None:
    """Give a token values of its own, seen by its element alone."""
    if given:
        kept = {name: form(name, value) for name, value in given.items()}
        plan.remember(token, "local", {**token.data.get("local", {}), **kept})


def set_fields(plan: Plan, given: Mapping[tuple[str, ...], Value]) -> None:
    """Set fields of the record that the case is about. Raises Rejection where it refuses a value."""
    if plan.case.subject is None:
        raise ValueError(say("Expected the case to be about a record, but it has none"))
    plan.tx.port(ports.Subjects).set_fields(plan.tx, plan.case.subject, given)
    plan.fields = None
    plan.changed.update(path[0] for path in given)


def _record(plan: Plan, scope: Scope, name: str, expression: Expression | None) -> Any:
    if name in RECORDS and plan.case.subject is not None:
        return _fields(plan, scope, expression.paths if expression else ()).get(name, MISSING)
    if name == "starter":
        return plan.case.started_by
    if name == "case":
        return _of_case(plan)
    return MISSING


def _fields(plan: Plan, scope: Scope, paths: Iterable[tuple[str, ...]]) -> dict[str, Any]:
    """Read what the process names of its record, once in a transaction."""
    wanted = {path for path in paths if path[0] in RECORDS}
    if plan.fields is None or not wanted <= plan.fields["asked"]:
        asked = wanted | set(scope.process.paths) | (plan.fields["asked"] if plan.fields else set())
        found = plan.tx.port(ports.Subjects).fields(plan.tx, plan.case.subject or "", asked)
        plan.fields = {"asked": asked, "found": found}
    return dict(plan.fields["found"])


def _of_case(plan: Plan) -> dict[str, Value]:
    case = plan.case
    return {
        "id": case.id,
        "business_key": case.business_key,
        "subject": case.subject,
        "priority": case.priority,
        "started_at": case.started_at,
        "starter": case.started_by,
    }
