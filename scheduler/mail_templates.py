"""Mail templates: what mails say, for each language and kind, built in or as an administrator wrote it.

Only `{name}` of a known name is filled in; nothing of a template is executed. Each change is a
version that stays; going back to what is built in is a version too.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from functools import cache
from html import escape
from importlib import resources
from typing import Any

from sqlalchemy import Column, Integer, Row, String, Table, Text, insert, select

from ledger.base import Instant, metadata
from ledger.event_log import Event
from ledger.rejection import Rejection, invalid, not_found
from ledger.transaction import Transaction
from scheduler import texts

PARTS = ("subject", "text", "html")
PLACES = (
    "stage",
    "process",
    "subject",
    "due",
    "late",
    "reason",
    "count",
    "who",
    "name",
    "facts",
    "link",
    "action",
    "footer",
)
"""What may stand in braces."""
LONGEST = {"subject": 300, "text": 20_000, "html": 200_000}
_PLACE = re.compile(r"\{\s*([^\W\d]\w*)\s*\}")
_MANY_LINES = re.compile(r"\n{3,}")
_SCRIPT = re.compile(
    r"<\s*(script|iframe|object|embed|form)\b|\son\w+\s*=|javascript:", re.IGNORECASE
)

templates = Table(
    "sla_mail_template",
    metadata,
    Column("language", String(8), primary_key=True),
    Column("kind", String(32), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("subject", String(300)),
    Column("text", Text),
    Column("html", Text),
    Column("made_at", Instant, nullable=False),
    Column("made_by", String(64), nullable=False),
)


@dataclass(frozen=True, slots=True)
class Template:
    """The three parts of a mail, with places to fill in."""

    subject: str
    text: str
    html: str


def kinds() -> tuple[str, ...]:
    """Return the kinds of mails that there are templates for."""
    return tuple(texts.mailed())


def built_in(language: str, kind: str) -> Template:
    """Return the template that the program brings. Raises `Rejection(not_found)` for no such mail."""
    if kind not in kinds() or language not in texts.languages():
        raise not_found("a mail '%(kind)s' in '%(language)s'", kind=kind, language=language)
    spoken = texts.words(language)
    sentences, words = spoken[kind], spoken["words"]
    lines = (sentences["text"], "", "{facts}", "", words["action_line"], "", "-- ", "{footer}", "")
    page = _page().replace("{language}", language).replace("{title}", escape(sentences["title"]))
    html = page.replace("{text}", escape(sentences["text"], quote=False))
    return Template(sentences["title"], "\n".join(lines), html)


def current(tx: Transaction, language: str, kind: str) -> Template:
    """Return the template that counts: the newest version, else the one that is built in."""
    known = _newest(tx, language, kind)
    if known is None or known.subject is None:
        return built_in(language, kind)
    return Template(known.subject, known.text, known.html)


def versions(tx: Transaction, language: str, kind: str) -> Sequence[Row[Any]]:
    """Return the versions of a template, the newest first; one without a subject is the way back."""
    question = select(templates).where(templates.c.language == language, templates.c.kind == kind)
    return tx.execute(question.order_by(templates.c.version.desc()).limit(50)).all()


def changed(tx: Transaction) -> dict[tuple[str, str], Row[Any]]:
    """Return the newest version of every template that somebody ever changed, by language and kind."""
    rows = tx.execute(select(templates).order_by(templates.c.version)).all()
    return {(row.language, row.kind): row for row in rows}


def save(tx: Transaction, language: str, kind: str, template: Template, *, version: int) -> int:
    """Write a new version and return its number; `version` is the one that was looked at (0: none).

    Raises `Rejection(invalid_argument)` with the part and the place of what cannot be, `conflict`
    where somebody else wrote one meanwhile.
    """
    built_in(language, kind)
    check(template)
    return _write(tx, language, kind, version, dict(zip(PARTS, astuple(template), strict=True)))


def reset(tx: Transaction, language: str, kind: str, *, version: int) -> int:
    """Go back to what is built in, as a new version."""
    built_in(language, kind)
    return _write(tx, language, kind, version, dict.fromkeys(PARTS))


def check(template: Template) -> None:
    """Raise `Rejection(invalid_argument)`, naming the part, for what cannot be a mail."""
    for part, written in zip(PARTS, astuple(template), strict=True):
        if not written.strip():
            raise invalid("Please write this part", field=part)
        if len(written) > LONGEST[part]:
            raise invalid("Expected at most %(most)s characters", most=LONGEST[part], field=part)
        _check_places(part, written)
    if "\n" in template.subject.strip() or "\r" in template.subject.strip():
        raise invalid("Expected a subject of one line", field="subject")
    for part, written in (("text", template.text), ("html", template.html)):
        if not {"link", "facts"} & set(_PLACE.findall(written)):
            raise invalid(
                "Please leave {link} in, so that the reader finds what it is about", field=part
            )
    if found := _SCRIPT.search(template.html):
        line, column = _position(template.html, found.start())
        raise invalid(
            "Expected HTML without scripts and forms, but line %(line)s, place %(column)s has one",
            line=line, column=column, field="html",
        )  # fmt: skip


def fill(written: str, values: Mapping[str, str]) -> str:
    """Return a template's part with its places filled in, once: what a value says is never filled in."""
    return _PLACE.sub(lambda place: values.get(place[1], place[0]), written)


def filled(template: Template, values: Mapping[str, str], markup: Mapping[str, str]) -> Template:
    """Return a mail: in HTML every value is escaped; `markup` are those that are HTML already."""
    safe = {name: escape(value) for name, value in values.items()} | dict(markup)
    text = _MANY_LINES.sub("\n\n", fill(template.text, values))
    subject = texts.one_line(fill(template.subject, values))
    return Template(subject, text, fill(template.html, safe))


def _check_places(part: str, written: str) -> None:
    for place in _PLACE.finditer(written):
        name = place[1]
        if name in PLACES:
            continue
        line, column = _position(written, place.start())
        near = difflib.get_close_matches(name, PLACES, 1)
        if near:
            raise invalid(
                "There is no {%(name)s} (line %(line)s, place %(column)s); did you mean {%(near)s}?",
                name=name, line=line, column=column, near=near[0], field=part,
            )  # fmt: skip
        raise invalid(
            "There is no {%(name)s} (line %(line)s, place %(column)s)",
            name=name, line=line, column=column, field=part,
        )  # fmt: skip


def _position(written: str, at: int) -> tuple[int, int]:
    before = written[:at]
    return before.count("\n") + 1, at - (before.rfind("\n") + 1) + 1


def _newest(tx: Transaction, language: str, kind: str) -> Row[Any] | None:
    question = select(templates).where(templates.c.language == language, templates.c.kind == kind)
    return tx.execute(question.order_by(templates.c.version.desc()).limit(1)).one_or_none()


def _write(
    tx: Transaction, language: str, kind: str, version: int, parts: Mapping[str, str | None]
) -> int:
    known = _newest(tx, language, kind)
    if known is not None and known.version != version:
        raise _overtaken(known)
    key = {"language": language, "kind": kind, "version": version + 1}
    tx.execute(insert(templates), {**key, **parts, "made_at": tx.now, "made_by": tx.actor})
    tx.note(Event("mail_template_changed", ref=f"mail:{language}.{kind}"[:64]))
    return version + 1


def _overtaken(known: Row[Any]) -> Rejection:
    return Rejection(
        "conflict",
        "Expected to change this mail as you saw it, but %(who)s changed it at %(touched_at)s; "
        "save again to put yours in its place",
        who=known.made_by,
        touched_at=known.made_at,
    )


@cache
def _page() -> str:
    file = resources.files("scheduler").joinpath("templates", "mail.html")
    return file.read_text(encoding="utf-8")
