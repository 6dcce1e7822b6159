"""What the scheduler asks the world: addresses, links and names, given to it by `web.wiring`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Literal, Protocol

from ledger.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Address:
    """How a person is reached. Without `mail` only the inbox is used.

    `quiet_from` and `quiet_until` are wall times in `zone` between which no mail is sent; the inbox
    has no quiet hours. `ways` say for kinds of alerts how mails come (left out: at once), `daily_at`
    when the daily digest does. `budget` is how many mails an hour may come before small news are
    folded into a digest (0: any number, None: as the settings say).
    """

    name: str
    mail: str | None
    language: str = "en"
    zone: str = "UTC"
    quiet_from: time | None = None
    quiet_until: time | None = None
    ways: Mapping[str, Literal["now", "hourly", "daily", "never"]] = field(default_factory=dict)
    daily_at: time = time(8)
    wants_digests: bool = True
    budget: int | None = None


class Recipients(Protocol):
    """Staff members as receivers of alerts."""

    def address(self, tx: Transaction, person: str) -> Address | None:
        """Return the address of `staff:4`, or None where there is no such active person."""


class Clients(Protocol):
    """Clients chosen by filters in words, of which one may name a segment."""

    def next(
        self, tx: Transaction, wanted: Mapping[str, str], after: int, most: int, at: datetime
    ) -> Sequence[int]:
        """Return the next clients that fit as of `at`, by number, behind `after`; Rejection for a wrong filter."""


class Links(Protocol):
    """Where a mail's links lead: whole addresses that a browser can open."""

    def task(self, task_id: int) -> str:
        """Return the address of a task."""

    def case(self, case_id: int) -> str:
        """Return the address of a case."""

    def inbox(self) -> str:
        """Return the address of the reader's inbox."""

    def unsubscribe(self, tx: Transaction, person: str) -> str:
        """Return the address at which a person ends digests without logging in (RFC 8058)."""


class Names(Protocol):
    """What records are called."""

    def subject(self, tx: Transaction, subject: str, reader: str) -> str | None:
        """Return the title of a record such as `deal:17`, or None where `reader` may not see it.

        The reader `system` sees every record.
        """


class MailSettings(Protocol):
    """How mail is sent; `web.settings.Settings` is one."""

    @property
    def smtp_host(self) -> str:
        """The mail server; empty: mails wait and are not sent."""

    @property
    def smtp_port(self) -> int:
        """Its port."""

    @property
    def smtp_user(self) -> str:
        """The name to log in with; empty: no login."""

    @property
    def smtp_password(self) -> str:
        """The password to log in with."""

    @property
    def smtp_tls(self) -> str:
        """`starttls`, `tls` or `none`."""

    @property
    def mail_from(self) -> str:
        """The sender of every mail."""

    @property
    def mail_budget(self) -> int:
        """How many mails a person gets in an hour before small news wait for a digest; 0: any number."""


class HookSettings(Protocol):
    """How other programs are told; `web.settings.Settings` is one."""

    @property
    def outbound_hosts(self) -> str:
        """The names of hosts that may be called although they lie on private addresses."""


class Settings(MailSettings, HookSettings, Protocol):
    """What the heartbeat needs besides."""

    @property
    def tick_seconds(self) -> float:
        """How often to look for what is due, at least."""
