"""Loads a decision model from a folder together with the models it imports."""

from __future__ import annotations

from pathlib import Path

from engine.dmn import document, reader
from engine.dmn.errors import DmnError, Problem
from engine.dmn.model import Model
from engine.feel.words import say

MAX_IMPORTS = 50


def load(path: Path) -> Model:
    """Read a file and, from its own folder, the files it imports by name or by namespace.

    OSError where the file cannot be read, DmnError where it is no decision model or imports itself.
    """
    return _load(path, {}, ())


def _load(path: Path, loaded: dict[Path, Model], opening: tuple[Path, ...]) -> Model:
    if path in opening:
        raise DmnError(
            [Problem(1, path.name, say("the file imports itself, directly or through others"))]
        )
    if path not in loaded:
        if len(loaded) >= MAX_IMPORTS:
            raise DmnError(
                [
                    Problem(
                        1,
                        path.name,
                        say(
                            "more than %(max_imports)s files are imported", max_imports=MAX_IMPORTS
                        ),
                    )
                ]
            )
        source = path.read_bytes()
        imports: dict[str, Model] = {}
        for namespace, location in reader.imported_namespaces(source):
            found = _find(path, namespace, location)
            if found is not None:
                imports[namespace] = _load(found, loaded, (*opening, path))
        loaded[path] = reader.read(source, imports)
    return loaded[path]


def _find(path: Path, namespace: str, location: str | None) -> Path | None:
    """The file beside `path` that an import means: by its location's name, else by its namespace."""
    if location:
        named = path.parent / location.replace("\\", "/").rpartition("/")[2]
        if named.is_file() and _namespace(named) == namespace:
            return named
    others = sorted(other for other in path.parent.glob("*.dmn") if other != path)
    return next((other for other in others if _namespace(other) == namespace), None)


def _namespace(path: Path) -> str | None:
    try:
        return document.parse(path.read_bytes()).get("namespace")
    except (DmnError, OSError):
        return None
