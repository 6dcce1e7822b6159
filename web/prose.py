"""A page of documentation as HTML: the few forms of Markdown that ours are written in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from markupsafe import Markup, escape

_SPAN: Final = re.compile(r"`([^`]+)`|\*\*([^*]+)\*\*|\[([^\]]+)\]\(([^)\s]+)\)|\*([^*]+)\*")
_BLOCK: Final = re.compile(r"```\w*\n.*?\n```|(?:[^\n]|\n(?!\n|```))+", re.DOTALL)


def html(text: str) -> Markup:
    """Return headings, paragraphs, lists, tables and fenced code as HTML; everything else is escaped."""
    return Markup("\n").join(_block(found[0].strip("\n")) for found in _BLOCK.finditer(text))


def title(text: str) -> str:
    """Return the words of the page's first heading."""
    return text.partition("\n")[0].lstrip("# ").strip()


def below(text: str) -> str:
    """Return the page without its first heading, which the screen has in its own place."""
    return text.partition("\n")[2]


def _block(text: str) -> Markup:
    if text.startswith("```"):
        code = "\n".join(text.splitlines()[1:-1])
        return Markup('<pre tabindex="0"><code>{}</code></pre>').format(code)
    return next((form(text) for opening, form in _FORMS if opening.match(text)), _paragraph(text))


def _paragraph(text: str) -> Markup:
    return Markup("<p>{}</p>").format(_spans(" ".join(text.split("\n"))))


def _heading(text: str) -> Markup:
    signs, _, words = text.partition(" ")
    return Markup("<h{0}>{1}</h{0}>").format(len(signs), _spans(words))


def _list(text: str) -> Markup:
    items = (Markup("<li>{}</li>").format(_spans(item)) for item in _items(text))
    return Markup("<ul>{}</ul>").format(Markup("").join(items))


def _items(text: str) -> Iterator[str]:
    for part in re.split(r"(?m)^- ", text)[1:]:
        yield " ".join(part.split())


def _table(text: str) -> Markup:
    head, _, *rows = (_cells(line) for line in text.splitlines())
    top = Markup("").join(Markup('<th scope="col">{}</th>').format(_spans(cell)) for cell in head)
    body = Markup("").join(
        Markup("<tr>{}</tr>").format(
            Markup("").join(Markup("<td>{}</td>").format(_spans(cell)) for cell in row)
        )
        for row in rows
    )
    return Markup(
        '<table class="table"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>'
    ).format(top, body)


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def _spans(text: str) -> Markup:
    parts: list[Markup] = []
    at = 0
    for found in _SPAN.finditer(text):
        parts += [escape(text[at : found.start()]), _span(found)]
        at = found.end()
    return Markup("").join([*parts, escape(text[at:])])


def _span(found: re.Match[str]) -> Markup:
    code, strong, words, address, weak = found.groups()
    if code is not None:
        return Markup("<code>{}</code>").format(code)
    if strong is not None:
        return Markup("<strong>{}</strong>").format(strong)
    if words is not None:
        return Markup('<a href="{}">{}</a>').format(address, words)
    return Markup("<em>{}</em>").format(weak)


_FORMS: Final[tuple[tuple[re.Pattern[str], Callable[[str], Markup]], ...]] = (
    (re.compile(r"#{1,4} "), _heading),
    (re.compile(r"- "), _list),
    (re.compile(r"\|"), _table),
)
