"""Keys of other programs: made, shown once, revoked; and the list of what they may ask."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from crm_entities import api_keys
from crm_entities.rights import RIGHTS
from ledger.rejection import Rejection
from web import errors, fields, languages, people, rights, shown, visit
from web.api import document
from web.fields import Field
from web.speech import gettext

page = Blueprint("api_keys", __name__, url_prefix="/api-keys")
Answer = Response | str | tuple[str, int]


@page.get("")
@rights.holding("settings.manage")
def listing() -> Answer:
    """List all keys, and make a new one."""
    return _show()


@page.post("")
@rights.holding("settings.manage")
def make() -> Answer:
    """Make a key and show it, this once."""
    try:
        typed = fields.read(_form(), request.form)
        ends, topics = typed["expires_at"], str(typed["topics"] or "").replace("\n", ",").split(",")
        chosen = request.form.getlist("rights")
        key, value = visit.run(
            lambda tx: api_keys.make(
                tx,
                str(typed["name"]),
                int(str(typed["owner"])),
                rights=chosen if request.form.get("reach") == "some" else None,
                topics=topics,
                expires_at=_end_of(ends),
            )
        )
    except Rejection as refused:
        return _show(refused=refused), errors.status(refused)
    return _show(made=key.name, value=value)


@page.post("/<int:key_id>/revoke")
@rights.holding("settings.manage")
def revoke(key_id: int) -> Answer:
    """Let a key open nothing any more."""
    visit.run(lambda tx: api_keys.revoke(tx, key_id))
    flash(gettext("The key opens nothing any more."))
    return redirect(url_for(".listing"), code=303)


@page.get("/reference")
@rights.person
def reference() -> Answer:
    """List every operation of the API, from the document that programs read."""
    told = document.document()
    operations = [
        (method.upper(), f"/api/v1{path}", operation)
        for path, methods in told["paths"].items()
        for method, operation in methods.items()
    ]
    nouns = [tag["name"] for tag in told["tags"]]
    schemas = sorted(told["components"]["schemas"].items())
    return render_template(
        "api_keys/reference.html", about=told["info"]["description"], nouns=nouns,
        operations=operations, schemas=schemas,
    )  # fmt: skip


def _show(
    *, refused: Rejection | None = None, made: str | None = None, value: str | None = None
) -> str:
    tx = visit.tx()
    keys = api_keys.listing(tx)
    shown.gather(f"staff:{key.owner_id}" for key in keys)
    return render_template(
        "api_keys/list.html",
        keys=[(key, api_keys.is_valid(key, tx.now)) for key in keys],
        form=_form(),
        rights=RIGHTS,
        chosen=request.form.getlist("rights"),
        reach=request.form.get("reach", "all"),
        typed={} if made else request.form,
        errors=getattr(refused, "errors", {}),
        refused=refused,
        made=made,
        value=value,
    )


def _form() -> list[Field]:
    topics = gettext("Kinds of work that a worker may take, separated by commas; * for all.")
    return [
        Field("name", "text", gettext("Name of the program"), required=True),
        Field(
            "owner", "choice", gettext("Owner"), required=True, options=people.options(prefix=""),
            help=gettext("The program sees and does no more than this person may."),
        ),
        Field("topics", "text", gettext("Topics"), help=topics),
        Field("expires_at", "date", gettext("Last day"), help=gettext("Empty: until it is revoked.")),
    ]  # fmt: skip


def _end_of(day: fields.Value) -> datetime | None:
    """Return the end of the last day in the visitor's zone."""
    if day is None:
        return None
    last = datetime.fromisoformat(f"{day}")
    return datetime.combine(last, time.max, ZoneInfo(languages.zone())).astimezone(UTC)
