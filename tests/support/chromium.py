"""A real browser: Chromium out of an npm package, driven by Playwright."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.support import packages

SETTING = "KONTOR_CHROMIUM"
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{folder}/fonts</dir>
  <cachedir>{folder}/cache</cachedir>
</fontconfig>
"""


@contextmanager
def browser() -> Iterator[Browser]:
    """Chromium without a window: $KONTOR_CHROMIUM, the npm package, or the machine's own."""
    os.environ["PLAYWRIGHT_NODEJS_PATH"] = packages.node()
    program, environment = _find()
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=program, env={**os.environ, **environment}
        )
        yield launched
        launched.close()


def _find() -> tuple[str, dict[str, str]]:
    chosen = os.environ.get(SETTING)
    if chosen:
        return chosen, {}
    if sys.platform == "linux" and platform.machine() == "x86_64":
        return _packaged()
    installed = shutil.which("chromium") or shutil.which("google-chrome")
    if installed is None:
        message = f"No Chromium for this machine: install one, or name it by {SETTING}."
        raise FileNotFoundError(message)
    return installed, {}


def _packaged() -> tuple[str, dict[str, str]]:
    """The package's own; its libraries and fonts are found by variables, else pages have no text."""
    version = packages.version("@sparticuz/chromium")
    folder = packages.ROOT / ".dev" / "chromium" / version
    if not folder.exists():
        _unpack(folder)
    environment = {
        "LD_LIBRARY_PATH": f"{folder}/lib:{folder}",
        "FONTCONFIG_PATH": str(folder),
    }
    return str(folder / "chromium"), environment


def _unpack(folder: Path) -> None:
    """Unpack beside and rename, so that two test workers can do it at once."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(dir=folder.parent))
    script = Path(__file__).with_name("unpack_chromium.mjs")
    subprocess.run([packages.node(), script, beside], check=True)
    (beside / "fonts.conf").write_text(FONTS.format(folder=folder))
    try:
        beside.rename(folder)
    except OSError:
        if not folder.exists():
            raise
        shutil.rmtree(beside)
