"""Processes that never outlive the test run, however it ends."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

PARENT_DEATH_SIGNAL = 1
NOBODY = 65534


def start(
    command: Sequence[str | Path],
    *,
    folder: Path,
    output: Path,
    environment: Mapping[str, str] | None = None,
    ending: signal.Signals = signal.SIGKILL,
    as_nobody: bool = False,
    own_group: bool = False,
) -> subprocess.Popen[bytes]:
    """Start a command whose output goes to a file; `ending` reaches it when this process dies."""
    rank = NOBODY if as_nobody else None
    with output.open("ab") as file:
        return subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            user=rank,
            group=rank,
            extra_groups=[] if as_nobody else None,
            start_new_session=own_group,
            # A test run that is killed runs no fixture's end; the kernel does this for it.
            preexec_fn=_tie_to_parent(ending),  # noqa: PLW1509 - one system call, no lock taken
        )


def eventually(condition: Callable[[], bool], what: str, *, seconds: float = 20.0) -> None:
    """Return as soon as `condition` holds; after `seconds` fail and say what was awaited."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            message = f"Waited {seconds:g} s in vain for: {what}"
            raise AssertionError(message)
        time.sleep(0.01)


def is_root() -> bool:
    return os.getuid() == 0


def _tie_to_parent(ending: signal.Signals) -> Callable[[], object] | None:
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None)
    return lambda: libc.prctl(PARENT_DEATH_SIGNAL, int(ending))
