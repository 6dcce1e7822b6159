"""Webhooks go out signed, once for each receiver, and whatever the receiver does nothing is lost."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from engine import instances
from ledger import transaction
from ledger.rejection import Rejection
from ledger.words import unpacked
from scheduler import dead_letters, feed, webhooks
from scheduler.delivery import claims, hooks, signing
from scheduler.delivery.claims import Posted
from tests.integration.scheduler.company import CHAT, Company, model
from tests.integration.scheduler.test_delivery import Settings
from tests.support import answering
from tests.support.answering import Asked, Host, Part

LADDER = """
<kontor:ladder id="gentle">
  <kontor:level id="warn" at="75%" notify="responsible"/>
  <kontor:level id="due" at="due" notify="responsible" how="mail, webhook"/>
</kontor:ladder>"""


@dataclass
class Listener:
    """A company, and a receiver that answers as it is told."""

    company: Company
    host: Host
    settings: Settings = field(default_factory=lambda: Settings(0, outbound_hosts="127.0.0.1"))

    def set_up(self, **values: Any) -> webhooks.Made:
        known = {**CHAT, "url": self.host.url("/hook"), **values}
        with transaction.begin(self.company.store, "staff:3") as tx:
            return webhooks.create(tx, known)

    def answers(self, *parts: Part) -> None:
        self.host.tell = lambda _asked: list(parts)

    def deliver(self) -> Posted:
        return hooks.run(self.company.store, self.settings)

    def warned(self) -> int:
        waiting = self.company.open_case(self.company.deploy(model(ladder=LADDER)))
        self.company.pass_time(hours=3)
        self.company.tick()
        return waiting.task

    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(asked.body) for asked in self.host.asked]


@pytest.fixture
def listener(company: Company) -> Iterator[Listener]:
    with answering.host() as host:
        yield Listener(company, host)


def test_a_receiver_can_verify_who_called_and_when(listener: Listener):
    made = listener.set_up()
    task = listener.warned()
    assert listener.deliver() == Posted(sent=1)
    (asked,) = listener.host.asked
    now = datetime(2026, 1, 5, 12, tzinfo=UTC).timestamp()
    given = (asked.headers["kontor-signature"], asked.headers["kontor-timestamp"], asked.body)
    assert signing.is_genuine(made.secret, *given, now)
    assert not signing.is_genuine("whsec_other", *given, now)
    assert not signing.is_genuine(made.secret, given[0], given[1], asked.body + b" ", now)
    assert not signing.is_genuine(made.secret, *given, now + signing.WINDOW + 1)
    (body,) = listener.bodies()
    assert (body["kind"], body["level"], body["process"]) == ("deadline_near", "warn", "sale")
    assert body["due_at"] == "2026-01-05T13:00:00Z"
    assert body["task"] == {"id": task, "url": f"http://kontor.test/tasks/{task}"}
    assert body["delivery"] == asked.headers["kontor-delivery"]


def test_names_are_told_only_to_a_receiver_that_is_told_names(listener: Listener):
    listener.set_up()
    listener.set_up(title="Books", is_naming=True)
    listener.warned()
    assert listener.deliver() == Posted(sent=2)
    records = sorted((body["record"] for body in listener.bodies()), key=len)
    assert records == [{"ref": "deal:17"}, {"ref": "deal:17", "title": "Order no. 17"}]


def test_a_receiver_hears_what_it_asked_for(listener: Listener):
    listener.set_up(title="asked", levels="asked")
    listener.set_up(title="late", kinds=["deadline_overdue"])
    listener.set_up(title="others", definitions=["purchase"])
    listener.set_up(title="off", is_on=False)
    listener.warned()
    assert listener.deliver() == Posted()
    listener.company.pass_time(hours=1)
    listener.company.tick()
    assert listener.deliver() == Posted(sent=1)
    assert [body["level"] for body in listener.bodies()] == ["due"]


def test_what_happens_in_cases_is_told_once_to_those_who_listen(listener: Listener):
    listener.company.store.before_commit.append(feed.tell)
    listener.set_up(levels="none", events=["case_started", "task_created"])
    listener.company.deploy(model())
    with transaction.begin(listener.company.store, "staff:1") as tx:
        instances.start(tx, "sale", subject="deal:17")
    assert listener.deliver() == Posted(sent=2)
    assert listener.deliver() == Posted()
    assert sorted(body["kind"] for body in listener.bodies()) == ["case_started", "task_created"]


def test_a_failed_delivery_is_tried_again_under_the_same_number(listener: Listener):
    listener.set_up()
    listener.warned()
    listener.answers(*answering.answer(500))
    assert listener.deliver() == Posted(later=1)
    assert listener.deliver() == Posted()
    (row,) = listener.company.rows(channel="webhook")
    assert unpacked(row.last_error) == "The receiver answered 500."
    listener.company.pass_time(minutes=1)
    listener.answers(*answering.answer(204))
    assert listener.deliver() == Posted(sent=1)
    assert len({asked.headers["kontor-delivery"] for asked in listener.host.asked}) == 1


def test_a_receiver_says_how_long_to_wait(listener: Listener):
    listener.set_up()
    listener.warned()
    listener.answers(*answering.answer(503, retry_after="1800"))
    assert listener.deliver() == Posted(later=1)
    (row,) = listener.company.rows(channel="webhook")
    assert (row.next_try_at - listener.company.store.clock()).total_seconds() == 1800


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ([5.0], "within 0.3 seconds"),
        ([b"HTTP/1.1 200 OK\r\n", 5.0], "within 0.3 seconds"),
        ([b"this is no HTTP\r\n\r\n"], "HTTP answer"),
        ([], "HTTP answer"),
        (answering.answer(302, location="http://127.0.0.1/other"), "a redirect"),
    ],
    ids=["never", "in drops", "nonsense", "hangs up", "redirects"],
)
def test_whatever_a_receiver_does_the_delivery_waits_for_the_next_try(
    listener: Listener, monkeypatch: pytest.MonkeyPatch, parts: list[Part], words: str
):
    monkeypatch.setattr(hooks, "SECONDS", 0.3)
    listener.set_up()
    listener.warned()
    listener.answers(*parts)
    assert listener.deliver() == Posted(later=1)
    assert words in unpacked(listener.company.rows(channel="webhook")[0].last_error)
    assert len(listener.host.asked) == 1


def test_a_receiver_without_the_promised_tls_gets_nothing(listener: Listener):
    """What listens there answers in plain words to the greeting of TLS."""
    heard: list[bytes] = []

    def answer_plainly(door: socket.socket) -> None:
        way, _ = door.accept()
        with way:
            heard.append(way.recv(4096))
            way.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with socket.create_server(("127.0.0.1", 0)) as door:
        keeper = threading.Thread(target=answer_plainly, args=(door,))
        keeper.start()
        listener.set_up(url=f"https://127.0.0.1:{door.getsockname()[1]}/hook")
        listener.warned()
        assert listener.deliver() == Posted(later=1)
        keeper.join(5)
    assert b"kontor" not in heard[0].lower()
    assert "SSL" in listener.company.rows(channel="webhook")[0].last_error


def test_an_address_of_this_house_is_refused_and_can_be_sent_when_it_is_allowed(
    listener: Listener,
):
    listener.set_up()
    listener.warned()
    allowed = listener.settings
    listener.settings = replace(allowed, outbound_hosts="")
    assert listener.deliver() == Posted(dead=1)
    assert listener.host.asked == []
    with transaction.begin(listener.company.store, "staff:3") as tx:
        (dead,) = dead_letters.listed(tx, channel="webhook")
        assert "not public" in dead.last_error
        assert dead_letters.resend_all(tx) == 1
    listener.settings = allowed
    assert listener.deliver() == Posted(sent=1)


def test_a_receiver_that_is_gone_gets_no_second_try(listener: Listener):
    listener.set_up()
    listener.warned()
    listener.answers(*answering.answer(410))
    assert listener.deliver() == Posted(dead=1)


def test_one_receiver_that_fails_holds_up_no_other_and_spends_no_try(listener: Listener):
    listener.set_up(title="broken", url=listener.host.url("/broken"))
    listener.set_up(title="well", url=listener.host.url("/well"))
    definition = listener.company.deploy(model(ladder=LADDER))
    for number in range(8):
        listener.company.open_case(definition, subject=f"deal:{number}")
    listener.company.pass_time(hours=3)
    listener.company.tick()

    def tell(asked: Asked) -> list[Part]:
        return answering.answer(500 if asked.path == "/broken" else 200)

    listener.host.tell = tell
    posted = listener.deliver()
    assert posted.sent == 8
    asked = [one.path for one in listener.host.asked]
    assert asked.count("/broken") <= 16 // claims.BATCH + 1
    tries = [row.attempts for row in listener.company.rows(channel="webhook", state="pending")]
    assert len(tries) == 8
    assert sum(tries) == posted.later == asked.count("/broken")


def test_receivers_are_called_beside_one_another(listener: Listener):
    """So that many which do not answer keep none waiting that would."""
    meet = threading.Barrier(claims.BATCH)
    for number in range(claims.BATCH):
        listener.set_up(title=f"hook {number}", url=listener.host.url(f"/{number}"))
    listener.warned()

    def tell(_asked: Asked) -> list[Part]:
        meet.wait(8)
        return answering.answer(200)

    listener.host.tell = tell
    assert listener.deliver() == Posted(sent=claims.BATCH)


def test_a_new_secret_signs_beside_the_old_one_for_a_day(listener: Listener):
    made = listener.set_up()
    with transaction.begin(listener.company.store, "staff:3") as tx:
        new = webhooks.renew_secret(tx, made.id)
    listener.warned()
    listener.deliver()
    (asked,) = listener.host.asked
    given = (asked.headers["kontor-signature"], asked.headers["kontor-timestamp"], asked.body)
    now = float(given[1])
    assert signing.is_genuine(new, *given, now)
    assert signing.is_genuine(made.secret, *given, now)
    listener.company.pass_time(hours=25)
    with transaction.read(listener.company.store, "system") as tx:
        assert webhooks.secrets_of(webhooks.get(tx, made.id), tx.now) == [new]


def test_what_waits_for_a_receiver_that_was_removed_is_not_sent(listener: Listener):
    made = listener.set_up()
    listener.warned()
    with transaction.begin(listener.company.store, "staff:3") as tx:
        webhooks.remove(tx, made.id)
    assert listener.deliver() == Posted()
    (row,) = listener.company.rows(channel="webhook")
    why = unpacked(row.last_error)
    assert (row.state, why) == ("none", "the webhook was switched off or removed")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"url": "ftp://example.com/"}, "url"),
        ({"url": "https://user:secret@example.com/"}, "url"),
        ({"url": "https://exa mple.com/"}, "url"),
        ({"title": " "}, "title"),
        ({"levels": "none"}, "events"),
        ({"events": ["client_deleted"]}, "events"),
    ],
)
def test_what_cannot_be_a_webhook_is_refused_with_the_field(
    listener: Listener, values: dict[str, Any], field: str
):
    with pytest.raises(Rejection) as refused:
        listener.set_up(**values)
    assert refused.value.field == field
