"""What the repository may say, and what must be said in it."""

from __future__ import annotations

import re
import subprocess
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.house import sources
from tests.support.packages import ROOT

MACHINE_PATHS = re.compile(r"(?<![\w.])/(work|root|home/\w+|Users/\w+|opt/\w+|mnt/\w+)/\w")
NOT_WRITTEN_BY_HAND = {"uv.lock", "requirements.lock", "package-lock.json"}
SPEAKS_OF_PATHS = {"tests/house/test_repository.py"}
EXACT = re.compile(r"^\d+\.\d+\.\d+(-[\w.]+)?$")


def committed() -> list[Path]:
    """The files that git keeps; in an unpacked archive, which has no git, none to look at."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("not a git work tree: there is no list of what is committed")
    names = listed.stdout.decode().rstrip("\0").split("\0")
    return [ROOT / name for name in names if (ROOT / name).is_file()]


def test_no_file_names_a_place_on_somebodys_machine():
    found = []
    for file in committed():
        if file.name in NOT_WRITTEN_BY_HAND or str(file.relative_to(ROOT)) in SPEAKS_OF_PATHS:
            continue
        text = file.read_bytes().decode("utf-8", errors="ignore")
        found += [f"{file.relative_to(ROOT)}: {hit[0]}" for hit in MACHINE_PATHS.finditer(text)]
    sources.must_be_none(found)


def test_what_is_built_is_not_committed():
    built = ("web/static/build", "node_modules", ".venv", ".dev")
    names = [str(file.relative_to(ROOT)) for file in committed()]
    sources.must_be_none([name for name in names if any(part in name for part in built)])


def test_each_package_of_the_browser_and_of_the_tests_is_pinned():
    for folder in ("frontend", "tests"):
        manifest = (ROOT / folder / "package.json").read_text()
        loose = [
            version
            for block in re.findall(r"\"\w*[dD]ependencies\": \{([^}]*)\}", manifest)
            for version in re.findall(r": \"([^\"]+)\"", block)
            if not EXACT.match(version)
        ]
        sources.must_be_none(loose)


def test_both_lock_files_name_the_same_packages():
    locked = tomllib.loads((ROOT / "uv.lock").read_text())["package"]
    parts = {part["name"]: part for part in locked}
    reached = _reached(parts)
    ours = {f"{part['name']}=={part['version']}" for part in locked if part["name"] in reached}
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    exported = {re.split(r"[ ;\\]", line)[0] for line in lines if re.match(r"[a-zA-Z]", line)}
    assert {re.sub(r"\[.*?\]", "", name) for name in exported} == ours


def _reached(parts: Mapping[str, Any]) -> set[str]:
    """What Kontor and its groups need, but for the peers of the benchmarks, which only uv installs."""
    groups = parts["kontor"]["dev-dependencies"]
    stack = [*parts["kontor"]["dependencies"], *groups["dev"], *groups["frontend"]]
    seen: set[tuple[str, str]] = set()
    while stack:
        needed = stack.pop()
        for extra in ("", *needed.get("extra", ())):
            if (needed["name"], extra) in seen:
                continue
            seen.add((needed["name"], extra))
            part = parts[needed["name"]]
            further = part.get("optional-dependencies", {}).get(extra, ()) if extra else None
            stack += part.get("dependencies", ()) if further is None else further
    return {name for name, _ in seen}
