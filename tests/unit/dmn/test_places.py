"""Faults of a decision model have the place where they stand."""

from __future__ import annotations

from engine import dmn
from tests.unit.dmn.writing import data, decision, definitions, literal, table


def test_a_fault_has_the_column_where_it_stands():
    rows = [["a &lt;= 5 and\n  b ) c", "1"], ["-", "2"]]
    given = table(["n"], rows).replace("&amp;", "&")
    source = definitions(data("n"), decision("d", given, "input:n"))
    (found,) = dmn.read(source).problems
    assert source.decode().splitlines()[found.line - 1][found.column - 1 :].startswith(") c")
    misses = definitions(decision("d", literal("1"), "input:other"))
    (found,) = dmn.read(misses).problems
    assert misses.decode().splitlines()[found.line - 1][found.column - 1 :].startswith("<requiredI")
