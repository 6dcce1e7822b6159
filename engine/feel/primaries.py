"""The rules of the FEEL grammar that begin with a word or a bracket."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import Final

from engine.feel import arithmetic, lexer, nodes, types
from engine.feel.cursor import Cursor
from engine.feel.errors import FeelError
from engine.feel.nodes import Node
from engine.feel.words import say

_CONSTANTS: Final = {"true": True, "false": False, "null": None}
COMPARISONS: Final = frozenset({"=", "!=", "<", "<=", ">", ">="})
_DECLARED: Final = ("in", ":", ",", ")", "]", "}")


class Primaries(Cursor):
    """Literals, names, brackets, and the constructs that a keyword opens."""

    open_ended = False
    """Is the upper end of an interval being read, so that `[` may close it?"""

    @abstractmethod
    def expression(self) -> Node: ...

    @abstractmethod
    def arithmetic(self) -> Node: ...

    def primary(self) -> Node:
        token = self.token
        match token.kind:
            case "number":
                value = arithmetic.literal(token.text)
                if value is None:
                    raise FeelError(
                        say("the number is too large"), *lexer.place(self.text, token.at)
                    )
                self.i += 1
                return nodes.Number(value, at=token.at)
            case "string":
                self.i += 1
                return nodes.Text(token.value, at=token.at)
            case "at":
                self.i += 1
                return nodes.AtLiteral(token.value, at=token.at)
            case "word":
                return self._worded()
            case "symbol" if token.text in _BRACKETS:
                return self.deeper(lambda: _BRACKETS[token.text](self))
        return self.fail(say("expected a value"))

    def _worded(self) -> Node:
        token = self.token
        if token.text in _CONSTANTS:
            self.i += 1
            return nodes.Constant(_CONSTANTS[token.text], at=token.at)
        rule = _WORDS.get(token.text)
        if rule and not (token.text == "function" and not self.peek("(", 1)):
            self.i += 1
            return self.deeper(lambda: rule(self, token.at))
        name = self.name()
        return nodes.Name(name.text, at=name.at)

    def _if(self, at: int) -> Node:
        condition = self.expression()
        self.expect("then", say("after the condition of 'if'"))
        then = self.expression()
        self.expect("else", say("after the value of 'then'"))
        return nodes.If(condition, then, self.expression(), at=at)

    def _for(self, at: int) -> Node:
        self.known.add("partial")
        iterators = self._iterators()
        self.expect("return", say("after the lists of 'for'"))
        return nodes.For(iterators, self.expression(), at=at)

    def _some(self, at: int) -> Node:
        return self._quantified("some", at)

    def _every(self, at: int) -> Node:
        return self._quantified("every", at)

    def _quantified(self, quantifier: str, at: int) -> Node:
        iterators = self._iterators()
        self.expect("satisfies", say("after the lists of '%(quantifier)s'", quantifier=quantifier))
        return nodes.Quantified(quantifier, iterators, self.expression(), at=at)

    def _iterators(self) -> tuple[tuple[str, Node], ...]:
        found = [self._iterator()]
        while self.take(","):
            found.append(self._iterator())
        return tuple(found)

    def _iterator(self) -> tuple[str, Node]:
        name = self.new_name(*_DECLARED)
        self.expect("in", say("after the name %(name)s", name=name))
        return name, self.domain()

    def domain(self) -> Node:
        """What an iteration goes through: an expression, or `low..high`."""
        domain = self.expression()
        if self.take(".."):
            return nodes.Steps(domain, self.expression(), at=domain.at)
        return domain

    def _function(self, at: int) -> Node:
        self.expect("(", say("after 'function'"))
        parameters = []
        while not self.peek(")"):
            name = self.new_name(*_DECLARED)
            parameters.append((name, self.type() if self.take(":") else None))
            if not self.take(","):
                break
        self.expect(")", say("after the parameters"))
        external = self.take("external") is not None
        return nodes.FunctionLiteral(tuple(parameters), self.expression(), external, at=at)

    def _round(self) -> Node:
        at = self.token.at
        self.i += 1
        if self.token.text in COMPARISONS:
            value = self.comparison_test()
            self.expect(")", say("after the test"))
            return value
        value = self._unclosed(self.expression)
        if self.take(".."):
            return self._interval(value, included=False, at=at)
        self.expect(")", say("to close the bracket"))
        return value

    def _square(self) -> Node:
        at = self.token.at
        self.i += 1
        if self.take("]"):
            return nodes.ListLiteral((), at=at)
        items = [self._unclosed(self.item)]
        if self.take(".."):
            return self._interval(items[0], included=True, at=at)
        while self.take(","):
            items.append(self._unclosed(self.item))
        self.expect("]", say("to close the list"))
        return nodes.ListLiteral(tuple(items), at=at)

    def item(self) -> Node:
        """An item of a list: a value or a test as a range."""
        return self.comparison_test() if self.token.text in COMPARISONS else self.expression()

    def _outward(self) -> Node:
        at = self.token.at
        self.i += 1
        low = self._unclosed(self.arithmetic)
        self.expect("..", say("between the ends of the range"))
        return self._interval(low, included=False, at=at)

    def _interval(self, low: Node, *, included: bool, at: int) -> Node:
        before, self.open_ended = self.open_ended, True
        high = self.arithmetic()
        self.open_ended = before
        closing = self.take("]", ")", "[")
        if closing is None:
            self.fail(say("expected ], ) or [ to close the range"))
        return nodes.Interval(low, high, included, closing.text == "]", at=at)

    def _unclosed(self, rule: Callable[[], Node]) -> Node:
        before, self.open_ended = self.open_ended, False
        value = rule()
        self.open_ended = before
        return value

    def comparison_test(self) -> Node:
        """`< 5` and the like."""
        operator = self.take(*COMPARISONS)
        if operator is None:
            self.fail(say("expected a comparison"))
        return nodes.Comparison(operator.text, self.arithmetic(), at=operator.at)

    def _context(self) -> Node:
        at = self.token.at
        self.i += 1
        entries: dict[str, Node] = {}
        while not self.peek("}"):
            token = self.token
            key = self._key()
            self.expect(":", say("after the name %(key)s", key=key))
            if key in entries:
                raise FeelError(
                    say("the entry %(key)s is there twice", key=key),
                    *lexer.place(self.text, token.at),
                )
            entries[key] = self._unclosed(self.expression)
            if not self.take(","):
                break
        self.expect("}", say("to close the context"))
        return nodes.ContextLiteral(tuple(entries.items()), at=at)

    def _key(self) -> str:
        if self.token.kind == "string":
            key = self.token.value
            self.i += 1
            self.known.add(key)
            return key
        return self.new_name(":")

    def type(self) -> types.Type:
        """A type after `instance of` or a parameter's name."""
        return self.deeper(self._type)

    def _type(self) -> types.Type:
        if self.take("function"):
            return self._function_type()
        name = self.name().text
        while self.peek(".") and name not in types.SIMPLE:
            self.i += 1
            name = f"{name}.{self.name().text}"
        if name in ("list", "range") and self.take("<"):
            element = self.type()
            self.expect(">", say("after the type in %(name)s<…>", name=name))
            return (
                types.ListType(name, element) if name == "list" else types.RangeType(name, element)
            )
        if name == "context" and self.take("<"):
            return self._context_type()
        return types.simple(name)

    def _context_type(self) -> types.Type:
        fields = []
        while not self.peek(">"):
            name = self.new_name(":")
            self.expect(":", say("after the name %(name)s", name=name))
            fields.append((name, self.type()))
            if not self.take(","):
                break
        self.expect(">", say("after the types in context<…>"))
        return types.ContextType("context", tuple(fields))

    def _function_type(self) -> types.Type:
        if not self.take("<"):
            return types.Type("function")
        parameters = []
        while not self.peek(">"):
            parameters.append(self.type())
            if not self.take(","):
                break
        self.expect(">", say("after the types in function<…>"))
        self.expect("->", say("before the type of the result"))
        return types.FunctionType("function", tuple(parameters), self.type())


_WORDS: Final[dict[str, Callable[[Primaries, int], Node]]] = {
    "if": Primaries._if,
    "for": Primaries._for,
    "some": Primaries._some,
    "every": Primaries._every,
    "function": Primaries._function,
}
_BRACKETS: Final[dict[str, Callable[[Primaries], Node]]] = {
    "(": Primaries._round,
    "[": Primaries._square,
    "]": Primaries._outward,
    "{": Primaries._context,
}
