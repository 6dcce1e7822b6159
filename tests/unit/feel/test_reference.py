"""The examples of docs/feel.md give what they say, and it names every function."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.feel import library
from tests.unit.feel.asking import value

PAGE = (Path(__file__).parents[3] / "docs" / "feel.md").read_text(encoding="utf-8")
EXAMPLES = [
    line
    for block in re.findall(r"```feel\n(.*?)```", PAGE, re.DOTALL)
    for line in block.splitlines()
]


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_gives_what_it_says(example: str):
    left, _, right = example.rpartition(" => ")
    assert repr(value(left)) == repr(value(right))


def test_every_function_stands_on_the_page():
    functions = PAGE.partition("## Functions")[2]
    named = {name.partition("(")[0] for name in re.findall(r"`([^`]+)`", functions)}
    assert sorted(set(library.FUNCTIONS) - named) == []
