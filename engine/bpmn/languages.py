"""What FEEL and other languages of conditions have in common: telling which one a text is, and telling it in FEEL."""

from __future__ import annotations

import re

from engine import feel
from engine.bpmn import boxed
from engine.feel import Expression, FeelError, foreign, printer

DATA_OBJECT = re.compile(
    r"""(?:\w+:)?getData(?:Object|Output|Input)\s*\(\s*['"]([^'"]+)['"]\s*\)"""
)
JAVASCRIPT = re.compile(r"javascript|ecmascript|js", re.IGNORECASE)
QUOTED = re.compile(r"'([^']*)'")
NEXT = re.compile(r"next\s*\(\s*null\s*,(.*)\)\s*;?", re.DOTALL)
NODE_VARIABLES = re.compile(r"\b(?:this\.)?(?:environment\.)?variables\.(?=\w)|\bthis\.(?=\w)")
SPIN_PROPERTY = re.compile(r"""\.prop\(\s*["']([^\W\d]\w*)["']\s*\)""")
SPIN_VALUE = re.compile(r"\.(?:number|string|bool)?[vV]alue\(\)")


class Untranslatable(Exception):  # noqa: N818 - the name says what happened
    """The text is of a language that is not run here, and says something FEEL cannot say."""


def compiled(text: str, language: str, known: frozenset[str]) -> Expression:
    """Compile a text of any language that can be told in FEEL; `known`: names of several words or with signs.

    Raises FeelError or Untranslatable.
    """
    if is_template(text, language):
        return _foreign(text, known)
    told = to_feel(text)
    try:
        return feel.expression(told, names=known)
    except FeelError:
        near = _near_feel(told)
        if near == told:
            raise
        return _else_as_written(near, told, known)


def is_dynamic(text: str) -> bool:
    """Say whether a value is an expression: it begins with `=`, or holds `${…}`."""
    return text.lstrip().startswith("=") or foreign.is_foreign(text)


def is_template(text: str, language: str = "") -> bool:
    """Say whether the text is in the language of other engines: `${…}`, `#{…}` or JavaScript."""
    if text.lstrip().startswith("="):
        return False
    return foreign.is_foreign(text) or JAVASCRIPT.search(language) is not None


def source(text: str) -> str:
    """The FEEL text for a value that is literal unless it holds `${…}`; to build lists and contexts from."""
    text = text.strip()
    if not foreign.is_foreign(text):
        return quoted(text) if text else "null"
    try:
        return "(" + printer.printed(foreign.translated(_without_holders(text))) + ")"
    except FeelError as fault:
        raise Untranslatable(fault.message) from None


def quoted(text: str) -> str:
    """The FEEL string literal for a text."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t") + '"'


def to_feel(text: str) -> str:
    """The FEEL in a text: behind `=`, inside DMN's XML, or around XPath's functions for data objects."""
    stripped = text.lstrip()
    if stripped.startswith("="):
        return " " * (len(text) - len(stripped) + 1) + stripped[1:]
    if stripped.startswith("<") and (told := boxed.to_feel(stripped)) is not None:
        return told
    return DATA_OBJECT.sub(r"\1", text)


def why(fault: FeelError | Untranslatable) -> str:
    """The reason alone, for a sentence that names the place by itself."""
    return (fault.message if isinstance(fault, FeelError) else str(fault)).rstrip(".")


def _near_feel(text: str) -> str:
    """What other languages write as `==`, `'text'`, `&&`, `||`; no FEEL has any of these outside of a text."""
    near = QUOTED.sub(lambda found: '"' + found[1].replace('"', '\\"') + '"', text)
    return near.replace("==", "=").replace("&&", " and ").replace("||", " or ")


def _else_as_written(near: str, told: str, known: frozenset[str]) -> Expression:
    try:
        return feel.expression(near, names=known)
    except FeelError:
        return feel.expression(told, names=known)


def _foreign(text: str, known: frozenset[str]) -> Expression:
    if not foreign.is_foreign(text):
        text = _from_javascript(text.strip())
    try:
        return foreign.expression(_without_holders(text.strip()), names=known)
    except FeelError as fault:
        raise Untranslatable(fault.message) from None


def _from_javascript(text: str) -> str:
    """A JavaScript expression, also as the argument of bpmn-engine's `next(null, …)`."""
    if found := NEXT.fullmatch(text):
        text = found[1].strip()
    return "${" + text.removesuffix(";").replace("===", "==").replace("!==", "!=") + "}"


def _without_holders(text: str) -> str:
    """In bpmn-engine's models a variable is `environment.variables.x`; Camunda's Spin reads JSON by `x.prop("y")`."""
    text = SPIN_VALUE.sub("", SPIN_PROPERTY.sub(r".\1", text))
    return NODE_VARIABLES.sub("", text)
