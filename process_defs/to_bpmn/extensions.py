"""Kontor's extension elements: what a stage says beyond BPMN."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lxml import etree

from process_defs import literals
from process_defs.language import (
    APPROVED,
    DECLINED,
    DONE,
    Approve,
    Assignment,
    Auto,
    Definition,
    Draw,
    Field,
    Ladder,
    Outcome,
    Person,
    Run,
    Said,
    Stage,
    Title,
    Trigger,
    Wait,
)
from process_defs.to_bpmn.names import kontor

Element = etree._Element  # noqa: SLF001  # lxml gives its element type no public name
TYPED = {"number", "money", "percent", "boolean", "date", "datetime"}
PAUSE = "waiting for the client"


class Extensions:
    """Writes extension elements; knows the fields of the whole definition, to type what is assigned."""

    def __init__(self, definition: Definition) -> None:
        self._definition = definition
        self._fields = fields_of(definition)

    def titles(self, into: Element, title: Title | None) -> None:
        for language, words in (title.translations if title else {}).items():
            _add(into, "title", {"lang": language}).text = words

    def assignments(self, into: Element, rows: Iterable[Assignment]) -> None:
        for row in rows:
            _add(into, "set", {"field": row.target.text, "value": self._value(row)})

    def _value(self, row: Assignment) -> str:
        """Return an expression with its `=`; a variable's number or date becomes one, a record's field stays text."""
        if row.value.is_expression:
            return f"= {row.value.expression}"
        known = self._fields.get(row.target.text)
        is_text = "." in row.target.text or (known is not None and known.type not in TYPED)
        written = None if is_text else literals.feel(row.value.text)
        return row.value.text if written is None else f"= {written}"

    def stage(self, into: Element, stage: Stage) -> None:
        """Write all that a stage's own element carries."""
        _add(into, "stage", {"id": stage.id})
        self.titles(into, stage.title)
        self._work(into, stage)
        self._clock(into, stage)
        self.assignments(into, stage.sets)
        self.form(into, stage.form)
        self._outcomes(into, stage)
        for name in stage.require:
            _add(into, "require", {"field": name.text})

    def _work(self, into: Element, stage: Stage) -> None:
        match stage.work:
            case Person(responsible, excluded):
                if responsible:
                    _add(into, "responsible", {}).text = _value(responsible)
                _exclude(into, excluded)
            case Approve():
                _add(into, "responsible", {}).text = "= voter"
                _exclude(into, stage.work.excluded)
            case Wait():
                _add(into, "pause", {"reason": PAUSE})
                for row in stage.work.match:
                    _add(into, "correlation", {"key": row.target.text, "value": _feel(row)})
            case Auto():
                _add(
                    into,
                    "topic",
                    {"name": stage.work.topic.text, "retries": str(stage.work.retries)},
                )
                _map(into, "input", stage.work.inputs)
            case Draw():
                _add(into, "draw", {})
            case Run():
                _map(into, "input", stage.work.inputs)
                _map(into, "output", stage.work.gives)

    def _clock(self, into: Element, stage: Stage) -> None:
        if stage.deadline:
            ladder = stage.ladder.text if stage.ladder else None
            calendar = stage.calendar.text if stage.calendar else None
            reassigned = stage.on_reassign.text if stage.on_reassign else None
            written = clock(into, "stage", _value(stage.deadline), ladder, calendar, reassigned)
            if stage.may_pause:
                written.set("pausable", stage.may_pause.text)

    def form(self, into: Element, fields: Iterable[Field]) -> None:
        found = list(fields)
        if found:
            form = _add(into, "form", {})
            for field in found:
                self._field(form, field)

    def _field(self, into: Element, field: Field) -> None:
        known = self._fields.get(field.name, field) if field.is_bare else field
        element = _add(
            into,
            "field",
            {
                "name": field.name,
                "type": known.type,
                "label": str(known.title) if known.title else None,
                "required": "true" if field.required else None,
                "default": _value(known.default) if known.default else None,
                "help": known.help,
            },
        )
        self.titles(element, known.title)
        for option in known.options:
            title = option.title
            entry = _add(
                element, "option", {"value": option.value, "title": str(title) if title else None}
            )
            self.titles(entry, title)

    def _outcomes(self, into: Element, stage: Stage) -> None:
        said = {outcome.id: outcome for outcome in stage.outcomes}
        names = (APPROVED, DECLINED) if isinstance(stage.work, Approve) else tuple(said)
        if names == (DONE,) and not said[DONE].title and not said[DONE].ask:
            return  # the outcome that every stage has unsaid
        for name in names:
            outcome = said.get(name, Outcome(name))
            title = str(outcome.title) if outcome.title else name[:1].upper() + name[1:]
            element = _add(into, "outcome", {"id": name, "title": title})
            self.titles(element, outcome.title)
            for field in outcome.ask:
                self._field(element, field)


def fields_of(definition: Definition) -> Mapping[str, Field]:
    """Return every field that is described somewhere, by name; the first description counts."""
    found: dict[str, Field] = {}
    forms = [definition.start.form]
    for stage in definition.every_stage():
        forms += [stage.form, *(outcome.ask for outcome in stage.outcomes)]
    for field in (field for form in forms for field in form if not field.is_bare):
        found.setdefault(field.name, field)
    return found


def clock(
    into: Element,
    kind: str,
    deadline: str,
    ladder: str | None,
    calendar: str | None = None,
    reassigned: str | None = None,
) -> Element:
    """Write a clock and return it; `reassigned` is what a new holder changes."""
    values = {"kind": kind, "deadline": deadline, "ladder": ladder, "calendar": calendar}
    return _add(into, "clock", {**values, "reassigned": reassigned})


def start(into: Element, trigger: Trigger) -> None:
    """Write a start by a change of the record, or by a schedule with the clients that it is for."""
    values = {
        trigger.kind: trigger.said.text,
        "for": None if trigger.clients is None else "client",
        "missed": trigger.missed.text if trigger.missed else None,
    }
    element = _add(into, "start", values)
    for row in trigger.clients or ():
        _add(element, "client", {"field": row.target.text, "value": row.value.text})


def ladder(into: Element, rule: Ladder) -> None:
    """Write a ladder with its levels."""
    element = _add(into, "ladder", {"id": rule.id})
    for level in rule.levels:
        parts = {
            "id": level.id,
            "at": level.at,
            "reassign": level.reassign,
            "priority": level.priority,
        }
        parts |= {"start": level.start, "hours": level.hours}
        values = {name: said.text if said else None for name, said in parts.items()}
        values["notify"] = ", ".join(said.text for said in level.notify) or None
        values["how"] = ", ".join(said.text for said in level.how) or None
        written = _add(element, "level", values)
        for row in level.sets:
            _add(written, "set", {"field": row.target.text, "value": row.value.text})


def _exclude(into: Element, people: Iterable[Said]) -> None:
    for person in people:
        _add(into, "exclude", {}).text = _value(person)


def _map(into: Element, name: str, rows: Iterable[Assignment]) -> None:
    for row in rows:
        _add(into, name, {"target": row.target.text}).text = _feel(row)


def _feel(row: Assignment) -> str:
    """Return the value as FEEL: a literal text as a string."""
    if row.value.is_expression:
        return row.value.expression
    return literals.feel(row.value.text) or literals.string(row.value.text)


def _value(said: Said) -> str:
    return f"= {said.expression}" if said.is_expression else said.text


def _add(into: Element, name: str, attributes: Mapping[str, str | None]) -> Element:
    return etree.SubElement(
        into, kontor(name), {key: value for key, value in attributes.items() if value is not None}
    )


add = _add
