"""Files of a case, a client or a deal as lines of a page, and adding to them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import request, url_for
from sqlalchemy import Row
from werkzeug.datastructures import FileStorage

from crm_entities import document_kinds, documents
from crm_entities.documents import Document
from engine import comments
from ledger.rejection import invalid
from ledger.transaction import Transaction
from web import case_rights, formats, shown, visit
from web.speech import gettext

MOST = 100
"""Files of one case at most."""
FIELD = "files"


@dataclass(frozen=True, slots=True)
class Line:
    """One file; `remove_url` is None where the visitor may not remove it."""

    name: str
    url: str
    size: str
    who: str
    at: datetime
    number: int
    remove_url: str | None


def lines(found: Sequence[Document]) -> list[Line]:
    """Return documents as lines."""
    shown.gather(one.touched_by for one in found)
    return [_line(one) for one in found]


def of_task(task: Row[Any]) -> dict[str, object]:
    """Return what a task's page shows: the files of its case, and the form where the visitor may add to them."""
    action = url_for("documents.add_to_task", task_id=task.id) if may_add(task) else None
    found = documents.of_case(visit.tx(), _name(task.case_id))
    return {"files": lines(found), **form(action)}


def may_add(task: Row[Any]) -> bool:
    """Say whether the visitor may add files to a task: its holder, who may take it, who may act for others."""
    return case_rights.is_concerned(task) or case_rights.may_on_task("case.act", task)


def given() -> list[tuple[str, bytes]]:
    """Return the files of the form that was sent, by name. Raises Rejection(invalid_argument) for none."""
    chosen: Iterable[FileStorage] = request.files.getlist(FIELD)
    read = [(one.filename, one.read()) for one in chosen if one.filename]
    if not read:
        raise invalid(gettext("Please choose a file."), field=FIELD)
    for name, content in read:
        document_kinds.checked(document_kinds.checked_name(name), content)
    return read


def add_to_case(tx: Transaction, task: Row[Any], files: Iterable[tuple[str, bytes]]) -> None:
    """Keep files under the case of a task, and tell its history. The caller has asked for the right."""
    case, subject = _name(task.case_id), task.subject or ""
    for name, content in files:
        if len(documents.of_case(tx, case, most=MOST)) == MOST:
            raise invalid("Expected at most %(most)s files in one case", most=MOST, field=FIELD)
        made = documents.add(
            tx,
            name,
            content,
            subject=subject if subject.startswith(("client:", "deal:")) else None,
            case=case,
            task=f"task:{task.id}",
        )
        comments.attach(tx, task.case_id, made.subject, made.name, element=task.element)


def form(action: str | None) -> dict[str, object]:
    """Return what the form that adds files needs; without an action there is none."""
    endings = ",".join(f".{ending}" for ending in document_kinds.KINDS)
    most = min(visit.settings().upload_megabytes, document_kinds.MOST_BYTES >> 20)
    return {"files_action": action, "files_accepted": endings, "files_most": most}


def _line(document: Document) -> Line:
    is_own = document.created_by == visit.actor()
    return Line(
        document.name,
        url_for("documents.download", document_id=document.id),
        formats.size(document.size),
        shown.who(document.touched_by),
        document.touched_at,
        document.number,
        url_for("documents.remove", document_id=document.id) if is_own else None,
    )


def _name(case_id: int) -> str:
    return f"case:{case_id}"
