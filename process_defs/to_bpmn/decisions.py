"""The tables that are written in a process file become one DMN model, deployed with its process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree

from engine import feel
from process_defs import cells
from process_defs.language import Definition, Field, Said, Stage, Title
from process_defs.language.decisions import OUTCOME, POLICIES, Column, Decide, Result, Rules
from process_defs.to_bpmn.extensions import Element, fields_of
from process_defs.to_bpmn.lanes import name_of

DMN = "https://www.omg.org/spec/DMN/20230324/MODEL/"
NAMESPACES: dict[str, str] = {None: DMN}  # type: ignore[dict-item]  # the stubs forget the default namespace
TYPES = {
    "text": "string",
    "choice": "string",
    "number": "number",
    "money": "number",
    "percent": "number",
    "boolean": "boolean",
    "date": "date",
    "datetime": "dateTime",
}


def compile(definition: Definition) -> bytes | None:  # noqa: A001  # said as to_dmn.compile(…)
    """Return the DMN 1.5 of all tables in the file, UTF-8; None where there are none."""
    found = list(tables(definition))
    if not found:
        return None
    root = etree.Element(_tag("definitions"), nsmap=NAMESPACES)
    root.set("id", f"decisions__{definition.id}")
    root.set("name", name_of(definition.title, definition.id))
    root.set("namespace", f"urn:kontor:decisions:{definition.id}")
    write = _Writer(root, fields_of(definition))
    named = {key: _names(rules) for key, _, rules in found}
    for name in sorted({name for names in named.values() for name in names}):
        write.input(name)
    for key, stage, rules in found:
        write.decision(key, stage, rules, named[key])
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)


def tables(definition: Definition) -> Iterator[tuple[str, Stage, Rules]]:
    """Yield every table with the id of its decision."""
    for stage in definition.every_stage():
        if isinstance(stage.work, Decide) and stage.work.rules is not None:
            yield key(definition, stage), stage, stage.work.rules


def key(definition: Definition, stage: Stage) -> str:
    """Return the id of the decision of a stage."""
    return f"{definition.id}__{stage.id}"


def variable(stage: Stage, output: Result) -> str:
    """Return the variable that an output is kept in."""
    return stage.variable if output.name.text == OUTCOME else output.name.text


def whole(stage: Stage, work: Decide) -> str | None:
    """Return the variable that the whole result is kept in; None where each output has its own."""
    if work.gives is not None:
        return work.gives.text
    if work.rules is None:
        return stage.variable if stage.outcomes else stage.id.replace("-", "_")
    outputs = work.rules.outputs
    return variable(stage, outputs[0]) if len(outputs) == 1 else None


def given(stage: Stage, work: Decide) -> Iterator[str]:
    """Yield the variables that a decision gives."""
    found = whole(stage, work)
    if found is not None:
        yield found
    elif work.rules is not None:
        yield from (variable(stage, output) for output in work.rules.outputs)


def _names(rules: Rules) -> set[str]:
    """Return what a table must be given: the names in its expressions, without their fields."""
    found: set[str] = set()
    for column in rules.inputs:
        found |= _named(column.value.text, is_test=False)
    for rule in rules.rules:
        for cell in rule.when:
            found |= _named(cells.test(cell.text), is_test=True)
        for said in rule.then:
            found |= _named(cells.result(said), is_test=False)
    return found - {"?"}


def _named(text: str, *, is_test: bool) -> frozenset[str]:
    try:
        return (feel.unary_tests if is_test else feel.expression)(text).names
    except feel.FeelError:
        return frozenset()  # said by the check, with its place


class _Writer:
    def __init__(self, root: Element, fields: Mapping[str, Field]) -> None:
        self._root = root
        self._fields = fields

    def input(self, name: str) -> None:
        element = _sub(self._root, "inputData", {"id": f"input__{name}", "name": name})
        _sub(element, "variable", {"name": name, "typeRef": self._type(name, None)})

    def decision(self, id: str, stage: Stage, rules: Rules, names: set[str]) -> None:
        name = stage.id.replace("-", "_")
        decision = _sub(self._root, "decision", {"id": id, "name": name})
        if stage.title:
            decision.set("label", name_of(stage.title, stage.id))
        _sub(decision, "variable", {"name": name})
        for each in sorted(names):
            requirement = _sub(decision, "informationRequirement", {"id": f"{id}__needs__{each}"})
            _sub(requirement, "requiredInput", {"href": f"#input__{each}"})
        self._table(decision, id, stage, rules)

    def _table(self, decision: Element, id: str, stage: Stage, rules: Rules) -> None:
        policy, aggregation = POLICIES[rules.hit]
        attributes = {"id": f"{id}__table", "hitPolicy": policy, "aggregation": aggregation}
        table = _sub(decision, "decisionTable", attributes)
        for number, column in enumerate(rules.inputs, 1):
            self._input_column(table, f"{id}__in{number}", column)
        for number, output in enumerate(rules.outputs, 1):
            self._output_column(table, f"{id}__out{number}", stage, output)
        _sub(table, "annotation", {"name": "note"})
        for number, rule in enumerate(rules.rules, 1):
            row = _sub(table, "rule", {"id": f"{id}__rule{number}"})
            for place, cell in enumerate(rule.when, 1):
                entry = _sub(row, "inputEntry", {"id": f"{id}__rule{number}__in{place}"})
                _text(entry, cells.test(cell.text))
            for place, cell in enumerate(rule.then, 1):
                entry = _sub(row, "outputEntry", {"id": f"{id}__rule{number}__out{place}"})
                _text(entry, cells.result(cell))
            _text(_sub(row, "annotationEntry"), rule.note or "")

    def _input_column(self, table: Element, id: str, column: Column) -> None:
        element = _sub(table, "input", {"id": id, "label": _words(column.title)})
        kind = self._type(column.value.text, column.type)
        expression = _sub(element, "inputExpression", {"id": f"{id}__value", "typeRef": kind})
        _text(expression, column.value.text)
        options = [cells.result(said) for said in column.of] or self._options(column.value.text)
        if options:
            _text(_sub(element, "inputValues", {"id": f"{id}__of"}), ", ".join(options))

    def _output_column(self, table: Element, id: str, stage: Stage, output: Result) -> None:
        name = variable(stage, output)
        kind = self._type(name, output.type)
        attributes = {"id": id, "name": name, "label": _words(output.title), "typeRef": kind}
        element = _sub(table, "output", attributes)
        values = [cells.result(said) for said in output.of]
        if values:
            _text(_sub(element, "outputValues", {"id": f"{id}__of"}), ", ".join(values))
        if output.default is not None:
            default = _sub(element, "defaultOutputEntry", {"id": f"{id}__default"})
            _text(default, cells.result(output.default))

    def _type(self, name: str, said: str | None) -> str | None:
        known = self._fields.get(name)
        return TYPES.get(said or (known.type if known else ""))

    def _options(self, name: str) -> list[str]:
        known = self._fields.get(name)
        return (
            [cells.result(Said(f'"{option.value}"')) for option in known.options] if known else []
        )


def _words(title: Title | None) -> str | None:
    return str(title) if title else None


def _text(into: Element, words: str) -> None:
    _sub(into, "text").text = words


def _sub(into: Element, name: str, attributes: Mapping[str, str | None] | None = None) -> Element:
    given = {key: value for key, value in (attributes or {}).items() if value}
    return etree.SubElement(into, _tag(name), given)


def _tag(name: str) -> str:
    return f"{{{DMN}}}{name}"
