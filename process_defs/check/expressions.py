"""Does every expression read, does everything it names exist, and can every condition come true?"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from engine import feel
from ledger.words import say
from process_defs import drawn
from process_defs.check import possible
from process_defs.check.findings import Findings
from process_defs.language import (
    Approve,
    Assignment,
    Auto,
    Decide,
    Definition,
    Draw,
    Person,
    Run,
    Said,
    Stage,
    Wait,
)
from process_defs.to_bpmn import decisions, extensions

SUBJECT_NAMES = {"deal": ("deal", "client", "contact"), "client": ("client", "contact"), None: ()}
ENGINE_NAMES = ("case", "starter", "loopCounter")
EARLY = datetime(2026, 1, 5, 9, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Found:
    """An expression with its stage; a condition must be able to come true."""

    said: Said
    element: str | None
    is_condition: bool = False

    @property
    def text(self) -> str:
        return self.said.expression if self.said.is_expression else self.said.text


def check(findings: Findings) -> None:
    """Add expressions that cannot be read, unknown names, and conditions that can never be true."""
    names = known_names(findings.definition)
    options = possible.options(findings.definition)
    for found in every(findings.definition):
        compiled = _compiled(findings, found, names)
        if compiled is None:
            continue
        _unknown(findings, found, compiled, names)
        if found.is_condition and not possible.can_be_true(compiled, options, EARLY):
            message = say("This can never be true: %(text)s", text=found.text)
            findings.warning(found.said.place, "never-true", message, found.element)


def known_names(definition: Definition) -> frozenset[str]:
    """Return every name that an expression of the definition may use."""
    names = {*SUBJECT_NAMES[definition.subject], *ENGINE_NAMES}
    names |= {name for name in extensions.fields_of(definition) if "." not in name}
    for stage in definition.every_stage():
        names.add(stage.variable)
        names |= {field.name for outcome in stage.outcomes for field in outcome.ask}
        names |= set(_given_by(stage))
    for rows in _assigned(definition):
        names |= {row.target.text for row in rows if "." not in row.target.text}
    return frozenset(names)


def _given_by(stage: Stage) -> Iterator[str]:
    match stage.work:
        case Approve():
            yield stage.votes
        case Wait() | Auto():
            yield from (name.text for name in stage.work.gives)
        case Decide():
            yield from decisions.given(stage, stage.work)
        case Draw():
            yield from drawn.gives(drawn.parsed(stage.work.said.text).root)
        case Run():
            yield from (row.target.text for row in stage.work.gives)
    if stage.each is not None:
        yield stage.each.name.text


def _assigned(definition: Definition) -> Iterator[tuple[Assignment, ...]]:
    for stage in definition.every_stage():
        yield stage.sets
    for end in definition.ends.values():
        yield end.sets


def every(definition: Definition) -> Iterator[Found]:
    """Yield every expression, with the stage it belongs to."""
    for trigger in definition.start.triggers:
        if trigger.kind == "when":
            yield Found(trigger.said, None, is_condition=True)
    for stage in definition.every_stage():
        yield from _of_stage(stage)
    for end in definition.ends.values():
        yield from _values((row.value for row in end.sets), end.id)
    yield from _values([definition.case.deadline] if definition.case else [], None)


def _of_stage(stage: Stage) -> Iterator[Found]:
    if stage.skip:
        yield Found(stage.skip.when, stage.id, is_condition=True)
    if stage.each:
        yield Found(stage.each.items, stage.id)
    fields = [*stage.form, *(field for outcome in stage.outcomes for field in outcome.ask)]
    values = [field.default for field in fields if field.default]
    values += [row.value for row in stage.sets]
    values += [stage.deadline] if stage.deadline else []
    match stage.work:
        case Person(responsible, excluded):
            values += [*([responsible] if responsible else []), *excluded]
        case Wait():
            if stage.work.condition:
                yield Found(stage.work.condition, stage.id, is_condition=True)
            values += [stage.work.until] if stage.work.until else []
            values += [row.value for row in stage.work.match]
        case Decide(rules) if rules is not None:
            yield from (Found(column.value, stage.id) for column in rules.inputs)
        case Auto() | Run():
            values += [row.value for row in stage.work.inputs]
    yield from _values(values, stage.id)


def _values(values: Iterable[Said], element: str | None) -> Iterator[Found]:
    return (Found(said, element) for said in values if said.is_expression)


def _compiled(findings: Findings, found: Found, names: frozenset[str]) -> feel.Expression | None:
    try:
        return feel.expression(found.text, names=names)
    except feel.FeelError as fault:
        place = findings.inside(found.said, found.text, fault.line, fault.column)
        message = say(
            "The expression '%(text)s' cannot be read: %(fault)s.",
            text=found.text,
            fault=fault.sentence,
        )
        findings.error(place, "expression", message, found.element)
        return None


def _unknown(
    findings: Findings, found: Found, compiled: feel.Expression, names: frozenset[str]
) -> None:
    for name in sorted(compiled.names - names):
        at = max(found.text.find(name), 0)
        place = findings.inside(found.said, found.text, 1, at + 1)
        findings.error(place, "unknown-name", _why(findings.definition, name, names), found.element)


def _why(definition: Definition, name: str, names: frozenset[str]) -> str:
    if name in ("deal", "client", "contact"):
        about = f"a {definition.subject}" if definition.subject else say("no record; say 'subject'")
        return say(
            "'%(name)s' is not known here: the case is about %(about)s.", name=name, about=about
        )
    near = difflib.get_close_matches(name, names, 1, 0.7)
    way = (
        say("Did you mean '%(near)s'?", near=near[0])
        if near
        else say("Ask for it in a form, or name it under 'gives' of what brings it.")
    )
    return say(
        "'%(name)s' is used, but nothing asks for it or sets it. %(way)s", name=name, way=way
    )
