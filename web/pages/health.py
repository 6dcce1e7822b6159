"""Is the program well: for a load balancer, a monitor, a person."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from web import navigation, rights, visit

page = Blueprint("health", __name__)


@page.get("/health")
@rights.public
def show() -> tuple[Response, int]:
    """Say whether the database answers, and how long ago the deadlines were looked at; 503 where that is too long."""
    found = navigation.beat()
    age = None if found.at is None else round((visit.tx().now - found.at).total_seconds(), 3)
    state = "late" if found.is_late else "ok"
    return jsonify(
        state=state, database="ok", heartbeat_age_seconds=age
    ), 503 if found.is_late else 200
