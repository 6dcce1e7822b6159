"""Import of clients and contacts: upload, map the columns, look at what would happen, run, undo."""

from __future__ import annotations

from collections.abc import Mapping
from time import monotonic

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answered

from crm_entities.imports import checking, reading, rejected, runs, writing
from crm_entities.imports.runs import Import
from ledger import numbers
from ledger.rejection import Rejection, invalid
from web import downloads, errors, rights, shown, visit
from web.speech import gettext

page = Blueprint("imports", __name__, url_prefix="/imports")
Answer = Answered | str | tuple[str, int]
PATIENCE = 3.0
"""For how many seconds a request writes batches before it shows how far it is."""


@page.get("")
@rights.holding("record.import")
def listing() -> Answer:
    """List the imports, and ask for a file."""
    return _listing()


@page.post("")
@rights.holding("record.import")
def prepare() -> Answer:
    """Keep an uploaded file and go on to its columns."""
    file = request.files.get("file")
    try:
        if file is None or not file.filename:
            raise invalid(gettext("Please choose a file."), field="file")
        name, content = file.filename, file.read()
        entity = request.form.get("entity", "client")
        sheet = reading.read(name, content)
        import_id = visit.run(lambda tx: runs.prepare(tx, entity, name, content, sheet=sheet).id)
    except Rejection as refused:
        return _listing(refused), errors.status(refused)
    return redirect(url_for(".show", import_id=import_id), code=303)


@page.get("/<int:import_id>")
@rights.holding("record.import")
def show(import_id: int) -> Answer:
    """Show an import: its columns before it began, else how far it is and what was rejected."""
    run = runs.get(visit.tx(), import_id)
    return _columns(run) if run.state == "prepared" else _progress(run)


@page.post("/<int:import_id>/begin")
@rights.holding("record.import")
def begin(import_id: int) -> Answer:
    """Say what would happen, or begin to write."""
    run = runs.get(visit.tx(), import_id)
    mapping, duplicates, order = _chosen()
    try:
        if request.form.get("then") != "write":
            report = checking.dry_run(
                visit.tx(), import_id, mapping, duplicates=duplicates, order=order
            )
            return _columns(run, mapping=mapping, report=report)
        checking.dry_run(visit.tx(), import_id, mapping, duplicates=duplicates, order=order)
        visit.run(
            lambda tx: runs.begin(tx, import_id, mapping, duplicates=duplicates, order=order).id
        )
    except Rejection as refused:
        return _columns(
            runs.get(visit.tx(), import_id), mapping=mapping, refused=refused
        ), errors.status(refused)
    return _go_on(import_id)


@page.post("/<int:import_id>/continue")
@rights.holding("record.import")
def go_on(import_id: int) -> Answer:
    """Write further batches; anybody may ask, and the import goes on where it was."""
    return _go_on(import_id)


@page.post("/<int:import_id>/undo")
@rights.holding("record.import")
def undo(import_id: int) -> Answer:
    """Take the import back; records that were changed since stay and are named."""
    visit.run(lambda tx: runs.take_back(tx, import_id).id)
    return _go_on(import_id)


@page.post("/<int:import_id>/drop")
@rights.holding("record.import")
def drop(import_id: int) -> Answer:
    """Forget a prepared import."""
    visit.run(lambda tx: runs.drop(tx, import_id))
    flash(gettext("The file was forgotten."))
    return redirect(url_for(".listing"), code=303)


@page.get("/<int:import_id>/rejected")
@rights.holding("record.import")
def rejected_rows(import_id: int) -> Response:
    """Send the rejected rows with the reason in a column of its own."""
    run = runs.get(visit.tx(), import_id)
    name = f"{run.name.rpartition('.')[0] or run.name}-rejected.xlsx"
    return downloads.answer(name, rejected.as_xlsx(visit.tx(), import_id), downloads.XLSX)


def _go_on(import_id: int) -> Answer:
    ends = monotonic() + PATIENCE
    while True:
        progress = visit.run(lambda tx: writing.next_batch(tx, import_id))
        if progress.is_over or monotonic() > ends:
            return redirect(url_for(".show", import_id=import_id), code=303)


def _listing(refused: Rejection | None = None) -> str:
    found = runs.listing(visit.tx())
    shown.gather(run.by for run in found)
    return render_template("imports/list.html", runs=found, refused=refused)


def _columns(
    run: Import,
    *,
    mapping: Mapping[int, str] | None = None,
    report: checking.Report | None = None,
    refused: Rejection | None = None,
) -> str:
    preview = checking.preview(visit.tx(), run.id)
    return render_template(
        "imports/columns.html",
        run=run,
        preview=preview,
        mapping=preview.mapping if mapping is None else mapping,
        report=report,
        refused=refused,
    )


def _progress(run: Import) -> str:
    remarks = runs.remarks(visit.tx(), run.id, most=200)
    return render_template(
        "imports/progress.html", run=run, remarks=remarks, is_over=run.state not in runs.UNFINISHED
    )


def _chosen() -> tuple[dict[int, str], str, str | None]:
    mapping = {
        number: target
        for name, target in request.form.items()
        if name.startswith("column-")
        and (number := numbers.of_record(name.removeprefix("column-"))) is not None
    }
    return mapping, request.form.get("duplicates", "skip"), request.form.get("order") or None
