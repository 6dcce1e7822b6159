"""Decisions: the list, one of them with its tables and a trial, the editor, publish, retire and discard."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answered

from engine import decisions, definitions
from engine.bpmn.problems import has_error
from engine.decisions import Decision
from engine.dmn import check, drawing, sheets, skeleton
from ledger.rejection import Rejection, invalid, invalid_state
from ledger.transaction import Transaction
from web import decision_trial, decision_words, downloads, errors, rights, shown, visit
from web.decision_trial import Trial
from web.fields import Refused
from web.speech import gettext

page = Blueprint("decisions", __name__, url_prefix="/decisions")
Answer = Answered | str | tuple[str, int]


@page.get("")
@rights.holding("definition.draft")
def listing() -> Answer:
    """List the newest version of every decision."""
    return _listing()


@page.post("")
@rights.holding("definition.draft")
def begin() -> Answer:
    """Begin a decision: an empty table, opened in the editor."""
    name, key = request.form.get("name", "").strip(), request.form.get("key", "").strip()
    try:
        made = _begun(name, key)
    except Rejection as refused:
        return _listing(refused, name, key), errors.status(refused)
    return redirect(url_for(".edit", decision_id=made[0].id), code=303)


@page.get("/<int:decision_id>")
@rights.holding("definition.draft")
def show(decision_id: int) -> Answer:
    """Show a version of a decision: its tables, what is found in them, its versions, a form to try it."""
    return _show(decisions.get(visit.tx(), decision_id))


@page.post("/<int:decision_id>")
@rights.holding("definition.draft")
def ask(decision_id: int) -> Answer:
    """Try the decision with the values typed; nothing is kept."""
    chosen = decisions.get(visit.tx(), decision_id)
    try:
        trial = decision_trial.run(chosen, request.form)
    except Refused as refused:
        return _show(chosen, refused=refused), 422
    return _show(chosen, trial)


@page.get("/<int:decision_id>.dmn")
@rights.holding("definition.draft")
def file(decision_id: int) -> Response:
    """Send the file with all its decisions."""
    found = decisions.get(visit.tx(), decision_id)
    source = definitions.deployment(visit.tx(), found.deployment_id).source
    return downloads.answer(f"{found.key}.dmn", source)


@page.get("/<int:decision_id>/edit")
@rights.holding("definition.draft")
def edit(decision_id: int) -> Answer:
    """Open the editor."""
    chosen = _editable(decision_id)
    source = definitions.deployment(visit.tx(), chosen.deployment_id).source
    text = drawing.drawn(source).decode("utf-8", "replace")
    return _editor(chosen, text, _newest(chosen).id)


@page.post("/<int:decision_id>/edit")
@rights.holding("definition.draft")
def save(decision_id: int) -> Answer:
    """Keep what was edited as the draft, or say what is wrong and keep what was typed."""
    chosen = _editable(decision_id)
    text, since = request.form.get("xml", ""), request.form.get("since", 0, type=int)
    source = text.encode()
    problems = decisions.check(visit.tx(), source) if decisions.is_model(source) else ()
    try:
        if not decisions.is_model(source):
            raise invalid(gettext("This is no decision model: DMN is expected."), field="xml")
        if has_error(problems):
            return _editor(chosen, text, since, problems=problems), 422
        name = definitions.deployment(visit.tx(), chosen.deployment_id).name
        made = _save(name, source, partial(_must_be_newest, chosen=chosen, since=since))
    except Rejection as refused:
        # who was told of another's draft may save over it
        seen = _newest(chosen).id if refused.reason == "conflict" else since
        return _editor(chosen, text, seen, refused), errors.status(refused)
    flash(gettext("The draft is kept. It decides nothing until it is published."))
    same = next((one for one in made if one.key == chosen.key), made[0])
    return redirect(url_for(".show", decision_id=same.id), code=303)


@page.post("/<int:decision_id>/publish")
@rights.holding("definition.publish")
def publish(decision_id: int) -> Answer:
    """Let this version decide from now on."""
    visit.run(lambda tx: decisions.publish(tx, decision_id))
    flash(gettext("This version decides from now on."))
    return redirect(url_for(".show", decision_id=decision_id), code=303)


@page.post("/<int:decision_id>/retire")
@rights.holding("definition.publish")
def retire(decision_id: int) -> Answer:
    """Let this version decide no longer."""
    visit.run(lambda tx: decisions.retire(tx, decision_id))
    flash(gettext("This version decides no longer."))
    return redirect(url_for(".show", decision_id=decision_id), code=303)


@page.post("/<int:decision_id>/discard")
@rights.holding("definition.draft")
def discard(decision_id: int) -> Answer:
    """Throw a draft away."""
    visit.run(lambda tx: decisions.discard(tx, decision_id))
    flash(gettext("The draft was thrown away."))
    return redirect(url_for(".listing"), code=303)


def _listing(refused: Rejection | None = None, name: str = "", key: str = "") -> str:
    return render_template(
        "decisions/list.html",
        found=decisions.listed(visit.tx()),
        refused=refused,
        typed={"name": name, "key": key},
    )


def _show(chosen: Decision, trial: Trial | None = None, refused: Refused | None = None) -> str:
    tx = visit.tx()
    deployment = definitions.deployment(tx, chosen.deployment_id)
    shown.gather([deployment.by])
    model = decisions.model(tx, chosen.deployment_id)
    found = [each for key in model.tables for each in check.findings(model, key)]
    return render_template(
        "decisions/show.html",
        chosen=chosen,
        deployment=deployment,
        sheets=sheets.read(deployment.source),
        names={each.id: each.name for each in model.elements.values()},
        findings=[(each, decision_words.sentence(each)) for each in found],
        problems=model.problems,
        has_tables=bool(model.tables),
        versions=decisions.versions(tx, chosen.key),
        fields=decision_trial.form(chosen),
        typed=request.form,
        errors=refused.errors if refused else {},
        refused=refused,
        trial=trial,
        may_publish=rights.may("definition.publish"),
    )


def _editor(
    chosen: Decision,
    text: str,
    since: int,
    refused: Rejection | None = None,
    problems: tuple[object, ...] = (),
) -> str:
    return render_template(
        "decisions/edit.html",
        chosen=chosen,
        text=text,
        since=since,
        refused=refused,
        problems=problems,
    )


def _editable(decision_id: int) -> Decision:
    chosen = decisions.get(visit.tx(), decision_id)
    if chosen.process is not None:
        words = f"Expected to edit {chosen.name} here, but it is written in the process {chosen.process}"
        raise invalid_state(words)
    return chosen


def _newest(chosen: Decision) -> Decision:
    return decisions.versions(visit.tx(), chosen.key)[0]


def _must_be_newest(tx: Transaction, chosen: Decision, since: int) -> None:
    """Refuse to save over what somebody else saved since version `since` was opened."""
    tx.take_turn(f"decision {chosen.key}")
    newest = decisions.versions(tx, chosen.key)[0]
    if newest.id != since:
        raise Rejection(
            "conflict",
            "Expected to save a draft of %(decision)s, but %(who)s saved another since it was opened. "
            "Save again to put yours in its place",
            decision=chosen.name,
            who=definitions.deployment(tx, newest.deployment_id).by,
        )


def _save(name: str, xml: bytes, check: Callable[[Transaction], None]) -> tuple[Decision, ...]:
    """Keep a draft, unless `check` refuses it in the same transaction."""
    source = definitions.Source(name, xml)

    def command(tx: Transaction) -> tuple[Decision, ...]:
        check(tx)
        return definitions.deploy(tx, [source], state="draft").decisions

    return visit.run(command)


def _begun(name: str, key: str) -> tuple[Decision, ...]:
    if not name:
        raise invalid(gettext("Please give the decision a name."), field="name")
    return _save(f"{key}.dmn", _skeleton(key, name), partial(_must_be_new, key=key))


def _must_be_new(tx: Transaction, key: str) -> None:
    tx.take_turn(f"decision {key}")
    if decisions.versions(tx, key):
        words = gettext("There is a decision with the id “%(key)s” already.", key=key)
        raise Rejection("already_exists", words)


def _skeleton(key: str, name: str) -> bytes:
    try:
        return skeleton.empty(key, name)
    except ValueError as wrong:
        raise invalid(
            gettext("The id is of letters, digits, “_”, “-” and “.”, beginning with a letter."),
            field="key",
        ) from wrong
