"""What colleagues do is told to whom it concerns, and to nobody who did it."""

from __future__ import annotations

import pytest

from engine import comments, instances, user_tasks
from ledger import transaction
from scheduler import alerts, notices, texts
from scheduler.ports import Address
from tests.integration.scheduler.company import ANNA, BEN, CLARA, Company, model


@pytest.fixture
def task(company: Company) -> int:
    """A task of Anna's, which she began herself, in a company that tells news."""
    company.store.before_commit.append(notices.tell)
    xml = model().decode()
    mine = "<kontor:responsible>staff:anna</kontor:responsible>\n        <kontor:clock kind"
    definition = company.deploy(xml.replace("<kontor:clock kind", mine).encode())
    with transaction.begin(company.store, ANNA) as tx:
        case = instances.start(tx, "", definition_id=definition, subject="deal:17")
        (found,) = user_tasks.of_case(tx, case)
        return int(found.id)


def test_a_task_that_i_gave_myself_is_no_news(company: Company, task: int):
    assert task
    assert company.rows() == []


def test_a_task_that_comes_up_for_somebody_else_is_in_the_inbox(company: Company, task: int):
    with transaction.begin(company.store, BEN) as tx:
        instances.start(tx, "sale", subject="deal:18")
    assert company.told() == [("task_assigned", "anna")]
    assert company.rows(channel="mail") == []


def test_a_task_passed_on_is_in_the_inbox_and_a_mail(company: Company, task: int):
    with transaction.begin(company.store, CLARA) as tx:
        user_tasks.assign(tx, task, BEN, reason="I am on leave")
    assert company.told() == [("task_handed_over", "ben")]
    assert company.told("mail", "pending") == [("task_handed_over", "ben")]
    with transaction.read(company.store, "system") as tx:
        (row,) = alerts.inbox(tx, BEN)
        said = texts.say(tx, row, Address("Ben", None))
    assert said.title == "Handed over to you: First contact"
    assert said.text == "Clara handed “First contact” in Sale over to you."
    assert said.note == "Note: I am on leave"
    assert said.due == "Mon 5 Jan 2026, 13:00"


def test_a_task_that_comes_back_is_news_again(company: Company, task: int):
    for person in (BEN, CLARA, BEN):
        with transaction.begin(company.store, "system") as tx:
            user_tasks.assign(tx, task, person)
    assert [name for _, name in company.told()] == ["ben", "clara", "ben"]


def test_who_is_mentioned_in_a_comment_is_told(company: Company, task: int):
    with transaction.begin(company.store, ANNA) as tx:
        found = user_tasks.get(tx, task)
        words = "@ben please look, @nobody and @anna; mail me at x@clara.example"
        comments.write(tx, found.case_id, words, task_id=task)
    assert company.told() == [("mention", "ben")]
