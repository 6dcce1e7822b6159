"""Cases: started, read, found again, cancelled."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate
from sqlalchemy import Row, select

from engine import incidents, instances, user_tasks
from engine.waiting.cases import cases
from engine.waiting.tasks import OPEN
from ledger.rejection import not_found
from web import case_rights, visit
from web.api import once
from web.api.routes import route
from web.api.tasks import Task
from web.api.values import LARGEST_NUMBER, Variables

MOST = 200


class Start(Schema):
    """What a case begins with."""

    process = fields.String(
        required=True, validate=validate.Length(1, 255), metadata={"example": "invoice-approval"}
    )
    subject = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Regexp(
            r"(client|deal|contact):\d{1,18}", error="Expected client:3 or deal:17."
        ),
        metadata={"description": "The record that the case is about.", "example": "deal:17"},
    )
    business_key = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Length(1, 255),
        metadata={"description": "A number or name of your own.", "example": "PO-2041"},
    )
    calendar = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Length(1, 64),
        metadata={
            "description": "The key of a working calendar of its own; needs the right case.reassign.",
            "example": "office-berlin",
        },
    )
    variables = Variables(load_default=dict, metadata={"example": {"amount": 12.5}})


class Started(Schema):
    """The new case."""

    case = fields.Integer()


class Position(Schema):
    """Where a case waits."""

    element = fields.String()
    kind = fields.String(metadata={"description": "userTask, serviceTask, receiveTask, …"})
    doing = fields.String(metadata={"description": "What it waits for there."})


class Incident(Schema):
    """What keeps a case from going on."""

    id = fields.Integer()
    element = fields.String()
    message = fields.String()


class CaseLine(Schema):
    """A case in a list."""

    id = fields.Integer()
    process = fields.String()
    state = fields.String(
        validate=validate.OneOf(["active", "suspended", "completed", "terminated"])
    )
    subject = fields.String(allow_none=True)
    business_key = fields.String(allow_none=True)
    started_at = fields.AwareDateTime()
    ended_at = fields.AwareDateTime(allow_none=True)


class Case(CaseLine):
    """A case with where it stands."""

    variables = Variables()
    at = fields.List(fields.Nested(Position))
    tasks = fields.List(fields.Nested(Task), metadata={"description": "Those that are open."})
    incidents = fields.List(fields.Nested(Incident))


class CaseQuery(Schema):
    """Which cases; the newest come first."""

    process = fields.String()
    subject = fields.String()
    business_key = fields.String()
    state = fields.String(
        validate=validate.OneOf(["active", "suspended", "completed", "terminated"])
    )
    before = fields.Integer(
        validate=validate.Range(1, LARGEST_NUMBER),
        metadata={"description": "Cases older than this number: the next page."},
    )
    most = fields.Integer(load_default=50, validate=validate.Range(1, MOST))


class Cases(Schema):
    """A page of cases."""

    cases = fields.List(fields.Nested(CaseLine))


class Cancellation(Schema):
    """Why a case ends early."""

    reason = fields.String(required=True, validate=validate.Length(1, 1000))


@route("POST", "/cases", takes=Start, gives=Started, status=201)
@once.sendable_again
def start_case(given: dict[str, Any]) -> dict[str, Any]:
    """Start a case of the newest published version of a process."""
    subject = given["subject"]
    if subject is not None and not case_rights.sees(subject):
        raise not_found(subject)
    return once.run(
        lambda tx: {
            "case": instances.start(
                tx,
                given["process"],
                variables=given["variables"],
                subject=subject,
                business_key=given["business_key"],
                calendar=given["calendar"],
            )
        }
    )


@route("GET", "/cases", asks=CaseQuery, gives=Cases, needs="case.read")
def list_cases(asked: dict[str, Any]) -> dict[str, Any]:
    """List cases that the key's owner may see, the newest first."""
    question = select(cases).where(case_rights.visible())
    for name, column in (
        ("process", cases.c.key),
        ("subject", cases.c.subject),
        ("business_key", cases.c.business_key),
        ("state", cases.c.state),
    ):
        if name in asked:
            question = question.where(column == asked[name])
    if "before" in asked:
        question = question.where(cases.c.id < asked["before"])
    rows = visit.tx().execute(question.order_by(cases.c.id.desc()).limit(asked["most"])).all()
    return {"cases": [_line(row) for row in rows]}


@route("GET", "/cases/<int:case_id>", gives=Case, needs="case.read")
def read_case(case_id: int) -> dict[str, Any]:
    """Read a case: its state, its variables, where it waits, its open tasks and its incidents."""
    tx, case = visit.tx(), _seen(case_id)
    return {
        **_line(case),
        "variables": instances.variables_of(tx, case_id),
        "at": [
            {"element": one.element, "kind": one.kind, "doing": one.phase}
            for one in instances.positions(tx, case_id)
        ],
        "tasks": [row for row in user_tasks.of_case(tx, case_id) if row.state in OPEN],
        "incidents": incidents.of_case(tx, case_id),
    }


@route("POST", "/cases/<int:case_id>/cancel", takes=Cancellation, needs="case.cancel")
@once.sendable_again
def cancel_case(case_id: int, given: dict[str, Any]) -> None:
    """End a case early, with a reason that stands in its history."""
    case_rights.demand_case("case.cancel", _seen(case_id))
    once.run(lambda tx: instances.cancel(tx, case_id, reason=given["reason"]))


def _seen(case_id: int) -> Row[Any]:
    case = instances.get(visit.tx(), case_id)
    case_rights.demand_case("case.read", case)
    return case


def _line(case: Row[Any]) -> dict[str, Any]:
    return {
        "id": case.id,
        "process": case.key,
        "state": case.state,
        "subject": case.subject,
        "business_key": case.business_key,
        "started_at": case.started_at,
        "ended_at": case.ended_at,
    }
