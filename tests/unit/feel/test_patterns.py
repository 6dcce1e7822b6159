"""Regular expressions of XPath: the same answers as Python's where both have the form, in bounded time."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.feel.asking import problems, value

pieces = st.recursive(
    st.sampled_from(["a", "b", "c", ".", "[ab]", "[^a]", r"\d", "", "^", "$"]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda p: f"({p[0]}|{p[1]})"),
        st.tuples(inner, st.sampled_from(["*", "+", "?", "*?", "+?", "{1,2}", "{2}"])).map(
            lambda p: f"({p[0]}){p[1]}"
        ),
    ),
    max_leaves=6,
)
words = st.text("abc1\n", max_size=8)


@given(pieces, words)
def test_a_pattern_matches_what_python_matches(pattern: str, text: str):
    wanted = re.search(pattern.replace("$", r"\Z"), text, re.ASCII) is not None
    assert value("matches(t, p)", t=text, p=pattern) is wanted


@given(pieces.filter(lambda p: not re.search(p, "") and not re.search("[$^]", p)), words)
def test_a_pattern_replaces_what_python_replaces(pattern: str, text: str):
    found = value('replace(t, p, "<$0>", "s")', t=text, p=pattern)
    if not any(m.start() == m.end() for m in re.finditer(pattern, text, re.DOTALL)):
        assert found == re.sub(pattern, r"<\g<0>>", text, flags=re.DOTALL)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ('matches("ABC", "b", "i")', True),
        ('matches("a\\nb", "a.b")', False),
        ('matches("a\\nb", "a.b", "s")', True),
        ('matches("x\\nab", "^a", "m")', True),
        ('matches("ab", "a b", "x")', True),
        ('matches("a.c", "a.c", "q")', True),
        ('matches("abc", "a.c", "q")', False),
        ('matches("x", "[a-z-[xyz]]")', False),
        ('matches("Q", "[^q]", "i")', False),
        ('matches("o", "[A-Z-[OI]]", "i")', False),
        ('matches("\u00e9t\u00e9", "^\\\\p{L}+$")', True),
        ('matches("abab", "^(ab)\\\\1$")', True),
        ('replace("abcd", "(.)(.)", "$2$1")', "badc"),
        ('replace("a.b", "\\\\.", "\\\\$")', "a$b"),
        ('split("a, b;c", "[,;]\\\\s*")', ["a", "b", "c"]),
    ],
)
def test_the_forms_of_xpath(text: str, answer: object):
    assert value(text) == answer


@pytest.mark.parametrize(
    "pattern", ["(", "a)", "[a", "a**", "a{2,1}", "\\q", "(?=a)", "\\1", "*", "[z-a]", "\\p{Xx}"]
)
def test_what_is_no_pattern_is_null_with_the_reason(pattern: str):
    assert problems("matches(t, p)", t="a", p=pattern)


def test_a_pattern_that_backtracks_for_ever_elsewhere_ends_at_once():
    began = time.process_time()
    assert value('matches(t, "(a+)+$")', t="a" * 500 + "!") is False
    assert value('matches(t, "(a|a)*b")', t="a" * 500) is False
    assert time.process_time() - began < 3
