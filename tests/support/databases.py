"""Fresh databases with every table in them, each a copy of a template made once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from tests.support import schema
from tests.support.postgresql import Server

KINDS = ("sqlite", "postgresql")


class Databases:
    """Copies of a template database; the template and the server are made when first needed."""

    def __init__(self, folder: Path) -> None:
        """`folder` is this run's own; `close` leaves it to whoever made it."""
        self.folder = folder

    @contextmanager
    def fresh(self, kind: str, folder: Path, *, empty: bool = False) -> Iterator[str]:
        """The URL of a database nobody used before: a file in `folder`, or one on the server.

        `empty`: without tables, for what creates them itself.
        """
        if kind == "sqlite":
            file = folder / "kontor.db"
            if not empty:
                shutil.copyfile(self._sqlite, file)
            yield f"sqlite:///{file}"
            return
        name = self.server.create("template1" if empty else self._postgresql)
        yield self.server.url(name)
        self.server.leave(name)

    def close(self) -> None:
        """Stop the server if one was started."""
        if "server" in self.__dict__:
            self.server.stop()

    @cached_property
    def server(self) -> Server:
        return Server()

    @cached_property
    def _sqlite(self) -> Path:
        file = self.folder / "template.db"
        schema.create(f"sqlite:///{file}")
        return file

    @cached_property
    def _postgresql(self) -> str:
        name = self.server.create()
        schema.create(self.server.url(name))
        return name
