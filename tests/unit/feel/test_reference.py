"""The examples of the FEEL pages give what they say, and each page names every function."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.feel import library
from tests.unit.feel.asking import value
from web.languages import LANGUAGES

DOCS = Path(__file__).parents[3] / "docs"
PAGES = {
    language: (DOCS / ("" if language == "en" else language) / "feel.md").read_text(
        encoding="utf-8"
    )
    for language in LANGUAGES
}
FUNCTIONS = next(
    place for place, part in enumerate(PAGES["en"].split("\n## ")) if part.startswith("Functions\n")
)
"""Which part of each page lists them."""
EXAMPLES = [
    line
    for page in PAGES.values()
    for block in re.findall(r"```feel\n(.*?)```", page, re.DOTALL)
    for line in block.splitlines()
]


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_gives_what_it_says(example: str):
    left, _, right = example.rpartition(" => ")
    assert repr(value(left)) == repr(value(right))


@pytest.mark.parametrize("language", PAGES)
def test_every_function_stands_on_the_page(language: str):
    functions = PAGES[language].split("\n## ")[FUNCTIONS]
    named = {name.partition("(")[0] for name in re.findall(r"`([^`]+)`", functions)}
    assert sorted(set(library.FUNCTIONS) - named) == []


def test_the_pages_have_the_same_parts():
    parts = {
        language: [line.count("#") for line in page.splitlines() if line.startswith("#")]
        + [len(re.findall(r"(?m)^\|", page)), page.count("=>"), page.count("```")]
        for language, page in PAGES.items()
    }
    assert parts == dict.fromkeys(PAGES, parts["en"])
