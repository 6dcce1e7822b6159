"""What waits for a token goes with it: kept events keep their instants, new ones begin, others are withdrawn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.bpmn.graph import Activity, Element, Event, MessageTask, Process, SubProcess, Timer
from engine.migration import fitting
from engine.migration.passage import Passage, Row, is_instance
from engine.plan import Plan
from engine.verbs import catch, wait
from engine.waiting.state import Scope, Token

Happened = list[tuple[Token, str, int]]
"""Events whose condition holds already: the token, the event, and the place of its definition."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A token that events wait for: those of this version, each with its counterpart, and those that are new."""

    token: Token
    kept: dict[str, tuple[Element, Element]] = field(default_factory=dict)
    added: tuple[Element, ...] = ()
    removed: tuple[Element, ...] = ()
    ends: bool = False
    """An event sub-process that the new version does not have at this place."""


@dataclass(frozen=True, slots=True)
class Seats:
    """Every seat of a case, and the event sub-processes that are new in a scope."""

    taken: tuple[Seat, ...]
    new: tuple[tuple[Scope, str], ...]


def of(passage: Passage) -> Seats:
    """Return the seats of a case that has not moved yet."""
    taken = [_seat(passage, token) for token in passage.tokens() if _is_fit(passage, token)]
    new: list[tuple[Scope, str]] = []
    for scope in passage.scopes():
        if scope.kind in ("body", "undo"):
            continue
        arms, added = _arms(passage, scope)
        taken += arms
        new += [(scope, number) for number in added]
    return Seats(tuple(taken), tuple(new))


def changes(passage: Passage) -> Iterator[tuple[str, Element]]:
    """Yield what changes in what the case waits for: event_added, event_removed, event_changed, with the event."""
    seats = of(passage)
    for seat in seats.taken:
        for element in seat.added:
            yield "event_added", element
        for element in seat.removed:
            yield "event_removed", element
        for old, new in seat.kept.values():
            both = zip(wait.definitions_of(old), wait.definitions_of(new), strict=True)
            if any(fitting.is_changed(one, other) for one, other in both):
                yield "event_changed", new
    for _, number in seats.new:
        yield "event_added", passage.target.elements[number]


def take(passage: Passage, seats: Seats) -> Happened:
    """Seat every token of a case that has moved; return what happens at once."""
    happened: Happened = []
    for seat in seats.taken:
        if seat.ends:
            passage.plan.clear(seat.token)
            passage.plan.remove(seat.token)
        else:
            happened += _take(passage, seat)
    for scope, number in seats.new:
        arm = passage.plan.arm(scope, number)
        for start in fitting.starts_of(passage.target, number):
            found = wait.for_events(passage.plan, arm, start, scope)
            happened += [(arm, *each) for each in found]
    _hold(passage)
    return happened


def let_happen(plan: Plan, happened: Happened) -> None:
    """Let conditions happen that held when somebody began to wait for them."""
    for token, element, nth in happened:
        if not token.is_gone and not token.scope.is_gone:
            catch.event(plan, token, element, nth, {})


def _is_fit(passage: Passage, token: Token) -> bool:
    new = passage.target.elements.get(passage.mapping.get(token.element, ""))
    return new is not None and fitting.is_same_kind(token.definition, new)


def _seat(passage: Passage, token: Token) -> Seat:
    new = passage.target.elements[passage.mapping[token.element]]
    before = _waited_for(passage, token, passage.source, token.definition)
    after = _waited_for(passage, token, passage.target, new)
    return _paired(passage, token, before, after)


def _paired(
    passage: Passage, token: Token, before: tuple[Element, ...], after: tuple[Element, ...]
) -> Seat:
    kept = {
        old.id: (old, new)
        for old in before
        for new in after
        if passage.mapping.get(old.id) == new.id and _is_same(passage, old, new)
    }
    stays = {new.id for _, new in kept.values()}
    return Seat(
        token,
        kept,
        tuple(new for new in after if new.id not in stays),
        tuple(old for old in before if old.id not in kept),
    )


def _is_same(passage: Passage, old: Element, new: Element) -> bool:
    if isinstance(old, Event) and isinstance(new, Event):
        return fitting.is_same_event(old, new, passage.mapping)
    return fitting.is_same_kind(old, new) and fitting.is_same_wait(old, new)


def _waited_for(
    passage: Passage, token: Token, process: Process, element: Element
) -> tuple[Element, ...]:
    """Return the elements whose events wait for a token at `element`."""
    if element.kind == "eventBasedGateway":
        waits = token.phase == "wait"
        return tuple(process.elements[flow.target] for flow in element.outgoing) if waits else ()
    border: tuple[Element, ...] = ()
    if isinstance(element, Activity) and not is_instance(token) and passage.has_border(token):
        border = tuple(process.elements[number] for number in element.boundary)
    catches = isinstance(element, MessageTask) or element.kind == "intermediateCatchEvent"
    return (*border, element) if catches and token.phase == "wait" else border


def _arms(passage: Passage, scope: Scope) -> tuple[list[Seat], list[str]]:
    """Return the seats of what could start beside a scope, and what is new there and not shut out."""
    container = None if scope.container is None else passage.mapping.get(scope.container, "")
    there = passage.target.event_subprocesses.get(container, ())
    seats: list[Seat] = []
    for arm in scope.arms.values():
        to = passage.mapping.get(arm.element)
        if to not in there:
            starts = fitting.starts_of(passage.source, arm.element)
            seats.append(Seat(arm, removed=starts, ends=True))
            continue
        before = fitting.starts_of(passage.source, arm.element)
        seats.append(_paired(passage, arm, before, fitting.starts_of(passage.target, to)))
    if _is_interrupted(passage, scope):
        return seats, []
    known = passage.source.event_subprocesses.get(scope.container, ())
    images = {passage.mapping.get(number) for number in known}
    return seats, [number for number in there if number not in images]


def _is_interrupted(passage: Passage, scope: Scope) -> bool:
    """Say whether an event sub-process has ended everything else in a scope: nothing starts beside it any more."""
    for token in scope.tokens.values():
        element = passage.source.elements[token.element]
        if isinstance(element, SubProcess) and element.triggered_by_event:
            start = passage.source.elements.get(token.data.get("start", ""))
            if not isinstance(start, Event) or start.interrupting:
                return True
    return False


def _take(passage: Passage, seat: Seat) -> Happened:
    plan, token = passage.plan, seat.token
    happened: Happened = []
    waits = token.waits
    plan.clear(token, "tswf")
    kept_a_watch = False
    for letter in "tsw":
        for row in passage.of(letter, token) if letter in waits else ():
            pair = seat.kept.get(row["element"])
            if pair is None:
                continue
            if _is_anew(pair, row["nth"]):
                happened += _anew(passage, token, pair[1], row["nth"])
                continue
            kept_a_watch = kept_a_watch or letter == "w"
            _keep(passage, token, letter, {**row, "element": pair[1].id})
    for row in passage.of("f", token) if kept_a_watch else ():
        plan.wait("f", token, row)
    for old, new in seat.kept.values():
        for nth, definition in enumerate(wait.definitions_of(old)):
            # What waited for the stage clock has no row of its own.
            was_bound = isinstance(definition, Timer) and definition.kind == "clock"
            if was_bound and _is_anew((old, new), nth):
                happened += _anew(passage, token, new, nth)
    for element in seat.added:
        found = wait.for_events(plan, token, element, token.scope)
        happened += [(token, *each) for each in found]
    return happened


def _is_anew(pair: tuple[Element, Element], nth: int) -> bool:
    old, new = (wait.definitions_of(one)[nth] for one in pair)
    return fitting.is_changed(old, new)


def _anew(passage: Passage, token: Token, element: Element, nth: int) -> Happened:
    definition = wait.definitions_of(element)[nth]
    is_true = wait.for_event(passage.plan, token, element.id, nth, definition, token.scope)
    return [(token, element.id, nth)] if is_true else []


def _keep(passage: Passage, token: Token, letter: str, row: Row) -> None:
    plan = passage.plan
    if letter == "w" and "w" not in token.waits:
        plan.change(plan.case, "watches", plan.case.watches + 1)
    plan.wait(letter, token, {**row, "definition_id": passage.definition.id})


def _hold(passage: Passage) -> None:
    """Let no timer of a suspended case fire."""
    if passage.plan.case.state == "suspended":
        for row in passage.plan.added("t"):
            row["is_held"] = True
