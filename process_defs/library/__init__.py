"""Ready-made definitions: files to start from, each with deadlines, ladders, tests, titled in every language."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent


def files() -> list[Path]:
    """Return the process files, by name."""
    return sorted(FOLDER.glob("*.yaml"))


def text(name: str) -> str:
    """Return the text of a definition, such as `sales`. Raises KeyError where there is none."""
    known = {file.stem: file for file in files()}
    return known[name].read_text(encoding="utf-8")
