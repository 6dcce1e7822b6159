"""Do the definition's tests speak of stages, outcomes and ends that there are?"""

from __future__ import annotations

from engine import calendar
from engine.bpmn.vocabulary import kind
from ledger.words import say
from process_defs import drawn
from process_defs.check.findings import Findings
from process_defs.language import (
    END,
    Approve,
    Auto,
    Definition,
    Person,
    Run,
    Said,
    Step,
    Test,
    Wait,
)


def check(findings: Findings) -> None:
    """Add steps and expectations of tests that can never be met."""
    for test in findings.definition.tests:
        for step in test.steps:
            _step(findings, step)
        _expected(findings, test)


def _step(findings: Findings, step: Step) -> None:
    definition = findings.definition
    if step.kind == "pass":
        try:
            calendar.Deadline.parse(step.what.text)
        except calendar.DeadlineError as fault:
            findings.error(step.what.place, "test", fault.args[0])
    elif _runs_others(definition) and definition.stage(step.what.text) is None:
        return  # it may speak of a definition that this one runs
    elif step.kind == "message" and step.what.text not in _messages(definition):
        _error(
            findings,
            step.what,
            say("Nothing waits for the message '%(text)s'.", text=step.what.text),
        )
    elif step.kind in ("do", "job"):
        _stage(findings, step)


def _stage(findings: Findings, step: Step) -> None:
    stage = findings.definition.stage(step.what.text)
    if stage is None and step.what.text in _drawn(findings.definition):
        return
    if stage is None:
        _error(findings, step.what, say("There is no stage '%(text)s'.", text=step.what.text))
    elif step.kind == "job" and not isinstance(stage.work, Auto):
        _error(
            findings,
            step.what,
            say("The stage '%(id)s' is no job; complete it with 'do'.", id=stage.id),
        )
    elif step.kind == "do" and not isinstance(stage.work, Person | Approve):
        _error(findings, step.what, say("The stage '%(id)s' is not done by a person.", id=stage.id))
    elif step.outcome and step.outcome.text not in {*stage.outcome_ids, *_votes(stage.work)}:
        names = ", ".join(stage.outcome_ids)
        _error(
            findings,
            step.outcome,
            say(
                "'%(id)s' has no outcome '%(text)s'; it has: %(names)s.",
                id=stage.id,
                text=step.outcome.text,
                names=names,
            ),
        )


def _runs_others(definition: Definition) -> bool:
    return any(isinstance(stage.work, Run) for stage in definition.every_stage())


def _votes(work: object) -> tuple[str, ...]:
    return ("approved", "declined") if isinstance(work, Approve) else ()


def _messages(definition: Definition) -> set[str]:
    names = {
        trigger.said.text for trigger in definition.start.triggers if trigger.kind == "message"
    }
    for stage in definition.every_stage():
        if isinstance(stage.work, Wait) and stage.work.message:
            names.add(stage.work.message.text)
    elements = _drawn(definition).values()
    return names | {str(one.get("name")) for one in elements if kind(one) == "message"}


def _drawn(definition: Definition) -> dict[str, drawn.Element]:
    """Return the elements of all drawings by id."""
    roots = (drawn.parsed(work.said.text).root for _, work in drawn.drawings(definition))
    return {id: one for root in roots for id, one in drawn.ids(root).items()}


def _expected(findings: Findings, test: Test) -> None:
    definition = findings.definition
    if (
        test.expect.end
        and test.expect.end.text != END
        and test.expect.end.text not in definition.ends
    ):
        _error(
            findings, test.expect.end, say("There is no end '%(text)s'.", text=test.expect.end.text)
        )
    for name in (*(test.expect.path or ()), *(test.expect.waits_at or ())):
        if definition.stage(name) is None:
            _error(
                findings,
                Said(name, test.place),
                say(
                    "The test '%(name)s' names a stage '%(name2)s'; there is none.",
                    name=test.name,
                    name2=name,
                ),
            )


def _error(findings: Findings, said: Said, message: str) -> None:
    findings.error(said.place, "test", message)
