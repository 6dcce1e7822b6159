"""Setting up does each step once, and again only when something it reads has changed."""

from __future__ import annotations

from pathlib import Path

import pytest

import dev


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty repository with one source file."""
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    monkeypatch.setattr(dev, "DEV", tmp_path / ".dev")
    (tmp_path / ".dev").mkdir()
    (tmp_path / "source").write_text("one")
    return tmp_path


def build(folder: Path) -> bool:
    """Ask for the step; whether it was done."""
    done = []

    def work() -> None:
        done.append(True)
        (folder / "made").write_text("made")

    dev.once("step", ["source*"], "made", work)
    return bool(done)


def test_a_step_is_done_once(folder: Path):
    assert build(folder)
    assert not build(folder)


def test_a_step_is_done_again_when_a_source_changes(folder: Path):
    build(folder)
    (folder / "source").write_text("two")
    assert build(folder)
    (folder / "source-more").write_text("a new file")
    assert build(folder)
    (folder / "source-more").unlink()
    assert build(folder)
    assert not build(folder)


def test_a_step_is_done_again_when_what_it_made_is_gone(folder: Path):
    build(folder)
    (folder / "made").unlink()
    assert build(folder)


def test_a_step_that_broke_off_is_done_again(folder: Path):
    def break_off() -> None:
        raise KeyboardInterrupt

    build(folder)
    (folder / "source").write_text("two")
    with pytest.raises(KeyboardInterrupt):
        dev.once("step", ["source*"], "made", break_off)
    (folder / "source").write_text("one")
    assert build(folder)


def test_what_a_failed_command_said_is_shown_before_all_stops(folder: Path):
    with pytest.raises(SystemExit, match="no such package"):
        dev.do(["sh", "-c", "echo no such package; exit 3"], folder)


def test_every_command_says_what_it_is_for(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit):
        dev.main(["--help"])
    printed = capsys.readouterr().out
    assert all(name in printed for name in ("setup", "run", "test", "check", "soak", "lock"))
