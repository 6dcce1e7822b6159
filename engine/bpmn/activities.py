"""What every activity has (BPMN 10.3), and the plain and manual task, which have nothing more."""

from __future__ import annotations

from engine.bpmn import clocks, data, forms, loops, mappings, scope
from engine.bpmn.context import Context
from engine.bpmn.graph import Activity, ClockRule, Element, IoMapping, MultiInstance, StandardLoop
from engine.bpmn.scope import ElementParts, Scope
from engine.bpmn.vocabulary import KONTOR, Node, extension, flag
from engine.feel import Expression
from ledger.words import say


class ActivityParts(ElementParts):
    """What every activity has."""

    loop: StandardLoop | MultiInstance | None
    boundary: tuple[str, ...]
    start_quantity: int
    completion_quantity: int
    is_for_compensation: bool
    compensation_handler: str | None
    inputs: tuple[IoMapping, ...]
    outputs: tuple[IoMapping, ...]
    properties: tuple[tuple[str, Expression | None], ...]
    lane: str | None
    clocks: tuple[ClockRule, ...]
    pauses_case_clock: str | None
    title: dict[str, str]


def parts(context: Context, around: Scope, node: Node, parent: str | None) -> ActivityParts:
    """Read what every activity has."""
    common = scope.element(context, around, node, parent)
    boundary = tuple(around.boundary.get(common["id"], ()))
    handlers = [around.handlers[event] for event in boundary if event in around.handlers]
    pause = extension(node, KONTOR, "pause")
    return ActivityParts(
        **common,
        loop=loops.read(context, node),
        boundary=boundary,
        start_quantity=_quantity(context, node, "startQuantity"),
        completion_quantity=_quantity(context, node, "completionQuantity"),
        is_for_compensation=flag(node, "isForCompensation"),
        compensation_handler=handlers[0] if handlers else None,
        inputs=mappings.inputs(context, node),
        outputs=mappings.outputs(context, node),
        properties=data.properties(context, node),
        lane=around.lanes.get(common["id"]),
        clocks=clocks.read(context, node, around.ladders),
        pauses_case_clock=None if pause is None else pause.get("reason") or "waiting",
        title=forms.titles(node),
    )


def plain(context: Context, around: Scope, node: Node, parent: str | None) -> Element:
    """A `task` or a `manualTask`."""
    return Activity(**parts(context, around, node, parent))


def _quantity(context: Context, node: Node, name: str) -> int:
    written = node.get(name, "1").strip()
    if not written.lstrip("+-").isdecimal():
        context.error(
            node,
            "quantity",
            say("%(name)s is a whole number, not '%(written)s'.", name=name, written=written),
        )
        return 1
    if int(written) < 1:
        context.error(
            node,
            "quantity",
            say(
                "%(name)s is at least one, not %(written)s: it would never run.",
                name=name,
                written=written,
            ),
        )
    return max(1, int(written))
