"""What a process says about itself in Kontor's words: subject, owner, roles, calendar, how it starts."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from engine.bpmn import clocks, expressions, iso8601
from engine.bpmn.context import Context
from engine.bpmn.graph import Campaign, ClockRule
from engine.bpmn.vocabulary import KONTOR, Node, extension, extensions, text
from engine.feel import Expression
from engine.ladder import Ladder


@dataclass(frozen=True, slots=True)
class Declarations:
    """All of a process's `kontor:` extension elements that are not about one element."""

    subject: str | None = None
    owner: str | None = None
    calendar: str | None = None
    unique_per_subject: bool = False
    roles: Mapping[str, str] = field(default_factory=dict)
    case_clock: ClockRule | None = None
    schedules: tuple[str, ...] = ()
    campaigns: Mapping[str, Campaign] = field(default_factory=dict)
    conditions: tuple[Expression, ...] = ()
    decisions: str | None = None


def read(context: Context, process: Node, ladders: Mapping[str, Ladder]) -> Declarations:
    """Read what the process says about itself; a process of another program says nothing."""
    definition = extension(process, KONTOR, "definition")
    said: Mapping[str, str] = (
        {} if definition is None else {str(k): str(v) for k, v in definition.attrib.items()}
    )
    rules = clocks.read(context, process, ladders)
    subject = said.get("subject")
    return Declarations(
        subject=None if subject in (None, "none", "") else subject,
        owner=said.get("owner"),
        calendar=said.get("calendar"),
        unique_per_subject=said.get("unique") == "subject",
        roles={
            role.get("name", ""): role.get("is", "") for role in extensions(process, KONTOR, "role")
        },
        case_clock=rules[0] if rules else None,
        schedules=tuple(_schedules(context, process)),
        campaigns=_campaigns(process),
        conditions=tuple(_conditions(context, process)),
        decisions=text(extension(process, KONTOR, "decisions")) or None,
    )


def _schedules(context: Context, process: Node) -> list[str]:
    found = []
    for start in extensions(process, KONTOR, "start"):
        every = start.get("every")
        if every is None:
            continue
        try:
            found.append(iso8601.cron(every))
        except iso8601.TimeError as fault:
            place = context.document.place_in_attribute(start, "every", 1, 1)
            context.error(start, "kontor.start", fault.args[0], place)
    return found


def _campaigns(process: Node) -> dict[str, Campaign]:
    """What cron lines do beside starting one case; lines that cannot be read have been told of."""
    found = {}
    for start in extensions(process, KONTOR, "start"):
        every, makes_up = start.get("every"), start.get("missed") == "all"
        rows = start.iterchildren(f"{{{KONTOR}}}client")
        clients = tuple((row.get("field", ""), row.get("value", "")) for row in rows)
        if every is not None and (makes_up or start.get("for")):
            with suppress(iso8601.TimeError):
                line = iso8601.cron(every)
                found[line] = Campaign(clients if start.get("for") else None, makes_up)
    return found


def _conditions(context: Context, process: Node) -> list[Expression]:
    found = []
    for start in extensions(process, KONTOR, "start"):
        when = start.get("when")
        compiled = None if when is None else expressions.attribute(context, start, when, "when")
        if compiled is not None:
            found.append(compiled)
    return found
