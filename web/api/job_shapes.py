"""The shapes of what workers send and get."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from web.api.values import LARGEST_NUMBER, Variables

MOST, MOST_REPORTED = 200, 500
LONGEST_LEASE, LONGEST_WAIT = 3600, 30
LONGEST_RETRY = 7 * 24 * 3600
LONGEST_MESSAGE = 2000


def _lease_field() -> fields.String:
    meaning = "The claim's own mark (its fencing number), sent back as it came."
    return fields.String(
        required=True,
        validate=validate.Regexp(
            r"[0-9]{1,9}-[0-9]{1,18}\Z", error="Expected the lease that came with the job."
        ),
        metadata={"description": meaning, "example": "1-42"},
    )


def _seconds(most: int, meaning: str, default: int) -> fields.Integer:
    return fields.Integer(
        load_default=default,
        validate=validate.Range(1, most),
        metadata={"description": meaning},
    )


class ClaimRequest(Schema):
    """What a worker asks for."""

    worker = fields.String(
        required=True,
        validate=validate.Length(1, 40),
        metadata={
            "description": "The worker's name, shown on the page of jobs.",
            "example": "pdf-1",
        },
    )
    topics = fields.List(
        fields.String(validate=validate.Length(1, 255)),
        required=True,
        validate=validate.Length(1, 50),
        metadata={"description": "The kinds of work it does.", "example": ["charge-card"]},
    )
    most = _seconds(MOST, "How many jobs at most.", 10)
    lease_seconds = _seconds(LONGEST_LEASE, "For how long they are its own.", 300)
    wait_seconds = fields.Integer(
        load_default=0,
        validate=validate.Range(0, LONGEST_WAIT),
        metadata={
            "description": "How long to wait for the first job; the answer comes as soon as there is one."
        },
    )


class Job(Schema):
    """A claimed job."""

    id = fields.Integer()
    key = fields.String(
        metadata={
            "description": "The same at every try: an idempotency key for what the work does elsewhere."
        }
    )
    lease = fields.String(metadata={"description": "Proves the claim; goes into every report."})
    topic = fields.String()
    case = fields.Integer()
    element = fields.String(metadata={"description": "The id of the task in the process."})
    variables = Variables()
    headers = fields.Dict(
        keys=fields.String(),
        metadata={"description": "What the process tells the worker beside variables."},
    )
    tries_left = fields.Integer(metadata={"description": "This try included."})
    until = fields.AwareDateTime(metadata={"description": "When the lease ends."})


class Claimed(Schema):
    """The jobs that are the worker's now; none is an empty list."""

    jobs = fields.List(fields.Nested(Job))


class Completion(Schema):
    """A result."""

    lease = _lease_field()
    variables = Variables(load_default=dict, metadata={"example": {"receipt": "R-77"}})


class Failure(Schema):
    """A failed try."""

    lease = _lease_field()
    message = fields.String(
        required=True,
        validate=validate.Length(1, LONGEST_MESSAGE),
        metadata={
            "description": "What went wrong, for people.",
            "example": "the card terminal is off",
        },
    )
    retry_seconds = fields.Integer(
        load_default=None,
        allow_none=True,
        validate=validate.Range(0, LONGEST_RETRY),
        metadata={
            "description": "When the next try makes sense; else patience grows from 10 seconds to an hour."
        },
    )


class BusinessError(Schema):
    """An error of the business that the process catches by its code."""

    lease = _lease_field()
    code = fields.String(
        required=True, validate=validate.Length(1, 255), metadata={"example": "CARD_EXPIRED"}
    )
    message = fields.String(load_default="", validate=validate.Length(0, LONGEST_MESSAGE))
    variables = Variables(load_default=dict)


class Extension(Schema):
    """More time."""

    lease = _lease_field()
    lease_seconds = _seconds(LONGEST_LEASE, "The new lease, from now.", 300)


class Extended(Schema):
    """The new end of a lease."""

    until = fields.AwareDateTime()


class Result(Schema):
    """What became of one job: exactly one of `done`, `failed` and `error`."""

    job = fields.Integer(required=True, strict=True, validate=validate.Range(1, LARGEST_NUMBER))
    lease = _lease_field()
    done = fields.Nested(Completion(exclude=("lease",)))
    failed = fields.Nested(Failure(exclude=("lease",)))
    error = fields.Nested(BusinessError(exclude=("lease",)))

    @validates_schema
    def one_of_them(self, data: dict[str, Any], **_more: Any) -> None:
        """Refuse a result that says nothing, or two things."""
        if sum(name in data for name in ("done", "failed", "error")) != 1:
            raise ValidationError("Expected exactly one of done, failed and error.")


class Results(Schema):
    """Results of many jobs."""

    results = fields.List(
        fields.Nested(Result), required=True, validate=validate.Length(1, MOST_REPORTED)
    )


class Reported(Schema):
    """What became of a report."""

    job = fields.Integer()
    outcome = fields.String(
        validate=validate.OneOf(["applied", "repeated", "refused"]),
        metadata={
            "description": "`repeated`: this very claim was reported before, nothing was done twice."
        },
    )
    problem = fields.Dict(
        keys=fields.String(), metadata={"description": "Why it was refused (RFC 9457)."}
    )


class AllReported(Schema):
    """What became of each report, in the order in which they came."""

    results = fields.List(fields.Nested(Reported))
