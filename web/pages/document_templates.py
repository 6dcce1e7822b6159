"""Templates of documents that processes fill: uploaded, downloaded, removed by an administrator."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from crm_entities import document_kinds, document_templates
from engine import templates
from ledger.rejection import Rejection, invalid
from web import downloads, errors, rights, shown, visit
from web.fields import Field
from web.speech import gettext

page = Blueprint("document_templates", __name__, url_prefix="/document-templates")
Answer = Response | str | tuple[str, int]


@page.get("")
@rights.holding("settings.manage")
def listing() -> Answer:
    """List the templates, and take a new one."""
    return _show()


@page.post("")
@rights.holding("settings.manage")
def put() -> Answer:
    """Keep a template under a key; whoever names the key gets the new one from now on."""
    try:
        key, file = request.form.get("key", "").strip(), request.files.get("file")
        name, content = (file.filename or "", file.read()) if file else ("", b"")
        name = document_kinds.checked_name(name)
        try:
            templates.compile_template(name, content)
        except templates.TemplateError as fault:
            raise invalid(
                "This file is no template: %(why)s", why=fault.sentence, field="file"
            ) from fault
        visit.run(lambda tx: document_templates.put(tx, key, name, content).id)
    except Rejection as refused:
        return _show(refused), errors.status(refused)
    flash(gettext("Processes fill this template from now on."))
    return redirect(url_for(".listing"), code=303)


@page.get("/<int:template_id>")
@rights.holding("settings.manage")
def download(template_id: int) -> Response:
    """Give the file of a template, never to be shown in place."""
    found = document_templates.get(visit.tx(), template_id)
    return downloads.answer(found.name, found.content)


@page.post("/<int:template_id>/remove")
@rights.holding("settings.manage")
def remove(template_id: int) -> Answer:
    """Remove a template."""
    visit.run(lambda tx: document_templates.remove(tx, template_id))
    flash(gettext("The template was removed."))
    return redirect(url_for(".listing"), code=303)


def _show(refused: Rejection | None = None) -> str:
    found = document_templates.listing(visit.tx())
    shown.gather(one.touched_by for one in found)
    return render_template(
        "document_templates/list.html",
        templates=found,
        key=Field("key", "text", gettext("Key"), required=True,
                  help=gettext("What processes call it by, such as offer-letter.")),
        kinds=", ".join(f".{kind}" for kind in templates.KINDS),
        typed=request.form,
        refused=refused,
    )  # fmt: skip
