"""What stands in the way of a case, and what somebody should know before it moves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from engine import clocks, definitions
from engine.bpmn.graph import Element
from engine.migration import deadlines, fitting, joins, seats
from engine.migration.findings import Move, Report
from engine.migration.passage import Passage
from engine.waiting.state import Scope, Token
from ledger import words


def report(passage: Passage) -> Report:
    """Return what would become of the case."""
    case = passage.plan.case
    for scope in passage.scopes():
        _scope(passage, scope)
        for token in scope.tokens.values():
            _token(passage, token)
    _undoable(passage)
    if not any(finding.blocks for finding in passage.findings.found):
        joins.check(passage)
    for kind, event in seats.changes(passage):
        _event(passage, kind, event)
    _told(passage)
    _not_begun(passage)
    dues = () if _is_blocked(passage) else tuple(deadlines.dues(passage))
    found = tuple(dict.fromkeys(passage.findings.found))
    version = _version(passage)
    return Report(case.id, case.subject, version, tuple(_moves(passage)), found, dues)


def _not_begun(passage: Passage) -> None:
    """Say of open tasks that a time for a first answer, new in the version, does not begin for them.

    Of a task without such a clock it is not known whether its holder has answered already.
    """
    for token in passage.tokens():
        element = passage.mapping.get(token.element)
        was = clocks.rule_of(passage.source, token.element, "response")
        rule = clocks.rule_of(passage.target, element, "response")
        if element is None or rule is None or was is not None or not passage.has_border(token):
            continue
        sentence = words.say(
            "The time for a first answer to “%(element)s” does not begin: its task is open already",
            element=fitting.title(passage.target.elements[element]),
        )
        passage.findings.tell("response", element, sentence)


def _is_blocked(passage: Passage) -> bool:
    return any(finding.blocks for finding in passage.findings.found)


def _version(passage: Passage) -> int:
    return definitions.get(passage.plan.tx, passage.plan.case.definition_id).version


def _moves(passage: Passage) -> Iterator[Move]:
    counted = Counter(
        token.element for token in passage.tokens() if token.phase not in ("inside", "multi")
    )
    for element, tokens in counted.items():
        yield Move(element, passage.mapping.get(element), tokens)


def _token(passage: Passage, token: Token) -> None:
    old = token.definition
    new = passage.target.elements.get(passage.mapping.get(old.id, ""))
    if new is None:
        passage.findings.block(
            "element_gone",
            old.id,
            words.say(
                "“%(element)s” is gone, and nothing stands in for it", element=fitting.title(old)
            ),
        )
        return
    why = fitting.misfit(old, new, passage.mapping, has_begun=passage.has_begun(token))
    if why is not None:
        passage.findings.block("misfit", old.id, why)
    elif token.phase == "join" and joins.flow_of(passage, token) is None:
        passage.findings.block(
            "flow_gone",
            old.id,
            words.say(
                "A branch that has come to “%(element)s” already does not lead there any more",
                element=fitting.title(old),
            ),
        )
    for entry in token.data.get("undo") or ():
        if not any(layer["called"] for layer in entry.get("layers", ())):
            _needs(passage, entry["handler"])


def _scope(passage: Passage, scope: Scope) -> None:
    for number in scope.notes.get("queue") or ():
        _needs(passage, number)
    for gateway in scope.notes.get("fired") or {}:
        _needs(passage, gateway)


def _undoable(passage: Passage) -> None:
    """What was done and can be undone must be there in the new version too."""
    for row in passage.undoable:
        for number in filter(None, (row["element"], row["handler"])):
            if number in passage.source.elements:
                _needs(passage, number)


def _needs(passage: Passage, number: str) -> None:
    if number not in passage.mapping:
        title = fitting.title(passage.source.elements[number])
        passage.findings.block(
            "needed_gone",
            number,
            words.say("“%(element)s” is gone, but the case may still need it", element=title),
        )


def _event(passage: Passage, kind: str, event: Element) -> None:
    title = {"event": fitting.title(event)}
    say = {
        "event_added": words.say("“%(event)s” is new and begins to wait", **title),
        "event_removed": words.say("“%(event)s” is gone and waits no longer", **title),
        "event_changed": words.say("“%(event)s” waits for something else from now on", **title),
    }
    passage.findings.tell(kind, event.id, say[kind])


def _told(passage: Passage) -> None:
    for token in passage.tokens():
        title = {"element": fitting.title(token.definition)}
        if token.phase == "incident":
            sentence = words.say("The incident at “%(element)s” stays open", **title)
            passage.findings.tell("incident_kept", token.element, sentence)
        elif token.phase == "job":
            sentence = words.say("The job of “%(element)s” goes on", **title)
            passage.findings.tell("job_kept", token.element, sentence)
    for scope in passage.calls():
        sentence = words.say(
            "“%(process)s”, which the case has called, keeps its version",
            process=scope.process.name or scope.process.id,
        )
        passage.findings.tell("call_kept", scope.element or "", sentence)
