"""What a multi-instance activity says of itself to its expressions (BPMN table 10.30)."""

from __future__ import annotations

from engine.feel import Value
from engine.waiting.state import Token

ALIASES = {
    "numberOfInstances": "nrOfInstances",
    "numberOfActiveInstances": "nrOfActiveInstances",
    "numberOfCompletedInstances": "nrOfCompletedInstances",
}


def counters(outer: Token) -> dict[str, Value]:
    """Return the runtime attributes of a multi-instance activity (BPMN table 10.30), and their other names."""
    number, done, active = outer.data["n"], outer.data["done"], outer.data["active"]
    found: dict[str, Value] = {
        "numberOfInstances": number,
        "numberOfActiveInstances": active,
        "numberOfCompletedInstances": done,
        "numberOfTerminatedInstances": 0,
    }
    return found | {alias: found[name] for name, alias in ALIASES.items()}
