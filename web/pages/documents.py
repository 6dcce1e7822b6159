"""Files: added to a task, a client or a deal, sent as attachments, removed by whoever added them."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Answer

from crm_entities import documents
from crm_entities.documents import Document
from engine import instances, user_tasks
from ledger import numbers
from ledger.rejection import Rejection, forbidden, not_found
from ledger.transaction import Transaction
from web import addresses, attached, case_rights, downloads, rights, sentences, visit
from web.speech import gettext

page = Blueprint("documents", __name__)


@page.post("/tasks/<int:task_id>/files")
@rights.person
def add_to_task(task_id: int) -> Answer:
    """Keep files under the task's case."""
    task = user_tasks.get(visit.tx(), task_id)
    if not attached.may_add(task):
        raise not_found("task %(task)s", task=task_id)

    def command(tx: Transaction) -> None:
        attached.add_to_case(tx, task, files)

    try:
        files = attached.given()
        visit.run(command)
        flash(gettext("The file was added."))
    except Rejection as refused:
        flash(sentences.readable(refused.sentence), "refused")
    return redirect(url_for("task.show", task_id=task_id) + "#files", code=303)


@page.post("/clients/<int:client_id>/files")
@rights.holding("record.write")
def add_to_client(client_id: int) -> Answer:
    """Keep files under a client."""
    return _add(f"client:{client_id}", url_for("clients.card", client_id=client_id))


@page.post("/deals/<int:deal_id>/files")
@rights.holding("record.write")
def add_to_deal(deal_id: int) -> Answer:
    """Keep files under a deal."""
    return _add(f"deal:{deal_id}", url_for("deals.card", deal_id=deal_id))


@page.get("/documents/<int:document_id>")
@rights.person
def download(document_id: int) -> Response:
    """Send a file as an attachment; `version` names an older one."""
    tx = visit.tx()
    document = _readable(tx, document_id)
    content = documents.content(tx, document, request.args.get("version", type=numbers.whole))
    answer = downloads.answer(document.name, content, document.media_type)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@page.post("/documents/<int:document_id>/remove")
@rights.person
def remove(document_id: int) -> Answer:
    """Remove a file that one has added oneself, with all its versions."""
    document = _readable(visit.tx(), document_id)
    if document.created_by != visit.actor():
        raise forbidden("Expected whoever added the file, because nobody else removes it")

    def command(tx: Transaction) -> None:
        documents.remove(tx, _readable(tx, document_id))

    visit.run(command)
    flash(gettext("The file was removed."))
    return redirect(
        addresses.inside(request.form.get("back"), url_for("tasks.mine")) + "#files", code=303
    )


def _add(subject: str, back: str) -> Answer:
    def command(tx: Transaction) -> None:
        for name, content in files:
            documents.add(tx, name, content, subject=subject)

    try:
        files = attached.given()
        visit.run(command)
        flash(gettext("The file was added."))
    except Rejection as refused:
        flash(sentences.readable(refused.sentence), "refused")
    return redirect(f"{back}#files", code=303)


def _readable(tx: Transaction, document_id: int) -> Document:
    """Return a document whose record or case the visitor may see; else it does not exist for him."""
    found = tx.session.get(Document, document_id)
    case = numbers.of_record((found.case or "").removeprefix("case:")) if found else None
    if found is not None and case is not None and _sees_case(case):
        return found
    return documents.get(tx, document_id)


def _sees_case(case_id: int) -> bool:
    try:
        case = instances.get(visit.tx(), case_id)
    except Rejection:
        return False
    return case_rights.may_on_case("case.read", case)
