"""Messages and signals from other programs."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from crm_entities import rights
from engine import messages
from ledger.rejection import Rejection, not_found
from web import case_rights, visit
from web.api import once
from web.api.routes import route
from web.api.values import Variables

RIGHT = "case.act"


class Message(Schema):
    """A message for whoever waits for it."""

    name = fields.String(
        required=True, validate=validate.Length(1, 255), metadata={"example": "payment-received"}
    )
    correlation = Variables(
        load_default=dict,
        metadata={"description": "What tells the waiting cases apart.", "example": {"order": 42}},
    )
    subject = fields.String(load_default=None, allow_none=True, metadata={"example": "deal:17"})
    variables = Variables(load_default=dict)


class Reached(Schema):
    """The cases that a message reached or started."""

    cases = fields.List(fields.Integer())


class Signal(Schema):
    """A signal for every case that waits for it."""

    name = fields.String(required=True, validate=validate.Length(1, 255))
    variables = Variables(load_default=dict)


class Spread(Schema):
    """How many cases get the signal."""

    deliveries = fields.Integer()


@route("POST", "/messages", takes=Message, gives=Reached, needs=RIGHT)
@once.sendable_again
def send_message(given: dict[str, Any]) -> dict[str, Any]:
    """Bring a message to the case that waits for it; where nobody waits it may start one.

    The key's owner needs the right to act on all cases, or names a record that he may see.
    """
    subject = given["subject"]
    if subject is not None and not case_rights.sees(subject):
        raise not_found(subject)
    if subject is None:
        _demand_all()
    return once.run(
        lambda tx: {
            "cases": messages.correlate(
                tx, given["name"], given["correlation"], given["variables"], subject
            )
        }
    )


@route("POST", "/signals", takes=Signal, gives=Spread, status=202, needs=RIGHT)
@once.sendable_again
def broadcast_signal(given: dict[str, Any]) -> dict[str, Any]:
    """Throw a signal: each case that waits for it and each process it starts gets it soon."""
    _demand_all()
    return once.run(
        lambda tx: {"deliveries": messages.broadcast(tx, given["name"], given["variables"])}
    )


def _demand_all() -> None:
    if rights.reach(visit.viewer(), RIGHT) != "all":
        raise Rejection(
            "forbidden",
            "Expected a key whose owner may act on all cases, but %(owner)s may not; "
            "name a record that he may see as the subject",
            owner=visit.viewer().name,
        )
