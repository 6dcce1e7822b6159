"""How a file looks: it says what it promises, is short, and its comments say why."""

from __future__ import annotations

import ast
import re

from tests.house import sources

LONGEST_FILE = 300
LONGEST_FUNCTION = 40
BANNER = re.compile(r"^\s*#\s*(\W)\1{3,}|^\s*#.*([-=*#~])\2{4,}\s*$")
LEFT_FOR_LATER = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
EMPTY_NAMES = re.compile(r"(^|_)(utils?|helpers?|commons?|misc|managers?|base_\w+)(_|$)")


def test_the_first_line_of_a_file_says_what_it_promises():
    silent = [source.path for source in sources.everything() if not _first_line(source)]
    sources.must_be_none(silent)


def test_no_file_is_too_long_to_be_read_at_once():
    sizes = {source.path: len(source.lines) for source in sources.everything()}
    sources.must_be_none(
        f"{path}: {size} lines" for path, size in sizes.items() if size > LONGEST_FILE
    )


def test_no_function_is_too_long_to_be_seen_at_once():
    long = {
        f"{source.path}:{part.lineno} {part.name}": part.end_lineno - part.lineno + 1
        for source in sources.everything()
        for part in ast.walk(source.tree)
        if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef) and part.end_lineno
    }
    sources.must_be_none(
        f"{place}: {size} lines" for place, size in long.items() if size > LONGEST_FUNCTION
    )


def test_no_comment_is_a_banner_or_a_promise_for_later():
    sources.must_be_none(_lines_with(BANNER))
    sources.must_be_none(_lines_with(LEFT_FOR_LATER))


def test_every_file_is_named_after_what_it_holds():
    names = {source.path: source.path.rsplit("/", 1)[-1][:-3] for source in sources.everything()}
    empty = [path for path, name in names.items() if EMPTY_NAMES.search(name)]
    sources.must_be_none(empty)


def _first_line(source: sources.Source) -> str:
    """The docstring's first line if it stands where it should."""
    lines = source.lines[1:] if source.text.startswith("#!") else source.lines
    starts = bool(lines) and lines[0].startswith('"""')
    return (ast.get_docstring(source.tree) or "").split("\n")[0] if starts else ""


def _lines_with(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{source.path}:{number} {line.strip()}"
        for source in sources.everything()
        for number, line in enumerate(source.lines, 1)
        if pattern.search(line) and source.path != "tests/house/test_form.py"
    ]
