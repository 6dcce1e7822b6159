"""Tasks as lines of a list: what each is called, whom it is about, when it is due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from web import addresses, process_words, running, shown, subjects, visit
from web.speech import gettext


@dataclass(frozen=True, slots=True)
class Line:
    """One task as a row of a list."""

    id: int
    url: str
    title: str
    process: str
    subject: str | None
    client: str
    about: str
    priority: int
    due: shown.Due | None
    assignee: str | None
    group: str
    ended_at: datetime | None = None
    outcome: str = ""

    @property
    def face(self) -> str:
        """The name whose first letters stand before the row."""
        return self.client or self.about or self.process

    @property
    def words(self) -> str:
        """What stands below the title: process, client and record."""
        about = self.about if self.about != self.client else ""
        return " · ".join(one for one in (self.process, self.client, about) if one)


def as_lines(rows: Sequence[Row[Any]]) -> list[Line]:
    """Return rows of tasks as lines: three more statements."""
    subjects.gather(row.subject for row in rows)
    paused = running.pauses(row.clock_id for row in rows)
    shown.gather(row.assignee for row in rows)
    folder, titles = addresses.folder("task.show", "task_id"), _Titles()
    return [_line(row, paused.get(row.clock_id), folder, titles) for row in rows]


class _Titles(dict[tuple[int, str, str], tuple[str, str]]):
    """What stage and process are called by (definition, element, title); a list has few of them."""

    def __missing__(self, key: tuple[int, str, str]) -> tuple[str, str]:
        stage = process_words.element_title(*key)
        self[key] = found = stage, process_words.process_title(key[0])
        return found


def fitting(rows: Sequence[Row[Any]], text: str) -> list[Row[Any]]:
    """Return the rows in which every word of `text` stands."""
    subjects.gather(row.subject for row in rows)
    titles, words = _Titles(), text.casefold().split()

    def fits(row: Row[Any]) -> bool:
        known = subjects.of(row.subject)
        about = f"{known.client} {known.title}" if known else ""
        said = " ".join((*titles[row.definition_id, row.element, row.title], about)).casefold()
        return all(word in said for word in words)

    return [row for row in rows if fits(row)]


def _line(row: Row[Any], pause: str | None, folder: str, titles: _Titles) -> Line:
    known = subjects.of(row.subject)
    due = shown.due_state(row.due_at, pause)
    title, process = titles[row.definition_id, row.element, row.title]
    return Line(
        id=row.id,
        url=f"{folder}{row.id}",
        title=title,
        process=process,
        subject=row.subject,
        client=known.client if known else "",
        about=known.title if known else "",
        priority=row.priority,
        due=due,
        assignee=row.assignee,
        group=_group(row, due),
        ended_at=row.ended_at,
        outcome=_outcome(row),
    )


def _outcome(row: Row[Any]) -> str:
    if not row.outcome:
        return gettext("done") if row.state == "completed" else ""
    element = process_words.process(row.definition_id).elements.get(row.element)
    known = {one.id: process_words.outcome_title(one) for one in getattr(element, "outcomes", ())}
    return known.get(row.outcome, gettext("done") if row.outcome == "done" else row.outcome)


def _group(row: Row[Any], due: shown.Due | None) -> str:
    if row.follow_up_at is not None and row.follow_up_at > visit.tx().now:
        return "snoozed"
    kinds = {"overdue": "overdue", "today": "today", "paused": "waiting"}
    return kinds.get(due.kind, "upcoming") if due is not None else "upcoming"
