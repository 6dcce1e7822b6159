"""Do the tables of a file read, name what there is, and decide every case once?"""

from __future__ import annotations

from collections.abc import Callable

from engine import dmn, feel
from engine.dmn import check as checking
from engine.dmn import words
from ledger.words import say
from process_defs import cells
from process_defs.check import expressions
from process_defs.check.findings import Findings
from process_defs.language import Said, Stage
from process_defs.language.decisions import OUTCOME, Rules
from process_defs.to_bpmn import decisions


def check(findings: Findings) -> None:
    """Add cells that cannot be read, unknown names and outcomes, overlaps and gaps."""
    found = list(decisions.tables(findings.definition))
    before = len(findings.problems)
    for _, stage, rules in found:
        _cells(findings, stage, rules)
        _outcomes(findings, stage, rules)
    compiled = decisions.compile(findings.definition)
    if compiled is None or len(findings.problems) > before:
        return
    model = dmn.read(compiled)
    for key, stage, rules in found:
        for problem in model.problems:
            if problem.element == stage.id.replace("-", "_") and problem.severity == "error":
                findings.error(rules.place, "table", problem.message, stage.id)
        for each in checking.findings(model, key):
            if each.detail != "policy":
                place = rules.rules[each.rules[-1] - 1].place if each.rules else rules.place
                findings.warning(place, f"dmn.{each.kind}", words.sentence(each), stage.id)


def _cells(findings: Findings, stage: Stage, rules: Rules) -> None:
    for rule in rules.rules:
        for said in rule.when:
            _read(findings, stage, said, cells.test(said.text), feel.unary_tests)
        for said in rule.then:
            _read(findings, stage, said, cells.result(said), feel.expression)


def _read(
    findings: Findings,
    stage: Stage,
    said: Said,
    text: str,
    compiled: Callable[..., feel.Expression],
) -> None:
    names = expressions.known_names(findings.definition)
    try:
        found = compiled(text, names=names)
    except feel.FeelError as fault:
        message = say(
            "The cell '%(text)s' cannot be read: %(fault)s.", text=said.text, fault=fault.sentence
        )
        findings.error(said.place, "expression", message, stage.id)
        return
    for name in sorted(found.names - names - {"?"}):
        way = (
            say('for the text write "%(name)s" in quotes', name=name)
            if text == name
            else say("nothing brings it")
        )
        message = say(
            "'%(name)s' is not known in the cell '%(text)s': %(way)s.",
            name=name,
            text=said.text,
            way=way,
        )
        findings.error(said.place, "unknown-name", message, stage.id)


def _outcomes(findings: Findings, stage: Stage, rules: Rules) -> None:
    """An output called `outcome` says where to go; so it may give only what the stage has."""
    place = next((i for i, each in enumerate(rules.outputs) if each.name.text == OUTCOME), None)
    if place is None:
        if stage.outcomes:
            words_ = say(
                "A table with outcomes needs an output called 'outcome', which says which one it is."
            )
            findings.error(stage.outcomes[0].place, "outcome", words_, stage.id)
        return
    for rule in rules.rules:
        said = rule.then[place]
        given = cells.result(said)
        if cells.is_quoted(given) and given[1:-1] not in stage.outcome_ids:
            known = ", ".join(stage.outcome_ids)
            words_ = say(
                "'%(given)s' is no outcome of this stage; there are: %(known)s.",
                given=given[1:-1],
                known=known,
            )
            findings.error(said.place, "outcome", words_, stage.id)
