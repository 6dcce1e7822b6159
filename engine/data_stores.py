"""Data stores (BPMN 10.4.1): what one case writes, every later reader finds, in this case and in others.

A store is known by its name. Whoever reads it in a step holds it until the step ends, so that
two cases that count in one store both count.
"""

from __future__ import annotations

from typing import Any

import orjson

from engine.feel import Value, json_form
from engine.plan import Plan
from engine.waiting import data_stores


def read(plan: Plan, name: str) -> Value:
    """Return a store's value; null while nothing was written."""
    if name not in plan.data_stores:
        found = plan.tx.execute(data_stores.BY_NAME, {"name": name}).scalar()
        plan.data_stores[name] = None if found is None else orjson.loads(found)
    return json_form.from_json(plan.data_stores[name])


def write(plan: Plan, name: str, form: Any) -> None:
    """Write the JSON form of a value into a store when the step is written."""
    plan.keep_in_store(name, form)
    row = {
        "name": name,
        "value": orjson.dumps(form).decode(),
        "case_id": plan.case.id,
        "changed_at": plan.now,
    }
    plan.execute(data_stores.PUT[plan.tx.store.is_sqlite], row)
