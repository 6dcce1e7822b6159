"""Where branches meet again, and what SpiffWorkflow loses there: values of one branch, tokens of a loop."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.bpmn.graph import Activity, Element, Process, ScriptTask

SPLITTING = frozenset({"parallelGateway", "inclusiveGateway"})
Ahead = Mapping[str, frozenset[str]]


def found(process: Process) -> Iterator[str]:
    """Yield a sentence for each script between a fork and a join, and for each join in a loop."""
    ahead = reachable(process)
    elements = process.elements.values()
    for element in elements:
        if (
            element.kind == "inclusiveGateway"
            and _joins(element)
            and element.id in ahead[element.id]
        ):
            yield f"{element.id}: an inclusive join in a loop takes one token a flow for all"
        if (
            _joins(element)
            and element.kind == "parallelGateway"
            and element.id in ahead[element.id]
        ):
            yield f"{element.id}: a parallel join in a loop costs the cube of its rounds"
    for name in sorted(in_branches(process)):
        if isinstance(process.elements[name], ScriptTask):
            yield f"{name}: a parallel join brings back what another branch knew before it"


def in_branches(process: Process) -> frozenset[str]:
    """Return the activities from a fork to a join: what they assign may be lost there."""
    ahead = reachable(process)
    elements = process.elements.values()
    forks = [each.id for each in elements if each.kind in SPLITTING and len(each.outgoing) > 1]
    joins = {each.id for each in elements if _joins(each)}
    between = {name for fork in forks for name in ahead[fork] if ahead[name] & joins}
    inside = {name for name in process.elements if _is_inside(process, name, between)}
    return frozenset(
        name for name in between | inside if isinstance(process.elements[name], Activity)
    )


def reachable(process: Process) -> Ahead:
    """Return what can be reached from each element along flows and from the border of an activity."""
    found: dict[str, frozenset[str]] = {}
    for name in process.elements:
        seen: set[str] = set()
        waiting = list(_following(process.elements[name]))
        while waiting:
            following = waiting.pop()
            if following not in seen:
                seen.add(following)
                waiting += _following(process.elements[following])
        found[name] = frozenset(seen)
    return found


def _following(element: Element) -> list[str]:
    border = element.boundary if isinstance(element, Activity) else ()
    return [*(flow.target for flow in element.outgoing), *border]


def _joins(element: Element) -> bool:
    return element.kind in SPLITTING and len(element.incoming) > 1


def _is_inside(process: Process, name: str, between: set[str]) -> bool:
    parent = process.elements[name].parent
    while parent is not None:
        if parent in between:
            return True
        parent = process.elements[parent].parent
    return False
