"""What a check asks about the company: groups, people, calendars, fields, clients; left out, it is not asked."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Protocol


class Directory(Protocol):
    """The company as far as a definition names it. Names are without their prefix: `legal`, `anna`."""

    def members(self, group: str) -> Collection[str] | None:
        """Return the active members of a group, None where there is no such group."""

    def is_absent(self, member: str) -> bool:
        """Say whether a member (as `members` names it) is absent now."""

    def has_person(self, login: str) -> bool:
        """Say whether an active staff member has that login."""

    def has_working_time(self, calendar: str) -> bool | None:
        """Say whether a calendar has working time in the next 30 days, None where there is no such calendar."""

    def has_receiver(self, process: str) -> bool:
        """Say whether a webhook's receiver hears of levels of that process that ask for it."""

    def fields(self, subject: str) -> Collection[str] | None:
        """Return the names of the fields of `client` or `deal`, None where that is not known."""

    def clients(self, filters: Mapping[str, str]) -> int:
        """Return how many clients fit filters in words, counted no further than some.

        Raises Rejection, its field being the filter's name, for an unknown or retired segment, another
        filter, or a value that it does not take.
        """
