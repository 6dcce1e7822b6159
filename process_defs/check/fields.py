"""Do forms, requirements and assignments speak of fields that there are?"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping

from ledger.words import say
from process_defs import literals
from process_defs.check.directory import Directory
from process_defs.check.expressions import every
from process_defs.check.findings import Findings
from process_defs.language import Field, Said, Stage, Wait
from process_defs.to_bpmn import extensions

SUBJECTS = ("deal", "client")


def check(findings: Findings) -> None:
    """Add fields of records that the case is not about, contradicting descriptions, and unreadable instants."""
    definition = findings.definition
    for said, element in _fields(findings):
        root = said.text.split(".")[0]
        if "." not in said.text:
            continue
        if (
            root not in SUBJECTS
            or definition.subject is None
            or (root == "deal" and definition.subject == "client")
        ):
            about = definition.subject or say("no record")
            findings.error(
                said.place,
                "no-subject",
                say("'%(text)s': the case is about %(about)s.", text=said.text, about=about),
                element,
            )
    known = extensions.fields_of(definition)
    for stage in definition.every_stage():
        _required(findings, stage)
        _described_otherwise(findings, stage, known)
        if isinstance(stage.work, Wait) and stage.work.until and not stage.work.until.is_expression:
            _instant(findings, stage.work.until, stage.id)


def _fields(findings: Findings) -> Iterator[tuple[Said, str | None]]:
    for field in findings.definition.start.form:
        yield Said(field.name, field.place), None
    for stage in findings.definition.every_stage():
        fields = [*stage.form, *(field for outcome in stage.outcomes for field in outcome.ask)]
        yield from ((Said(field.name, field.place), stage.id) for field in fields)
        yield from ((row.target, stage.id) for row in stage.sets)
        yield from ((name, stage.id) for name in stage.require)
    for end in findings.definition.ends.values():
        yield from ((row.target, end.id) for row in end.sets)
    for ladder in findings.definition.ladders.values():
        yield from ((row.target, None) for level in ladder.levels for row in level.sets)


def _required(findings: Findings, stage: Stage) -> None:
    for name in stage.require:
        if "." not in name.text:
            message = say(
                "'require' is for fields of the record, such as deal.amount; ask for '%(text)s' in 'form'.",
                text=name.text,
            )
            findings.error(name.place, "require", message, stage.id)


def _described_otherwise(findings: Findings, stage: Stage, known: Mapping[str, Field]) -> None:
    for field in (*stage.form, *(field for outcome in stage.outcomes for field in outcome.ask)):
        first = known.get(field.name, field)
        if not field.is_bare and first.type != field.type:
            message = say(
                "'%(name)s' is %(type)s here and %(type2)s in line %(line)s.",
                name=field.name,
                type=field.type,
                type2=first.type,
                line=first.place.line,
            )
            findings.error(field.place, "field-type", message, stage.id)


def _instant(findings: Findings, until: Said, element: str) -> None:
    if literals.INSTANT.fullmatch(until.text) or literals.DATE.fullmatch(until.text):
        if literals.feel(until.text):
            return
    elif literals.DURATION.fullmatch(until.text):
        return
    message = say(
        "'%(text)s' is no instant: write 2026-03-01, 2026-03-01T09:00:00Z, P3D, or '= deal.close_date'.",
        text=until.text,
    )
    findings.error(until.place, "instant", message, element)


def ask(findings: Findings, directory: Directory) -> None:
    """Add fields that the company's records do not have."""
    known = {subject: directory.fields(subject) for subject in SUBJECTS}
    for said, element in _fields(findings):
        root, _, name = said.text.partition(".")
        _exists(findings, said, root, name, known.get(root), element)
    for found in every(findings.definition):
        for path in _paths(found.text):
            _exists(findings, found.said, path[0], path[1], known.get(path[0]), found.element)


def _paths(text: str) -> Iterator[tuple[str, str]]:
    for match in literals.RECORD_FIELD.finditer(text):
        yield match[1], match[2]


def _exists(  # a field, where it stands, and what there is
    findings: Findings, said: Said, root: str, name: str, known: object, element: str | None
) -> None:
    if (
        not name
        or not isinstance(known, frozenset | set | tuple | list)
        or name.split(".", maxsplit=1)[0] in known
    ):
        return
    near = difflib.get_close_matches(name, [str(it) for it in known], 1, 0.6)
    way = say(" Did you mean '%(near)s'?", near=f"{root}.{near[0]}") if near else ""
    findings.error(
        said.place,
        "unknown-field",
        say("A %(root)s has no field '%(name)s'.%(way)s", root=root, name=name, way=way),
        element,
    )
