"""Whether an element of one version can stand for an element of another: kind, place, loop, what it waits for."""

from __future__ import annotations

from collections.abc import Mapping

from engine.bpmn.graph import (
    Activity,
    Conditional,
    Element,
    Event,
    EventDefinition,
    Message,
    MultiInstance,
    Process,
    Signal,
    SubProcess,
    Timer,
)
from engine.feel import Expression
from engine.verbs import wait
from ledger import words
from ledger.words import Sentence


def title(element: Element) -> str:
    """Return what an element is called."""
    return element.name or element.id


def is_same_kind(old: Element, new: Element) -> bool:
    """Say whether two elements are of one BPMN kind and are done in one way."""
    return old.kind == new.kind and type(old) is type(new) and is_beside(old) == is_beside(new)


def is_beside(element: Element) -> bool:
    """Say whether an element is an event sub-process."""
    return isinstance(element, SubProcess) and element.triggered_by_event


def misfit(
    old: Element, new: Element, mapping: Mapping[str, str], *, has_begun: bool = True
) -> Sentence | None:
    """Return why a token cannot go from one element to another, or None.

    A token that has not begun (`has_begun`) may go to an element of any kind in the same place.
    """
    what = {"element": title(old), "other": title(new)}
    if _around(old, mapping) != new.parent:
        return words.say("“%(element)s” and “%(other)s” lie in different sub-processes", **what)
    if not has_begun:
        return None
    if not is_same_kind(old, new):
        return words.say(
            "“%(element)s” is a %(kind)s, “%(other)s” a %(becomes)s",
            **what,
            kind=old.kind,
            becomes=new.kind,
        )
    if _loop(old) != _loop(new):
        return words.say("“%(element)s” and “%(other)s” are not repeated in the same way", **what)
    if not is_same_wait(old, new):
        return words.say("“%(element)s” and “%(other)s” wait for different things", **what)
    return None


def is_same_wait(old: Element, new: Element) -> bool:
    """Say whether two elements wait for events of the same kinds, in the same order."""
    kinds = [[type(each) for each in wait.definitions_of(one)] for one in (old, new)]
    if kinds[0] != kinds[1]:
        return False
    both = (isinstance(old, Event) and old.parallel_multiple) == (
        isinstance(new, Event) and new.parallel_multiple
    )
    return both or len(kinds[0]) < 2  # noqa: PLR2004  # one event alone is neither


def is_same_event(old: Event, new: Event, mapping: Mapping[str, str]) -> bool:
    """Say whether an event at a border, or at the start of an event sub-process, is the same one in both versions."""
    return (
        mapping.get(old.id) == new.id
        and old.kind == new.kind
        and is_same_wait(old, new)
        and mapping.get(old.attached_to or "") == (new.attached_to or None)
    )


def is_changed(old: EventDefinition, new: EventDefinition) -> bool:
    """Say whether what is waited for must be asked for anew; a timer keeps its instant."""
    if isinstance(old, Timer) and isinstance(new, Timer):
        return old.kind != new.kind
    return _said(old) != _said(new)


def starts_of(process: Process, container: str) -> tuple[Element, ...]:
    """Return the start events of an event sub-process."""
    children = (process.elements[number] for number in process.children.get(container, ()))
    return tuple(child for child in children if child.kind == "startEvent")


def _around(element: Element, mapping: Mapping[str, str]) -> str | None:
    return None if element.parent is None else mapping.get(element.parent, "")


def _loop(element: Element) -> tuple[object, ...]:
    loop = element.loop if isinstance(element, Activity) else None
    if isinstance(loop, MultiInstance):
        lies_ready = loop.sequential and loop.collection is not None
        return (MultiInstance, loop.sequential, lies_ready)
    return (type(loop),)


def _said(definition: EventDefinition) -> object:
    match definition:
        case Message() | Signal():
            keys = definition.correlation if isinstance(definition, Message) else {}
            return _text(definition.name), {name: key.text for name, key in keys.items()}
        case Conditional():
            return definition.condition.text
    return definition


def _text(name: str | Expression) -> str:
    return name if isinstance(name, str) else f"= {name.text}"
