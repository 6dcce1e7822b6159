"""Which element of a version stands for which of another: the same id, what a person says, what seems renamed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher

from engine.bpmn.graph import Activity, Element, Event, Process, UserTask
from engine.migration import fitting
from ledger import rejection

ALIKE = 0.7
"""From which likeness on two titles are taken for one that was reworded (0 to 1)."""
ENOUGH = 3
"""How many signs it takes to suggest that an element was renamed."""


def whole(source: Process, target: Process, given: Mapping[str, str]) -> dict[str, str]:
    """Return for every element of `source` that has one its counterpart in `target`.

    `given` goes before equal ids; several elements may become one. Raises Rejection for an element
    that the new version does not have.
    """
    _check(target, given)
    mapping = {number: number for number in source.elements if number in target.elements}
    mapping.update({old: new for old, new in given.items() if old in source.elements})
    return mapping


def suggestions(
    source: Process, target: Process, given: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return what seems renamed: elements whose id is gone, with the new one that is most like each."""
    mapping = whole(source, target, given or {})
    free = {number for number in target.elements if number not in mapping.values()}
    gone = [element for number, element in source.elements.items() if number not in mapping]
    found: dict[str, str] = {}
    # Containers and activities first: their events and gateways are known by them.
    for old in sorted(gone, key=lambda element: not isinstance(element, Activity)):
        known = {**mapping, **found}
        rated = [
            (_likeness(source, target, old, target.elements[number], known), number)
            for number in sorted(free)
            if fitting.misfit(old, target.elements[number], known) is None
        ]
        best = max(rated, default=(0.0, ""))
        if best[0] >= ENOUGH:
            found[old.id] = best[1]
            free.discard(best[1])
    return found


def _check(target: Process, given: Mapping[str, str]) -> None:
    for old, new in given.items():
        if new not in target.elements:
            raise rejection.invalid(
                "Expected an element of the new version for %(element)s, but got %(other)s",
                element=old,
                other=new,
                field="mapping",
            )


def unknown(given: Mapping[str, str], sources: list[Process]) -> list[str]:
    """Return the ids of a mapping that none of the versions has."""
    return sorted(old for old in given if not any(old in process.elements for process in sources))


def _likeness(
    source: Process, target: Process, old: Element, new: Element, mapping: Mapping[str, str]
) -> float:
    """Count the signs that an element was renamed: title, stage, what is before and behind it, where it is attached."""
    signs = 0.0
    if old.name and new.name:
        alike = SequenceMatcher(None, old.name.casefold(), new.name.casefold()).ratio()
        signs += 3 if alike == 1 else 2 if alike >= ALIKE else 0
    if isinstance(old, UserTask) and isinstance(new, UserTask) and old.stage:
        signs += 3 if old.stage == new.stage else 0
    if isinstance(old, Event) and isinstance(new, Event) and old.attached_to:
        signs += 2 if mapping.get(old.attached_to) == new.attached_to else 0
    stem, mark, rest = old.id.partition("__")
    if mark and mapping.get(stem) is not None and new.id == f"{mapping[stem]}__{rest}":
        signs += 3
    signs += 1.5 * _shared(_before(source, old), _before(target, new), mapping)
    signs += 1.5 * _shared(_behind(source, old), _behind(target, new), mapping)
    return signs


def _shared(old: set[str], new: set[str], mapping: Mapping[str, str]) -> bool:
    return bool({mapping.get(number) for number in old} & new)


def _before(process: Process, element: Element) -> set[str]:
    return {flow.source for flow in element.incoming if flow.source in process.elements}


def _behind(process: Process, element: Element) -> set[str]:
    return {flow.target for flow in element.outgoing if flow.target in process.elements}


def flows(
    target: Process, old: Element, new: Element, mapping: Mapping[str, str]
) -> dict[str, str]:
    """Return for each flow into a joining gateway the one that a token on it has come by in the new version."""
    found: dict[str, str] = {}
    free = {flow.id: flow.source for flow in new.incoming}
    for pairs in (
        ((flow.id, flow.id) for flow in old.incoming if flow.id in free),
        _by_source(old, mapping, free),
        _by_branch(target, old, mapping, free),
    ):
        for one, other in list(pairs):
            if one not in found and other in free:
                found[one] = other
                del free[other]
    left = [flow.id for flow in old.incoming if flow.id not in found]
    if len(left) == 1 and len(free) == 1:
        found[left[0]] = next(iter(free))
    return found


def _by_source(
    old: Element, mapping: Mapping[str, str], free: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    for flow in old.incoming:
        for number, source in free.items():
            if mapping.get(flow.source) == source:
                yield flow.id, number


def _by_branch(
    target: Process, old: Element, mapping: Mapping[str, str], free: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Yield flows whose branch has got longer: behind what came to the gateway directly there are new elements now."""
    known = set(mapping.values())
    for number, source in free.items():
        ahead, seen = [source], set[str]()
        while ahead:
            element = ahead.pop()
            if element in known or element in seen or element not in target.elements:
                continue
            seen.add(element)
            ahead += [flow.source for flow in target.elements[element].incoming]
            ahead += [attached] if (attached := _attached(target.elements[element])) else []
        for flow in old.incoming:
            if seen and _leads_into(target, mapping.get(flow.source), seen):
                yield flow.id, number


def _attached(element: Element) -> str | None:
    return element.attached_to if isinstance(element, Event) else None


def _leads_into(target: Process, source: str | None, elements: set[str]) -> bool:
    found = target.elements.get(source or "")
    return found is not None and any(flow.target in elements for flow in found.outgoing)
