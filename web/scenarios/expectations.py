"""What a test expects, held against what happened, and said in the owner's words where they differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from sqlalchemy import select

from engine import instances, people, ports
from engine.waiting.tasks import tasks
from ledger import transaction
from ledger.transaction import Transaction
from process_defs import drawn
from process_defs.language import Approve, Definition, Expect, Parallel, Stage
from scheduler.alerts import alerts
from web.scenarios.world import World

CLOCK = "clock:"


def broken(world: World, definition: Definition, case_id: int, expect: Expect) -> list[str]:
    """Return a sentence for each expectation that does not hold."""
    found = [*_incidents(world, case_id)]
    if expect.end is not None:
        found += _end(world, case_id, expect.end.text)
    if expect.path is not None and (went := path(world, definition, case_id)) != list(expect.path):
        found.append(f"The path was {_words(went)}, not {_words(expect.path)}.")
    if expect.waits_at is not None and (waits := waiting(world, definition, case_id)) != set(
        expect.waits_at
    ):
        found.append(
            f"The case waits at {_words(sorted(waits))}, not at {_words(expect.waits_at)}."
        )
    if expect.alerted is not None:
        with transaction.read(world.store, "worker") as tx:
            found += _alerted(tx, case_id, expect.alerted)
    for name, value in (expect.values or {}).items():
        if not _same(now := _now(world, definition, case_id, name), value):
            found.append(f"{name} is {_shown(now)}, not {_shown(value)}.")
    return found


def path(world: World, definition: Definition, case_id: int) -> list[str]:
    """Return the stages completed, in order; a vote counts once, when it is decided."""
    marks = {mark: stage.id for stage in definition.every_stage() if (mark := _mark(stage))}
    rounds = {stage.id for stage in definition.every_stage() if stage.each}
    open_now: Counter[str] = Counter()
    found = []
    for step in world.trace.steps:
        stage = marks.get(step.element)
        if stage is None or world.trace.instances[step.instance][1] != case_id:
            continue
        if stage in rounds and not _is_last_round(open_now, stage, step.event):
            continue
        if step.event == "completed":
            found.append(stage)
    return found


def _mark(stage: Stage) -> str | None:
    """Return the element whose completion is the stage's: of a vote, the gateway behind it."""
    if isinstance(stage.work, Parallel):
        return None
    return f"{stage.id}__outcome" if isinstance(stage.work, Approve) else stage.id


def _is_last_round(open_now: Counter[str], stage: str, event: str) -> bool:
    """Count the rounds of a stage that is done for each item; the activity itself is one more than its rounds."""
    if event == "activated":
        open_now[stage] += 1
        return False
    open_now[stage] = max(0, open_now[stage] - 1)
    return event == "completed" and open_now[stage] == 1


def waiting(world: World, definition: Definition, case_id: int) -> set[str]:
    """Return the stages at which the case waits."""
    stages = {
        stage.id for stage in definition.every_stage() if not isinstance(stage.work, Parallel)
    }
    frames = {
        id: stage.id
        for stage, work in drawn.drawings(definition)
        for id in drawn.ids(drawn.parsed(work.said.text).root)
    }
    here = {frames.get(element, element.split("__")[0]) for element in world.at(case_id)}
    return here & stages


def _incidents(world: World, case_id: int) -> Iterator[str]:
    for element, message in world.incidents(case_id):
        yield f"{element.split('__')[0]} has come to a stop: {message}"


def _end(world: World, case_id: int, expected: str) -> Iterator[str]:
    with transaction.read(world.store, "worker") as tx:
        row = instances.get(tx, case_id)
    if row.state == "active":
        yield f"The case has not ended with {expected}: it waits at {_words(world.at(case_id))}."
    elif row.end_element != expected:
        yield f"The case ended with {row.end_element or row.state}, not with {expected}."


def _alerted(tx: Transaction, case_id: int, expected: Sequence[str]) -> Iterator[str]:
    question = select(alerts.c.recipient, alerts.c.source).where(
        alerts.c.case_id == case_id,
        alerts.c.source.startswith(CLOCK),
        alerts.c.recipient != "action",
    )
    rows = tx.execute(question).all()
    told = {row.recipient for row in rows}
    meant = {word: _meant(tx, case_id, word, {row.source for row in rows}) for word in expected}
    for word, persons in meant.items():
        if not persons & told:
            yield f"{word} was not alerted; alerted were {_words(sorted(told))}."
    if others := told - set().union(*meant.values()):
        yield f"{_words(sorted(others))} was alerted too."


def _meant(tx: Transaction, case_id: int, word: str, sources: set[str]) -> set[str]:
    """Return the persons behind a word; `responsible` is whoever had a task whose clock told somebody."""
    if word == "responsible":
        clocks = [int(source.removeprefix(CLOCK)) for source in sources]
        question = select(tasks.c.assignee, tasks.c.candidates).where(
            tasks.c.case_id == case_id, tasks.c.clock_id.in_(clocks)
        )
        holders = [
            [row.assignee] if row.assignee else row.candidates or [] for row in tx.execute(question)
        ]
        found = [holder for listed in holders for holder in listed]
    else:
        found = people.resolve(tx, word, people.context_of_case(tx, case_id))
    staff = tx.port(ports.People)
    return {
        one
        for who in found
        for one in (staff.members(tx, who) if who.startswith("group:") else [who])
    }


def _now(world: World, definition: Definition, case_id: int, name: str) -> object:
    root, _, field = name.partition(".")
    if not field or definition.subject is None:
        return world.variables(case_id).get(name)
    record = next(
        (found for key, found in world.subjects.records.items() if key.startswith(f"{root}:")), {}
    )
    return record.get(field)


def _same(found: object, expected: object) -> bool:
    return bool(found == expected) or (
        found is not None and expected is not None and str(found) == str(expected)
    )


def _shown(value: object) -> str:
    return "empty" if value is None else str(value)


def _words(names: Sequence[str]) -> str:
    return ", ".join(names) or "nothing"
