"""What is printed reads back as the same tree."""

from __future__ import annotations

import pytest
from hypothesis import given

from engine.feel import FeelError, nodes, parser, printer
from engine.feel.expressions import MULTIWORD
from engine.feel.nodes import Node
from tests.unit.feel.trees import NAMES, trees

KNOWN = frozenset(NAMES) | MULTIWORD


@given(trees)
def test_a_printed_tree_reads_back_as_itself(tree: Node):
    assert parser.parse_expression(printer.printed(tree), KNOWN) == tree


@pytest.mark.parametrize(
    "text",
    [
        "(a + b) * a - -b ** a",
        'if deal.a in (1, (> 5), [1..3)) then "yes" else @"PT1H"',
        "for i in 1..3, j in a return i * j",
        "some i in a satisfies i > 1 and (i < 5 or i = 7)",
        "(a instance of list<context<a: number>>) = true",
        'sort(list: a, precedes: function(p, q: number) p < q)[1]["k"]',
        '{"two words": 1, b: two words + 1}',
        "unit price * x-y",
        "(a and b) and (a or b or a)",
    ],
)
def test_a_text_prints_as_it_was_written(text: str):
    assert printer.printed(parser.parse_expression(text, KNOWN)) == text


@pytest.mark.parametrize("text", ["-", "not(1, 2)", '(< 5), [1..3], "a"', "(not(?))", "? > 5"])
def test_tests_print_as_they_were_written(text: str):
    assert printer.printed(parser.parse_unary_tests(text)) == text


def test_a_tree_without_its_brackets_would_not_read_back():
    weak = nodes.Binary("*", nodes.Binary("+", nodes.Name("a"), nodes.Name("b")), nodes.Name("a"))
    assert printer.printed(weak) == "(a + b) * a"
    assert parser.parse_expression("a + b * a", KNOWN) != weak
    with pytest.raises(FeelError):
        parser.parse_expression("(a + b * a", KNOWN)
