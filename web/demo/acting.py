"""Deeds of a story, done by whoever holds the task at that moment."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any, Final, TypeAlias

from sqlalchemy import Row

from crm_entities import deals
from engine import comments, instances, messages, ports, user_tasks
from engine.feel import Value
from ledger import transaction
from ledger.rejection import not_found
from ledger.transaction import Transaction
from web.demo.past import Past

Deed: TypeAlias = Callable[["Story", Past, Sequence[str]], None]


@dataclass
class Story:
    """A case being lived: its process, its record, who begins it; `case_id` once it runs."""

    process: str
    subject: str | None
    starter: str
    logins: Mapping[str, str]
    case_id: int | None = None

    def plan(self, past: Past, lines: Sequence[str]) -> None:
        """Put the lines of a story on the agenda."""
        for line in lines:
            words = shlex.split(line)
            cut = 1 if words[0].startswith("-") else 2
            deed, said = _DEEDS[words[cut]], words[cut + 1 :]
            past.plan(past.at(" ".join(words[:cut])), partial(_once, self, deed, said))

    def running(self, past: Past) -> int:
        """Return the number of the case; a deal's begins by itself when the deal is qualified."""
        if self.case_id is None:
            with transaction.read(past.store, "system") as tx:
                found = instances.of_subject(tx, self.subject or "")
                if not found:
                    raise not_found(f"the case about {self.subject}")
                self.case_id = found[-1].id
        return self.case_id


def _once(story: Story, deed: Deed, said: Sequence[str], at: Past) -> None:
    deed(story, at, said)


def _start(story: Story, past: Past, said: Sequence[str]) -> None:
    _, given = _given(story, past, said)
    if story.process == "sales":
        number = int((story.subject or "").partition(":")[2])
        past.do(story.starter, lambda tx: deals.move(tx, number, "qualified"))
        return

    def command(tx: Transaction) -> None:
        story.case_id = instances.start(tx, story.process, given, story.subject)

    past.do(story.starter, command)


def _do(story: Story, past: Past, said: Sequence[str]) -> None:
    stage, *rest = said
    outcome, given = _given(story, past, rest)
    task = _task(story, past, stage)
    past.do(_holder(past, task), lambda tx: user_tasks.complete(tx, task.id, given, outcome))


def _message(story: Story, past: Past, said: Sequence[str]) -> None:
    name, *rest = said
    outcome, given = _given(story, past, rest)
    if outcome is not None:
        given["outcome"] = outcome
    number = story.running(past)
    past.do("system", lambda tx: messages.correlate(tx, name, None, given, case_id=number))


def _claim(story: Story, past: Past, said: Sequence[str]) -> None:
    task = _task(story, past, said[0])
    past.do(story.logins[said[1]], lambda tx: user_tasks.claim(tx, task.id))


def _comment(story: Story, past: Past, said: Sequence[str]) -> None:
    task = _task(story, past, said[0])
    past.do(
        story.logins[said[1]],
        lambda tx: comments.write(tx, task.case_id, said[2], task_id=task.id, element=task.element),
    )


def _move(story: Story, past: Past, said: Sequence[str]) -> None:
    number = int((story.subject or "").partition(":")[2])
    past.do(story.starter, lambda tx: deals.change(tx, number, {"pipeline": said[0]}))


def _suspend(story: Story, past: Past, said: Sequence[str]) -> None:
    past.do(story.logins["paul"], lambda tx: instances.suspend(tx, story.running(past), said[0]))


def _cancel(story: Story, past: Past, said: Sequence[str]) -> None:
    past.do(story.logins["paul"], lambda tx: instances.cancel(tx, story.running(past), said[0]))


_DEEDS: Final[Mapping[str, Deed]] = {
    "start": _start,
    "do": _do,
    "message": _message,
    "claim": _claim,
    "comment": _comment,
    "move": _move,
    "suspend": _suspend,
    "cancel": _cancel,
}


def _task(story: Story, past: Past, stage: str) -> Row[Any]:
    number = story.running(past)
    with transaction.read(past.store, "system") as tx:
        for task in user_tasks.of_case(tx, number):
            if task.element == stage and task.state in ("open", "delegated"):
                return task
    raise not_found(f"an open task {stage} in case {number} of {story.process}")


def _holder(past: Past, task: Row[Any]) -> str:
    """Return who does a task: who holds it, else the first of those who may take it."""
    if task.assignee is not None:
        return str(task.assignee)
    with transaction.read(past.store, "system") as tx:
        people = tx.port(ports.People)
        for who in task.candidates or ():
            for person in people.members(tx, who) if who.startswith("group:") else [who]:
                if person not in (task.excluded or ()):
                    return person
    raise not_found(f"anybody who may do task {task.id} ({task.element})")


def _given(story: Story, past: Past, said: Sequence[str]) -> tuple[str | None, dict[str, Value]]:
    """Return the outcome, if one is said, and the fields."""
    outcome = next((word for word in said if "=" not in word), None)
    pairs = (word.partition("=") for word in said if "=" in word)
    return outcome, {name: _value(story, past, text) for name, _, text in pairs}


def _value(story: Story, past: Past, text: str) -> Value:
    if text in ("true", "false"):
        return text == "true"
    if text.startswith("+"):
        return past.clock.now.date() + timedelta(days=int(text))
    if text in story.logins:
        return story.logins[text]
    try:
        return Decimal(text)
    except InvalidOperation:
        return text
