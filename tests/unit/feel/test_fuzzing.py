"""No text makes FEEL hang or raise anything but its own errors."""

from __future__ import annotations

import contextlib
import json
import time

import pytest
from hypothesis import given

from engine import feel
from engine.feel import FeelError, LimitExceeded, expressions, foreign
from engine.feel.nodes import Node
from tests.unit.feel.asking import NOW
from tests.unit.feel.trees import texts, trees

VARIABLES = {
    "a": [1, "x", None, {"b": 2}],
    "b": {"deal": 1},
    "deal": {"a": 5, "b": [3, 1, 2]},
    "unit price": 12,
    "x-y": "text",
}


@given(texts)
def test_any_text_is_an_expression_or_told_why_not(text: str):
    for rule in (feel.expression, feel.unary_tests, foreign.expression):
        with contextlib.suppress(FeelError, LimitExceeded):
            told: list[str] = []
            rule(text, names=VARIABLES).evaluate({**VARIABLES, "?": 1}, now=NOW, problems=told)
            assert all(told)


@given(trees)
def test_any_tree_evaluates_to_the_same_each_time(tree: Node):
    with contextlib.suppress(FeelError, LimitExceeded):
        compiled = expressions.compile_tree("", tree, frozenset(VARIABLES))
        first = compiled.evaluate(VARIABLES, now=NOW, problems=[])
        assert repr(compiled.evaluate(VARIABLES, now=NOW)) == repr(first)


BOMBS = [
    "for i in 1..10**12 return i",
    "for i in 1..1000, j in 1..1000, k in 1..1000 return 1",
    "some i in 1..10**15 satisfies i < 0",
    "count(for i in 1..10**6 return for j in 1..10**6 return j)",
    "{f: function(n) f(n + 1), r: f(0)}.r",
    "{f: function(n) f(n - 1) + f(n - 2), r: f(60)}.r",
    'for i in 1..100 return if i = 1 then "xxxxxxxxxx" else partial[-1] + partial[-1]',
    "for i in 1..100 return if i = 1 then [1] else concatenate(partial[-1], partial[-1])",
    "for i in 1..100000 return [partial]",
    "for i in 1..60 return if i = 1 then [1] else [partial[-1], partial[-1]]",
    "for i in 1..5000 return if i = 1 then [1] else [partial[-1]]",
    "{" + ", ".join(f"a{i}: [a{i - 1}, a{i - 1}]" for i in range(1, 90)) + "}",
    "10 ** 10 ** 10 ** 10",
    "string(10 ** 6000 * 10 ** 6000)",
    'matches(string join(for i in 1..5000 return "a", ""), "(a|aa|aaa)*b")',
    'matches(string join(for i in 1..200 return "a", ""), "(a*)*(a*)*\\\\1b")',
    'replace("aaaa", "a{5000}{5000}", "b")',
    'matches("a", "' + "(" * 200 + "a" + ")*" * 200 + '")',
    'range(string join(for i in 1..100000 return "(", ""))',
    "sort(for i in 1..1000000 return 1000000 - i)",
    "distinct values(for i in 1..1000000 return i)",
    '@"9999-12-31" + @"P999999999Y" * 10**20',
    'duration("P999999999999999999D") * 10**6000',
    "(" * 5000 + "1" + ")" * 5000,
    "-" * 20000 + "1",
    "1" + "+1" * 20000,
    "a" + "[1]" * 10000,
    "a" + ".a" * 10000,
    "if true then " * 3000 + "1",
    "x in (" * 60,
    "[1..a[" * 500,
    "[" * 20000,
    '"' + "\\" * 20001 + '"',
    "/*" * 20000,
    "1e999999999",
    "1" * 40000,
]


@pytest.mark.parametrize("text", BOMBS, ids=lambda text: text[:32])
def test_a_text_made_to_exhaust_the_machine_ends_soon(text: str):
    began = time.process_time()
    with contextlib.suppress(FeelError, LimitExceeded):
        value = feel.expression(text).evaluate(VARIABLES, now=NOW)
        assert json.dumps(feel.to_json(value))
    assert time.process_time() - began < 10


@given(texts)
def test_any_text_inside_juel_braces_is_run_or_refused(text: str):
    with contextlib.suppress(FeelError, LimitExceeded):
        compiled = foreign.expression("${" + text + "}")
        assert compiled.evaluate(VARIABLES, now=NOW) == compiled.evaluate(VARIABLES, now=NOW)
