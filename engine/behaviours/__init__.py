"""What an element does when a token arrives, when it completes, when it is interrupted: one file a BPMN family."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine.behaviours import (
    activities,
    compensation,
    complex_gateways,
    containers,
    events,
    gateways,
    inclusive,
)
from engine.bpmn.graph import Activity, Event, Gateway
from engine.plan import Plan
from engine.verbs import leave
from engine.waiting.state import Token

Step = Callable[[Plan, Token], None]
GATEWAYS: Mapping[str, Callable[[Plan, Token, Gateway], None]] = {
    "exclusiveGateway": gateways.exclusive,
    "parallelGateway": gateways.parallel,
    "inclusiveGateway": inclusive.enter,
    "complexGateway": complex_gateways.enter,
    "eventBasedGateway": gateways.event_based,
}
EVENTS: Mapping[str, Callable[[Plan, Token, Event], None]] = {
    "startEvent": events.start,
    "endEvent": events.throw_event,
    "intermediateThrowEvent": events.throw_event,
    "intermediateCatchEvent": events.catch_event,
    "boundaryEvent": events.caught,
}
RELEASES: Mapping[str, Callable[[Plan, Token, Gateway], bool]] = {
    "inclusiveGateway": inclusive.release,
    "complexGateway": complex_gateways.release,
}


def enter(plan: Plan, token: Token) -> None:
    """A token arrives at an element."""
    element = token.definition
    if isinstance(element, Activity):
        activities.enter(plan, token, element)
    elif isinstance(element, Event):
        EVENTS[element.kind](plan, token, element)
    elif isinstance(element, Gateway):
        plan.trace("activated", token.scope, element.id)
        GATEWAYS[element.kind](plan, token, element)


def complete(plan: Plan, token: Token) -> None:
    """What a token waited for has happened."""
    element = token.definition
    if isinstance(element, Activity):
        activities.complete(plan, token, element)
    elif isinstance(element, Event):
        plan.clear(token, how="completed")
        events.complete(plan, token, element)


def _activity(step: Callable[[Plan, Token, Activity], None]) -> Step:
    def taken(plan: Plan, token: Token) -> None:
        element = token.definition
        assert isinstance(element, Activity)  # noqa: S101  # only activities come into these phases
        step(plan, token, element)

    return taken


def _leave(plan: Plan, token: Token) -> None:
    element = token.definition
    times = element.completion_quantity if isinstance(element, Activity) else 1
    leave.leave(plan, token, element, times)


PHASES: Mapping[str, Step] = {
    "enter": enter,
    "caught": enter,
    "start": _activity(activities.start),
    "perform": _activity(activities.perform),
    "complete": complete,
    "finish": _activity(activities.finish),
    "leave": _leave,
    "open": containers.open_event_subprocess,
    "compensate": compensation.go_on,
}
"""What is done for a token on the agenda, by its phase."""


def release(plan: Plan, token: Token) -> bool:
    """Look at a token that waits to be joined, once nothing else moves. Return whether something went on."""
    element = token.definition
    if isinstance(element, Gateway) and element.kind in RELEASES:
        return RELEASES[element.kind](plan, token, element)
    return False
