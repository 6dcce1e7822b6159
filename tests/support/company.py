"""The demo company behind its program: a browser for each colleague, a mail server, a clock that can be moved."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from engine import user_tasks
from ledger import transaction
from ledger.store import Store
from scheduler import heartbeat
from scheduler.alerts import alerts
from tests.support import processes
from tests.support.mail import MailServer
from tests.support.program import Program

BERLIN = ZoneInfo("Europe/Berlin")
PASSWORD = "kontor-demo"


class Company:
    """The demo company behind its program, a browser for each colleague and the mail server it sends to."""

    def __init__(self, program: Program, database: str, browser: Browser, smtp: MailServer) -> None:
        self.program, self.database, self.browser, self.smtp = program, database, browser, smtp
        self._pages: dict[str, Page] = {}
        self._store = Store.open(database)

    def page_of(self, login: str) -> Page:
        """The page in front of somebody who has logged in."""
        if login not in self._pages:
            page = self.browser.new_context(locale="en-GB", timezone_id="Europe/Berlin").new_page()
            page.goto(self.program.url + "/login")
            page.get_by_label("Login").fill(login)
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_role("button", name="Log in").click()
            page.wait_for_url("**/tasks")
            self._pages[login] = page
        return self._pages[login]

    def at(self, login: str, path: str) -> Page:
        """The page of somebody, opened at `path`."""
        page = self.page_of(login)
        page.goto(self.program.url + path)
        return page

    def find(self, login: str, title: str) -> Page:
        """The page of the task called `title` about the new deal, once it is in somebody's list."""

        def is_there() -> bool:
            self.at(login, "/tasks")
            return row.count() > 0

        page = self.page_of(login)
        row = (
            page.get_by_role("listitem")
            .filter(has_text="Autumn campaign")
            .get_by_role("link", name=title)
        )
        processes.eventually(is_there, f"the task “{title}” in the list of {login}")
        row.first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        return page

    def begin_on_a_working_morning(self) -> None:
        """Move the clock to ten in the morning of a Monday, Tuesday or Wednesday that is still to come."""
        day = datetime.now(BERLIN).date() + timedelta(days=7)
        day -= timedelta(days=max(day.weekday() - 2, 0))
        self.program.advance(datetime.combine(day, time(10), BERLIN) - datetime.now(UTC))
        self.settle()

    def pass_the_deadline_of(self, task: str, by: timedelta = timedelta()) -> None:
        """Move the clock to one minute behind a task's deadline, or behind that deadline and `by`."""
        with transaction.read(self._store, "system") as tx:
            due_at = user_tasks.get(tx, number_of(task)).due_at
        self.program.advance(
            due_at + by + timedelta(minutes=1) - datetime.now(UTC) - self.program.ahead
        )

    def settle(self) -> None:
        """Wait until deadlines were looked at by the clock as it is now, and every mail is on its way."""
        now = datetime.now(UTC) + self.program.ahead
        processes.eventually(
            lambda: self._looked_at() >= now, "deadlines to be looked at", seconds=60
        )
        processes.eventually(lambda: not self._unsent(), "every mail to be sent", seconds=60)

    def alerts_about(self, task: str) -> list[tuple[str, ...]]:
        """Who was told what about the case of a task, by which channel."""
        with transaction.read(self._store, "system") as tx:
            case_id = user_tasks.get(tx, number_of(task)).case_id
            rows = tx.execute(select(alerts).where(alerts.c.case_id == case_id)).all()
        return [
            (row.kind, row.source.split(":")[0], row.level, row.recipient, row.channel, row.state)
            for row in rows
        ]

    def close(self) -> None:
        """Close every browser window and the database."""
        for page in self._pages.values():
            page.context.close()
        self._store.close()

    def _looked_at(self) -> datetime:
        with transaction.read(self._store, "system") as tx:
            return heartbeat.last(tx) or datetime.min.replace(tzinfo=UTC)

    def _unsent(self) -> int:
        waiting = select(alerts.c.id).where(alerts.c.channel == "mail", alerts.c.state == "pending")
        with transaction.read(self._store, "system") as tx:
            return len(tx.execute(waiting).all())


def number_of(task: str) -> int:
    """Return the number at the end of a task's path."""
    return int(task.rpartition("/")[2])


def posting_to(smtp: MailServer) -> dict[str, str]:
    """Settings under which mails go to `smtp` and deadlines are looked at twice a second."""
    return {
        "KONTOR_SMTP_HOST": smtp.host,
        "KONTOR_SMTP_PORT": str(smtp.port),
        "KONTOR_SMTP_TLS": "none",
        "KONTOR_TICK_SECONDS": "0.5",
    }
