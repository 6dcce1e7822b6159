"""A compiled FEEL text that can be evaluated any number of times, by several threads at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import DecimalException
from typing import Final

from engine.feel import control, functions, library, literals, naming, operators, parser, testing
from engine.feel.compiler import compiled
from engine.feel.errors import FeelError, LimitExceeded
from engine.feel.frame import Frame, Run
from engine.feel.limits import Budget, weigh
from engine.feel.nodes import Node
from engine.feel.scope import Collected, Scope
from engine.feel.types import Type
from engine.feel.values import Value
from engine.feel.words import say

FAMILIES: Final = (control, functions, literals, naming, operators, testing)
"""The modules that hold the rules of the compiler."""
MULTIWORD: Final = frozenset(name for name in library.FUNCTIONS if " " in name)
"""The built-in functions whose names are of several words."""
_NO_TYPES: Final[Mapping[str, Type]] = {}


class Expression:
    """`text` compiled.

    `paths` are the variables it names, as far as they are written out: `deal.amount > x` has
    `("deal", "amount")` and `("x",)`; `names` are their first parts. `item_names` are names inside
    filters that may be entries of the filtered items or variables. `faults` are parts, by line and column, that
    could not be compiled where the tree was put together from several texts; they are null.
    """

    __slots__ = ("_cells", "_run", "faults", "item_names", "names", "paths", "text", "tree")

    def __init__(self, text: str, tree: Node, run: Run, collected: Collected) -> None:
        self.text = text
        self.tree = tree
        self.paths = frozenset(collected.paths)
        self.names = frozenset(path[0] for path in collected.paths)
        self.item_names = frozenset(collected.item_names)
        self.faults = tuple(collected.faults)
        self._run = run
        self._cells = collected.cells

    def evaluate(
        self,
        variables: Mapping[str, object],
        *,
        now: datetime,
        problems: list[str] | None = None,
        work: Budget | None = None,
    ) -> Value:
        """The value of the expression with these variables; `now` is what `now()` gives, aware.

        What the standard calls an error gives null, and says why in `problems`. LimitExceeded where the
        work has no reasonable bound, or no `work` is left of what several evaluations share. Variables
        are read only where the evaluation reaches them.
        """
        cells: list[Value] = [None] * self._cells if self._cells else []
        frame = Frame(variables, now, problems, cells, work)
        try:
            value = self._run(frame)
        except RecursionError:
            raise LimitExceeded(say("the values or functions are nested too deeply")) from None
        except DecimalException:
            return frame.problem("a variable holds a number that cannot be reckoned with")
        if type(value) is list or type(value) is dict:
            weigh(value)
        return value

    def within(self, frame: Frame, variables: Mapping[str, object]) -> Value:
        """The value with other variables as a part of an evaluation under way."""
        cells: list[Value] = [None] * self._cells
        return self._run(Frame(variables, frame.now, frame.problems, cells, frame.work()))

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"


def expression(
    text: str, *, names: Iterable[str] = (), types: Mapping[str, Type] = _NO_TYPES
) -> Expression:
    """Compile an expression; `names` are those in scope, which may hold spaces, `types` further types.

    FeelError, with line and column, where the text is none.
    """
    known = frozenset(names)
    return compile_tree(
        text, parser.parse_expression(text, known | MULTIWORD | frozenset(types)), known, types
    )


def unary_tests(
    text: str, *, names: Iterable[str] = (), types: Mapping[str, Type] = _NO_TYPES
) -> Expression:
    """Compile the tests of a decision table's cell; the value tested is the variable `?`."""
    known = frozenset(names)
    return compile_tree(
        text,
        parser.parse_unary_tests(text, known | MULTIWORD | frozenset(types)),
        known,
        types,
    )


def compile_tree(
    text: str, tree: Node, known: frozenset[str], types: Mapping[str, Type] = _NO_TYPES
) -> Expression:
    """Compile a tree that was read from `text`, or made in its place."""
    collected = Collected(text, known, types)
    try:
        run = compiled(tree, Scope(collected))
    except RecursionError:
        raise FeelError(say("the expression is nested too deeply")) from None
    return Expression(text, tree, run, collected)
