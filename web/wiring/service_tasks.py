"""The work that this program does itself, by topic; all other topics wait for a worker outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.ports import ServiceTask


@dataclass(frozen=True, slots=True)
class Topics:
    """`engine.ports.ServiceTasks` over a mapping of topics."""

    handlers: Mapping[str, ServiceTask] = field(default_factory=dict)

    def handler(self, topic: str) -> ServiceTask | None:
        """Return what does the work of `topic`, or None."""
        return self.handlers.get(topic)
