"""What the engine asks the world: narrow protocols, given to it by `web.wiring`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from engine.feel import Value
from ledger.transaction import Transaction


class People(Protocol):
    """Staff and groups. A person is `staff:4`, a group `group:legal`."""

    def person(self, tx: Transaction, login: str) -> str | None:
        """Return `staff:ID` for a login, or None."""

    def members(self, tx: Transaction, group: str) -> Sequence[str]:
        """Return the active members of `group:…`; empty where the group is unknown or empty."""

    def lead(self, tx: Transaction, group: str) -> str | None:
        """Return who leads `group:…`, or None."""

    def groups_of(self, tx: Transaction, person: str) -> Sequence[str]:
        """Return the groups of `staff:…`, as `group:…`."""

    def manager(self, tx: Transaction, person: str) -> str | None:
        """Return the manager of `staff:…`, or None."""

    def stand_in(self, tx: Transaction, person: str, at: datetime) -> str:
        """Return who acts for `person` at that instant: the substitute during an absence, else the person."""

    def is_active(self, tx: Transaction, person: str) -> bool:
        """Say whether the person still works here."""

    def teams(self, tx: Transaction, persons: Iterable[str]) -> Mapping[str, str]:
        """Return the team that each of `persons` is in now, as `team:…`; who is in none is left out."""

    def has_right(
        self, tx: Transaction, actor: str, right: str, subject: str | None = None
    ) -> bool:
        """Say whether `actor` holds `right` (`case.act`, `case.cancel`, …), for a record where one is named."""


class Subjects(Protocol):
    """Records that cases are about, by an opaque name such as `deal:17`."""

    def fields(
        self, tx: Transaction, subject: str, paths: Iterable[tuple[str, ...]]
    ) -> Mapping[str, Value]:
        """Return a nested mapping by root name (`{"deal": {"amount": …}}`) with at least `paths`, read now."""

    def set_fields(
        self, tx: Transaction, subject: str, values: Mapping[tuple[str, ...], Value]
    ) -> None:
        """Assign fields by path (`("deal", "pipeline_stage")`). Raises `Rejection` where a value is refused."""

    def exists(self, tx: Transaction, subject: str) -> bool:
        """Say whether there is such a record."""


class WorkingTime(Protocol):
    """Which calendar a clock follows; asked once, at entry."""

    def calendar_for(
        self, tx: Transaction, subject: str | None, team_of: str | None, definition: str | None
    ) -> tuple[int, int]:
        """Return (calendar id, version), most specific first: client, team of the person, definition's key, company."""


OWN_TOPICS = frozenset({"kontor:http", "kontor:mail", "kontor:document"})
"""What the program itself does for every process; no other topic may begin with `kontor:`."""


class ServiceTasks(Protocol):
    """Work done inside this program, by topic; unknown topics wait for an outside worker."""

    def handler(self, topic: str) -> ServiceTask | None:
        """Return what does the work of `topic`, or None."""


class ServiceTask(Protocol):
    """Done by a worker outside any transaction; may be called twice for one job (same `key`)."""

    def __call__(self, key: str, variables: Mapping[str, Value]) -> Mapping[str, Value]:
        """Return the variables to assign. Raises `jobs.BpmnError(code)`; any other exception is a failed try."""


class Consumer(Protocol):
    """Told of a case's steps inside the transaction (`simulate` traces with it)."""

    def __call__(
        self, tx: Transaction, kind: str, case_id: int, process: str, instance: int, element: str
    ) -> None:
        """Take note of a step."""
