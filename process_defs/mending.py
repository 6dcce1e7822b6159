"""Expressions that YAML cut or broke: finds them in the text and shows the line mended."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ledger.words import say

# The keys whose value is FEEL, and any value that begins with `=`.
CANDIDATE = re.compile(r"(?:\b(?:when|each|condition):[ \t]+|(?<=[:\[,{ -])[ \t]+(?==))(?=\S)")
OPENING, CLOSING = "([{", ")]}"


def quoted(expression: str) -> str:
    """Return the text as a single-quoted YAML scalar, the way the program writes expressions."""
    return "'" + expression.replace("'", "''") + "'"


def is_whole(expression: str) -> bool:
    """Whether every bracket and double quote that is opened is closed."""
    return _end(expression, 0, "") == len(expression)


def mended(line: str) -> str | None:
    """Return `line` with its first unquoted expression in single quotes, or None where there is none."""
    for match in CANDIDATE.finditer(line):
        start = match.end()
        in_flow = _depth(line[: match.start()]) > 0
        end = _end(line, start, ",}]" if in_flow else "")
        value = line[start:end].rstrip()
        if value and not _is_quoted(value):
            return f"{line[:start]}{quoted(value)}{line[start + len(value) :]}".strip()
    return None


def advised(text: str, lines: int | Iterable[int], message: str) -> str:
    """Return `message`, and behind it the advice where one of `lines` holds an expression without quotes."""
    rows = text.splitlines()
    for number in [lines] if isinstance(lines, int) else lines:
        line = mended(rows[number - 1]) if 0 < number <= len(rows) else None
        if line is not None:
            return say(
                "%(message)s Put the expression in single quotes: %(line)s",
                message=message,
                line=line,
            )
    return message


def _is_quoted(value: str) -> bool:
    quote = value[0]
    if quote == "'":
        return True
    return quote == '"' and re.fullmatch(r'"(?:[^"\\]|\\.)*"(?:\s+#.*)?', value) is not None


def _is_comment(text: str, index: int, start: int) -> bool:
    return text[index] == "#" and index > start and text[index - 1] in " \t"


def _depth(text: str) -> int:
    """How many braces and brackets of YAML are open at the end of `text`, quotes left out."""
    bare = re.sub(r"'[^']*'|\"[^\"]*\"", "", text)
    return sum(bare.count(sign) for sign in "{[") - sum(bare.count(sign) for sign in "}]")


def _end(text: str, start: int, stops: str) -> int:
    """Return where the expression from `start` ends: at one of `stops` outside brackets and quotes.

    A bracket or quote that is never closed ends nowhere: the answer is then beyond the text.
    """
    depth, in_text = 0, False
    for index in range(start, len(text)):
        sign = text[index]
        if sign == '"':
            in_text = not in_text
        elif in_text:
            continue
        elif depth == 0 and (sign in stops or _is_comment(text, index, start)):
            return index
        elif sign in OPENING:
            depth += 1
        elif sign in CLOSING:
            depth -= 1
    return len(text) if depth == 0 and not in_text else len(text) + 1
