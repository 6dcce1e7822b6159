"""`kontor:clock` and `kontor:ladder`: deadlines and escalation, compiled with the definition."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from engine.bpmn import expressions
from engine.bpmn.context import Context
from engine.bpmn.graph import ClockRule
from engine.bpmn.vocabulary import KONTOR, Node, extensions
from engine.calendar import Deadline, DeadlineError
from engine.feel import Expression
from engine.ladder import Ladder, LadderError, Reassigning, ReassigningError
from ledger.words import say

KINDS: dict[str, Literal["stage", "response", "case"]] = {
    "stage": "stage",
    "response": "response",
    "case": "case",
}
LEVEL = ("id", "at", "notify", "reassign", "priority", "start", "hours", "how")


def ladders(context: Context, process: Node) -> dict[str, Ladder]:
    """The ladders of a process by id."""
    found = {}
    for node in extensions(process, KONTOR, "ladder"):
        levels = node.iterchildren(f"{{{KONTOR}}}level")
        document = [_level(level) for level in levels]
        try:
            found[node.get("id", "")] = Ladder.parse(document)
        except LadderError as fault:
            context.error(
                node,
                "kontor.ladder",
                say("Ladder '%(node)s': %(fault)s", node=node.get("id"), fault=fault),
            )
    return found


def _level(node: Node) -> dict[str, object]:
    found: dict[str, object] = {name: node.get(name) for name in LEVEL if node.get(name)}
    fields = node.iterchildren(f"{{{KONTOR}}}set")
    if sets := {own.get("field", ""): own.get("value", "") for own in fields}:
        found["set"] = sets
    return found


def read(context: Context, node: Node, known: Mapping[str, Ladder]) -> tuple[ClockRule, ...]:
    """The clocks of a process or an activity."""
    found = (_clock(context, own, known) for own in extensions(node, KONTOR, "clock"))
    return tuple(rule for rule in found if rule is not None)


def _clock(context: Context, node: Node, known: Mapping[str, Ladder]) -> ClockRule | None:
    name = node.get("ladder")
    if name and name not in known:
        context.error(
            node, "kontor.ladder", say("There is no ladder '%(name)s' in this process.", name=name)
        )
    deadline = _deadline(context, node, node.get("deadline", ""))
    if deadline is None:
        return None
    return ClockRule(
        KINDS.get(node.get("kind", "stage"), "stage"),
        deadline,
        known.get(name) if name else None,
        node.get("calendar"),
        _reassigned(context, node),
        _pausable(context, node),
    )


def _pausable(context: Context, node: Node) -> Deadline | None:
    written = node.get("pausable")
    found = _deadline(context, node, written, "pausable") if written else None
    return found if isinstance(found, Deadline) else None


def _reassigned(context: Context, node: Node) -> Reassigning:
    written = node.get("reassigned")
    try:
        return Reassigning.parse(written) if written else Reassigning()
    except ReassigningError as fault:
        place = context.document.place_in_attribute(node, "reassigned", 1, 1)
        context.error(node, "kontor.reassigned", fault.args[0], place)
        return Reassigning()


def _deadline(
    context: Context, node: Node, written: str, name: str = "deadline"
) -> Deadline | Expression | None:
    if written.startswith("=") and name == "deadline":
        return expressions.attribute(context, node, written, name)
    try:
        return Deadline.parse(written)
    except DeadlineError as fault:
        place = context.document.place_in_attribute(node, name, 1, 1)
        context.error(node, f"kontor.{name}", fault.args[0], place)
        return None
