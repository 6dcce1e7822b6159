"""Tasks of people: those of the key's owner, claimed, given back, completed."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate
from sqlalchemy import Row

from engine import user_tasks
from ledger.rejection import not_found
from ledger.transaction import Transaction
from scheduler import alerts
from web import case_rights, visit
from web.api import once
from web.api.routes import route
from web.api.values import LARGEST_NUMBER, Variables

MOST = 200


class Task(Schema):
    """A task."""

    id = fields.Integer()
    case = fields.Integer(attribute="case_id")
    element = fields.String()
    title = fields.String()
    state = fields.String(validate=validate.OneOf(["open", "delegated", "completed", "cancelled"]))
    subject = fields.String(allow_none=True)
    assignee = fields.String(
        allow_none=True, metadata={"description": "staff:4, or null in a queue."}
    )
    candidates = fields.List(fields.String(), metadata={"description": "Who may take it."})
    priority = fields.Integer()
    created_at = fields.AwareDateTime()
    due_at = fields.AwareDateTime(allow_none=True)


class Asked(Schema):
    """A field of a task's form."""

    name = fields.String()
    type = fields.String()
    required = fields.Boolean()
    options = fields.List(fields.String())


class WayOut(Schema):
    """A way out of a task; what it asks for is required when it is chosen."""

    id = fields.String()
    asks = fields.List(fields.Nested(Asked))


class TaskWithForm(Task):
    """A task with what it asks for and what is known already."""

    fields_ = fields.List(fields.Nested(Asked), data_key="fields", attribute="asked")
    outcomes = fields.List(fields.Nested(WayOut))
    requires = fields.List(
        fields.String(), metadata={"description": "Fields of the record that must be filled."}
    )
    values = Variables()


class TaskQuery(Schema):
    """Whose tasks, the most urgent first."""

    which = fields.String(
        load_default="mine",
        validate=validate.OneOf(["mine", "claimable"]),
        metadata={"description": "Those the key's owner holds, or those he may take."},
    )
    most = fields.Integer(load_default=50, validate=validate.Range(1, MOST))
    after = fields.Integer(
        validate=validate.Range(1, LARGEST_NUMBER),
        metadata={"description": "The last task of the page before."},
    )


class Tasks(Schema):
    """A page of tasks."""

    tasks = fields.List(fields.Nested(Task))


class Answer(Schema):
    """A task's form, filled in."""

    outcome = fields.String(load_default=None, allow_none=True, metadata={"example": "approved"})
    values = Variables(load_default=dict, metadata={"example": {"note": "as agreed"}})


@route("GET", "/tasks", asks=TaskQuery, gives=Tasks)
def list_tasks(asked: dict[str, Any]) -> dict[str, Any]:
    """List open tasks of the key's owner, or those that he may take."""
    tx = visit.tx()
    lists = {"mine": user_tasks.held_by, "claimable": user_tasks.claimable}
    after = None
    if "after" in asked:
        last = user_tasks.get(tx, asked["after"])
        after = (last.due_at, last.id)
    return {"tasks": lists[asked["which"]](tx, visit.actor(), after=after, most=asked["most"])}


@route("GET", "/tasks/<int:task_id>", gives=TaskWithForm)
def read_task(task_id: int) -> dict[str, Any]:
    """Read a task with its form."""
    task = _seen(task_id)
    form = user_tasks.form(visit.tx(), task_id)
    return {
        **task._mapping,  # noqa: SLF001  # SQLAlchemy's public name for it
        "asked": [_asked(one) for one in form.fields],
        "outcomes": [
            {"id": way.id, "asks": [_asked(one) for one in way.ask]} for way in form.outcomes
        ],
        "requires": form.requires,
        "values": form.values,
    }


@route("POST", "/tasks/<int:task_id>/claim")
@once.sendable_again
def claim_task(task_id: int) -> None:
    """Take a task from a queue; who comes second is told who was first (409)."""
    _seen(task_id)
    once.run(lambda tx: user_tasks.claim(tx, task_id))


@route("POST", "/tasks/<int:task_id>/release")
@once.sendable_again
def release_task(task_id: int) -> None:
    """Give a task back to those who may take it."""
    _seen(task_id)
    once.run(lambda tx: user_tasks.release(tx, task_id))


@route("POST", "/tasks/<int:task_id>/complete", takes=Answer)
@once.sendable_again
def complete_task(task_id: int, given: dict[str, Any]) -> None:
    """Complete a task with the outcome chosen and the values of its form."""
    _seen(task_id)

    def command(tx: Transaction) -> None:
        user_tasks.complete(tx, task_id, given["values"], outcome=given["outcome"])
        alerts.acted(tx, tx.actor, task_id)

    once.run(command)


def _seen(task_id: int) -> Row[Any]:
    """Return a task that the key's owner holds, may take, or may see by right."""
    task = user_tasks.get(visit.tx(), task_id)
    if not case_rights.is_concerned(task) and not case_rights.may_on_task("case.read", task):
        raise not_found("task %(task)s", task=task_id)
    return task


def _asked(field: Any) -> dict[str, Any]:
    return {
        "name": field.name,
        "type": field.type,
        "required": field.required,
        "options": list(field.of),
    }
