"""Every setting is in the handbook, with the meaning and the default that the program knows."""

from __future__ import annotations

import dataclasses
import re

from tests.house import sources
from tests.support.packages import ROOT
from web.settings import Settings

PAGE = ROOT / "docs" / "settings.md"
VARIABLE = re.compile(r"\bKONTOR_[A-Z][A-Z_]*[A-Z]\b")


def test_the_page_of_settings_is_what_the_program_knows():
    rows = [
        f"| `KONTOR_{field.name.upper()}` | {_default(field.default)} | {field.metadata['meaning']} |"
        for field in dataclasses.fields(Settings)
    ]
    written = [line for line in PAGE.read_text().splitlines() if line.startswith("| `KONTOR_")]
    assert written == rows


def test_every_variable_that_is_read_is_described():
    described = "".join(page.read_text() for page in (ROOT / "docs").rglob("*.md"))
    known = set(VARIABLE.findall(described))
    named = {name for source in sources.everything() for name in VARIABLE.findall(source.text)}
    assert named - known == set()


def _default(value: object) -> str:
    return f"`{value}`" if value != "" else ""
