"""Is there somebody for every stage, every vote and every level of a ladder?"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from itertools import pairwise

from ledger.words import say
from process_defs import references
from process_defs.check.directory import Directory
from process_defs.check.findings import Findings
from process_defs.language import Approve, Ladder, Level, Person, Said, Stage
from process_defs.references import Reference

FORMS = say(
    "a role under 'people', group:…, staff:…, a field such as deal.owner, starter, or 'manager of …'"
)


def check(findings: Findings) -> None:
    """Add references that name nobody, stages without anybody, and levels that tell somebody twice."""
    for name, who in findings.definition.people.items():
        if name in references.RESERVED or name == "manager":
            findings.error(
                who.place,
                "role-name",
                say("'%(name)s' is a word of the language; call the role otherwise.", name=name),
            )
        _known(findings, who, None)
    if findings.definition.owner:
        _known(findings, findings.definition.owner, None)
    for stage in findings.definition.every_stage():
        _stage(findings, stage)
    for ladder in findings.definition.ladders.values():
        for level in ladder.levels:
            for who in (*level.notify, *([level.reassign] if level.reassign else [])):
                _known(findings, who, None)
    _twice(findings)


def _stage(findings: Findings, stage: Stage) -> None:
    if isinstance(stage.work, Person) and stage.work.responsible is None:
        message = say(
            "Nobody is responsible for this stage: say 'responsible', or what else the stage does."
        )
        findings.error(stage.place, "nobody-responsible", message, stage.id)
    for who in _of_stage(stage):
        if who.is_expression and isinstance(stage.work, Approve):
            findings.error(
                who.place,
                "person",
                say("A vote names its voters in words, not by an expression."),
                stage.id,
            )
        if not who.is_expression:
            _known(findings, who, stage.id)
            if who.text == "responsible":
                findings.error(
                    who.place,
                    "circular",
                    say("'responsible' cannot be said by itself here."),
                    stage.id,
                )
    _excluded(findings, stage)


def _of_stage(stage: Stage) -> Iterator[Said]:
    if isinstance(stage.work, Person):
        yield from (stage.work.responsible,) if stage.work.responsible else ()
        yield from stage.work.excluded
    elif isinstance(stage.work, Approve):
        yield from stage.work.by
        yield from stage.work.excluded


def _excluded(findings: Findings, stage: Stage) -> None:
    if not isinstance(stage.work, Person | Approve):
        return
    roles = findings.definition.people
    out = {references.resolved(who.text, roles): who for who in stage.work.excluded}
    by = (
        stage.work.by if isinstance(stage.work, Approve) else filter(None, [stage.work.responsible])
    )
    for who in by:
        found = references.resolved(who.text, roles)
        if found is not None and found.kind != "group" and found in out:
            message = say(
                "Nobody can do this: '%(text)s' is asked, and 'not: [%(text2)s]' forbids it.",
                text=who.text,
                text2=out[found].text,
            )
            findings.error(who.place, "nobody-responsible", message, stage.id)


def _known(findings: Findings, who: Said, element: str | None) -> None:
    found = references.parse(who.text)
    roles = findings.definition.people
    if found is None:
        findings.error(
            who.place,
            "person",
            say("'%(text)s' names nobody; write %(forms)s.", text=who.text, forms=FORMS),
            element,
        )
        return
    while found.of is not None:
        found = found.of
    if found.kind == "role" and found.name not in roles:
        near = difflib.get_close_matches(found.name, roles, 1, 0.6)
        way = (
            say("Did you mean '%(near)s'?", near=near[0])
            if near
            else say("Write %(forms)s.", forms=FORMS)
        )
        findings.error(
            who.place,
            "unknown-role",
            say("There is no role '%(name)s' under 'people'. %(way)s", name=found.name, way=way),
            element,
        )
    elif found.kind == "role" and references.resolved(who.text, roles) is None:
        findings.error(
            who.place,
            "circular",
            say("The role '%(name)s' leads back to itself.", name=found.name),
            element,
        )
    elif found.kind == "path":
        _path(findings, who, found, element)


def _path(findings: Findings, who: Said, found: Reference, element: str | None) -> None:
    subject, root = findings.definition.subject, found.name.split(".")[0]
    if root in ("deal", "client") and subject is None:
        findings.error(
            who.place,
            "no-subject",
            say(
                "'%(name)s': the case is about no %(root)s; say 'subject'.",
                name=found.name,
                root=root,
            ),
            element,
        )
    elif root == "deal" and subject == "client":
        message = say(
            "'%(name)s': the case is about a client, which may have many deals.", name=found.name
        )
        findings.error(who.place, "no-subject", message, element)


def _twice(findings: Findings) -> None:
    """Warn of a level, or two levels at one point, that tell the same person twice in some stage."""
    for stage in findings.definition.every_stage():
        ladder = findings.definition.ladders.get(stage.ladder.text) if stage.ladder else None
        if ladder is None or not isinstance(stage.work, Person) or stage.work.responsible is None:
            continue
        for told, again, place in _repeated(findings, ladder, stage.work.responsible):
            message = say(
                "In stage '%(id)s' the ladder '%(id2)s' tells the same person twice: %(told)s, %(again)s.",
                id=stage.id,
                id2=ladder.id,
                told=told,
                again=again,
            )
            findings.warning(place.place, "told-twice", message, stage.id)


def _repeated(
    findings: Findings, ladder: Ladder, responsible: Said
) -> Iterator[tuple[str, str, Said]]:
    for level in ladder.levels:
        yield from _pairs(findings, level, (), responsible)
    for one, other in pairwise(ladder.levels):
        if " ".join(one.at.text.split()) == " ".join(other.at.text.split()):
            yield from _pairs(findings, other, one.notify, responsible)


def _pairs(
    findings: Findings, level: Level, before: tuple[Said, ...], responsible: Said
) -> Iterator[tuple[str, str, Said]]:
    seen: dict[Reference, str] = {}
    for who in (*before, *level.notify):
        text = responsible.text if who.text == "responsible" else who.text
        found = references.resolved(text, findings.definition.people)
        if found is not None and found in seen and (not before or who in level.notify):
            yield seen[found], who.text, who
        if found is not None:
            seen.setdefault(found, who.text)


def ask(findings: Findings, directory: Directory) -> None:
    """Add groups that are unknown, empty or all absent, and people who do not work here."""
    seen: set[Reference] = set()
    for who, element in _everybody(findings):
        found = references.parse(who.text)
        while found is not None and found.of is not None:
            found = found.of
        if found is None or found in seen:
            continue
        seen.add(found)
        if found.kind == "staff" and not directory.has_person(found.name):
            findings.warning(
                who.place,
                "unknown-person",
                say("Nobody here has the login '%(name)s'.", name=found.name),
                element,
            )
        elif found.kind == "group":
            _group(findings, directory, who, found.name, element)


def _everybody(findings: Findings) -> Iterator[tuple[Said, str | None]]:
    yield from ((who, None) for who in findings.definition.people.values())
    if findings.definition.owner:
        yield findings.definition.owner, None
    for stage in findings.definition.every_stage():
        yield from ((who, stage.id) for who in _of_stage(stage))
    for ladder in findings.definition.ladders.values():
        for level in ladder.levels:
            yield from (
                (who, None)
                for who in (*level.notify, *([level.reassign] if level.reassign else []))
            )


def _group(
    findings: Findings, directory: Directory, who: Said, name: str, element: str | None
) -> None:
    members = directory.members(name)
    if members is None:
        findings.warning(
            who.place,
            "unknown-group",
            say("There is no group '%(name)s' here.", name=name),
            element,
        )
    elif not members:
        message = say(
            "The group '%(name)s' is empty: its tasks go to the process owner.", name=name
        )
        findings.warning(who.place, "empty-group", message, element)
    elif all(directory.is_absent(member) for member in members):
        message = say("Everyone in the group '%(name)s' is absent at the same time.", name=name)
        findings.warning(who.place, "absent-group", message, element)
