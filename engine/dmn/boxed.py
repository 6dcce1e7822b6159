"""Boxed expressions (DMN 1.5, 7.3 and 10.2) become trees of FEEL."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from engine.dmn import document, tables, tree
from engine.dmn.document import Element, child, children, local, name_of, text_of
from engine.dmn.places import Places, Spot
from engine.feel import nodes, parser
from engine.feel.errors import FeelError
from engine.feel.nodes import Node
from engine.feel.types import simple
from engine.feel.words import say

NULL: Final = nodes.Constant(None)


class Boxes:
    """Reads the boxed expressions of one file; `known` are all names that it declares anywhere."""

    def __init__(self, known: frozenset[str], places: Places) -> None:
        self.known = known
        self.places = places

    def inside(self, element: Element | None) -> Node:
        """The expression that is a child of an element; null where there is none."""
        found = None if element is None else child(element, *_KINDS)
        return NULL if found is None else self.expression(found)

    def expression(self, element: Element) -> Node:
        """The tree of an element that is an expression, with its declared type."""
        value = _KINDS[local(element)](self, element)
        return typed(value, element.get("typeRef"))

    def feel(self, element: Element, text: str | None) -> Node:
        """The tree of a FEEL text at an element."""
        return self._embedded(
            element, text, lambda words: parser.parse_expression(words, self.known)
        )

    def tests(self, element: Element, text: str | None) -> Node:
        """The tree of unary tests at an element; an empty cell is `-`."""
        if text is None:
            return nodes.Tests(())
        return self._embedded(
            element, text, lambda words: parser.parse_unary_tests(words, self.known)
        )

    def _embedded(self, element: Element, text: str | None, read: Callable[[str], Node]) -> Node:
        if text is None:
            return NULL
        spot = Spot(self.places, element)
        try:
            return tree.Embedded(read(text), text, spot)
        except FeelError as wrong:
            return tree.Faulty(spot.at(wrong.line, wrong.column), wrong.sentence)

    def _literal(self, element: Element) -> Node:
        language = element.get("expressionLanguage") or ""
        if language and "feel" not in language.lower() and language not in document.NAMESPACES:
            return tree.Faulty(
                self.places.of(element),
                say("the language %(language)s is not run", language=language),
            )
        return self.feel(element, text_of(element))

    def _context(self, element: Element) -> Node:
        entries: list[tuple[str, Node]] = []
        result: Node | None = None
        for entry in children(element, "contextEntry"):
            variable = child(entry, "variable")
            value = self.inside(entry)
            if variable is None:
                result = value
            else:
                entries.append((name_of(variable), typed(value, variable.get("typeRef"))))
        if result is None:
            return nodes.ContextLiteral(tuple(entries))
        return tree.Block(tuple(entries), result)

    def _list(self, element: Element) -> Node:
        return nodes.ListLiteral(
            tuple(self.expression(item) for item in children(element, *_KINDS))
        )

    def _relation(self, element: Element) -> Node:
        columns = [(name_of(c), c.get("typeRef")) for c in children(element, "column")]
        rows = []
        for row in children(element, "row"):
            cells = [self.expression(cell) for cell in children(row, *_KINDS)]
            pairs = zip(columns, cells, strict=False)
            rows.append(
                nodes.ContextLiteral(
                    tuple((name, typed(cell, type_)) for (name, type_), cell in pairs)
                )
            )
        return nodes.ListLiteral(tuple(rows))

    def _invocation(self, element: Element) -> Node:
        values: list[Node] = []
        labels: list[str] = []
        for binding in children(element, "binding"):
            parameter = child(binding, "parameter")
            if parameter is not None:
                labels.append(name_of(parameter))
                values.append(typed(self.inside(binding), parameter.get("typeRef")))
        function = self.inside(element)
        bare = function.tree if isinstance(function, tree.Embedded) else function
        return nodes.Call(bare, tuple(values), tuple(labels))

    def function(self, element: Element) -> Node:
        """A boxed function, or the logic of a business knowledge model."""
        if (element.get("kind") or "FEEL") != "FEEL":
            return tree.Faulty(
                self.places.of(element),
                say("a function of kind %(element)s is not run", element=element.get("kind")),
            )
        parameters = tuple(
            (name_of(p), simple(type_name(p.get("typeRef"))) if p.get("typeRef") else None)
            for p in children(element, "formalParameter")
        )
        return nodes.FunctionLiteral(parameters, self.inside(element))

    def _if(self, element: Element) -> Node:
        parts = [self.inside(child(element, name)) for name in ("if", "then", "else")]
        return nodes.If(*parts)

    def _filter(self, element: Element) -> Node:
        return nodes.Filter(self.inside(child(element, "in")), self.inside(child(element, "match")))

    def _for(self, element: Element) -> Node:
        return nodes.For((self._iterator(element),), self.inside(child(element, "return")))

    def _quantified(self, element: Element) -> Node:
        test = self.inside(child(element, "satisfies"))
        return nodes.Quantified(local(element), (self._iterator(element),), test)

    def _iterator(self, element: Element) -> tuple[str, Node]:
        name = " ".join((element.get("iteratorVariable") or "item").split())
        box = child(element, "in")
        literal = None if box is None else child(box, "literalExpression")
        if box is None or literal is None:
            return name, self.inside(box)
        domain = self._embedded(
            literal, text_of(literal), lambda t: parser.parse_domain(t, self.known)
        )
        if isinstance(domain, tree.Embedded) and isinstance(domain.tree, nodes.Steps):
            return name, domain.tree
        return name, typed(typed(domain, literal.get("typeRef")), box.get("typeRef"))

    def _table(self, element: Element) -> Node:
        return tables.read(self, element)


def typed(value: Node, type_ref: str | None) -> Node:
    """The value held to a type, where one that says anything is declared."""
    name = type_name(type_ref)
    return value if name in ("", "Any") else tree.Typed(value, name)


def type_name(type_ref: str | None) -> str:
    """The name of a type as FEEL has it, without the prefixes that older files put before it."""
    name = " ".join((type_ref or "").split())
    prefix, colon, rest = name.partition(":")
    return rest if colon and prefix.lower() in ("feel", "dmn") else name


_KINDS: Final[dict[str, Callable[[Boxes, Element], Node]]] = {
    "literalExpression": Boxes._literal,
    "context": Boxes._context,
    "list": Boxes._list,
    "relation": Boxes._relation,
    "invocation": Boxes._invocation,
    "functionDefinition": Boxes.function,
    "conditional": Boxes._if,
    "filter": Boxes._filter,
    "for": Boxes._for,
    "some": Boxes._quantified,
    "every": Boxes._quantified,
    "decisionTable": Boxes._table,
}
