"""A token leaves its element: on along the flows that apply, or it ends, and with the last one its scope."""

from __future__ import annotations

from collections.abc import Sequence

from engine import clocks, lifecycle, variables
from engine.bpmn.graph import Element, SequenceFlow
from engine.plan import Plan
from engine.verbs import enter
from engine.waiting import compensations
from engine.waiting.state import Case, Scope, Token
from ledger.words import say


def leave(plan: Plan, token: Token, element: Element, times: int = 1) -> None:
    """Send the token along every flow that applies (BPMN 13.3.1), `times` tokens on each."""
    flows = applicable(plan, token, element)
    on(plan, token, flows if times == 1 else [flow for flow in flows for _ in range(times)])


def on(plan: Plan, token: Token, flows: Sequence[SequenceFlow]) -> None:
    """Send the token along the first flow and new ones along the others; without a flow it ends."""
    if token.is_gone:
        return
    if not flows:
        end(plan, token)
        return
    enter.along(plan, token, flows[0])
    for flow in flows[1:]:
        enter.new(plan, token.scope, flow)


def applicable(plan: Plan, token: Token, element: Element) -> Sequence[SequenceFlow]:
    """Return the flows that leave an activity or event: those without condition, those whose condition is true.

    The default flow is taken where no condition is true (BPMN 8.4.13).
    """
    flows = element.outgoing
    if len(flows) == 1 and flows[0].condition is None:
        return flows
    chosen, conditional = [], False
    for flow in flows:
        if flow.id == element.default:
            continue
        if flow.condition is None:
            chosen.append(flow)
        elif variables.is_true(plan, flow.condition, token.scope):
            chosen.append(flow)
            conditional = True
    if not conditional:
        chosen.extend(flow for flow in flows if flow.id == element.default)
    if flows and not chosen:
        raise no_way(element)
    return chosen


def no_way(element: Element) -> ValueError:
    """Return the fault of an element none of whose flows can be taken."""
    return ValueError(
        say(
            "Expected a condition of a flow from %(element)s to be true, but none is and there is no default",
            element=element.id,
        )
    )


def end(plan: Plan, token: Token) -> None:
    """End a token; a scope without tokens is done."""
    plan.clear(token, how="completed")
    plan.remove(token)
    settle(plan, token.scope)


def settle(plan: Plan, scope: Scope) -> None:
    """See whether a scope is done: its holder completes, and a case ends."""
    if scope.tokens or scope.is_gone:
        return
    if isinstance(scope, Case):
        finish(plan, "complete")
        return
    if scope.kind in ("undo", "recall", "body"):
        return
    if scope.notes.get("queue"):
        following, *queue = scope.notes["queue"]
        plan.remember(scope, "queue", queue or None)
        plan.place(scope, following, "enter")
        return
    holder = scope.holder
    plan.remember(holder, "inner", scope.id)
    plan.turn(holder, "complete")


def disarm(plan: Plan, scope: Scope) -> None:
    """Take away the event sub-processes that could still start in a scope."""
    for arm in list(scope.arms.values()):
        plan.clear(arm, how="completed")
        plan.remove(arm)


def finish(plan: Plan, step: str) -> None:
    """End the case: `complete` or `terminate`."""
    case = plan.case
    disarm(plan, case)
    plan.change(case, "state", lifecycle.after("case", case.state, step, f"case {case.id}"))
    plan.change(case, "ended_at", plan.now)
    end_clocks(plan, "completed" if step == "complete" else "terminated")
    if "undoable" in case.notes:
        plan.execute(compensations.DELETE_CASE, {"b_case": case.id})
    plan.note(f"case_{case.state}", data={"end": case.end_element} if case.end_element else None)
    plan.trace(case.state, case, case.process.id)


def end_clocks(plan: Plan, how: clocks.rows.Left) -> None:
    """Close the clock of the whole case."""
    if "clock" in plan.case.notes:
        plan.execute(clocks.CLOSE_CASE, clocks.left_case(plan.case.id, plan.now, how))
