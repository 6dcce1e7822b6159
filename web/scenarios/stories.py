"""A definition's own tests: each is told in a world of its own, and answers what came otherwise than expected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from engine import calendar, calendars, definitions, feel, instances
from engine.calendar import Deadline
from engine.definitions import Source
from ledger import rejection, transaction
from ledger.rejection import Rejection
from process_defs import to_bpmn
from process_defs.language import Definition, Said, Step, Test
from web.scenarios import expectations, stand_ins
from web.scenarios.world import World

STARTER = "staff:starter"
OWNER = "owner"


@dataclass(frozen=True, slots=True)
class Result:
    """How one test went: `failures` are sentences, none where it holds."""

    definition: str
    test: Test
    failures: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Say whether everything came as expected."""
        return not self.failures


def run(definition: Definition, others: Sequence[Definition] = ()) -> list[Result]:
    """Run the tests of a definition; `others` are deployed beside it, for `run` stages."""
    return [
        Result(definition.id, test, tuple(tell(definition, test, others)))
        for test in definition.tests
    ]


def tell(definition: Definition, test: Test, others: Sequence[Definition] = ()) -> list[str]:
    """Tell one test and return what came otherwise than expected."""
    world = World()
    try:
        case_id, failure = _told(world, definition, test, others)
        return (
            [failure] if failure else expectations.broken(world, definition, case_id, test.expect)
        )
    finally:
        world.close()


def stood_in(definition: Definition) -> list[str]:
    """Return the groups, people and calendars that a throw-away store only stands in for, in words."""
    found = {
        word.text for word in _references(definition) if word.text.startswith(("group:", "staff:"))
    }
    named = [definition.calendar, *(stage.calendar for stage in definition.every_stage())]
    return sorted(found) + sorted({f"calendar {word.text}" for word in named if word})


def _references(definition: Definition) -> Iterable[Said]:
    yield from definition.people.values()
    if definition.owner:
        yield definition.owner
    for stage in definition.every_stage():
        responsible = getattr(stage.work, "responsible", None)
        yield from (responsible,) if responsible else ()
        yield from getattr(stage.work, "by", ())


def _told(
    world: World, definition: Definition, test: Test, others: Sequence[Definition]
) -> tuple[int, str | None]:
    try:
        _deploy(world, [definition, *others])
        case_id = _start(world, definition, test.given)
    except Rejection as refused:
        return 0, f"The case cannot start: {refused.sentence}"
    for number, step in enumerate(test.steps, 1):
        try:
            _act(world, definition, case_id, step)
        except Rejection as refused:
            return case_id, f"Step {number} ({step.kind} {step.what.text}): {refused.sentence}"
    return case_id, None


def _deploy(world: World, found: Sequence[Definition]) -> None:
    sources = [
        Source(each.name or each.id, to_bpmn.compile(each), each.text, "yaml") for each in found
    ]
    named = {each.calendar.text for each in found if each.calendar}
    named |= {
        stage.calendar.text for each in found for stage in each.every_stage() if stage.calendar
    }

    def command(tx: transaction.Transaction) -> None:
        for key in sorted(named):
            calendars.define(tx, key, stand_ins.CALENDAR)
        definitions.deploy(tx, sources)

    transaction.run(world.store, "system", command)


def _start(world: World, definition: Definition, given: Mapping[str, object]) -> int:
    kinds = {"deal": ("deal", "client"), "client": ("client",)}.get(definition.subject or "", ())
    records = {
        kind: {OWNER: f"staff:{kind}-owner", **_record(world, given.get(kind))} for kind in kinds
    }
    subject = world.subjects.put(records) if records else None
    variables = {name: _value(world, value) for name, value in given.items() if name not in kinds}
    case_id = transaction.run(
        world.store, STARTER, lambda tx: instances.start(tx, definition.id, variables, subject)
    )
    world.settle()
    return case_id


def _record(world: World, given: object) -> dict[str, Any]:
    found = _value(world, given)
    return found if isinstance(found, dict) else {}


def _act(world: World, definition: Definition, case_id: int, step: Step) -> None:
    values = {name: _value(world, value) for name, value in step.values.items()}
    match step.kind:
        case "do":
            world.complete(step.what.text, values, step.outcome.text if step.outcome else None)
        case "message":
            world.message(step.what.text, {}, values)
        case "signal":
            world.signal(step.what.text, values)
        case "job":
            world.job(step.what.text, values)
        case "pass":
            _pass(world, definition, step.what.text)
    incidents = world.incidents(case_id)
    if incidents:
        element, message = incidents[0]
        raise rejection.invalid_state(f"{element.split('__')[0]} has come to a stop: {message}")


def _pass(world: World, definition: Definition, duration: str) -> None:
    """Let time pass as a deadline counts it: hours are working time, days as they are called."""
    with transaction.read(world.store, "worker") as tx:
        key = definition.calendar.text if definition.calendar else None
        known = calendars.latest(tx, key) if key else None
        hours = calendars.load(tx, *known) if known else calendar.Calendar.parse(stand_ins.CALENDAR)
    until = calendar.due(hours, world.clock.now, Deadline.parse(duration)).at
    world.advance(f"PT{(until - world.clock.now) // timedelta(seconds=1)}S")


def _value(world: World, value: object) -> Any:  # a value of any of FEEL's kinds
    if isinstance(value, Said):
        return feel.expression(value.expression).evaluate({}, now=world.clock.now)
    if isinstance(value, Mapping):
        return {name: _value(world, item) for name, item in value.items()}
    if isinstance(value, list):
        return [_value(world, item) for item in value]
    return value
