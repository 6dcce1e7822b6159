"""The fields a task or a start event asks for, its outcomes, and what must be filled before."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn import expressions, foreign, languages
from engine.bpmn.context import Context
from engine.bpmn.graph import FormField, Outcome
from engine.bpmn.vocabulary import KONTOR, ZEEBE, Node, extension, extensions, flag, split, text
from engine.feel import Expression
from ledger.words import say

TYPES = frozenset(
    (
        "text",
        "number",
        "money",
        "percent",
        "date",
        "datetime",
        "boolean",
        "choice",
        "person",
        "file",
    )
)
PLATFORM_TYPES = {
    "string": "text",
    "long": "number",
    "int": "number",
    "integer": "number",
    "double": "number",
    "boolean": "boolean",
    "date": "date",
    "enum": "choice",
}


def fields(context: Context, node: Node) -> tuple[FormField, ...]:
    """The form of a user task or a start event; other engines' own form files are left out, with a warning."""
    own = extension(node, KONTOR, "form")
    found = (
        []
        if own is None
        else [field(context, part) for part in own.iterchildren(f"{{{KONTOR}}}field")]
    )
    found.extend(_platform(context, node))
    context.assigns(each.name for each in found)
    return tuple(found)


def field(context: Context, node: Node) -> FormField:
    """One `kontor:field`."""
    options = list(node.iterchildren(f"{{{KONTOR}}}option"))
    type = node.get("type", "text")
    if type not in TYPES:
        context.error(
            node,
            "kontor.field",
            say(
                "'%(type)s' is no type of field; there are %(names)s.",
                type=type,
                names=", ".join(sorted(TYPES)),
            ),
        )
    default = node.get("default")
    return FormField(
        name=node.get("name", ""),
        type=type,
        label=node.get("label"),
        required=flag(node, "required"),
        of=tuple(option.get("value", "") for option in options),
        default=None if default is None else expressions.value(context, node, default, "default"),
        help=node.get("help"),
        titles=titles(node),
        option_titles={
            option.get("value", ""): option.get("title", "")
            for option in options
            if option.get("title")
        },
    )


def titles(node: Node) -> dict[str, str]:
    """`kontor:title` by language, of an element or of a field or outcome itself."""
    found = [*extensions(node, KONTOR, "title"), *node.iterchildren(f"{{{KONTOR}}}title")]
    return {title.get("lang", ""): text(title) for title in found}


def outcomes(context: Context, node: Node) -> tuple[Outcome, ...]:
    """The named ways out of a stage."""
    found = []
    for own in extensions(node, KONTOR, "outcome"):
        ask = tuple(field(context, part) for part in own.iterchildren(f"{{{KONTOR}}}field"))
        context.assigns(each.name for each in ask)
        identity = own.get("id", "")
        found.append(Outcome(identity, own.get("title") or identity, ask, titles(own)))
    if found:
        context.assigns([f"{node.get('id', '').replace('-', '_')}_outcome"])
        stage = extension(node, KONTOR, "stage")
        context.assigns(
            [f"{stage.get('id', '').replace('-', '_')}_outcome" if stage is not None else None]
        )
    return tuple(found)


def key(context: Context, node: Node) -> str | None:
    """Another engine's form key: kept for whoever shows it, and said to be left out."""
    zeebe = extension(node, ZEEBE, "formDefinition")
    found = foreign.attribute(node, "formKey") or foreign.attribute(node, "formRef")
    if found is None and zeebe is not None:
        found = zeebe.get("formKey") or zeebe.get("formId")
    if found is not None:
        words = say(
            "The form '%(found)s' is made for another program; the task asks for its values in a plain form.",
            found=found,
        )
        context.warning(node, "foreign.left-out", words)
    return found


def _platform(context: Context, node: Node) -> Iterator[FormField]:
    for data in foreign.elements(node, "formData"):
        context.vendors.note("taken", "camunda:formData", say("the form"), data)
        for part in foreign.inner(data, "formField"):
            yield _platform_field(context, part, part.get("type", "string"), part.get("label"))
    for part in foreign.elements(node, "formProperty"):
        context.vendors.note("taken", "activiti:formProperty", say("the form"), part)
        yield _platform_field(context, part, part.get("type", "string"), part.get("name"))


def _platform_field(context: Context, part: Node, type: str, label: str | None) -> FormField:
    values = [value for value in part.iterchildren("*") if split(value.tag)[1] == "value"]
    required = any(
        constraint.get("name") == "required" and constraint.get("config") != "false"
        for validation in foreign.inner(part, "validation")
        for constraint in foreign.inner(validation, "constraint")
    )
    return FormField(
        name=part.get("id", ""),
        type=PLATFORM_TYPES.get(type, "text"),
        label=label,
        required=required or flag(part, "required"),
        of=tuple(value.get("id", "") for value in values),
        default=_default(context, part, type),
        option_titles={
            value.get("id", ""): value.get("name", "") for value in values if value.get("name")
        },
    )


def _default(context: Context, part: Node, type: str) -> Expression | None:
    written = part.get("defaultValue") or part.get("default")
    if not written:
        return None
    if PLATFORM_TYPES.get(type) in ("number", "boolean") and not languages.is_dynamic(written):
        return expressions.attribute(context, part, written, "defaultValue")
    return expressions.value(context, part, written, "defaultValue")
