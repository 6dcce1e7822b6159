"""Built-in functions with regular expressions (DMN 1.5, table 75), in bounded time."""

from __future__ import annotations

from engine.feel import matching
from engine.feel.frame import Frame
from engine.feel.library.arguments import text
from engine.feel.library.registry import builtin
from engine.feel.patterns import pattern
from engine.feel.programs import Pattern, PatternError
from engine.feel.values import Value


def _pattern(frame: Frame, name: str, regex: Value, flags: Value) -> Pattern | None:
    words, signs = text(frame, name, regex), "" if flags is None else text(frame, name, flags)
    if words is None or signs is None:
        return None
    frame.work().charge_text(len(words))
    try:
        return pattern(words, signs)
    except PatternError as wrong:
        return frame.problem(f"{name}: {wrong}")


@builtin("matches", "input, pattern, flags?")
def _matches(frame: Frame, input_: Value, regex: Value, flags: Value = None) -> Value:
    given, compiled = text(frame, "matches", input_), _pattern(frame, "matches", regex, flags)
    if given is None or compiled is None:
        return None
    return matching.find(compiled, given, frame.work()) is not None


@builtin("replace", "input, pattern, replacement, flags?")
def _replace(frame: Frame, input_: Value, regex: Value, by: Value, flags: Value = None) -> Value:
    given, compiled = text(frame, "replace", input_), _pattern(frame, "replace", regex, flags)
    new = text(frame, "replace", by)
    if given is None or compiled is None or new is None:
        return None
    if matching.find(compiled, "", frame.work()) is not None:
        return frame.problem("replace: the pattern matches the empty string")
    parts, at, size = [], 0, 0
    literal = flags is not None and "q" in str(flags)
    for groups in matching.find_all(compiled, given, frame.work()):
        expanded = new if literal else _expanded(frame, new, given, groups)
        if expanded is None:
            return None
        parts += [given[at : groups[0]], expanded]
        at, size = groups[1], size + len(expanded)
        frame.work().charge_text(size)
    return "".join([*parts, given[at:]])


def _expanded(frame: Frame, new: str, given: str, groups: matching.Groups) -> str | None:
    r"""The replacement with `$n` as group n, `\$` and `\\` as themselves."""
    made, i = [], 0
    while i < len(new):
        sign, following = new[i], new[i + 1 : i + 2]
        if sign == "\\":
            if following not in ("\\", "$") or not following:
                return frame.problem("replace: write \\\\ for \\ and \\$ for $")
            made.append(following)
            i += 2
        elif sign == "$":
            if not (following.isascii() and following.isdigit()):
                return frame.problem("replace: $ is followed by no number; write \\$ for $")
            number, i = _group_number(new, i + 1, len(groups) // 2 - 1)
            begin, end = groups[2 * number : 2 * number + 2] or (-1, -1)
            made.append(given[begin:end] if end >= 0 else "")
        else:
            made.append(sign)
            i += 1
    return "".join(made)


def _group_number(new: str, at: int, groups: int) -> tuple[int, int]:
    """The number of a group, as many digits as there are groups for, and the place after it."""
    end = at + 1
    while (
        new[end : end + 1].isascii()
        and new[end : end + 1].isdigit()
        and int(new[at : end + 1]) <= groups
    ):
        end += 1
    return int(new[at:end]), end


@builtin("split", "string, delimiter")
def _split(frame: Frame, string: Value, delimiter: Value) -> Value:
    given, compiled = text(frame, "split", string), _pattern(frame, "split", delimiter, None)
    if given is None or compiled is None:
        return None
    if matching.find(compiled, "", frame.work()) is not None:
        return frame.problem("split: the delimiter matches the empty string")
    parts: list[Value] = []
    at = 0
    for groups in matching.find_all(compiled, given, frame.work()):
        parts.append(given[at : groups[0]])
        at = groups[1]
    return [*parts, given[at:]]
