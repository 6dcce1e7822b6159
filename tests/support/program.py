"""Kontor as its users run it: a process of its own, which can be killed and started again."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from tests.support import packages, processes

KONTOR = packages.ROOT / ".venv" / "bin" / "kontor"
HOST = "127.0.0.1"


class Program:
    """One `kontor serve` on a free port of this machine; the port stays the same over restarts."""

    def __init__(
        self,
        folder: Path,
        database: str,
        *arguments: str,
        environment: Mapping[str, str] | None = None,
        command: str = "serve",
        has_own_clock: bool = False,
    ) -> None:
        """`folder` becomes its working folder and home; it holds `log` and the clock's offset.

        `has_own_clock`: `advance` moves its time, which only a database marked demo or test allows.
        """
        self.port = free_port()
        self.folder = folder
        self.log = folder / "log"
        self._clock = folder / "clock"
        self._command = [command, "--host", HOST, "--port", str(self.port), "--database", database]
        self._arguments = arguments
        clock = {"KONTOR_CLOCK": f"offset:{self._clock}"} if has_own_clock else {}
        self._environment = clean_environment(folder) | clock | dict(environment or {})

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def start(self, *, seconds: float = 60.0) -> None:
        """Return when it answers; fail with its log when it ends before that."""
        self._process = processes.start(
            [KONTOR, *self._command, *self._arguments],
            folder=self.folder,
            output=self.log,
            environment=self._environment,
            ending=signal.SIGTERM,
            own_group=True,
        )
        processes.eventually(self._is_settled, f"{self.url} (log: {self.log})", seconds=seconds)
        if self._process.poll() is not None:
            message = f"kontor ended with {self._process.returncode}:\n{self.log.read_text()}"
            raise AssertionError(message)

    def kill(self) -> None:
        """Kill -9, and with it every process it started."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(20)
        processes.eventually(lambda: not self._listens(), "the port to be free")

    def stop(self) -> int:
        """Ctrl-C, and the exit code; does nothing to a program that has ended."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGINT)
        return self._process.wait(30)

    def restart(self) -> None:
        """Kill -9 and start again."""
        self.kill()
        self.start()

    def advance(self, time: timedelta) -> None:
        """Move the program's clock on, now and over restarts."""
        moved = self.ahead.total_seconds()
        beside = self._clock.with_suffix(".new")
        beside.write_text(str(moved + time.total_seconds()))
        beside.replace(self._clock)

    @property
    def ahead(self) -> timedelta:
        """By how much the program's clock is ahead of the machine's."""
        return timedelta(seconds=float(self._clock.read_text()) if self._clock.exists() else 0.0)

    def _is_settled(self) -> bool:
        return self._process.poll() is not None or self._answers()

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=10)
        try:
            connection.request("GET", "/")
            connection.getresponse().read()
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
        return True

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex((HOST, self.port)) == 0


def call(folder: Path, *arguments: str, stdin: str = "", database: str = "") -> str:
    """What `kontor ARGUMENTS` prints; fails with what it complained of."""
    environment = clean_environment(folder) | ({"KONTOR_DATABASE": database} if database else {})
    ended = subprocess.run(
        [KONTOR, *arguments],
        cwd=folder, env=environment, input=stdin, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, f"kontor {' '.join(arguments)}:\n{ended.stdout}{ended.stderr}"
    return ended.stdout


def clean_environment(home: Path) -> dict[str, str]:
    """This process's environment without the settings of whoever runs the tests."""
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith("KONTOR_")
    }
    return inherited | {"HOME": str(home)}


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
