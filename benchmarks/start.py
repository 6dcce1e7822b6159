"""From the command to the first page, over an empty database and over a million open cases."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks import companies, filling, models, steps
from benchmarks.measuring import ROUNDS, Result, compare, cpu_seconds, spread
from ledger.store import Store

MANY = 1_000_000
HOST = "127.0.0.1"
MOST_MILLISECONDS = 1_000
NO_DIFFERENCE = 1.15
FLASK = "python that imports flask"
PROGRAM = (sys.executable, "-c", "from web.cli import main; main()", "serve", "--host", HOST)


def results(folder: Path, durability: str) -> Iterator[Result]:
    """Measure the program as users start it, on SQLite; the tables are there already."""
    few, many = folder / "few.db", folder / "many.db"
    for file in (few, many):
        _first_page(folder, file)
    with_rows(many)
    starts: dict[str, Callable[[], float]] = {
        "kontor": lambda: _first_page(folder, many),
        "no case": lambda: _first_page(folder, few),
        FLASK: _flask,
    }
    taken: dict[str, list[float]] = {name: [] for name in starts}
    cpu: dict[str, list[float]] = {name: [] for name in starts}
    for _ in range(ROUNDS):
        for name, start in starts.items():
            before = cpu_seconds()
            taken[name].append(start())
            cpu[name].append((cpu_seconds() - before) * 1000)
    yield compare(
        "start", "to the first page, with 1,000,000 open cases",
        {name: spread(values) for name, values in taken.items()},
        durability=durability, unit="wall_ms", target="at most 1.0 s, no difference to an empty database",
        reached=lambda ratios: spread(taken["kontor"]).median <= MOST_MILLISECONDS
        and ratios["no case"] <= NO_DIFFERENCE,
        facts={  # with the end of the program; busy machines stretch the time, but not this
            "cpu_ms": round(spread(cpu["kontor"]).median),
            "cpu_ms_of_flask": round(spread(cpu[FLASK]).median),
        },
    )  # fmt: skip


def with_rows(file: Path) -> None:
    """Fill a database that the program has made."""
    store = companies.connected(Store.open(f"sqlite:///{file}", durability="normal"))
    companies.deploy(store, models.stage('notify="responsible"'))
    filling.copies(store, steps.start(store, "stage", {}), MANY - 1)
    store.close()


def _first_page(folder: Path, file: Path) -> float:
    """Return the milliseconds from the command to the first page; the program is ended behind it."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    known = {name: value for name, value in os.environ.items() if not name.startswith("KONTOR_")}
    begun, said = time.monotonic(), folder / "said"
    program = subprocess.Popen(  # noqa: S603  # a command of ours
        [*PROGRAM, "--port", str(port), "--database", f"sqlite:///{file}"],
        cwd=folder,
        env={**known, "HOME": str(folder), "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=said.open("wb"),
        stderr=subprocess.STDOUT,
    )
    try:
        while not _answers(port):
            if program.poll() is not None:
                raise RuntimeError(f"kontor serve ended: {said.read_text()}")
            time.sleep(0.005)
        return (time.monotonic() - begun) * 1000
    finally:
        program.send_signal(signal.SIGINT)
        program.wait(60)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=60)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status < http.client.INTERNAL_SERVER_ERROR
    except OSError:
        return False
    finally:
        connection.close()


def _flask() -> float:
    begun = time.monotonic()
    subprocess.run([sys.executable, "-c", "import flask, sqlalchemy"], check=True)
    return (time.monotonic() - begun) * 1000
