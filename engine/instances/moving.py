"""A token is taken away from where it stands and put before another element, by hand and with a reason."""

from __future__ import annotations

from engine import execution
from engine.bpmn.graph import Activity, Element, SubProcess
from engine.instances import operating
from engine.plan import Plan, loading
from engine.verbs import cancel as cancelling
from engine.waiting.state import PROCESSES, Scope, Token
from ledger import rejection
from ledger.transaction import Transaction

RIGHT = "case.move"


def move(
    tx: Transaction,
    case_id: int,
    from_element: str,
    to_element: str,
    reason: str,
    *,
    scope_id: int | None = None,
) -> None:
    """Take a token away from an element and put it before another, with a reason.

    The other stands beside the first, or outside of the sub-processes around it, which then end
    early; `scope_id` says which scope is meant where tokens stand at the element in several.
    Raises Rejection: invalid_state where no token is there, invalid_argument for a place that the
    token cannot go to.
    """
    plan = operating.locked(tx, case_id, "act")
    operating.may(tx, plan.case, RIGHT)
    if not reason.strip():
        raise rejection.invalid("Expected a reason for moving the case", field="reason")
    loading.everything(plan)
    token = _token(plan, from_element, scope_id)
    scope, leaving = _home(token, _target(token, to_element))

    def begin() -> None:
        told = {"from": from_element, "reason": reason.strip()}
        plan.note("token_moved", to_element, data=told)
        plan.place(scope, to_element, "enter")
        cancelling.token(plan, leaving)

    execution.advance(plan, begin)


def _token(plan: Plan, element: str, scope_id: int | None) -> Token:
    """Return the token at an element; of an activity with several instances the one that stands for all."""
    found: list[Token] = []
    for scope in plan.scopes.values():
        is_meant = scope_id in (None, scope.id)
        if is_meant and not (scope.kind == "body" and scope.element == element):
            found += [token for token in scope.tokens.values() if token.element == element]
    if not found:
        raise rejection.invalid_state(
            "Expected case %(case)s to be at %(from_element)s, but it is not there",
            case=plan.case.id,
            from_element=element,
        )
    if len({token.scope.id for token in found}) > 1:
        raise rejection.invalid(
            "Expected one scope with a token at %(element)s, but there are %(count)s: say which",
            element=element,
            count=len({token.scope.id for token in found}),
            field="scope",
        )
    return found[0]


def _target(token: Token, element: str) -> Element:
    target = token.scope.process.elements.get(element)
    is_beside = isinstance(target, SubProcess) and target.triggered_by_event
    is_handler = isinstance(target, Activity) and target.is_for_compensation
    if target is None or is_beside or is_handler or target.kind == "boundaryEvent":
        raise rejection.invalid(
            "Expected an element of the process that a case can come to, but got %(element)s",
            element=element,
            field="to",
        )
    return target


def _home(token: Token, target: Element) -> tuple[Scope, Token]:
    """Return the scope in which the target stands, and the token there that ends: this one, or one it is inside of."""
    scope, leaving = token.scope, token
    while scope.kind == "body" or scope.container != target.parent:
        if scope.kind in PROCESSES or scope.parent is None:
            raise rejection.invalid(
                "Expected an element beside %(element)s or around it, but %(other)s lies inside %(inside)s",
                element=token.element,
                other=target.id,
                inside=target.parent,
                field="to",
            )
        leaving = scope.holder
        scope = scope.parent
    return scope, leaving
