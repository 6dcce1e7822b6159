"""Can every stage be reached, and does every stage lead to an end?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ledger.words import say
from process_defs.check.findings import Findings
from process_defs.language import Parallel, Stage, Wait
from process_defs.targets import Targets, slug


def check(findings: Findings) -> None:
    """Add outcomes without a target, stages that are never reached and stages that never end."""
    targets = Targets(findings.definition)
    findings.problems += targets.problems
    _skips(findings, targets)
    _same_names(findings)
    _same_messages(findings)
    if not targets.problems:
        _table(findings, targets, findings.definition.stages, is_branch=False)
        _unused_ends(findings, targets)


def _skips(findings: Findings, targets: Targets) -> None:
    for stage in findings.definition.every_stage():
        if stage.skip is not None and targets.way(stage, stage.skip.outcome.text) is None:
            names = ", ".join(way.outcome for way in targets.ways(stage)) or say("none")
            message = say(
                "'skip' stands for the outcome '%(text)s', but the outcomes are: %(names)s.",
                text=stage.skip.outcome.text,
                names=names,
            )
            findings.error(stage.skip.outcome.place, "skip-outcome", message, stage.id)
        if stage.on_due is not None and stage.deadline is None:
            message = say("'on due' needs a deadline: without one the stage is never due.")
            findings.error(stage.on_due.name.place, "on-due", message, stage.id)


def _same_names(findings: Findings) -> None:
    for stage in findings.definition.every_stage():
        seen: dict[str, str] = {}
        for outcome in stage.outcomes:
            other = seen.setdefault(slug(outcome.id), outcome.id)
            if other != outcome.id:
                message = say(
                    "The outcomes '%(other)s' and '%(id)s' differ only in signs; give one another name.",
                    other=other,
                    id=outcome.id,
                )
                findings.error(outcome.place, "outcome-names", message, stage.id)


def _same_messages(findings: Findings) -> None:
    """Messages whose names differ only in signs would be one; each starts cases once."""
    definition = findings.definition
    starts = [one.said for one in definition.start.triggers if one.kind == "message"]
    waits = [
        stage.work.message
        for stage in definition.every_stage()
        if isinstance(stage.work, Wait) and stage.work.message
    ]
    seen: dict[str, str] = {}
    for said in (*starts, *waits):
        other = seen.setdefault(slug(said.text), said.text)
        if other != said.text:
            message = say(
                "The messages '%(other)s' and '%(name)s' differ only in signs; give one another name.",
                other=other,
                name=said.text,
            )
            findings.error(said.place, "message-names", message)
    for number, said in enumerate(starts):
        if slug(said.text) == "by_hand" or said.text in (one.text for one in starts[:number]):
            message = say(
                "'%(name)s' starts cases already; give the message another name, or take this line out.",
                name=said.text,
            )
            findings.error(said.place, "message-names", message)


def _table(
    findings: Findings, targets: Targets, stages: tuple[Stage, ...], *, is_branch: bool
) -> None:
    goes = {stage.id: _next(targets, stage) for stage in stages}
    leaves = {stage.id for stage in stages if _leaves(targets, stage, is_branch=is_branch)}
    reached = _closure([stages[0].id], goes)
    back: dict[str, set[str]] = {stage.id: set() for stage in stages}
    for source, following in goes.items():
        for target in following:
            back[target].add(source)
    ending = _closure(leaves, back)
    for stage in stages:
        if stage.id not in reached:
            message = say(
                "Nothing leads to this stage: no outcome names it, and the stage before it goes elsewhere."
            )
            findings.error(stage.place, "unreachable", message, stage.id)
        elif stage.id not in ending:
            findings.error(
                stage.place, "no-end", say("No way leads from this stage to an end."), stage.id
            )
        if isinstance(stage.work, Parallel):
            for branch in stage.work.branches:
                if branch:
                    _table(findings, targets, branch, is_branch=True)


def _next(targets: Targets, stage: Stage) -> set[str]:
    ways = [*targets.ways(stage), *filter(None, [targets.on_due(stage)])]
    return {way.stage for way in ways if way.stage}


def _leaves(targets: Targets, stage: Stage, *, is_branch: bool) -> bool:
    ways = [*targets.ways(stage), *filter(None, [targets.on_due(stage)])]
    return any(way.end or (is_branch and not way.stage) for way in ways)


def _closure(begin: Iterable[str], goes: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = list(begin)
    while waiting:
        id = waiting.pop()
        if id not in found:
            found.add(id)
            waiting.extend(goes[id])
    return found


def _unused_ends(findings: Findings, targets: Targets) -> None:
    used = set(targets.used_ends())
    for end in findings.definition.ends.values():
        if end.id not in used:
            findings.warning(
                end.place,
                "unused-end",
                say("Nothing leads to the end '%(id)s'.", id=end.id),
                end.id,
            )
