"""The only loop: tokens move until all wait, then the plan is written."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.exc import DBAPIError

from engine import behaviours, chains, variables, watching
from engine.bpmn.graph import Element
from engine.plan import Plan, writing
from engine.verbs import fail, postpone
from engine.waiting.state import Scope, Token

MOST_ELEMENTS = 500
"""How many elements one transaction runs before a worker goes on."""


def advance(plan: Plan, begin: Callable[[], None] | None = None) -> None:
    """Do `begin`, then move tokens until all wait, and write what has changed.

    What `begin` raises refuses the whole command. What an element raises becomes
    an incident at that element; what came before it stays.
    """
    if begin is not None:
        plan.mark()
        begin()
        plan.keep()
        _look_at_watches(plan)
    count = 0
    while plan.case.state == "active":
        while plan.agenda and count < MOST_ELEMENTS:
            count += 1
            _step(plan, plan.agenda.popleft())
        if count >= MOST_ELEMENTS or not _release(plan):
            break
    if (plan.agenda or plan.later) and plan.case.state == "active":
        postpone.rest(plan)
    chains.share(plan)
    writing.write(plan)


def _step(plan: Plan, token: Token) -> None:
    if token.is_gone or token.scope.is_gone:
        return
    phase = token.phase
    plan.mark()
    try:
        chains.step(plan)
        if _reaches_out(token.definition):
            with plan.tx.savepoint():
                behaviours.PHASES[phase](plan, token)
        else:
            behaviours.PHASES[phase](plan, token)
    except DBAPIError:
        raise
    except Exception as fault:  # noqa: BLE001  # whatever a definition runs into must not stop the others
        plan.undo()
        plan.mark()
        fail.incident(plan, token, phase, fail.words(fault))
    plan.keep()
    if plan.changed:
        _look_at_watches(plan)


def _reaches_out(element: Element) -> bool:
    """Say whether an element sets fields of a record, which are written at once."""
    return bool(element.sets) and any(
        each.target.split(".")[0] in variables.RECORDS and "." in each.target
        for each in element.sets
    )


def _look_at_watches(plan: Plan) -> None:
    if plan.case.watches and plan.changed:
        plan.mark()
        watching.look(plan)
        plan.keep()
    plan.changed.clear()


def _release(plan: Plan) -> bool:
    """Let one join go on that nothing can come to any more. Return whether there is something to do."""
    for scope in list(plan.touched.values()):
        if not scope.is_gone and _release_in(plan, scope):
            return True
    return bool(plan.agenda)


def _release_in(plan: Plan, scope: Scope) -> bool:
    for token in list(scope.tokens.values()):
        if token.phase == "join" and not token.is_gone:
            plan.mark()
            try:
                is_free = behaviours.release(plan, token)
            except DBAPIError:
                raise
            except Exception as fault:  # noqa: BLE001  # see _step
                plan.undo()
                plan.mark()
                fail.incident(plan, token, "enter", fail.words(fault))
                is_free = True
            plan.keep()
            if is_free:
                return True
    return False
