"""Decision tables as people read them: headings and cells as texts, straight from the file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.dmn import document
from engine.dmn.boxed import type_name
from engine.dmn.document import Element, child, children, local, name_of, text_of
from engine.dmn.hits import SHORT


@dataclass(frozen=True, slots=True)
class Column:
    """A heading: `name` is the expression tested or the output's name, `label` what people call it."""

    name: str
    label: str
    type: str
    allowed: str
    default: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One rule: its cells, and its notes."""

    number: int
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The logic of one decision: a table, or `text` for anything else, which is shown as it is written."""

    id: str
    name: str
    policy: str = ""
    inputs: tuple[Column, ...] = ()
    outputs: tuple[Column, ...] = ()
    rows: tuple[Row, ...] = ()
    text: str = ""

    @property
    def has_notes(self) -> bool:
        """Say whether any rule has a note."""
        return any(any(row.notes) for row in self.rows)


def read(source: bytes) -> tuple[Sheet, ...]:
    """Return the decisions and knowledge models of a file, in its order; DmnError where it is none."""
    root = document.parse(source)
    return tuple(_sheet(each) for each in children(root, "decision", "businessKnowledgeModel"))


def _sheet(element: Element) -> Sheet:
    id, name = element.get("id") or name_of(element), element.get("label") or name_of(element)
    logic = child(element, "encapsulatedLogic")
    table = child(element if logic is None else logic, "decisionTable")
    if table is None:
        return Sheet(id, name, text="\n".join(_texts(element)))
    return Sheet(
        id,
        name,
        _policy(table),
        tuple(_input(each) for each in children(table, "input")),
        tuple(_output(each, name) for each in children(table, "output")),
        tuple(_row(number, each) for number, each in enumerate(children(table, "rule"), 1)),
    )


def _policy(table: Element) -> str:
    said = (table.get("hitPolicy") or "UNIQUE").upper()
    return " ".join(filter(None, (SHORT.get(said, said), table.get("aggregation"))))


def _input(element: Element) -> Column:
    expression = child(element, "inputExpression")
    name = _flat(text_of(expression))
    kind = "" if expression is None else type_name(expression.get("typeRef"))
    allowed = _flat(text_of(child(element, "inputValues")))
    return Column(name, element.get("label") or name, kind, allowed)


def _output(element: Element, decision: str) -> Column:
    name = name_of(element)
    allowed = _flat(text_of(child(element, "outputValues")))
    default = _flat(text_of(child(element, "defaultOutputEntry")))
    label = element.get("label") or name or decision
    return Column(name, label, type_name(element.get("typeRef")), allowed, default)


def _row(number: int, element: Element) -> Row:
    cells = [
        tuple(_flat(text_of(each)) for each in children(element, name))
        for name in ("inputEntry", "outputEntry", "annotationEntry")
    ]
    description = _flat(text_of(element, "description"))
    notes = tuple(filter(None, (description, *cells[2])))
    return Row(number, cells[0], cells[1], notes)


def _flat(text: str | None) -> str:
    return " ".join((text or "").split())


def _texts(element: Element) -> Iterator[str]:
    """Yield the texts of an expression that is no table, each behind the name it is given to."""
    for each in element.iter():
        if local(each) == "text" and each.text and each.text.strip():
            yield each.text.strip()
        elif local(each) == "contextEntry":
            variable = child(each, "variable")
            if variable is not None:
                yield f"{name_of(variable)}:"
