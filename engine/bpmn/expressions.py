"""Every expression of a file, compiled at deploy and noted with what it reads; what is no expression is noted too."""

from __future__ import annotations

import re
from collections.abc import Iterable

from engine import feel
from engine.bpmn import iso8601, languages, vocabulary
from engine.bpmn.context import Context, owner_id
from engine.bpmn.vocabulary import Node
from engine.feel import Expression, FeelError
from engine.feel.names import RESERVED
from ledger.words import say

WORD = re.compile(r"\w+")
NAME = re.compile(r"[^\W\d]\w*")
SUBJECT_ROOTS = frozenset(("deal", "client", "contact"))
LONGEST_QUOTE = 60
ENGINE_NAMES = SUBJECT_ROOTS | frozenset(
    (
        "loopCounter",
        "numberOfInstances",
        "numberOfActiveInstances",
        "numberOfCompletedInstances",
        "numberOfTerminatedInstances",
        "nrOfInstances",
        "nrOfActiveInstances",
        "nrOfCompletedInstances",
        "activationCount",
        "starter",
        "initiator",
        "case",
        "error",
        "partial",
        "item",
    )
)
"""What the engine itself puts into reach of an expression."""


def of(
    context: Context, node: Node | None, what: str, *, names: Iterable[str] = ()
) -> Expression | None:
    """The expression that a BPMN expression element holds; None where there is none or it cannot be read (noted)."""
    if node is None:
        return None
    raw = vocabulary.raw_text(node)
    if not raw.strip():
        context.error(node, "expression.empty", say("The %(what)s is empty.", what=what))
        return None
    return _noted(context, node, raw, what, None, names)


def attribute(
    context: Context, node: Node, value: str, name: str, *, names: Iterable[str] = ()
) -> Expression | None:
    """The expression in an attribute called `name` (without prefix); None where it cannot be read (noted)."""
    return _noted(context, node, value, name, name, names)


def optional(context: Context, node: Node, text: str, what: str) -> Expression | None:
    """An expression without which the element still runs: what FEEL cannot say is left out, with a warning."""
    try:
        compiled = compile_text(context, text)
    except (FeelError, languages.Untranslatable) as fault:
        words = say(
            "%(what)s '%(text)s' is left out, because FEEL cannot say it: %(why)s.",
            what=what,
            text=_short(text),
            why=languages.why(fault),
        )
        context.warning(node, "foreign.left-out", words)
        return None
    note(context, node, compiled)
    return compiled


def value(context: Context, node: Node, text: str, name: str | None) -> Expression | None:
    """A value that is literal text unless it begins with `=` or holds `${…}`; `name`: the attribute it stands in."""
    if languages.is_dynamic(text):
        return _noted(context, node, text, name or "value", name, ())
    return literal(text)


def literal(text: str) -> Expression:
    """The expression that always gives this text."""
    return feel.expression(languages.quoted(text))


def variable(context: Context, node: Node, name: str) -> Expression:
    """The expression that reads one variable called by a name that `is_name` accepts."""
    context.used.setdefault(name, node)
    return feel.expression(name, names=frozenset((name,)))


def is_name(text: str) -> bool:
    """Say whether an expression can call a variable by this text."""
    if NAME.fullmatch(text) and text not in RESERVED:
        return True
    try:
        return feel.expression(text, names=frozenset((text,))).paths == {(text,)}
    except FeelError:
        return False


def compile_text(
    context: Context, text: str, language: str = "", names: Iterable[str] = ()
) -> Expression:
    """Compile a text of any language that can be told in FEEL. Raises FeelError or Untranslatable."""
    return languages.compiled(text, language, _needed(context, text, names))


def _needed(context: Context, text: str, names: Iterable[str]) -> frozenset[str]:
    """The names that the parser must be told: those of several words or with signs that the text holds."""
    said = " ".join(text.split())
    words = set(WORD.findall(said))
    known = (context.special, context.special_everywhere)
    first = {name for special in known for word in words for name in special.get(word, ())}
    return frozenset(name for name in (*first, *names) if name in said)


def _noted(
    context: Context, node: Node, raw: str, what: str, name: str | None, names: Iterable[str]
) -> Expression | None:
    try:
        compiled = compile_text(context, raw, node.get("language") or "", names)
    except languages.Untranslatable as fault:
        cannot: dict[str, object] = {"what": what, "raw": _short(raw), "fault": fault}
        message = say(
            "The %(what)s '%(raw)s' cannot be told in FEEL: %(fault)s. Write it in FEEL.", **cannot
        )
        context.error(node, "expression.language", message, _place(context, node, name, 1, 1))
        return None
    except FeelError as fault:
        gaps = {"what": what, "raw": _short(raw), "said": fault.sentence}
        message = say("The %(what)s '%(raw)s' is no FEEL: %(said)s.", **gaps)
        is_ours = not languages.is_template(raw)
        line, column = (fault.line, fault.column) if is_ours else (1, 1)
        context.error(node, "expression.syntax", message, _place(context, node, name, line, column))
        return None
    note(context, node, compiled)
    return compiled


def note(context: Context, node: Node, compiled: Expression) -> None:
    """Remember which names and subject fields the expression reads."""
    owner = owner_id(node)
    if owner is not None:
        context.reads.setdefault(owner, []).append(compiled)
    for path in compiled.paths:
        context.used.setdefault(path[0], node)
        context.paths.add(path)


def _place(
    context: Context, node: Node, name: str | None, line: int, column: int
) -> tuple[int, int]:
    if name is not None:
        return context.document.place_in_attribute(node, name, line, column)
    return context.document.place_in_text(node, line, column)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1] + "…"


def timer(context: Context, node: Node) -> Expression | None:
    """A timer's expression: bare ISO 8601 or cron, or FEEL that gives one; checked here where it is bare."""
    raw = vocabulary.text(node)
    if languages.is_dynamic(raw):
        return of(context, node, vocabulary.kind(node))
    check = {
        "timeDate": iso8601.date,
        "timeDuration": iso8601.Interval.parse,
        "timeCycle": iso8601.Cycle.parse,
    }
    try:
        check[vocabulary.kind(node)](raw)
    except iso8601.TimeError as fault:
        if iso8601.LOOKS_ISO.fullmatch(raw) or (
            NAME.fullmatch(raw) is None and _is_not_feel(context, raw)
        ):
            context.error(node, "timer", fault.args[0], context.document.place_in_text(node, 1, 1))
            return None
        return of(context, node, vocabulary.kind(node))
    return literal(raw)


def _is_not_feel(context: Context, raw: str) -> bool:
    if NAME.fullmatch(raw):
        return False
    try:
        compile_text(context, raw)
    except (FeelError, languages.Untranslatable):
        return True
    return False
