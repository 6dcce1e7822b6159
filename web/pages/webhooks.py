"""Webhooks: other programs that are told of deadlines and of what happens in cases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy import Row
from werkzeug.wrappers import Response

from ledger import numbers
from ledger.rejection import Rejection
from scheduler import alerts, webhooks
from web import alert_words, errors, rights, shown, visit, webhook_form
from web.speech import gettext

page = Blueprint("webhooks", __name__, url_prefix="/webhooks")
Answer = Response | str | tuple[str, int]
SHOWN = 20


@page.get("")
@rights.holding("settings.manage")
def listing() -> Answer:
    """List every webhook."""
    rows = webhooks.listed(visit.tx())
    shown.gather(row.made_by for row in rows)
    return render_template("webhooks/list.html", rows=rows)


@page.get("/new")
@rights.holding("settings.manage")
def new() -> Answer:
    """Show an empty form."""
    return _form(None, webhook_form.empty())


@page.post("/new")
@rights.holding("settings.manage")
def create() -> Answer:
    """Set up a webhook; the answer shows its secret, once."""
    try:
        made = visit.run(lambda tx: webhooks.create(tx, webhook_form.typed()))
    except Rejection as refused:
        return _form(None, webhook_form.typed(), refused), errors.status(refused)
    return _secret(made.id, made.secret)


@page.get("/<int:webhook_id>")
@rights.holding("settings.manage")
def show(webhook_id: int) -> Answer:
    """Show a webhook in its form, with its latest deliveries."""
    return _form(webhook_id, webhook_form.held(webhooks.get(visit.tx(), webhook_id)))


@page.post("/<int:webhook_id>")
@rights.holding("settings.manage")
def change(webhook_id: int) -> Answer:
    """Change a webhook."""
    version = request.form.get("version", 0, type=numbers.whole)
    values = webhook_form.typed()
    try:
        visit.run(lambda tx: webhooks.change(tx, webhook_id, values, version=version))
    except Rejection as refused:
        return _form(webhook_id, values, refused), errors.status(refused)
    flash(gettext("The webhook is kept."))
    return redirect(url_for(".show", webhook_id=webhook_id), code=303)


@page.post("/<int:webhook_id>/secret")
@rights.holding("settings.manage")
def renew(webhook_id: int) -> Answer:
    """Make a new secret; the answer shows it, once."""
    return _secret(webhook_id, visit.run(lambda tx: webhooks.renew_secret(tx, webhook_id)))


@page.post("/<int:webhook_id>/try")
@rights.holding("settings.manage")
def attempt(webhook_id: int) -> Answer:
    """Send a trial, which waits its turn like every other delivery."""
    visit.run(lambda tx: webhooks.attempt(tx, webhook_id))
    flash(gettext("A trial is on its way; the list below shows what becomes of it."))
    return redirect(url_for(".show", webhook_id=webhook_id) + "#deliveries", code=303)


@page.post("/<int:webhook_id>/remove")
@rights.holding("settings.manage")
def remove(webhook_id: int) -> Answer:
    """Take a webhook away."""
    visit.run(lambda tx: webhooks.remove(tx, webhook_id))
    flash(gettext("The webhook was removed. What still waited for it is not sent."))
    return redirect(url_for(".listing"), code=303)


def _secret(webhook_id: int, secret: str) -> str:
    row = webhooks.get(visit.tx(), webhook_id)
    return render_template("webhooks/secret.html", row=row, secret=secret)


def _form(
    webhook_id: int | None, values: Mapping[str, Any], refused: Rejection | None = None
) -> str:
    row = None if webhook_id is None else webhooks.get(visit.tx(), webhook_id)
    recipient = f"{webhooks.KIND}{webhook_id}"
    return render_template(
        "webhooks/form.html",
        row=row,
        values=values,
        version=_seen(row, refused),
        parts=webhook_form.parts(),
        refused=refused,
        deliveries=() if row is None else alerts.of_receiver(visit.tx(), recipient, most=SHOWN),
        why=alert_words.why,
    )


def _seen(row: Row[Any] | None, refused: Rejection | None) -> Any:
    """Return the version that the form is about: who was told of another's change may save over it."""
    if row is None:
        return 0
    is_told = refused is not None and refused.reason == "conflict"
    return row.version if is_told else request.form.get("version", row.version)
