"""Running cases move to another version: chosen, looked at first, moved with progress and a result for each."""

from __future__ import annotations

from time import monotonic

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine import definitions, instances, migration
from ledger.rejection import Rejection, not_found
from web import (
    case_rights,
    errors,
    languages,
    migration_form,
    migration_words,
    rights,
    running,
    shown,
    subjects,
    token_form,
    visit,
)
from web.migration_form import Wish
from web.speech import gettext

page = Blueprint("migrations", __name__)
Answer = Response | str | tuple[str, int]
PATIENCE = 3.0
"""For how many seconds a request moves cases before it shows how far it is."""
AT_ONCE = 10


@page.get("/definitions/<key>/move")
@rights.holding("case.move")
def choose(key: str) -> Answer:
    """Ask which cases of a process move to which version, and what becomes of them."""
    return _form(key)


@page.post("/definitions/<key>/move")
@rights.holding("case.move")
def move(key: str) -> Answer:
    """Say what would become of the cases, or let them move."""
    wish = migration_form.read(definitions.versions(visit.tx(), key), request.form)
    then = request.form.get("then")
    if wish is None or then not in ("look", "start"):
        return _form(key, wish)
    try:
        found = wish.numbers()
        if then == "look":
            summary = migration.look_at_all(
                visit.tx(), found, wish.target.id, wish.mapping, wish.terms
            )
            outlook = migration_words.outlook(summary, wish.source, wish.target)
            return _form(key, wish, outlook)
        run_id = visit.run(
            lambda tx: migration.start(tx, found, wish.target.id, wish.mapping, wish.terms)
        )
    except Rejection as refused:
        return _form(key, wish, refused=refused), errors.status(refused)
    return _go_on(run_id)


@page.get("/moves/<int:run_id>")
@rights.holding("case.move")
def show(run_id: int) -> Answer:
    """Show how far a move of cases is, and what became of each."""
    run = migration.get(visit.tx(), run_id)
    definition = definitions.get(visit.tx(), run.definition_id)
    shown.gather([run.by])
    return render_template(
        "migrations/run.html",
        run=run,
        title=languages.titled(definition.titles, definition.title),
        stayed=migration_words.results(run_id, migration.FAILED),
        moved=migration_words.results(run_id, migration.MOVED),
        policy=migration_words.policy_word(run.terms.policy),
    )


@page.post("/moves/<int:run_id>/continue")
@rights.holding("case.move")
def go_on(run_id: int) -> Answer:
    """Move further cases; whoever asks, it goes on where it was."""
    return _go_on(run_id)


@page.post("/moves/<int:run_id>/stop")
@rights.holding("case.move")
def stop(run_id: int) -> Answer:
    """Leave the cases that have not had their turn where they are."""
    visit.run(lambda tx: migration.stop(tx, run_id))
    flash(gettext("The other cases stay where they are."))
    return redirect(url_for(".show", run_id=run_id), code=303)


@page.post("/cases/<int:case_id>/move")
@rights.holding("case.move")
def move_token(case_id: int) -> Answer:
    """Put a case before another stage, with a reason."""
    case_rights.demand_case("case.move", instances.get(visit.tx(), case_id))
    element, scope, to, reason = token_form.read(request.form)
    visit.run(lambda tx: instances.move(tx, case_id, element, to, reason, scope_id=scope))
    flash(gettext("The case was moved."))
    return redirect(url_for("cases.show", case_id=case_id), code=303)


def _go_on(run_id: int) -> Answer:
    run = migration.get(visit.tx(), run_id)
    actor, store, ends = visit.actor(), visit.store(), monotonic() + PATIENCE
    visit.close()
    while not run.is_over and monotonic() < ends:
        run = migration.next_batch(store, actor, run_id, most=AT_ONCE)
    return redirect(url_for(".show", run_id=run_id), code=303)


def _form(
    key: str,
    wish: Wish | None = None,
    outlook: migration_words.Outlook | None = None,
    refused: Rejection | None = None,
) -> str:
    known = definitions.versions(visit.tx(), key)
    if not known:
        raise not_found("the process %(key)s", key=key)
    wish = wish or migration_form.read(known, request.args)
    newest = known[0]
    chosen = migration_form.listed(wish.source.id, wish.cases) if wish else ()
    lines = running.lines(list(chosen))
    subjects.gather(line.subject for line in lines)
    runs = migration.listed(visit.tx(), key)
    shown.gather(run.by for run in runs)
    return render_template(
        "migrations/form.html",
        key=key,
        title=languages.titled(newest.titles, newest.title),
        wish=wish,
        sources=migration_form.sources(known),
        targets=[one for one in known if one.state == "published"],
        table=migration_form.lines(wish) if wish else (),
        cases=lines,
        total=len(migration_form.live(wish.source.id)) if wish else 0,
        policies=[(one, migration_words.policy_word(one)) for one in migration.POLICIES],
        outlook=outlook,
        refused=refused,
        runs=runs,
    )
