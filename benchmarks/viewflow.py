"""A peer: django-viewflow, whose tasks are completed by its own commands in SQLite, without a request around them."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks import peers
from benchmarks.measuring import Contestant

APPS = (
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "viewflow",
    "viewflow.workflow",
    "benchmarks",
)


def tasks(folder: Path, *, cases: int, durability: str) -> Contestant | None:
    """Return a contestant that completes the next task of `cases` cases, each in a transaction of its own.

    None where it is not installed. Django is set up for good: a process can ask for this once.
    """
    if find_spec("viewflow") is None:  # importing it asks for Django's settings
        return None
    _set_up(folder / "viewflow.db", durability)
    chain = peers.imported("benchmarks.viewflow_chain").Chain
    for _ in range(cases):
        chain.start.run()
    ready: list[Any] = []

    def prepare() -> None:
        open_tasks = chain.task_class.objects.filter(status="ASSIGNED").order_by("process_id")
        ready[:] = open_tasks.values_list("process_id", "id")
        assert len(ready) == cases

    def work() -> int:
        for process, number in ready:
            _complete(chain, process, number)
        return cases

    return Contestant(work, prepare)


def _set_up(file: Path, durability: str) -> None:
    durably = f"PRAGMA journal_mode = WAL; PRAGMA synchronous = {durability}"
    database = {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(file),
        "OPTIONS": {"init_command": durably, "transaction_mode": "IMMEDIATE"},
    }
    peers.imported("django.conf").settings.configure(
        INSTALLED_APPS=APPS, DATABASES={"default": database}, USE_TZ=True
    )
    peers.imported("django").setup()
    peers.imported("django.core.management").call_command("migrate", verbosity=0)


def _complete(chain: Any, process: int, number: int) -> None:
    """Do what its view does with a form that is valid."""
    with chain.lock(process), peers.imported("django.db").transaction.atomic():
        task = chain.task_class.objects.get(pk=number)
        activation = task.flow_task.activation_class(task)
        activation.start(None)
        activation.execute()
