"""Random trees of FEEL, and random texts made of its words."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st

from engine.feel import nodes, types
from engine.feel.nodes import Node

NAMES = ("a", "b", "deal", "unit price", "x-y", "item", "sum")
WORDS = (
    *[
        "if",
        "then",
        "else",
        "for",
        "in",
        "return",
        "some",
        "every",
        "satisfies",
        "and",
        "or",
        "not",
        "between",
        "instance",
        "of",
        "function",
    ],
    *[
        "1",
        "2.5",
        ".5",
        "1e3",
        '"a"',
        '@"2026-01-05"',
        '@"PT1H"',
        "true",
        "false",
        "null",
        "a",
        "b",
        "deal",
        "item",
        "?",
        "number",
        "list",
    ],
    *[
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ",",
        ".",
        "..",
        ":",
        "=",
        "!=",
        "<",
        "<=",
        ">",
        ">=",
        "+",
        "-",
        "*",
        "/",
        "**",
        "->",
    ],
    *[
        "sum",
        "count",
        "matches",
        "replace",
        "string",
        "for",
        "range",
        "sort",
        "substring",
        "date",
        "time",
        "duration",
    ],
    *("date and time", "\n", "//", "/*", '"', "\U0001f40e"),
)
names = st.sampled_from(NAMES)
literals: st.SearchStrategy[Node] = st.one_of(
    st.decimals(0, 10**9, places=2).map(lambda n: nodes.Number(Decimal(n))),
    st.text(max_size=8).map(nodes.Text),
    st.sampled_from([True, False, None]).map(nodes.Constant),
    st.sampled_from(["2026-01-05", "PT4H", "10:00:00Z"]).map(nodes.AtLiteral),
    names.map(nodes.Name),
)
type_names = st.sampled_from(["number", "string", "date and time", "Any"]).map(types.Type)
some_types: st.SearchStrategy[types.Type] = st.recursive(
    type_names,
    lambda inner: st.one_of(
        inner.map(lambda t: types.ListType("list", t)),
        inner.map(lambda t: types.RangeType("range", t)),
        st.tuples(inner, inner).map(lambda p: types.FunctionType("function", (p[0],), p[1])),
        inner.map(lambda t: types.ContextType("context", (("a", t),))),
    ),
    max_leaves=3,
)


def _larger(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    two = st.lists(inner, min_size=2, max_size=3).map(tuple)
    signs = st.sampled_from(["=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "**"])
    test = st.one_of(inner, st.builds(nodes.Comparison, st.sampled_from(["<", ">=", "="]), inner))
    domain = st.one_of(inner, st.builds(nodes.Steps, inner, inner))
    iterators = st.tuples(st.tuples(st.sampled_from(["i", "j"]), domain))
    return st.one_of(
        st.builds(nodes.Binary, signs, inner, inner),
        st.builds(nodes.Logic, st.just("or"), two),
        st.builds(nodes.Logic, st.just("and"), two),
        st.builds(nodes.Negation, inner),
        st.builds(nodes.Path, inner, names),
        st.builds(nodes.Filter, inner, inner),
        st.builds(nodes.Between, inner, inner, inner),
        st.builds(nodes.In, inner, st.lists(test, min_size=1, max_size=3).map(tuple)),
        st.builds(nodes.Interval, inner, inner, st.booleans(), st.booleans()),
        st.builds(nodes.InstanceOf, inner, some_types),
        st.builds(nodes.If, inner, inner, inner),
        st.builds(nodes.For, iterators, inner),
        st.builds(nodes.Quantified, st.sampled_from(["some", "every"]), iterators, inner),
        st.builds(nodes.ListLiteral, st.lists(test, max_size=3).map(tuple)),
        st.dictionaries(st.sampled_from(["k", "two words", "if"]), inner, max_size=2).map(
            lambda d: nodes.ContextLiteral(tuple(d.items()))
        ),
        st.builds(nodes.Call, names.map(nodes.Name), st.lists(inner, max_size=2).map(tuple)),
        st.builds(
            nodes.FunctionLiteral, st.just((("p", None), ("q", types.Type("number")))), inner
        ),
    )


trees: st.SearchStrategy[Node] = st.recursive(literals, _larger, max_leaves=8)
texts = st.one_of(
    st.text(max_size=60),
    st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join),
    st.lists(st.sampled_from(WORDS), max_size=25).map("".join),
)
