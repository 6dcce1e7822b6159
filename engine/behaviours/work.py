"""Work of the program: scripts and expressions at once, services by a worker (BPMN 10.3.3)."""

from __future__ import annotations

import orjson

from engine import variables
from engine.bpmn.graph import ExpressionTask, JobTask, ScriptTask
from engine.feel import Value, json_form, values
from engine.feel.words import a_kind_of
from engine.plan import Plan
from engine.verbs import postpone
from engine.waiting.state import Token
from ledger.words import say


def job(plan: Plan, token: Token, element: JobTask) -> bool:
    """Leave a job for whoever does the topic; the token waits."""
    plan.turn(token, "job")
    given = token.data.get("local")
    if given is None:
        seen = variables.visible(plan, token.scope, token)
        given = {name: json_form.to_json(value) for name, value in seen.items()}
    row = postpone.row(
        plan, token, "service", element.topic, element.retries, dict(element.headers) or None
    )
    plan.wait("j", token, {**row, "variables": orjson.dumps(given).decode() if given else None})
    return False


def script(plan: Plan, token: Token, element: ScriptTask) -> bool:
    """Evaluate the script; a context assigns its entries, a result variable takes any value."""
    if element.script is not None:
        _keep(
            plan,
            token,
            variables.evaluate(plan, element.script, token.scope, token),
            element.result_variable,
        )
    return True


def expression(plan: Plan, token: Token, element: ExpressionTask) -> bool:
    """Evaluate the expression and keep it in the result variable."""
    value = variables.evaluate(plan, element.expression, token.scope, token)
    if element.result_variable:
        variables.assign(plan, token.scope, {element.result_variable: value}, token)
    return True


def _keep(plan: Plan, token: Token, value: Value, name: str | None) -> None:
    if name:
        variables.assign(plan, token.scope, {name: value}, token)
    elif isinstance(value, dict):
        variables.assign(plan, token.scope, value, token)
    elif value is not None:
        raise ValueError(
            say(
                "Expected the script to give a context such as {total: 1}, but it gives %(kind)s",
                kind=a_kind_of(values.kind(value)),
            )
        )
