"""The whole way once: a process changes, a deal goes through it, a stage overruns, the right people hear of it once.

The same story is told twice, on each database: undisturbed, and with the program
killed after every chapter. Afterwards nobody can tell which is which.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.support import packages, processes
from tests.support.company import Company, posting_to
from tests.support.databases import KINDS, Databases
from tests.support.mail import MailServer
from tests.support.program import Program

SALES = packages.ROOT / "process_defs" / "library" / "sales.yaml"
DOMAIN = "lindenhof.example"
CLIENT = "Zażółć Sp. z o.o."
WORKING_HOUR_OVER_LUNCH = timedelta(hours=1, minutes=30)
LADDER = """  gentle:
    - { at: due, notify: [responsible] }
    - { at: due + PT1H, notify: [head] }
"""


@dataclass
class Told:
    """What is left of a story for whoever looks afterwards; mails counted by their Message-ID."""

    alerts: Counter[tuple[str, ...]]
    mails: Counter[tuple[tuple[str, ...], str]]
    doubled: int
    timeline: list[str]


def tell(company: Company, chapter: Callable[[], None]) -> Told:
    """Tell the story; `chapter` is called between its parts."""
    company.begin_on_a_working_morning()
    publish_a_changed_process(company)
    chapter()
    deal = qualify_a_deal(company)
    chapter()
    task = complete_first_contact(company, deal)
    chapter()
    company.pass_the_deadline_of(task)
    chapter()
    link = the_mail_about_it(company, "anna", task)
    company.pass_the_deadline_of(task, by=WORKING_HOUR_OVER_LUNCH)
    chapter()
    the_mail_about_it(company, "ingrid", task)
    reassign_in_two_clicks(company, task)
    chapter()
    complete_from_the_mail(company, link)
    chapter()
    company.settle()
    return what_is_left(company, deal, task)


def publish_a_changed_process(company: Company) -> None:
    """The process owner gives proposals two working hours, and lets the manager hear of it an hour later."""
    text = re.sub(r"  gentle:\n(    - .*\n)+", LADDER, SALES.read_text(encoding="utf-8"), count=1)
    text = text.replace("deadline: 2 business days", "deadline: PT2H", 1)
    file = company.program.folder / "sales.yaml"
    file.write_text(text, encoding="utf-8")
    page = company.at("paul", "/definitions")
    page.get_by_label("Files").set_input_files(file)
    page.get_by_role("button", name="Check and publish").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sale from lead to payment")
    expect(page.locator("[data-bpmn-viewer] svg").first).to_be_visible()


def qualify_a_deal(company: Company) -> str:
    """Somebody new asks for an offer, and the process starts by itself. Return the deal's path."""
    page = company.at("anna", "/clients/new")
    page.get_by_label("Name", exact=True).fill(CLIENT)
    page.get_by_label("Kind").select_option("company")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="New deal").first.click()
    page.get_by_label("Title").fill("Autumn campaign")
    page.get_by_label("Amount").fill("4800")
    page.get_by_label("Expected close").fill("2031-03-01")
    page.get_by_role("button", name="Save").click()
    page.get_by_label("To", exact=True).select_option("qualified")
    page.get_by_role("button", name="Move", exact=True).click()
    expect(page.get_by_text("The deal was moved.")).to_be_visible()
    return page.url.removeprefix(company.program.url)


def complete_first_contact(company: Company, deal: str) -> str:
    """Anna talks to the client, the deal moves on. Return the path of the task that comes next."""
    page = company.find("anna", "First contact")
    page.get_by_label("How did you talk?").select_option("phone")
    page.get_by_label("then open my next task").uncheck()
    page.get_by_role("button", name="Interested", exact=True).click()
    page.wait_for_load_state()
    expect(company.at("anna", deal).locator(".facts")).to_contain_text("Proposal")
    return company.find("anna", "Prepare the proposal").url.removeprefix(company.program.url)


def the_mail_about_it(company: Company, login: str, task: str) -> str:
    """Wait for the one mail that tells somebody of the overrun, see it in the inbox too. Return the mail's link."""

    def links() -> list[str]:
        mails = [
            mail.text
            for mail in company.smtp.to(f"{login}@{DOMAIN}")
            if "Autumn campaign" in mail.text
        ]
        return [link for text in mails for link in re.findall(rf"http://\S+{task}\b", text)]

    processes.eventually(lambda: bool(links()), f"a mail about {task} to {login}")
    page = company.at(login, "/inbox")
    expect(page.get_by_text("Prepare the proposal is due now").first).to_be_visible()
    (link,) = links()
    return link


def reassign_in_two_clicks(company: Company, task: str) -> None:
    """The manager finds the task among the overdue ones and gives it to a colleague."""
    page = company.at("ingrid", "/overdue")
    row = page.get_by_role("listitem").filter(has=page.locator(f'a[href$="{task}"]'))
    row.get_by_text("Reassign").click()
    row.get_by_role("combobox").select_option(label="Mei Lin")
    row.get_by_role("button", name="Hand over").click()
    expect(page.get_by_text("handed over").first).to_be_visible()


def complete_from_the_mail(company: Company, link: str) -> None:
    """The new holder opens the link that the mail bore, and does the work in her own language."""
    page = company.at("mei", link.removeprefix(company.program.url))
    expect(page.get_by_role("heading", level=1)).to_have_text("准备方案")
    page.locator("input[name=then]").uncheck()
    page.locator("[data-main] button[name=outcome]").first.click()
    page.wait_for_load_state()
    expect(
        company.at("anna", link.removeprefix(company.program.url)).get_by_role("status").first
    ).to_contain_text("Mei Lin completed this task")


def what_is_left(company: Company, deal: str, task: str) -> Told:
    """Read what remains for whoever looks: alerts, mails by their Message-ID, the client card's timeline."""
    page = company.at("anna", deal)
    page.get_by_role("link", name=CLIENT).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(CLIENT)
    lines = page.locator("[aria-labelledby=timeline-title] li").all_inner_texts()
    return Told(
        alerts=Counter(company.alerts_about(task)),
        mails=Counter(
            (mail.recipients, str(mail.message["Subject"]))
            for mail in {mail.message_id: mail for mail in company.smtp.received}.values()
            if "Autumn campaign" in mail.text
        ),
        doubled=len(company.smtp.received)
        - len({mail.message_id for mail in company.smtp.received}),
        timeline=[
            re.sub(r"\s*(Today|\w{3}) [\w ]*\d\d:\d\d$", "", line) for line in reversed(lines)
        ],
    )


@pytest.fixture(params=KINDS)
def company(
    request: pytest.FixtureRequest, databases: Databases, tmp_path: Path, browser: Browser
) -> Iterator[Callable[[str], Company]]:
    """Opens demo companies of their own, on one kind of database."""
    with ExitStack() as opened:

        def open_one(name: str) -> Company:
            folder = tmp_path / name
            folder.mkdir()
            smtp = MailServer()
            smtp.start()
            opened.callback(smtp.stop)
            database = opened.enter_context(databases.fresh(request.param, folder, empty=True))
            program = Program(
                folder, database, "--demo", environment=posting_to(smtp), has_own_clock=True
            )
            program.start(seconds=120)
            opened.callback(program.stop)
            one = Company(program, database, browser, smtp)
            opened.callback(one.close)
            return one

        yield open_one


def test_the_right_people_hear_of_an_overrun_once_also_when_the_program_is_killed(
    company: Callable[[str], Company],
):
    calm = company("calm")
    undisturbed = tell(calm, lambda: None)
    assert undisturbed.alerts.total() >= 4
    assert max(undisturbed.alerts.values()) == 1
    assert undisturbed.doubled == 0
    told = " / ".join(undisturbed.timeline)
    for before, after in pairwise(
        ("was added", "First contact", "Prepare the proposal", "Mei Lin")
    ):
        assert told.index(before) < told.index(after), told
    rough = company("rough")
    killed = tell(rough, rough.program.restart)
    assert killed.alerts == undisturbed.alerts
    assert killed.mails == undisturbed.mails
    assert killed.timeline == undisturbed.timeline
