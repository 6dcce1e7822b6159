"""The program as a process: what it says when it starts, when it cannot, and how it stops."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.support.program import KONTOR, Program, clean_environment


def test_it_says_where_it_is_keeps_its_port_to_itself_and_stops_at_sigterm(tmp_path: Path):
    program = Program(tmp_path, f"sqlite:///{tmp_path}/kontor.db")
    program.start()
    other = ["--port", str(program.port), "--database", f"sqlite:///{tmp_path}/other.db"]
    refused = subprocess.run(
        [str(KONTOR), "serve", *other],
        cwd=tmp_path, env=clean_environment(tmp_path), capture_output=True, text=True, check=False,
    )  # fmt: skip
    os.killpg(program._process.pid, signal.SIGTERM)
    assert program._process.wait(20) == 0
    said = program.log.read_text()
    assert f"Kontor is at {program.url} – Ctrl-C ends." in said
    assert "Traceback" not in said
    assert refused.returncode == 1
    assert f"Expected to listen on 127.0.0.1:{program.port}" in refused.stderr
    assert "try another --port" in refused.stderr


def test_time_can_be_moved_only_where_a_database_says_so(tmp_path: Path):
    program = Program(tmp_path, f"sqlite:///{tmp_path}/kontor.db", has_own_clock=True)
    with pytest.raises(AssertionError, match="Expected a database marked demo or test"):
        program.start()


def test_a_worker_beside_sqlite_is_refused_in_words(tmp_path: Path):
    program = Program(tmp_path, f"sqlite:///{tmp_path}/kontor.db")
    program.start()
    assert program.stop() == 0
    command = [str(KONTOR), "worker", "--database", f"sqlite:///{tmp_path}/kontor.db"]
    environment = clean_environment(tmp_path)
    refused = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert refused.returncode == 1
    assert "SQLite has one writing process" in refused.stderr
