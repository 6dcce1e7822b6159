"""Can a condition come true? Finds what is false for every value; where it cannot tell, the answer is yes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from engine import feel
from engine.feel import nodes
from process_defs.language import Approve, Definition
from process_defs.to_bpmn import extensions

Options = Mapping[str, frozenset[str]]
LOW, HIGH = Decimal("-Infinity"), Decimal("Infinity")
MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "="}


def options(definition: Definition) -> Options:
    """Return the only values that some variables can have: choices and outcomes."""
    found: dict[str, frozenset[str]] = {}
    for field in extensions.fields_of(definition).values():
        if field.options:
            found[field.name] = frozenset(option.value for option in field.options)
    for stage in definition.every_stage():
        if stage.outcomes or isinstance(stage.work, Approve):
            names = {
                *stage.outcome_ids,
                *(("approved", "declined") if isinstance(stage.work, Approve) else ()),
            }
            found[stage.variable] = frozenset(names)
    return found


def can_be_true(compiled: feel.Expression, known: Options, now: datetime) -> bool:
    """Say whether some values make the condition true."""
    if not compiled.names and not _asks_the_time(compiled):
        return compiled.evaluate({}, now=now) is True
    return _possible(compiled.tree, known)


def _asks_the_time(compiled: feel.Expression) -> bool:
    return any(name in compiled.text for name in ("now(", "today("))


def _possible(node: nodes.Node, known: Options) -> bool:
    match node:
        case nodes.Constant(value):
            return value is True
        case nodes.Logic("or", operands):
            return any(_possible(operand, known) for operand in operands)
        case nodes.Logic("and", operands):
            return all(_possible(operand, known) for operand in operands) and _agree(operands)
        case nodes.Binary("=", left, right):
            return _may_equal(left, right, known) and _may_equal(right, left, known)
    return True


def _may_equal(name: nodes.Node, value: nodes.Node, known: Options) -> bool:
    written = _name(name)
    if written is None or written not in known or not isinstance(value, nodes.Text):
        return True
    return value.value in known[written]


def _agree(operands: tuple[nodes.Node, ...]) -> bool:
    """Whether the comparisons with numbers and texts leave a value for each name."""
    ranges: dict[str, tuple[Decimal, Decimal, bool]] = {}
    texts: dict[str, str] = {}
    for operand in operands:
        if not isinstance(operand, nodes.Binary) or operand.operator not in MIRRORED:
            continue
        name, operator, value = _name(operand.left), operand.operator, operand.right
        if name is None:
            name, operator, value = _name(operand.right), MIRRORED[operator], operand.left
        if name is None:
            continue
        if isinstance(value, nodes.Number):
            ranges[name] = _narrowed(ranges.get(name, (LOW, HIGH, False)), operator, value.value)
        elif (
            isinstance(value, nodes.Text)
            and operator == "="
            and texts.setdefault(name, value.value) != value.value
        ):
            return False
    return all(
        low < high or (low == high and not is_open) for low, high, is_open in ranges.values()
    )


def _narrowed(
    span: tuple[Decimal, Decimal, bool], operator: str, value: Decimal
) -> tuple[Decimal, Decimal, bool]:
    low, high, is_open = span
    if operator in (">", ">=", "=") and value >= low:
        low, is_open = value, is_open or operator == ">"
    if operator in ("<", "<=", "=") and value <= high:
        high, is_open = value, is_open or operator == "<"
    return (
        (value, value, True)
        if operator == "=" and not span[0] <= value <= span[1]
        else (low, high, is_open)
    )


def _name(node: nodes.Node) -> str | None:
    match node:
        case nodes.Name(name):
            return name
        case nodes.Path(base, name):
            root = _name(base)
            return None if root is None else f"{root}.{name}"
    return None
