"""Who is told: the people behind a level's words, for a whole batch, each question asked once.

The words are the engine's (`engine.people`). A group is told by its lead, without one by all its
members. Whoever is absent is stood in for; whoever left is nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, TypeVar, cast

from engine import people as words_for_people
from engine import ports
from engine.bpmn.graph import Process
from engine.clocks.sweeping import Held
from ledger.rejection import Rejection
from ledger.transaction import Transaction
from scheduler.ports import Address, Recipients

T = TypeVar("T")
GROUP = "group:"
REFERENCES = (GROUP, "staff:")


class Around(NamedTuple):
    """What the words of a case's levels refer to."""

    process: Process
    subject: str | None
    starter: str
    tasks: Sequence[Held] = ()

    @property
    def responsible(self) -> tuple[str, ...]:
        """Who holds the tasks now, or may take them."""
        if len(self.tasks) == 1 and self.tasks[0].assignee:
            return (self.tasks[0].assignee,)
        found: dict[str, None] = {}
        for task in self.tasks:
            found |= dict.fromkeys((task.assignee,) if task.assignee else task.candidates)
        return tuple(found)


@dataclass
class People:
    """Answers for one transaction; whatever was asked once is known.

    Who is absent is asked for the instant `at`, which is now where it is left out.
    """

    tx: Transaction
    at: datetime | None = None
    _staff: ports.People = field(init=False)
    _known: dict[Hashable, object] = field(default_factory=dict)
    _addresses: dict[str, Address | None] = field(default_factory=dict)
    _told: dict[Hashable, tuple[list[str], str | None]] = field(default_factory=dict)
    _parts: dict[tuple[tuple[str, ...], int], frozenset[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._staff = self.tx.port(ports.People)

    def told(self, words: Iterable[str], around: Around) -> tuple[list[str], str | None]:
        """Return the people meant by the words, each once, and why nobody was found otherwise.

        An empty list goes to the process owner, with the reason; without one it stays empty.
        """
        listed = tuple(words)
        asked = listed, self._asked((*listed, "process owner"), around)
        answer = self._told.get(asked)
        if answer is None:
            answer = self._told[asked] = self._found(listed, around)
        return answer

    def _found(self, words: tuple[str, ...], around: Around) -> tuple[list[str], str | None]:
        found = self._present_of(words, around)
        if found or not words:
            return found, None
        return self._present_of(["process owner"], around), f"nobody is {' or '.join(words)}"

    def taker(self, word: str, around: Around) -> str | None:
        """Return the person or group that a task is passed to, or None where nobody is there."""
        meant = self._meant(word, around)
        return next((who for who in meant if any(map(self._present, self._persons(who)))), None)

    def address(self, person: str) -> Address | None:
        """Return how a person is reached."""
        if person not in self._addresses:
            self._addresses[person] = self.tx.port(Recipients).address(self.tx, person)
        return self._addresses[person]

    def once(self, question: Hashable, answer: Callable[[], T]) -> T:
        """Return the answer to a question, found the first time it is asked."""
        if question not in self._known:
            self._known[question] = answer()
        return cast("T", self._known[question])

    def _present_of(self, words: Iterable[str], around: Around) -> list[str]:
        meant = (who for word in words for who in self._meant(word, around))
        persons = (person for who in meant for person in self._persons(who))
        return list(dict.fromkeys(person for one in persons if (person := self._present(one))))

    def _meant(self, word: str, around: Around) -> list[str]:
        def find() -> list[str]:
            context = words_for_people.Context(
                around.process, around.subject, around.starter, around.responsible
            )
            try:
                return words_for_people.resolve(self.tx, word, context)
            except Rejection:
                return []

        return self.once((word, self._asked((word,), around)), find)

    def _asked(self, words: tuple[str, ...], around: Around) -> Hashable:
        """Return what the answer to words depends on: no more, so that it serves many clocks."""
        process = around.process
        parts = self._parts.get((words, id(process)))
        if parts is None:
            parts = self._parts[words, id(process)] = _parts(words, process)
        responsible = around.responsible if "responsible" in parts else ()
        starter = around.starter if "starter" in parts else GROUP
        asks_record = "subject" in parts
        for who in (starter, *responsible):
            asks_record = asks_record or not who.startswith(REFERENCES)
        return id(process), responsible, starter, around.subject if asks_record else None

    def _persons(self, who: str) -> list[str]:
        if not who.startswith(GROUP):
            return [who]

        def find() -> list[str]:
            lead = self._staff.lead(self.tx, who)
            return [lead] if lead else list(self._staff.members(self.tx, who))

        return self.once(("group", who), find)

    def _present(self, person: str) -> str | None:
        def find() -> str | None:
            if not person.startswith("staff:"):
                return None
            other = self._staff.stand_in(self.tx, person, self.at or self.tx.now)
            return other if self._staff.is_active(self.tx, other) else None

        return self.once(("present", person), find)


def _parts(words: Iterable[str], process: Process) -> frozenset[str]:
    each = (words_for_people.parts_asked(process, word) for word in words)
    return frozenset(part for parts in each for part in parts)
