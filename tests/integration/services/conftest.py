"""A process that asks for a built-in service, on each database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from engine import ports
from ledger.store import Store
from scheduler import ports as scheduler_ports
from tests.support import answering
from tests.support.running import Run
from web import services, settings
from web.wiring.recipients import StaffRecipients
from web.wiring.service_tasks import Topics

Serving = Callable[..., Run]


@pytest.fixture
def serving(store: Store, tmp_path: Path) -> Serving:
    """What gives a store whose program does the built-in topics under some settings."""

    def make(**given: Any) -> Run:
        run = Run(store)
        known = settings.load({}, secrets=str(tmp_path / "secrets.toml"), **given).settings
        store.ports[ports.ServiceTasks] = Topics(services.of_program(store, known))
        store.ports[scheduler_ports.Recipients] = StaffRecipients()
        return run

    return make


@pytest.fixture
def host() -> Iterator[answering.Host]:
    """A host of another company on this machine."""
    with answering.host() as told:
        yield told
