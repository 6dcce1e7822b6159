"""Alerts as calls of other programs: written, signed, sent, tried again, or kept as dead letters.

At least once: a receiver knows a delivery that came twice by its number. One that does not answer
is asked once a minute, so that it holds up no other.
"""

from __future__ import annotations

import hashlib
import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Row, update

from ledger import outbound, transaction
from ledger.store import Store
from ledger.transaction import Transaction
from ledger.words import packed, say
from scheduler import alerts, webhooks
from scheduler.alerts import DEAD, PENDING, RECORDED, WEBHOOK
from scheduler.delivery import calls, claims, signing, unwritten
from scheduler.delivery.claims import LONGEST_ERROR, Outcome, Posted
from scheduler.ports import HookSettings

SECONDS = 10.0
"""How long a receiver may take for its whole answer."""
REST = timedelta(minutes=1)
"""How long a receiver that failed is left alone with its other deliveries."""
LONGEST_WAIT = timedelta(days=1)
GONE = 410
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Call:
    """A claimed alert as it goes out."""

    alert: Row[Any]
    delivery: str
    url: str
    secrets: list[str]
    body: bytes


def delivery_number(alert: Row[Any]) -> str:
    """Return the number of a delivery, the same at each try: from the once-only key of its alert."""
    key = (alert.source, str(alert.epoch), alert.level, alert.recipient)
    return hashlib.sha256("\n".join(key).encode()).hexdigest()[:32]


def run(store: Store, settings: HookSettings, holder: str | None = None) -> Posted:
    """Send every webhook that may go out now; receivers are called beside one another."""
    rules = outbound.Rules.of_hosts(settings.outbound_hosts).within(seconds=SECONDS, redirects=0)
    total = Posted()
    unwritten.catch_up(store)
    with ThreadPoolExecutor(claims.BATCH, thread_name_prefix="hook") as pool:
        while claimed := transaction.run(store, "worker", partial(_claim, holder=holder)):
            lanes: defaultdict[str, list[Call]] = defaultdict(list)
            for call in filter(None, claimed):
                lanes[call.alert.recipient].append(call)
            total = sum(pool.map(partial(_called, store, rules), lanes.values()), start=total)
            if len(claimed) < claims.BATCH:
                break
    return total


def _called(store: Store, rules: outbound.Rules, calls: Sequence[Call]) -> Posted:
    """Call one receiver, one delivery after the other; where it fails the others wait untried."""
    total = Posted()
    for at, call in enumerate(calls, 1):
        outcome, words, wait = _sent(call, rules, store.clock())
        rest = calls[at:]
        write_off = partial(_write_off, call=call, outcome=outcome, words=words, wait=wait)
        total += unwritten.write(store, write_off, map(_given_back, rest))
        if outcome == "later":
            for each in rest:
                back = partial(claims.give_back, alert=each.alert, until=REST)
                transaction.run(store, "worker", back)
            break
    return total


def next_at(tx: Transaction) -> datetime | None:
    """Return when the next webhook may go out."""
    return claims.next_at(tx, WEBHOOK)


def _claim(tx: Transaction, holder: str | None) -> list[Call | None]:
    return [_call(tx, row) for row in claims.take(tx, WEBHOOK, holder)]


def _call(tx: Transaction, alert: Row[Any]) -> Call | None:
    """Return a claimed alert ready to go out, or None where it was written off at once."""
    try:
        receiver = webhooks.of_recipient(tx, alert.recipient)
        if receiver is None or not receiver.is_on:
            why = say("the webhook was switched off or removed")
            claims.put(
                tx, alert, state=RECORDED, last_error=packed(why), next_try_at=None, holder=None
            )
            return None
        delivery = delivery_number(alert)
        body = calls.body(tx, alert, receiver, delivery)
        secrets = webhooks.secrets_of(receiver, tx.now)
        return Call(alert, delivery, receiver.url, secrets, body)
    except Exception as fault:
        log.exception("Alert %s could not be written as a call", alert.id)
        error = f"{type(fault).__name__}: {fault}"[:LONGEST_ERROR]
        claims.put(tx, alert, state=DEAD, last_error=error, next_try_at=None, holder=None)
        return None


def _headers(call: Call, now: datetime) -> dict[str, str]:
    timestamp = int(now.timestamp())
    return {
        "Content-Type": "application/json",
        "Kontor-Delivery": call.delivery,
        "Kontor-Kind": call.alert.kind,
        "Kontor-Timestamp": str(timestamp),
        "Kontor-Signature": signing.header(call.secrets, timestamp, call.body),
    }


def _sent(
    call: Call, rules: outbound.Rules, now: datetime
) -> tuple[Outcome, str, timedelta | None]:
    try:
        answer = outbound.send(
            "POST", call.url, headers=_headers(call, now), body=call.body, rules=rules
        )
    except outbound.Forbidden as fault:
        return "never", fault.sentence, None
    except outbound.Fault as fault:
        return "later", fault.sentence, None
    if 200 <= answer.status < 300:  # noqa: PLR2004  # success, RFC 9110, 15.3
        return "sent", "", None
    words = say("The receiver answered %(status)s.", status=answer.status)
    if 300 <= answer.status < 400:  # noqa: PLR2004  # redirection, RFC 9110, 15.4
        words = say(
            "The receiver answered %(status)s, a redirect; a signed call is not sent on to another address.",
            status=answer.status,
        )
    return ("never" if answer.status == GONE else "later"), words, _asked_wait(answer.headers)


def _asked_wait(headers: Mapping[str, str]) -> timedelta | None:
    seconds = headers.get("retry-after", "")
    is_plain = seconds.isascii() and seconds.isdigit() and len(seconds) < 10  # noqa: PLR2004
    return min(timedelta(seconds=int(seconds)), LONGEST_WAIT) if is_plain else None


def _given_back(call: Call) -> unwritten.Command:
    return partial(claims.give_back, alert=call.alert, until=timedelta())


def _write_off(
    tx: Transaction, call: Call, outcome: Outcome, words: str, wait: timedelta | None
) -> Posted:
    done = claims.write_off(tx, call.alert, outcome, words, message_id=call.delivery, wait=wait)
    if outcome == "later":
        _rest(tx, call.alert.recipient)
    return done


def _rest(tx: Transaction, recipient: str) -> None:
    """Leave a receiver that failed alone for a while: its deliveries wait, none of them is spent."""
    at, a = tx.now + REST, alerts.alerts.c
    is_its = (a.recipient == recipient) & (a.channel == WEBHOOK) & (a.state == PENDING)
    tx.execute(update(alerts.alerts).where(is_its, a.next_try_at < at).values(next_try_at=at))
