"""Reads the table of stages: what is done in each, by whom, by when."""

from __future__ import annotations

from collections.abc import Callable

from ledger.words import say
from process_defs import tree
from process_defs.language import (
    APPROVED,
    DECLINED,
    DONE,
    Approve,
    Each,
    Outcome,
    Parallel,
    Said,
    Skip,
    Stage,
    Work,
)
from process_defs.reader import decisions, drawings, forms, kinds
from process_defs.reader.notes import Notes
from process_defs.reader.table import Table

KINDS = ("approve", "wait", "auto", "run", "parallel", "decide", "draw")
COMMON = ("id", "title", "deadline", "ladder", "calendar", "sets", "skip", "on due", "outcomes")
PERSONAL = ("responsible", "not", "form", "require", "for each", "on reassign", "may pause")
KEYS = (*COMMON, *PERSONAL, *KINDS)
ALLOWED = {
    "person": (*COMMON, *PERSONAL),
    "approve": (*COMMON, "form", "require", "approve", "on reassign", "may pause"),
    "wait": (*COMMON, "wait"),
    "auto": (
        "id",
        "title",
        "sets",
        "skip",
        "auto",
        "deadline",
        "ladder",
        "calendar",
        "on due",
        "for each",
    ),
    "run": (
        "id",
        "title",
        "sets",
        "skip",
        "run",
        "deadline",
        "ladder",
        "calendar",
        "on due",
        "for each",
    ),
    "decide": ("id", "title", "sets", "skip", "decide", "outcomes", "for each"),
    "draw": (
        "id",
        "title",
        "sets",
        "skip",
        "draw",
        "deadline",
        "ladder",
        "calendar",
        "on due",
        "for each",
    ),
    "parallel": (
        "id",
        "title",
        "sets",
        "skip",
        "parallel",
        "deadline",
        "ladder",
        "calendar",
        "on due",
    ),
}


def stages(notes: Notes, nodes: list[tree.Node]) -> tuple[Stage, ...]:
    """Return the stages of a list; one that has no id cannot be read."""
    return tuple(filter(None, (_stage(notes, node) for node in nodes)))


def _stage(notes: Notes, node: tree.Node) -> Stage | None:
    if not isinstance(node, tree.Mapping):
        notes.error(node.place, say("A stage has keys and values, beginning with '- id: …'."))
        return None
    given = {key.text: value for key, value in node.pairs}.get("id")
    with notes.about(given.text if isinstance(given, tree.Scalar) else None):
        part = Table(notes, node, say("a stage"), KEYS)
        stage_id = part.identifier("id")
        kind = _kind(part)
        for key in part.pairs:
            if key not in ALLOWED[kind]:
                notes.plain(part.key_place(key), _misplaced(key, kind), "misplaced-key")
        return None if stage_id is None else _read(part, stage_id, kind)


def _misplaced(key: str, kind: str) -> str:
    if kind in ("auto", "run", "parallel", "draw") and key == "outcomes":
        return (
            f"A stage with '{kind}' has the one outcome 'done'; branch in the stage that follows."
        )
    if kind == "approve" and key in ("responsible", "not"):
        return f"'{key}' is said inside: approve: {{ by: […], not: [starter] }}."
    return f"'{key}' has no meaning in a stage with '{kind}'."


def _kind(part: Table) -> str:
    found = [key for key in KINDS if key in part]
    if len(found) > 1:
        part.notes.plain(
            part.key_place(found[1]),
            say(
                "A stage is one thing: '%(found)s' or '%(found2)s'.",
                found=found[0],
                found2=found[1],
            ),
            "kind",
        )
    return found[0] if found else "person"


def _read(part: Table, stage_id: Said, kind: str) -> Stage:
    work = _WORK[kind](part)
    return Stage(
        id=stage_id.text,
        place=stage_id.place,
        block=part.place,
        work=work,
        title=part.title(),
        deadline=part.said("deadline"),
        ladder=part.said("ladder"),
        calendar=part.said("calendar"),
        on_reassign=part.said("on reassign"),
        may_pause=part.said("may pause"),
        sets=forms.assignments(part, "sets"),
        form=forms.fields(part, "form"),
        require=forms.names(part, "require"),
        outcomes=_outcomes(part, work),
        skip=_skip(part),
        on_due=None
        if (due := part.node("on due")) is None
        else forms.goto(part.notes, due, "'on due'"),
        each=_each(part),
    )


def _outcomes(part: Table, work: Work) -> tuple[Outcome, ...]:
    found = forms.outcomes(part)
    if isinstance(work, Approve):
        for outcome in found:
            if outcome.id not in (APPROVED, DECLINED):
                message = say(
                    "A vote ends '%(approved)s' or '%(declined)s', never '%(id)s'.",
                    approved=APPROVED,
                    declined=DECLINED,
                    id=outcome.id,
                )
                part.notes.plain(outcome.place, message, "outcome")
    return found


def _skip(part: Table) -> Skip | None:
    if (node := part.node("skip")) is None:
        return None
    skip = Table(part.notes, node, "'skip'", ("when", "as"))
    when = skip.feel("when", required=True)
    return Skip(when, skip.said("as") or Said(DONE, skip.place)) if when else None


def _each(part: Table) -> Each | None:
    if (node := part.node("for each")) is None:
        return None
    each = Table(part.notes, node, "'for each'", ("each", "as", "in turn"))
    items, name = each.feel("each", required=True), each.said("as", required=True)
    if items is None or name is None or not forms.check_name(part.notes, name):
        return None
    return Each(items, name, each.flag("in turn"))


def _parallel(part: Table) -> Work:
    branches = []
    for node in part.items("parallel"):
        if isinstance(node, tree.Sequence):
            branches.append(stages(part.notes, node.items))
        else:
            branches.append(stages(part.notes, [node]))
        if isinstance(node, tree.Sequence) and not node.items:
            part.notes.plain(
                node.place,
                say("A branch of 'parallel' is a list of stages, one at least."),
                "parallel",
            )
    if len(branches) <= 1:
        place = part.key_place("parallel")
        part.notes.plain(
            place, say("'parallel' needs two branches or more, each a list of stages."), "parallel"
        )
    return Parallel(tuple(branches))


_WORK: dict[str, Callable[[Table], Work]] = {
    "person": kinds.person,
    "approve": kinds.approve,
    "wait": kinds.wait,
    "auto": kinds.auto,
    "run": kinds.run,
    "decide": decisions.decide,
    "parallel": _parallel,
    "draw": drawings.draw,
}
