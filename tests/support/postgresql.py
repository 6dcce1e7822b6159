"""A PostgreSQL server of the tests' own: started in a moment, reached by a unix socket, gone after.

The server comes as an npm package. It is copied first: the package lacks the
links of its libraries, and a server that root starts must run as somebody else,
who may not be able to read this folder.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
from psycopg import sql

from tests.support import packages, processes

MACHINE = {"x86_64": "x64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
INITDB = ["--username=kontor", "--auth=trust", "--no-sync", "--encoding=UTF8", "--no-locale",
          "--locale-provider=icu", "--icu-locale=und"]  # fmt: skip
GIGABYTE = 2**30
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "fsync": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "timezone": "UTC",
}


class Server:
    """One running server with as many databases as tests ask for."""

    def __init__(self) -> None:
        """Start at once; `stop` ends the server and removes all it wrote."""
        self.folder = Path(tempfile.mkdtemp(prefix="kontor-pg-", dir="/tmp"))
        self._data = Path(tempfile.mkdtemp(prefix="kontor-pg-", dir=_roomy_memory()))
        self._made = 0
        self._left: list[str] = []
        _copy(packages.package(f"@embedded-postgres/{sys.platform}-{MACHINE}"), self.folder)
        if processes.is_root():
            _give_away(self.folder, self._data)
        self._log = self.folder / "log"
        if self._run("native/bin/initdb", *INITDB, "-D", str(self._data)).wait():
            message = f"PostgreSQL could not be set up:\n{self._log.read_text()}"
            raise RuntimeError(message)
        self._start()

    @property
    def pid(self) -> int:
        """The process whose children serve the connections."""
        return self._process.pid

    def address(self, database: str) -> str:
        """What libpq connects to."""
        return f"postgresql://kontor@/{database}?host={self.folder}"

    def url(self, database: str) -> str:
        """What SQLAlchemy connects to."""
        return self.address(database).replace("postgresql:", "postgresql+psycopg:")

    def create(self, template: str = "template1") -> str:
        """The name of a new database, a copy of `template`."""
        self._made += 1
        name = f"kontor_{self._made}"
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
        self._admin.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))
        return name

    def leave(self, database: str) -> None:
        """Say that nobody needs a database any more.

        It is dropped when the next one is left: by then its connections have
        ended, and dropping does not have to wait for them.
        """
        statement = sql.SQL("DROP DATABASE {} WITH (FORCE)")
        while self._left:
            self._admin.execute(statement.format(sql.Identifier(self._left.pop())))
        self._left.append(database)

    def crash(self) -> None:
        """End the server at once, in the middle of whatever it does, and start it again: it recovers from its log."""
        self._admin.close()
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait(20)
        self._start()

    def stop(self) -> None:
        """End the server and remove all it wrote."""
        self._admin.close()
        self._process.send_signal(signal.SIGINT)
        self._process.wait(20)
        shutil.rmtree(self._data)
        shutil.rmtree(self.folder)

    def _start(self) -> None:
        settings = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
        self._process = self._run(
            "native/bin/postgres", "-D", str(self._data), "-k", str(self.folder), *settings
        )
        processes.eventually(self._is_up, f"PostgreSQL to start (see {self._log})")
        self._admin = psycopg.connect(self.address("postgres"), autocommit=True)

    def _run(self, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        return processes.start(
            [self.folder / program, *arguments],
            folder=self.folder,
            output=self._log,
            ending=signal.SIGQUIT,
            as_nobody=processes.is_root(),
        )

    def _is_up(self) -> bool:
        try:
            psycopg.connect(self.address("postgres")).close()
        except psycopg.OperationalError:
            return False
        return True


def _copy(package: Path, folder: Path) -> None:
    shutil.copytree(package / "native", folder / "native")
    for link in json.loads((package / "native/pg-symlinks.json").read_text()):
        target = folder / link["target"]
        target.unlink(missing_ok=True)
        target.symlink_to(os.path.relpath(folder / link["source"], target.parent))


def _give_away(*folders: Path) -> None:
    for folder in folders:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, processes.NOBODY, processes.NOBODY, follow_symlinks=False)


def _roomy_memory() -> str:
    """Where a new database costs 10 ms and not 300; a disk where there is no such place."""
    memory = Path("/dev/shm")
    is_roomy = memory.is_dir() and shutil.disk_usage(memory).free > 2 * GIGABYTE
    return str(memory) if is_roomy and os.access(memory, os.W_OK) else "/tmp"
