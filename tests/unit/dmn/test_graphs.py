"""Decision graphs: requirements, functions, services, boxed expressions, types, imports."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine import dmn
from engine.dmn import check, files
from tests.unit.dmn.writing import (
    data,
    decide,
    decision,
    definitions,
    knowledge,
    literal,
    model,
    text,
    value,
)
from tests.unit.feel.asking import NOW


def test_a_decision_sees_what_it_requires_and_nothing_else():
    found = model(
        data("order total", "number"),
        data("secret"),
        decision("net", literal("order total * 0.8"), "input:order total"),
        decision("letter", literal('string(net) + " " + string(secret)'), "decision:net"),
    )
    outcome = decide(found, "letter", **{"order total": 10, "secret": "x"})
    assert outcome.value is None
    assert [p.message for p in found.problems] == ["names secret, which it does not require"]
    assert [p.severity for p in found.problems] == ["warning"]
    assert value(found, "net", **{"order total": 10}) == 8


def test_where_no_input_is_declared_anywhere_all_that_is_given_is_known():
    found = model(
        decision("season", literal('if month > 5 then "summer" else "winter"')),
        decision("dish", literal('season + " for " + string(guests)'), "decision:season"),
    )
    assert value(found, "dish", month=7, guests=3) == "summer for 3"


def test_the_inputs_of_a_decision_are_known():
    found = model(
        data("a"),
        data("b"),
        data("c"),
        decision("inner", literal("a + b"), "input:a", "input:b"),
        decision("outer", literal("inner + a"), "decision:inner", "input:a"),
    )
    outer = found.decision("outer")
    assert outer is not None
    assert [item.name for item in found.inputs(outer)] == ["a", "b"]


def test_knowledge_is_called_by_position_by_name_and_by_itself():
    found = model(
        knowledge("scale", [("n", "number"), ("by", "number")], literal("n * by", "number")),
        knowledge(
            "factorial", [("n", "number")], literal("if n < 2 then 1 else n * factorial(n - 1)")
        ),
        decision(
            "both",
            literal("[scale(2, 3), scale(by: 5, n: 1), factorial(5)]"),
            "knowledge:scale",
            "knowledge:factorial",
        ),
        decision("wrong", literal('scale("a", 1)'), "knowledge:scale"),
    )
    assert value(found, "both") == [6, 5, 120]
    assert value(found, "wrong") is None
    assert "expected number, found a string" in decide(found, "wrong").problems[0]


def test_a_service_computes_its_output_from_its_inputs_alone():
    service = (
        '<decisionService id="quote" name="quote"><variable name="quote"/><outputDecision href="#price"/>'
        '<encapsulatedDecision href="#base"/><inputDecision href="#rate"/><inputData href="#n"/></decisionService>'
    )
    found = model(
        data("n", "number"),
        decision("rate", literal("100")),
        decision("base", literal("n + 1"), "input:n"),
        decision("price", literal("base * rate"), "decision:base", "decision:rate"),
        service,
        decision("asked", literal("[quote(1, 2), price]"), "knowledge:quote", "decision:price"),
    )
    assert value(found, "asked", n=4) == [4, 500]
    quote = found.service("quote")
    assert quote is not None
    assert found.serve(quote, {"n": 1, "rate": 3}, now=NOW).value == 6


BOXED = {
    "context": (
        '<context><contextEntry><variable name="a b"/>'
        + literal("2")
        + '</contextEntry><contextEntry><variable name="c"/>'
        + literal("a b * 2")
        + "</contextEntry></context>",
        {"a b": 2, "c": 4},
    ),
    "result": (
        '<context><contextEntry><variable name="a"/>'
        + literal("2")
        + "</contextEntry><contextEntry>"
        + literal("a * 3")
        + "</contextEntry></context>",
        6,
    ),
    "list": ("<list>" + literal("1") + literal("2") + "</list>", [1, 2]),
    "relation": (
        '<relation><column name="x"/><column name="y"/><row>'
        + literal("1")
        + literal("2")
        + "</row><row>"
        + literal("3")
        + literal("4")
        + "</row></relation>",
        [{"x": 1, "y": 2}, {"x": 3, "y": 4}],
    ),
    "conditional": (
        f"<conditional><if>{literal('1 > 2')}</if><then>{literal('1')}</then><else>{literal('2')}</else></conditional>",
        2,
    ),
    "filter": (
        f"<filter><in>{literal('[1, 2, 3]')}</in><match>{literal('item > 1')}</match></filter>",
        [2, 3],
    ),
    "for": (
        f'<for iteratorVariable="i"><in>{literal("1..3")}</in><return>{literal("i * i")}</return></for>',
        [1, 4, 9],
    ),
    "some": (
        f'<some iteratorVariable="i"><in>{literal("[1, 2]")}</in><satisfies>{literal("i > 1")}</satisfies></some>',
        True,
    ),
    "every": (
        f'<every iteratorVariable="i"><in>{literal("[1, 2]")}</in><satisfies>{literal("i > 1")}</satisfies></every>',
        False,
    ),
    "function": (
        '<invocation><functionDefinition><formalParameter name="x"/>'
        + literal("x + 1")
        + '</functionDefinition><binding><parameter name="x"/>'
        + literal("4")
        + "</binding></invocation>",
        5,
    ),
    "invocation": (
        "<invocation>"
        + literal("twice")
        + '<binding><parameter name="n"/>'
        + literal("21")
        + "</binding></invocation>",
        42,
    ),
}


@pytest.mark.parametrize("kind", BOXED)
def test_boxed_expressions(kind: str):
    boxed, answer = BOXED[kind]
    twice = knowledge("twice", [("n", "number")], literal("n * 2"))
    found = model(twice, decision("found", boxed, "knowledge:twice"))
    assert found.problems == []
    assert value(found, "found") == answer


ITEMS = (
    '<itemDefinition name="person"><itemComponent name="name"><typeRef>string</typeRef></itemComponent>'
    '<itemComponent name="age"><typeRef>age</typeRef></itemComponent></itemDefinition>'
    '<itemDefinition name="age"><typeRef>number</typeRef>'
    f"<allowedValues>{text('[0..130]')}</allowedValues></itemDefinition>"
    '<itemDefinition name="people" isCollection="true"><typeRef>person</typeRef></itemDefinition>'
)


@pytest.mark.parametrize(
    ("given", "fits"),
    [
        ([{"name": "A", "age": 3}], True),
        ([{"name": "A", "age": 3, "more": 1}], True),
        ([{"name": "A", "age": 131}], False),
        ([{"name": 1, "age": 3}], False),
        ([{"name": "A"}], False),
        ({"name": "A", "age": 3}, True),
        ({"name": "A", "age": 131}, False),
        ("A", False),
        ([], True),
    ],
)
def test_a_value_is_held_to_its_item_definition(given: object, *, fits: bool):
    found = model(ITEMS, data("p", "people"), decision("d", literal("p"), "input:p"))
    assert (value(found, "d", p=given) is not None) is fits


def test_implicit_conversions_of_a_result():
    found = model(
        decision("one", literal("[5]"), type_="number"),
        decision("midnight", literal('@"2026-01-05"'), type_="date and time"),
        decision("wrong", literal('"a"'), type_="number"),
        '<itemDefinition name="several" isCollection="true"><typeRef>number</typeRef></itemDefinition>',
        decision("alone", literal("5"), type_="several"),
        decision("no one", literal("null"), type_="several"),
        decision("stranger", literal('"a"'), type_="several"),
    )
    assert value(found, "one") == 5
    assert value(found, "alone") == [5]
    assert value(found, "no one") is None
    assert value(found, "stranger") is None
    assert str(value(found, "midnight")) == "2026-01-05 00:00:00+00:00"
    assert value(found, "wrong") is None
    assert decide(found, "wrong").problems == ("expected number, found a string",)


def test_a_model_may_import_another_from_its_folder(tmp_path: Path):
    inner = definitions(
        ITEMS,
        data("who", "person"),
        decision("greeting", literal('"Hello " + who.name'), "input:who"),
        knowledge("shout", [("s", "string")], literal("upper case(s)")),
        namespace="urn:inner",
    )
    outer = definitions(
        '<import name="lib" namespace="urn:inner" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>',
        decision(
            "loud",
            literal("lib.shout(lib.greeting)"),
            "decision:urn:inner#greeting",
            "knowledge:urn:inner#shout",
        ),
        decision("typed", literal('{name: "B", age: 1}'), type_="lib.person"),
        namespace="urn:outer",
    )
    (tmp_path / "inner.dmn").write_bytes(inner)
    (tmp_path / "outer.dmn").write_bytes(outer)
    found = files.load(tmp_path / "outer.dmn")
    assert found.problems == []
    assert value(found, "loud", who={"name": "Ann", "age": 3}) == "HELLO ANN"
    assert value(found, "loud", lib={"who": {"name": "Bob", "age": 3}}) == "HELLO BOB"
    assert value(found, "typed") == {"name": "B", "age": 1}


def test_decisions_that_require_each_other_are_told():
    found = model(
        decision("a", literal("b"), "decision:b"),
        decision("b", literal("a"), "decision:a"),
    )
    assert "requires" in found.problems[0].message
    assert value(found, "a") is None


def test_what_is_required_but_not_there_is_told():
    found = model(decision("a", literal("x"), "input:nowhere"))
    assert "requires #nowhere, which is not there" in [p.message for p in found.problems]


HOSTILE = {
    "no XML": b"<definitions",
    "an entity": b'<!DOCTYPE d [<!ENTITY a "b">]>' + definitions(data("a")),
    "BPMN": b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>',
    "too deep": definitions("<list>" * 200 + "</list>" * 200),
    "too many": definitions("<list/>" * 100_001),
    "too large": b" " * 5_000_001,
}


@pytest.mark.parametrize("fault", HOSTILE)
def test_a_file_that_cannot_be_read_is_refused_in_words(fault: str):
    with pytest.raises(dmn.DmnError) as told:
        dmn.read(HOSTILE[fault])
    assert told.value.problems[0].message


def test_a_check_lists_faults_by_line(tmp_path: Path):
    path = tmp_path / "a.dmn"
    path.write_bytes(definitions(decision("a", literal("1 +")), decision("b", literal("sqr(4)"))))
    assert [(p.line, p.element) for p in check.file(path)] == [(2, "a"), (3, "b")]
    found = [path.read_text().splitlines()[p.line - 1][p.column - 1 :] for p in check.file(path)]
    assert [rest[:6] for rest in found] == ["</text", "sqr(4)"]
    path.write_bytes(b"nothing")
    assert "no XML" in check.file(path)[0].message


def test_a_deep_chain_of_decisions_is_evaluated():
    chain = [
        decision(f"d{i}", literal(f"d{i - 1} + 1"), f"decision:d{i - 1}") for i in range(1, 60)
    ]
    assert value(model(decision("d0", literal("0")), *chain), "d59") == 59
