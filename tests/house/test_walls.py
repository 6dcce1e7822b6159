"""What a room must not do although Python would let it; import-linter holds who imports whom."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator

from tests.house import sources
from tests.house.sources import Source
from web import warming

CLOCK = re.compile(
    r"(^|\.)(datetime\.(now|utcnow|today)|date\.today|time\.(time|time_ns|localtime|gmtime))$"
)
RUNS_TEXT = re.compile(r"^(eval|exec|__import__)$")
COMMITS = re.compile(r"\.commit$")
WRITES = re.compile(r"\.writing$|(^|\.)sending\.together$")


def test_nothing_that_somebody_wrote_is_executed():
    sources.must_be_none(_calls(RUNS_TEXT, sources.everything()))


def test_time_is_given_and_not_read():
    """`ledger.clock` reads the machine's clock, a command of the shell may; everybody else is told."""
    told = [source for source in _outside("ledger/clock.py") if "/cli/" not in source.path]
    sources.must_be_none(_calls(CLOCK, told))


def test_there_is_one_commit():
    """A command's ends `ledger.transaction`, and nobody else opens what is committed.

    `ledger.sending` lets it travel to PostgreSQL with the last writes; bringing the tables up to
    date (`web.schema`) is no command.
    """
    sources.must_be_none(_calls(COMMITS, _outside("ledger/sending.py", "web/schema.py")))
    sources.must_be_none(_calls(WRITES, _outside("ledger/store.py", "ledger/transaction.py")))


def test_mapped_classes_live_in_crm_entities_and_web():
    rooms = [
        source for room in ("engine", "process_defs", "scheduler") for source in sources.below(room)
    ]
    sources.must_be_none(_imports(rooms, "sqlalchemy.orm"))


def test_feel_knows_nothing_of_ours():
    """It is a language of its own that other programs could use."""
    ours = [room for room in sources.ROOMS if room != "engine"]
    neighbours = [f"engine.{name}" for name in ("bpmn", "calendar", "dmn", "clocks", "execution")]
    sources.must_be_none(_imports(sources.below("engine/feel"), *ours, *neighbours))


def test_calendars_know_no_database():
    """Of the book they know only how a sentence is made that can be said in another language."""
    found = _imports(sources.below("engine/calendar"), "sqlalchemy", "ledger")
    sources.must_be_none([line for line in found if " ledger.words" not in line])


def test_the_modules_a_room_is_told_by_show_in_its_lines():
    """Rooms import modules of rooms below, so that `user_tasks.complete` shows its room."""
    shadowed = [line for source in sources.rooms() for line in _starred(source)]
    sources.must_be_none(shadowed)


def test_a_start_does_not_wait_for_what_is_loaded_behind_it():
    said = subprocess.run(
        [sys.executable, "-c", "from web import app, serving; app.blueprints(); import sys; print(*sys.modules)"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    loaded = said.stdout.split()
    assert "web.pages.definitions" in loaded
    assert not {"alembic", "ruamel.yaml", *warming.LATER} & set(loaded)
    assert all(importlib.import_module(name) for name in warming.LATER)


def _outside(*files: str) -> list[Source]:
    return [source for source in sources.rooms() if source.path not in files]


def _calls(pattern: re.Pattern[str], files: Iterable[Source]) -> list[str]:
    return [
        f"{source.path}:{line} {name}"
        for source in files
        for line, name in source.calls()
        if pattern.search(name)
    ]


def _imports(files: Iterable[Source], *modules: str) -> list[str]:
    return [
        f"{source.path}:{line} {name}"
        for source in files
        for line, name in source.imports()
        if any(name == module or name.startswith(f"{module}.") for module in modules)
    ]


def _starred(source: Source) -> Iterator[str]:
    return (
        f"{source.path}:{line} {name}" for line, name in source.imports() if name.endswith(".*")
    )
