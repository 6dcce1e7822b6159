"""The tables of all rooms, made in an empty database."""

from __future__ import annotations

import importlib
import re

from sqlalchemy import create_engine

from ledger import base
from tests.support import packages

ROOMS = ("ledger", "engine", "process_defs", "crm_entities", "scheduler", "web")
DEFINES_TABLES = re.compile(r"\bTable\(|class \w+\([^)]*\bBase\b")


def create(url: str) -> None:
    """Create every table that a room defines."""
    for room in ROOMS:
        for file in sorted((packages.ROOT / room).rglob("*.py")):
            if DEFINES_TABLES.search(file.read_text()):
                _load(file.relative_to(packages.ROOT).with_suffix("").parts)
    engine = create_engine(url)
    base.metadata.create_all(engine)
    engine.dispose()


def _load(parts: tuple[str, ...]) -> None:
    importlib.import_module(".".join(part for part in parts if part != "__init__"))
