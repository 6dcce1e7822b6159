"""Mail templates: what mails say in each language, written by an administrator, with a preview."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ledger import numbers
from ledger.rejection import Rejection, not_found
from scheduler import mail_templates, texts
from scheduler.mail_templates import PARTS, Template
from web import alert_words, errors, languages, mail_sample, rights, shown, visit
from web.speech import gettext

page = Blueprint("mail_templates", __name__, url_prefix="/mails")
Answer = Response | str | tuple[str, int]
ALONE = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'none'"
)
"""What a mail shown as a page may do: be drawn, and nothing else."""


@page.get("")
@rights.holding("settings.manage")
def listing() -> Answer:
    """List every mail in every language, and who changed it."""
    changed = mail_templates.changed(visit.tx())
    shown.gather(row.made_by for row in changed.values())
    return render_template(
        "mails/list.html",
        kinds=mail_templates.kinds(),
        languages={code: languages.LANGUAGES.get(code, code) for code in texts.languages()},
        changed=changed,
        word=alert_words.kind,
    )


@page.get("/<spoken>/<kind>")
@rights.holding("settings.manage")
def show(spoken: str, kind: str) -> Answer:
    """Show a template in its editor; an earlier version where one is named."""
    rows = mail_templates.versions(visit.tx(), spoken, kind)
    wanted = request.args.get("version", type=numbers.whole)
    row = next((row for row in rows if row.version == wanted and row.subject), None)
    if row is not None:
        return _editor(spoken, kind, {part: getattr(row, part) for part in PARTS})
    return _editor(spoken, kind, _typed_of(mail_templates.current(visit.tx(), spoken, kind)))


@page.post("/<spoken>/<kind>")
@rights.holding("settings.manage")
def change(spoken: str, kind: str) -> Answer:
    """Save a version, look at it without saving, or go back to what is built in."""
    then, version = request.form.get("then"), request.form.get("version", 0, type=numbers.whole)
    try:
        if then == "reset":
            visit.run(lambda tx: mail_templates.reset(tx, spoken, kind, version=version))
            flash(gettext("The mail is again what the program brings."))
            return redirect(url_for(".show", spoken=spoken, kind=kind), code=303)
        template = _typed()
        if then == "look":
            mail_templates.check(template)
            return _editor(spoken, kind, _typed_of(template), is_looking=True)
        visit.run(lambda tx: mail_templates.save(tx, spoken, kind, template, version=version))
    except Rejection as refused:
        return _editor(spoken, kind, _typed_of(_typed()), refused), errors.status(refused)
    flash(gettext("The mail is kept; what goes out from now on says it."))
    return redirect(url_for(".show", spoken=spoken, kind=kind), code=303)


@page.post("/<spoken>/<kind>/page")
@rights.holding("settings.manage")
def drawn(spoken: str, kind: str) -> Answer:
    """Show the HTML as it was typed, as a reader would see it, on a page that can do nothing."""
    mail_templates.built_in(spoken, kind)
    try:
        template = _typed()
        mail_templates.check(template)
    except Rejection as refused:
        return _editor(spoken, kind, _typed_of(_typed()), refused), errors.status(refused)
    answer = make_response(mail_sample.filled(spoken, kind, template).html)
    answer.headers["Content-Security-Policy"] = ALONE
    return answer


def _typed() -> Template:
    form = {part: request.form.get(part, "").replace("\r\n", "\n") for part in PARTS}
    return Template(form["subject"].strip(), form["text"], form["html"])


def _typed_of(template: Template) -> dict[str, str]:
    return {part: getattr(template, part) for part in PARTS}


def _editor(
    spoken: str,
    kind: str,
    typed: Mapping[str, Any],
    refused: Rejection | None = None,
    *,
    is_looking: bool = False,
) -> str:
    if kind not in mail_templates.kinds() or spoken not in texts.languages():
        raise not_found("a mail '%(kind)s' in '%(language)s'", kind=kind, language=spoken)
    rows = mail_templates.versions(visit.tx(), spoken, kind)
    shown.gather(row.made_by for row in rows)
    template = Template(**{part: typed[part] for part in PARTS})
    return render_template(
        "mails/edit.html",
        spoken=spoken,
        language_name=languages.LANGUAGES.get(spoken, spoken),
        kind=kind,
        title=alert_words.kind(kind),
        typed=typed,
        version=rows[0].version if rows else 0,
        versions=rows,
        is_own=bool(rows) and rows[0].subject is not None,
        places=mail_sample.places(),
        sample=None if refused else mail_sample.filled(spoken, kind, template),
        refused=refused,
        is_looking=is_looking,
    )
