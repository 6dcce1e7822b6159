"""People: who works here, in which team, with which roles, and who is away."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from crm_entities import absences, groups, passwords, staff, teams
from crm_entities import rights as roles
from ledger import numbers
from ledger.rejection import Rejection
from web import addresses, errors, fields, languages, people, rights, sentences, shown, visit
from web.fields import Field, Option
from web.speech import gettext

page = Blueprint("staff", __name__, url_prefix="/staff")
Answer = Response | str | tuple[str, int]


@page.get("")
@rights.holding("staff.manage")
def listing() -> Answer:
    """List everybody by name."""
    tx = visit.tx()
    is_left = bool(request.args.get("left"))
    now = tx.now
    away = {one.staff_id: one for one in absences.between(tx, now, now + timedelta(days=21))}
    team_names = {team.id: team.name for team in teams.listing(tx)}
    members = staff.listing(tx, is_left=is_left)
    return render_template(
        "staff/list.html",
        members=members,
        away=away,
        teams=team_names,
        is_left=is_left,
        groups=groups.listing(tx),
    )


@page.get("/new")
@rights.holding("staff.manage")
def new() -> Answer:
    """Show an empty form."""
    return _form(None, {})


@page.post("/new")
@rights.holding("staff.manage")
def create() -> Answer:
    """Write a new colleague."""
    try:
        values, fresh = _values(), _new_password()
        visit.run(lambda tx: staff.hire(tx, values, password=fresh).id)
    except Rejection as refused:
        return _form(None, request.form, refused), errors.status(refused)
    return redirect(url_for(".listing"), code=303)


@page.get("/<int:staff_id>")
@rights.holding("staff.manage")
def edit(staff_id: int) -> Answer:
    """Show the form of a colleague, with the absences planned."""
    member = staff.get(visit.tx(), staff_id)
    held = {
        name: fields.shown(getattr(member, name))
        for name in ("name", "login", "mail", "title", "language", "zone")
    }
    return _form(
        member,
        {**held, "team_id": str(member.team_id or ""), "manager_id": str(member.manager_id or "")},
    )


@page.post("/<int:staff_id>")
@rights.holding("staff.manage")
def change(staff_id: int) -> Answer:
    """Change a colleague, and set a new password where one is given."""

    def command(tx: Any) -> None:
        staff.change(tx, staff_id, values, version=request.form.get("version", type=numbers.whole))
        if fresh:
            staff.set_password(tx, staff_id, fresh)

    try:
        values, fresh = _values(), _new_password()
        visit.run(command)
    except Rejection as refused:
        return _form(staff.get(visit.tx(), staff_id), request.form, refused), errors.status(refused)
    return redirect(url_for(".listing"), code=303)


@page.post("/<int:staff_id>/leave")
@rights.holding("staff.manage")
def leave(staff_id: int) -> Answer:
    """Cut a leaver off, at once."""
    visit.run(lambda tx: staff.leave(tx, staff_id))
    flash(
        gettext(
            "The person can no longer log in. Open tasks, clients and deals still bear the name."
        )
    )
    return redirect(url_for(".listing"), code=303)


@page.post("/<int:staff_id>/absences")
@rights.holding("staff.manage")
def plan_absence(staff_id: int) -> Answer:
    """Write down when somebody is away, and who stands in."""
    try:
        read = fields.read(absence_fields(), request.form)
        first, ends = fields.midnight(read["starts"]), fields.midnight(read["ends"], days=1)
        substitute = int(str(read["substitute"])) if read["substitute"] else None
        visit.run(lambda tx: absences.plan(tx, staff_id, first, ends, substitute_id=substitute))
    except Rejection as refused:
        flash(sentences.readable(refused.sentence), "refused")
    return redirect(url_for(".edit", staff_id=staff_id), code=303)


@page.post("/absences/<int:absence_id>/cancel")
@rights.holding("staff.manage")
def cancel_absence(absence_id: int) -> Answer:
    """Take an absence back."""
    visit.run(lambda tx: absences.cancel(tx, absence_id))
    return redirect(addresses.inside(request.referrer, url_for(".listing")), code=303)


def absence_fields() -> list[Field]:
    """Return the fields of an absence."""
    return [
        Field("starts", "date", gettext("First day"), required=True),
        Field("ends", "date", gettext("Last day"), required=True),
        Field("substitute", "choice", gettext("Stands in"), options=people.options(prefix="")),
    ]


def _fields() -> list[Field]:
    spoken = tuple(Option(code, name) for code, name in languages.LANGUAGES.items())
    return [
        Field("name", "text", gettext("Name"), required=True),
        Field("login", "text", gettext("Login"), required=True),
        Field("mail", "text", gettext("Mail")),
        Field("title", "text", gettext("Position")),
        Field("team_id", "choice", gettext("Team"), options=people.team_options()),
        Field("manager_id", "choice", gettext("Manager"), options=people.options(prefix="")),
        Field("language", "choice", gettext("Language"), options=spoken),
        Field("zone", "text", gettext("Time zone"), help=gettext("Such as Europe/Berlin.")),
    ]


def _new_password() -> passwords.Hash | None:
    """Return the hash of the password that is given, made before any transaction: it takes its time."""
    given = request.form.get("new_password")
    visit.close()
    return passwords.hashed(given) if given else None


def _values() -> dict[str, Any]:
    read: dict[str, Any] = dict(fields.read(_fields(), request.form))
    for name in ("team_id", "manager_id"):
        read[name] = None if read[name] is None else int(read[name])
    return {
        **read,
        "mail": read["mail"] or "",
        "title": read["title"] or "",
        "roles": request.form.getlist("roles"),
    }


def _form(member: staff.StaffMember | None, typed: Any, refused: Rejection | None = None) -> str:
    found = getattr(refused, "errors", None)
    if found is None and refused is not None and refused.field:
        found = {refused.field: refused.sentence}
    away = absences.of_staff(visit.tx(), member.id) if member is not None else ()
    shown.gather(f"staff:{one.substitute_id}" for one in away if one.substitute_id)
    chosen = request.form.getlist("roles") or (member.roles if member is not None else ["employee"])
    return render_template(
        "staff/form.html",
        member=member,
        form=_fields(),
        typed=typed,
        refused=refused,
        errors=found or {},
        roles=list(roles.ROLES),
        chosen=chosen,
        absences=away,
        absence=absence_fields(),
    )
