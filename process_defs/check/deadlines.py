"""Do deadlines and ladders say a time, and do the stages fit into the case's?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from engine import calendar, ladder
from ledger.words import say
from process_defs.check.directory import Directory
from process_defs.check.findings import Findings
from process_defs.language import Ladder, Parallel, Said, Stage, Wait
from process_defs.targets import Targets

DAY = timedelta(hours=8)
"""A working day, where days and hours are added up without knowing the calendar."""


def check(findings: Findings) -> None:
    """Add deadlines and levels that cannot be read, unknown ladders, and promises that do not add up."""
    for said, element in _deadlines(findings):
        if not said.is_expression:
            try:
                calendar.Deadline.parse(said.text)
            except calendar.DeadlineError as fault:
                findings.error(said.place, "deadline", fault.args[0], element)
    for stage in findings.definition.every_stage():
        _reassigning(findings, stage)
        _pausing(findings, stage)
    for rule in findings.definition.ladders.values():
        _ladder(findings, rule)
    _uses(findings)
    _sum(findings)


def _deadlines(findings: Findings) -> Iterator[tuple[Said, str | None]]:
    for stage in findings.definition.every_stage():
        if stage.deadline:
            yield stage.deadline, stage.id
    if findings.definition.case:
        yield findings.definition.case.deadline, None


def _reassigning(findings: Findings, stage: Stage) -> None:
    if stage.on_reassign is None:
        return
    if stage.deadline is None:
        message = say("'on reassign' needs a deadline: without one there is nothing to change.")
        findings.error(stage.on_reassign.place, "reassigning", message, stage.id)
    try:
        ladder.Reassigning.parse(stage.on_reassign.text)
    except ladder.ReassigningError as fault:
        findings.error(stage.on_reassign.place, "reassigning", fault.args[0], stage.id)


def _pausing(findings: Findings, stage: Stage) -> None:
    if stage.may_pause is None:
        return
    if stage.deadline is None:
        message = say("'may pause' needs a deadline: without one there is nothing to pause.")
        findings.error(stage.may_pause.place, "pausing", message, stage.id)
    try:
        calendar.Deadline.parse(stage.may_pause.text)
    except calendar.DeadlineError as fault:
        findings.error(stage.may_pause.place, "pausing", fault.args[0], stage.id)


def _ladder(findings: Findings, rule: Ladder) -> None:
    seen: dict[str, Said] = {}
    for level in rule.levels:
        parts = {
            "id": level.id,
            "at": level.at,
            "reassign": level.reassign,
            "priority": level.priority,
            "start": level.start,
            "hours": level.hours,
        }
        document: dict[str, object] = {name: said.text for name, said in parts.items() if said}
        listed: dict[str, object] = {"notify": [who.text for who in level.notify]}
        if level.sets:
            listed["set"] = {row.target.text: row.value.text for row in level.sets}
        if level.how:
            listed["how"] = [way.text for way in level.how]
        try:
            found = ladder.Level.parse(document | listed)
        except ladder.LadderError as fault:
            findings.error(
                level.place, "ladder", say("Ladder '%(id)s': %(fault)s", id=rule.id, fault=fault)
            )
            continue
        if found.id in seen:
            message = say(
                "Ladder '%(id)s' has two levels at '%(text)s': make them one, or give one an 'id'.",
                id=rule.id,
                text=level.at.text,
            )
            findings.error(level.at.place, "ladder", message)
        seen[found.id] = level.at


def _uses(findings: Findings) -> None:
    known = findings.definition.ladders
    case = findings.definition.case
    used = {stage.ladder.text for stage in findings.definition.every_stage() if stage.ladder}
    for stage in findings.definition.every_stage():
        if stage.ladder and stage.ladder.text not in known:
            _unknown(findings, stage.ladder, stage.id)
        if stage.ladder and not stage.deadline:
            message = say("A ladder needs a deadline to climb; say 'deadline' too.")
            findings.error(stage.ladder.place, "ladder-without-deadline", message, stage.id)
    if case and case.ladder:
        used.add(case.ladder.text)
        if case.ladder.text not in known:
            _unknown(findings, case.ladder, None)
        for level in known[case.ladder.text].levels if case.ladder.text in known else ():
            if level.reassign:
                message = say(
                    "On the case's clock nobody's task can be reassigned; that part of the level is left out."
                )
                findings.warning(case.ladder.place, "reassign-case", message)
                break
    for name, rule in known.items():
        if name not in used:
            findings.warning(
                rule.place, "unused-ladder", say("Nothing uses the ladder '%(name)s'.", name=name)
            )


def _unknown(findings: Findings, said: Said, element: str | None) -> None:
    names = ", ".join(findings.definition.ladders) or say("none")
    message = say(
        "There is no ladder '%(text)s' under 'ladders' (there is: %(names)s).",
        text=said.text,
        names=names,
    )
    findings.error(said.place, "unknown-ladder", message, element)


def _sum(findings: Findings) -> None:
    """Warn where the stages of the longest way, waits left out, may take longer than the case."""
    case = findings.definition.case
    allowed = None if case is None else _amount(case.deadline)
    targets = Targets(findings.definition)
    if case is None or allowed is None or targets.problems:
        return
    needed = _longest(findings.definition.stages, targets)
    if needed > allowed:
        message = say(
            "The stages add up to %(days)s, the case allows %(days2)s.",
            days=_days(needed),
            days2=_days(allowed),
        )
        findings.warning(case.deadline.place, "deadlines-add-up", message)


def _longest(stages: tuple[Stage, ...], targets: Targets) -> timedelta:
    """Return the time of the longest way forward; a way back is no part of the plan."""
    order = {stage.id: position for position, stage in enumerate(stages)}
    best: dict[str, timedelta] = {}
    for stage in reversed(stages):
        ahead = [
            way.stage
            for way in targets.ways(stage)
            if way.stage and order[way.stage] > order[stage.id]
        ]
        best[stage.id] = _own(stage, targets) + max((best[id] for id in ahead), default=timedelta())
    return best[stages[0].id] if stages else timedelta()


def _own(stage: Stage, targets: Targets) -> timedelta:
    if isinstance(stage.work, Wait):
        return timedelta()
    own = _amount(stage.deadline) if stage.deadline else None
    if own is None and isinstance(stage.work, Parallel):
        return max(_longest(branch, targets) for branch in stage.work.branches)
    return own or timedelta()


def _amount(said: Said) -> timedelta | None:
    try:
        found = None if said.is_expression else calendar.Deadline.parse(said.text)
    except calendar.DeadlineError:
        return None
    match found:
        case calendar.WorkingTime(amount):
            return amount
        case calendar.BusinessDays(count):
            return count * DAY
        case calendar.CalendarDays(count):
            return count * 5 * DAY / 7
    return None


def _days(amount: timedelta) -> str:
    days = f"{amount / DAY:.1f}".removesuffix(".0")
    return f"{days} working day" + ("" if days == "1" else "s")


def ask(findings: Findings, directory: Directory) -> None:
    """Add calendars that are unknown or have no working time ahead, and webhooks that nobody hears."""
    definition = findings.definition
    _receivers(findings, directory)
    named: list[tuple[Said | None, str | None]] = [(definition.calendar, None)]
    named += [(stage.calendar, stage.id) for stage in definition.every_stage()]
    for said, element in named:
        if said is None:
            continue
        has_time = directory.has_working_time(said.text)
        if has_time is None:
            findings.warning(
                said.place,
                "unknown-calendar",
                say("There is no calendar '%(text)s' here.", text=said.text),
                element,
            )
        elif not has_time:
            message = say(
                "The calendar '%(text)s' has no working time in the next 30 days.", text=said.text
            )
            findings.warning(said.place, "calendar-without-time", message, element)


def _receivers(findings: Findings, directory: Directory) -> None:
    definition = findings.definition
    levels = [level for ladder in definition.ladders.values() for level in ladder.levels]
    asked = [way for level in levels for way in level.how if way.text == "webhook"]
    if asked and not directory.has_receiver(definition.id):
        for way in asked:
            message = say("This level calls a webhook, but no receiver here hears of it.")
            findings.warning(way.place, "webhook-without-receiver", message)
