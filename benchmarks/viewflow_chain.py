"""The flow that django-viewflow runs, ten tasks in a row; imported when Django is set up, which finds it by name."""

from __future__ import annotations

import types
from typing import Any

from benchmarks import peers

TASKS = 10

flow: Any = peers.imported("viewflow.workflow.flow")
this: Any = peers.imported("viewflow").this
views: Any = peers.imported("viewflow.workflow.flow.views")
users: Any = peers.imported("django.contrib.auth").get_user_model()
person: Any = users.objects.create_user("anna")


def _nodes() -> dict[str, Any]:
    nodes = {"start": flow.StartHandle().Next(this.t1), "end": flow.End()}
    for number in range(1, TASKS + 1):
        after = f"t{number + 1}" if number < TASKS else "end"
        view = flow.View(views.UpdateProcessView.as_view(fields=[]))
        nodes[f"t{number}"] = view.Assign(lambda _: person).Next(getattr(this, after))
    return {"__module__": __name__, **nodes}


Chain: Any = types.new_class("Chain", (flow.Flow,), exec_body=lambda space: space.update(_nodes()))
