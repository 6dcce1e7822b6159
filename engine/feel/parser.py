"""FEEL text to a tree, or a FeelError with line, column and, where one is near, a way out.

Grammar of DMN 1.5, 10.3.1.2. Two readings the standard leaves open: a minus sign binds tighter than
`**`, and `**` groups to the left, as in the published grammars of other engines.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from engine.feel import nodes
from engine.feel.errors import FeelError
from engine.feel.limits import MAX_TREE
from engine.feel.names import is_name_part, joined
from engine.feel.nodes import Node
from engine.feel.primaries import COMPARISONS, Primaries
from engine.feel.words import say

_BINARY: Final = {"+": 4, "-": 4, "*": 5, "/": 5, "**": 6}


def parse_expression(text: str, known: frozenset[str] = frozenset()) -> Node:
    """The tree of one expression."""
    return _whole(text, known, lambda parser: parser.expression())


def parse_unary_tests(text: str, known: frozenset[str] = frozenset()) -> Node:
    """The tree of unary tests: a cell of a decision table."""
    return _whole(text, known, lambda parser: parser.unary_tests())


def parse_domain(text: str, known: frozenset[str] = frozenset()) -> Node:
    """The tree of what an iteration goes through: an expression, or `low..high`."""
    return _whole(text, known, lambda parser: parser.domain())


def _whole(text: str, known: frozenset[str], rule: Callable[[Parser], Node]) -> Node:
    parser = Parser(text, known)
    try:
        tree = rule(parser)
        parser.end()
        too_deep = _height(tree) > MAX_TREE
    except RecursionError:
        too_deep = True
    if too_deep:
        raise FeelError(
            say("the expression is nested too deeply"),
            hint=say("Give its parts names and join them"),
        )
    return tree


def _height(tree: Node) -> int:
    deepest, stack = 0, [(tree, 1)]
    while stack:
        node, depth = stack.pop()
        deepest = max(deepest, depth)
        stack += [(child, depth + 1) for child in nodes.children(node)]
    return deepest


class Parser(Primaries):
    """One method a rule of the grammar, lowest precedence first."""

    def expression(self) -> Node:
        return self.deeper(self._expression)

    def _expression(self) -> Node:
        return self._logic("or", lambda: self._logic("and", self._comparison))

    def _logic(self, operator: str, operand: Callable[[], Node]) -> Node:
        first = operand()
        operands = [first]
        while self.take(operator):
            operands.append(operand())
        return nodes.Logic(operator, tuple(operands), at=first.at) if len(operands) > 1 else first

    def _comparison(self) -> Node:
        left = self.arithmetic()
        while True:
            operator = self.take(*COMPARISONS, "between", "in")
            if operator is None:
                return left
            if operator.text == "between":
                low = self.arithmetic()
                self.expect("and", say("between the two ends of 'between'"))
                left = nodes.Between(left, low, self.arithmetic(), at=left.at)
            elif operator.text == "in":
                left = nodes.In(left, self._in_tests(), at=left.at)
            else:
                left = nodes.Binary(operator.text, left, self.arithmetic(), at=operator.at)

    def _in_tests(self) -> tuple[Node, ...]:
        if self.peek("("):
            several = self.attempt(self._test_list)
            if several is not None:
                return several
        # `and` and `or` bind weaker than `in` (DMN 1.5, 10.3.1.2): `a in [1..3] and b` has two operands.
        return (self.comparison_test() if self.token.text in COMPARISONS else self.arithmetic(),)

    def _test_list(self) -> tuple[Node, ...]:
        self.expect("(", say("before tests"))
        tests = [self.deeper(self.positive_test)]
        while self.take(","):
            tests.append(self.deeper(self.positive_test))
        self.expect(")", say("after tests"))
        if self.token.text in _BINARY or self.token.text in (".", "["):
            self.fail(say("expected the end of the tests"))
        return tuple(tests)

    def arithmetic(self, least: int = 4) -> Node:
        left = self._unary()
        while True:
            strength = _BINARY.get(self.token.text, 0) if self.token.kind == "symbol" else 0
            if strength < least:
                return left
            operator = self.token
            self.i += 1
            left = nodes.Binary(operator.text, left, self.arithmetic(strength + 1), at=operator.at)

    def _unary(self) -> Node:
        minus = self.take("-")
        value = nodes.Negation(self.deeper(self._signed), at=minus.at) if minus else self._postfix()
        while self.peek("instance") and self.peek("of", 1):
            self.i += 2
            value = nodes.InstanceOf(value, self.type(), at=value.at)
        return value

    def _signed(self) -> Node:
        minus = self.take("-")
        return nodes.Negation(self.deeper(self._signed), at=minus.at) if minus else self._postfix()

    def _postfix(self) -> Node:
        value = self.primary()
        while True:
            if self.take("."):
                value = nodes.Path(value, self.name().text, at=value.at)
            elif self.peek("(") and not isinstance(
                value, nodes.Number | nodes.Text | nodes.Constant
            ):
                self.i += 1
                value = self.deeper(partial(self._call, value))
            elif self.peek("["):
                test = self._filter_test()
                if test is None:
                    return value
                value = nodes.Filter(value, test, at=value.at)
            else:
                return value

    def _filter_test(self) -> Node | None:
        """The test in `[…]`; None where the bracket closes an interval instead."""
        return self.attempt(self._bracketed) if self.open_ended else self._bracketed()

    def _bracketed(self) -> Node:
        self.expect("[", say("before a filter"))
        test = self._unclosed(self.expression)
        self.expect("]", say("to close the filter"))
        return test

    def _call(self, function: Node) -> Node:
        values: list[Node] = []
        labels: list[str] = []
        while not self.peek(")"):
            label = self._label()
            if label is not None:
                labels.append(label)
            values.append(self._unclosed(self.item))
            if not self.take(","):
                break
        if labels and (len(labels) != len(values) or len(set(labels)) != len(labels)):
            self.fail(say("give every value of the call a name of its own, or none"))
        self.expect(")", say("after the values of the call"))
        return nodes.Call(function, tuple(values), tuple(labels), at=function.at)

    def _label(self) -> str | None:
        """The name before a colon, where the next value has one."""
        i = self.i
        while is_name_part(self.tokens[i]):
            i += 1
        if i == self.i or self.tokens[i].text != ":":
            return None
        label = joined(self.tokens[self.i : i])
        self.i = i + 1
        return label

    def unary_tests(self) -> Node:
        at = self.token.at
        if self.peek("-") and self.tokens[self.i + 1].kind == "end":
            self.i += 1
            return nodes.Tests((), at=at)
        negated = self.attempt(self._negated)
        return negated or nodes.Tests(self._tests(), at=at)

    def _negated(self) -> Node:
        at = self.token.at
        self.expect("not", say("before tests"))
        self.expect("(", say("after not"))
        tests = self._tests()
        self.expect(")", say("after the tests"))
        self.end()
        return nodes.Tests(tests, negated=True, at=at)

    def _tests(self) -> tuple[Node, ...]:
        tests = [self.positive_test()]
        while self.take(","):
            tests.append(self.positive_test())
        return tuple(tests)

    def positive_test(self) -> Node:
        """One test: a comparison without left side, a range, a value, or a condition on `?`."""
        return self.item()
