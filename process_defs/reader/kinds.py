"""Reads what is done in a stage: a person's work, a vote, a wait, a job, another definition."""

from __future__ import annotations

import re

from ledger.words import say
from process_defs import tree
from process_defs.language import Approve, Auto, Person, Run, Said, Wait, Work
from process_defs.reader import forms, table
from process_defs.reader.notes import Notes
from process_defs.reader.table import Table

RULE = re.compile(r"all|any|[1-9]\d{0,2} of [1-9]\d{0,2}")


def person(part: Table) -> Work:
    """Read the work of a person."""
    return Person(part.said("responsible"), part.saids("not"))


def approve(part: Table) -> Work:
    """Read a vote."""
    vote = _inner(part, "approve", ("by", "rule", "not"))
    by = vote.saids("by")
    rule = vote.said("rule") or Said("all", vote.place)
    if not by:
        part.notes.plain(
            vote.place, say("'approve' needs 'by': who votes, one vote each."), "missing"
        )
    if not RULE.fullmatch(rule.text):
        part.notes.plain(
            rule.place,
            say("Expected all, any or '2 of 3' as the rule, not '%(text)s'.", text=rule.text),
            "rule",
        )
        rule = Said("all", rule.place)
    elif rule.text[0].isdigit():
        _count(part.notes, rule, len(by))
    return Approve(by, rule, vote.saids("not"))


def _inner(part: Table, key: str, known: tuple[str, ...]) -> Table:
    return Table(part.notes, part.node(key), f"'{key}'", known, part.key_place(key))


def _count(notes: Notes, rule: Said, voters: int) -> None:
    needed, of = (int(word) for word in rule.text.split(" of "))
    if of != voters:
        notes.plain(
            rule.place,
            say(
                "'%(text)s' counts %(of)s votes, but 'by' names %(voters)s.",
                text=rule.text,
                of=of,
                voters=voters,
            ),
            "rule",
        )
    elif needed > of:
        notes.plain(
            rule.place,
            say("%(needed)s yeses cannot come from %(of)s votes.", needed=needed, of=of),
            "rule",
        )


def wait(part: Table) -> Work:
    """Read what is waited for."""
    wait = _inner(part, "wait", ("message", "until", "condition", "match", "gives"))
    until = wait.node("until")
    if isinstance(until, tree.Mapping):
        nested = Table(part.notes, until, "'until'", ("condition",))
        return Wait(condition=nested.feel("condition", required=True))
    found = Wait(
        wait.said("message"),
        None if until is None else table.value_of(part.notes, until, "'until'"),
        wait.feel("condition"),
        forms.assignments(wait, "match"),
        forms.names(wait, "gives"),
    )
    if sum(it is not None for it in (found.message, found.until, found.condition)) != 1:
        part.notes.plain(
            wait.place, say("'wait' is for one of: message, until, condition."), "wait"
        )
    if found.message is None and "outcomes" in part:
        words = say(
            "Only a message brings an outcome; what waits for time or a condition is 'done'."
        )
        part.notes.plain(part.key_place("outcomes"), words, "misplaced-key")
    if found.until and any(key in part for key in ("deadline", "ladder", "on due")):
        words = say(
            "What waits until an instant is over at that instant; it has no deadline of its own."
        )
        part.notes.plain(part.key_place("deadline"), words, "misplaced-key")
    return found


def auto(part: Table) -> Work:
    """Read the work of a program."""
    node = part.node("auto")
    if isinstance(node, tree.Scalar):
        return Auto(Said(node.text, node.place))
    auto = _inner(part, "auto", ("topic", "retries", "with", "gives"))
    topic = auto.said("topic", required=True) or Said("", auto.place)
    retries = auto.said("retries")
    if retries and not re.fullmatch(r"\d{1,2}", retries.text):
        part.notes.plain(
            retries.place,
            say("Expected a number of retries, not '%(text)s'.", text=retries.text),
            "retries",
        )
        retries = None
    return Auto(
        topic,
        int(retries.text) if retries else 3,
        forms.assignments(auto, "with"),
        forms.names(auto, "gives"),
    )


def run(part: Table) -> Work:
    """Read which definition is run."""
    node = part.node("run")
    if isinstance(node, tree.Scalar):
        return Run(Said(node.text, node.place))
    run = _inner(part, "run", ("process", "with", "gives"))
    process = run.said("process", required=True) or Said("", run.place)
    return Run(process, forms.assignments(run, "with"), forms.assignments(run, "gives"))
