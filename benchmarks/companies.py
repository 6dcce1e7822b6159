"""A store to measure in: real tables, stand-ins for the people and records outside the engine."""

from __future__ import annotations

from pathlib import Path

from engine import conditions, definitions, ports
from ledger import transaction
from ledger.store import Durability, Store
from scheduler.ports import Recipients
from web.scenarios import stand_ins, world

ACTOR = "staff:1"
STAGE = (
    '<extensionElements><kontor:stage id="step"/><kontor:responsible>staff:1</kontor:responsible>'
    '<kontor:clock kind="stage" deadline="PT4H"/></extensionElements>'
)
"""What makes a user task a stage with a deadline."""


def sqlite(file: Path, durability: Durability) -> Store:
    """Return a store over a new SQLite file."""
    return prepared(Store.open(f"sqlite:///{file}", durability=durability))


def prepared(store: Store) -> Store:
    """Make the engine's and the scheduler's tables in a store and give it ports."""
    world.make_tables(store)
    return connected(store)


def connected(store: Store) -> Store:
    """Give ports to a store whose tables are there."""
    store.ports.update(
        {port: make() for port, make in stand_ins.PORTS.items() if port is not ports.Consumer}
    )
    store.ports[Recipients] = stand_ins.Recipients()
    store.before_commit.append(conditions.record_changed)
    return store


def deploy(store: Store, *models: bytes) -> None:
    """Publish models."""
    sources = [
        definitions.Source(f"model{number}.bpmn", model) for number, model in enumerate(models)
    ]
    transaction.run(store, ACTOR, lambda tx: definitions.deploy(tx, sources))
