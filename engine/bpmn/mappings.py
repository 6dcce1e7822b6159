"""What goes into an activity and comes out of it: data associations and the io mappings of all languages."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn import data, expressions, foreign, languages
from engine.bpmn.context import Context
from engine.bpmn.graph import IoMapping
from engine.bpmn.vocabulary import KONTOR, ZEEBE, Node, extension, extensions, raw_text, split
from engine.feel import Expression, FeelError
from ledger.words import say


def inputs(context: Context, node: Node) -> tuple[IoMapping, ...]:
    """All inputs of an activity or a throw event, in the order they are evaluated."""
    return (
        *data.inputs(context, node),
        *_ours(context, node, "input"),
        *_platform(context, node, "inputParameter"),
        *_zeebe(context, node, "input"),
    )


def outputs(context: Context, node: Node) -> tuple[IoMapping, ...]:
    """All outputs of an activity or a catch event, in the order they are evaluated."""
    before = dict(context.used)
    found = (
        *data.outputs(context, node),
        *_ours(context, node, "output"),
        *_platform(context, node, "outputParameter"),
        *_zeebe(context, node, "output"),
    )
    # What an output reads, the activity itself has brought: it is not unknown.
    context.used = before
    return found


def sets(context: Context, node: Node) -> tuple[IoMapping, ...]:
    """`kontor:set`: fields of the subject, or variables, assigned on entry."""
    found = []
    for own in extensions(node, KONTOR, "set"):
        field = own.get("field", "").strip()
        if not field:
            context.error(own, "kontor.set", say("kontor:set does not say which field it sets."))
            continue
        value = expressions.value(context, own, own.get("value", ""), "value")
        context.assigns([field.partition(".")[0]])
        if value is not None:
            found.append(IoMapping(field, value))
    return tuple(found)


def _ours(context: Context, node: Node, name: str) -> Iterator[IoMapping]:
    for own in extensions(node, KONTOR, name):
        compiled = expressions.of(context, own, f"{name} '{own.get('target')}'")
        if compiled is not None:
            yield _mapping(context, own.get("target", ""), compiled)


def _zeebe(context: Context, node: Node, name: str) -> Iterator[IoMapping]:
    holder = extension(node, ZEEBE, "ioMapping")
    if holder is None:
        return
    context.vendors.note("taken", "zeebe:ioMapping", say("inputs and outputs"), holder)
    for own in holder.iterchildren(f"{{{ZEEBE}}}{name}"):
        compiled = expressions.value(context, own, own.get("source", ""), "source")
        if compiled is not None:
            yield _mapping(context, own.get("target", ""), compiled)


def _platform(context: Context, node: Node, name: str) -> Iterator[IoMapping]:
    holders = [node, *foreign.elements(node, "connector")]
    for holder in holders:
        for block in (
            foreign.elements(node, "inputOutput")
            if holder is node
            else foreign.inner(holder, "inputOutput")
        ):
            context.vendors.note("taken", "camunda:inputOutput", say("inputs and outputs"), block)
            for parameter in foreign.inner(block, name):
                yield from _parameter(context, parameter)


def _parameter(context: Context, parameter: Node) -> Iterator[IoMapping]:
    name = parameter.get("name", "")
    try:
        compiled = expressions.compile_text(context, _source(parameter))
    except (FeelError, languages.Untranslatable) as fault:
        words = say(
            "The parameter '%(name)s' is left out, because FEEL cannot say it: %(why)s.",
            name=name,
            why=languages.why(fault),
        )
        context.warning(parameter, "foreign.left-out", words)
        context.assigns([name])
        return
    expressions.note(context, parameter, compiled)
    yield _mapping(context, name, compiled)


def _source(parameter: Node) -> str:
    """The value of a parameter, entry or list item, as FEEL."""
    for inner in parameter.iterchildren("*"):
        match split(inner.tag)[1]:
            case "script":
                raise languages.Untranslatable(
                    say(
                        "it is a script in %(inner)s",
                        inner=inner.get("scriptFormat") or "another language",
                    )
                )
            case "list":
                return (
                    "[" + ", ".join(_source_of_item(item) for item in inner.iterchildren("*")) + "]"
                )
            case "map":
                entries = (
                    f"{languages.quoted(e.get('key', ''))}: {_source(e)}"
                    for e in inner.iterchildren("*")
                )
                return "{" + ", ".join(entries) + "}"
    return languages.source(raw_text(parameter))


def _source_of_item(item: Node) -> str:
    if split(item.tag)[1] == "script":
        raise languages.Untranslatable(
            say("it is a script in %(item)s", item=item.get("scriptFormat") or "another language")
        )
    return languages.source(raw_text(item))


def _mapping(context: Context, target: str, source: Expression) -> IoMapping:
    context.assigns([target.partition(".")[0]])
    return IoMapping(target, source)
