"""The beginning of a decision: a table with one input, one output and no rule yet."""

from __future__ import annotations

import re

from lxml import etree

KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")
DMN = "https://www.omg.org/spec/DMN/20191111/MODEL/"
"""DMN 1.3: what editors of all makers read."""


def empty(key: str, name: str) -> bytes:
    """Return a DMN file with one decision of this id and name; ValueError where the id can be none."""
    if not KEY.fullmatch(key):
        raise ValueError(f"Expected letters, digits, '_', '-' and '.' as the id, but got {key!r}")
    root = etree.Element("definitions", nsmap={None: DMN})  # type: ignore[dict-item]  # the stubs forget the default namespace
    for attribute, said in {"id": f"file_{key}", "name": name, "namespace": f"urn:{key}"}.items():
        root.set(attribute, said)
    decision = etree.SubElement(root, "decision", {"id": key, "name": name})
    table = etree.SubElement(decision, "decisionTable", {"id": f"{key}_table"})
    column = etree.SubElement(table, "input", {"id": f"{key}_input"})
    expression = etree.SubElement(column, "inputExpression", {"id": f"{key}_expression"})
    expression.set("typeRef", "string")
    etree.SubElement(expression, "text").text = ""
    result = {"id": f"{key}_output", "name": "result", "typeRef": "string"}
    etree.SubElement(table, "output", result)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
