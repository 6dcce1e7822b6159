"""Peers that are measured where they are installed (`python3 dev.py peers` installs them), and named where not."""

from __future__ import annotations

import importlib
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.measuring import Contestant

Found = Mapping[str, Contestant | None]
"""A peer's contestant by its name, None where it is not installed."""


def imported(module: str) -> Any:  # most peers carry no types, and none of them need be there
    """Return a module of a peer, or None where it is not installed."""
    try:
        return importlib.import_module(module)
    except ImportError:
        return None


def of_node(package: str) -> Path | None:
    """Return where npm put a package, or None where it or node is not installed."""
    places = [
        Path(__file__).parent / "node_modules",
        *map(Path, os.environ.get("NODE_PATH", "").split(":")),
    ]
    found = next((place / package for place in places if (place / package).is_dir()), None)
    return found if shutil.which("node") else None


def installed(found: Found) -> dict[str, Contestant]:
    """Return those that can be measured."""
    return {name: contestant for name, contestant in found.items() if contestant is not None}


def missing(found: Found) -> dict[str, str]:
    """Return the words for those that cannot be measured, to stand among the facts of a result."""
    names = [name for name, contestant in found.items() if contestant is None]
    return {"not_installed": ", ".join(names)} if names else {}
