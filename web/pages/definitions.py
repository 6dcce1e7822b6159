"""Processes: the list, one of them with its diagram and versions, upload with check, publish and retire."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from sqlalchemy import func, select
from werkzeug.wrappers import Response as Answered

from engine import definitions
from engine.bpmn.graph import Campaign
from engine.bpmn.problems import Problem
from engine.definitions import Definition
from engine.waiting.cases import cases
from ledger import numbers
from ledger.rejection import Rejection, invalid, not_found
from ledger.transaction import Transaction
from scheduler import schedules
from web import (
    case_rights,
    company_directory,
    definition_files,
    downloads,
    errors,
    languages,
    position,
    rights,
    running,
    segment_words,
    sentences,
    shown,
    visit,
)
from web.speech import gettext, ngettext

page = Blueprint("definitions", __name__, url_prefix="/definitions")
Answer = Answered | str | tuple[str, int]


@dataclass(frozen=True, slots=True)
class Version:
    """One version with the number of its cases that still run; `state` says `replaced` where a newer one is used."""

    definition: Definition
    title: str
    live: int
    state: str


@page.get("")
@rights.holding("definition.draft")
def listing() -> Answer:
    """List the newest version of every process."""
    return _listing()


@page.post("")
@rights.holding("definition.draft")
def upload() -> Answer:
    """Check the uploaded files; deploy them as drafts or published, or say what is wrong and where."""
    try:
        looked = [
            _look(file.filename or "", file.read())
            for file in request.files.getlist("files")
            if file.filename
        ]
        if not looked:
            raise invalid(gettext("Please choose a file."), field="files")
    except Rejection as refused:
        return _listing(refused), errors.status(refused)
    is_wanted = request.form.get("then") != "check"
    if not is_wanted or not all(one.is_deployable for one in looked):
        return _listing(looked=looked), 200 if not is_wanted else 422
    may_publish = rights.may("definition.publish") and request.form.get("then") == "publish"
    state = "published" if may_publish else "draft"
    sources = [definition_files.deployable(one) for one in looked]
    try:
        made = visit.run(lambda tx: definitions.deploy(tx, sources, state=state))
    except definitions.Refused as refused:
        return _listing(
            looked=[_refused(name, found) for name, found in refused.problems.items()]
        ), 422
    if made.decisions and not made.definitions:
        flash(_deployed_words(state, 0))
        return redirect(url_for("decisions.show", decision_id=made.decisions[0].id), code=303)
    count = len(made.definitions)
    flash(_deployed_words(state, count))
    warned = {name: found for name, found in made.problems.items() if found}
    if warned or count != 1:
        return _listing(looked=[_refused(name, found) for name, found in warned.items()])
    return redirect(
        url_for(".show", key=made.definitions[0].key, version=made.definitions[0].version), code=303
    )


@page.get("/<key>")
@rights.person
def show(key: str) -> Answer:
    """Show a process: its diagram, its versions, its source, the cases that run."""
    tx = visit.tx()
    known = [one for one in definitions.versions(tx, key) if _is_shown(one)]
    if not known:
        raise not_found("process %(process)s", process=key)
    wanted = request.args.get("version", type=numbers.whole)
    chosen = next((one for one in known if one.version == wanted), known[0])
    deployment = definitions.deployment(tx, chosen.deployment_id)
    process = definitions.process(tx, chosen.id)
    versions = _counted(known)
    shown.gather([deployment.by])
    question = select(cases).where(
        cases.c.definition_id == chosen.id, cases.c.state.in_(running.LIVE)
    )
    live = (
        tx.execute(question.order_by(cases.c.id.desc()).limit(20)).all()
        if rights.may("definition.draft")
        else []
    )
    return render_template(
        "definitions/show.html",
        chosen=chosen,
        title=languages.titled(chosen.titles, chosen.title),
        deployment=deployment,
        versions=versions,
        state=next(one.state for one in versions if one.definition.id == chosen.id),
        stages=position.bar(process, position.Position((), ())),
        cases=running.lines(live),
        total_live=next(one.live for one in versions if one.definition.id == chosen.id),
        may_publish=rights.may("definition.publish"),
        owner=process.owner,
        schedules=schedules.of_process(tx, key) if chosen.state == "published" else (),
        chosen_clients={line: _whom(one) for line, one in process.campaigns.items()},
    )


def _publish(tx: Transaction, definition_id: int) -> None:
    """Publish a draft; the segments that it names may have gone since it was checked."""
    company_directory.demand_clients(tx, definition_id)
    definitions.publish(tx, definition_id)


def _whom(campaign: Campaign) -> str:
    """Say for which clients a schedule starts cases; empty where for none."""
    if campaign.clients is None:
        return ""
    said = " · ".join(segment_words.conditions(campaign.clients))
    return gettext("for each client (%(conditions)s)", conditions=said or gettext("all"))


@page.get("/by-id/<int:definition_id>.bpmn")
@rights.person
def diagram(definition_id: int) -> Response:
    """Send a definition's BPMN, with `lang` to be looked at in that language."""
    found = definitions.get(visit.tx(), definition_id)
    if not _is_shown(found):
        raise not_found("process definition %(definition)s", definition=definition_id)
    deployment = definitions.deployment(visit.tx(), found.deployment_id)
    spoken = request.args.get("lang", "")
    source = deployment.source
    if spoken:
        from process_defs import speaking  # noqa: PLC0415  # loaded behind the first page

        source = speaking.said_in(source, spoken, sentences.readable)
    answer = Response(source, content_type="application/xml; charset=utf-8")
    answer.headers["Cache-Control"] = "private, max-age=86400"
    return answer


@page.get("/by-id/<int:definition_id>/source")
@rights.holding("definition.draft")
def source(definition_id: int) -> Response:
    """Send the file as it was deployed, for the owner's own folder."""
    deployment = definitions.deployment(
        visit.tx(), definitions.get(visit.tx(), definition_id).deployment_id
    )
    content = deployment.origin.encode() if deployment.origin else deployment.source
    name = PurePath(deployment.name).name.replace('"', "")
    return downloads.answer(name, content)


@page.post("/by-id/<int:definition_id>/publish")
@rights.holding("definition.publish")
def publish(definition_id: int) -> Answer:
    """Let new cases start from this version."""
    visit.run(lambda tx: _publish(tx, definition_id))
    flash(gettext("New cases start from this version; running ones keep theirs."))
    return _to(definition_id)


@page.post("/by-id/<int:definition_id>/retire")
@rights.holding("definition.publish")
def retire(definition_id: int) -> Answer:
    """Let no new case start from this version."""
    visit.run(lambda tx: definitions.retire(tx, definition_id))
    flash(gettext("No new case starts from this version."))
    return _to(definition_id)


def _listing(
    refused: Rejection | None = None, looked: list[definition_files.Looked] | None = None
) -> str:
    return render_template(
        "definitions/list.html",
        found=_counted(definitions.listed(visit.tx())),
        refused=refused,
        looked=looked or [],
        endings=",".join(definition_files.ENDINGS),
        may_publish=rights.may("definition.publish"),
    )


def _counted(known: list[Definition]) -> list[Version]:
    ids = [one.id for one in known]
    question = select(cases.c.definition_id, func.count().label("live")).where(
        cases.c.definition_id.in_(ids)
    )
    grouped = question.where(cases.c.state.in_(running.LIVE)).group_by(cases.c.definition_id)
    live = {row.definition_id: int(row.live) for row in visit.tx().execute(grouped)}
    used: set[str] = set()
    found = []
    for one in known:
        state = "replaced" if one.state == "published" and one.key in used else one.state
        if one.state == "published":
            used.add(one.key)
        title = languages.titled(one.titles, one.title)
        found.append(Version(one, title, live.get(one.id, 0), state))
    return found


def _is_shown(definition: Definition) -> bool:
    """Say whether the visitor may see a version.

    Who drafts sees every one; everybody else what new cases start from, and the version of a case that
    he may see.
    """
    if rights.may("definition.draft") or rights.may("definition.publish"):
        return True
    if definition.state == "published":
        newest = definitions.latest(visit.tx(), definition.key)
        if newest.id == definition.id:
            return True
    return case_rights.sees_case_of(definition.id)


def _look(name: str, content: bytes) -> definition_files.Looked:
    return definition_files.look(name, content, company_directory.of(visit.tx()))


def _deployed_words(state: str, processes: int) -> str:
    """Say what became of an upload; without a process it is of decisions."""
    if state == "draft":
        return gettext("Kept as a draft. Nothing uses it before it is published.")
    if not processes:
        return gettext("The decisions were deployed.")
    return ngettext("%(num)s process was deployed.", "%(num)s processes were deployed.", processes)


def _refused(name: str, problems: tuple[Problem, ...]) -> definition_files.Looked:
    return definition_files.Looked(name, None, problems)


def _to(definition_id: int) -> Answer:
    found = definitions.get(visit.tx(), definition_id)
    return redirect(url_for(".show", key=found.key, version=found.version), code=303)
