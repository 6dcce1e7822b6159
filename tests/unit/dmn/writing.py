"""Write small decision models in a few lines."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from engine import dmn
from engine.feel import Value
from tests.unit.feel.asking import NOW

NAMESPACE = "https://www.omg.org/spec/DMN/20230324/MODEL/"


def text(words: str) -> str:
    return f"<text>{escape(words, quote=False)}</text>"


def literal(words: str, type_: str = "") -> str:
    return f"<literalExpression{_type(type_)}>{text(words)}</literalExpression>"


def _type(name: str) -> str:
    return f' typeRef="{name}"' if name else ""


def data(name: str, type_: str = "") -> str:
    return (
        f'<inputData id="{name}" name="{name}"><variable name="{name}"{_type(type_)}/></inputData>'
    )


def decision(name: str, logic: str, *needs: str, type_: str = "") -> str:
    required = "".join(_requirement(need) for need in needs)
    variable = f'<variable name="{name}"{_type(type_)}/>'
    return f'<decision id="{name}" name="{name}">{variable}{required}{logic}</decision>'


def _requirement(need: str) -> str:
    kind, _, target = need.partition(":")
    tag, wrap = {
        "input": ("requiredInput", "informationRequirement"),
        "decision": ("requiredDecision", "informationRequirement"),
        "knowledge": ("requiredKnowledge", "knowledgeRequirement"),
    }[kind]
    href = target if "#" in target else f"#{target}"
    return f'<{wrap}><{tag} href="{href}"/></{wrap}>'


def knowledge(name: str, parameters: Sequence[tuple[str, str]], logic: str, *needs: str) -> str:
    formal = "".join(f'<formalParameter name="{p}"{_type(t)}/>' for p, t in parameters)
    required = "".join(_requirement(need) for need in needs)
    return (
        f'<businessKnowledgeModel id="{name}" name="{name}"><variable name="{name}"/>'
        f"<encapsulatedLogic>{formal}{logic}</encapsulatedLogic>{required}</businessKnowledgeModel>"
    )


def table(
    inputs: Sequence[str],
    rules: Sequence[Sequence[str]],
    *,
    policy: str = "UNIQUE",
    outputs: Sequence[str] = ("",),
    values: Sequence[str] = (),
    defaults: Sequence[str] = (),
    allowed: str = "",
    aggregation: str = "",
) -> str:
    columns = "".join(
        f"<input><inputExpression>{text(words)}</inputExpression>"
        + (f"<inputValues>{text(allowed)}</inputValues>" if allowed else "")
        + "</input>"
        for words in inputs
    )
    results = "".join(_output(i, name, values, defaults) for i, name in enumerate(outputs))
    rows = "".join(_rule(row, len(inputs)) for row in rules)
    extra = f' aggregation="{aggregation}"' if aggregation else ""
    return f'<decisionTable hitPolicy="{policy}"{extra}>{columns}{results}{rows}</decisionTable>'


def _output(i: int, name: str, values: Sequence[str], defaults: Sequence[str]) -> str:
    named = f' name="{name}"' if name else ""
    ranking = f"<outputValues>{text(values[i])}</outputValues>" if values else ""
    default = f"<defaultOutputEntry>{text(defaults[i])}</defaultOutputEntry>" if defaults else ""
    return f"<output{named}>{ranking}{default}</output>"


def _rule(row: Sequence[str], inputs: int) -> str:
    conditions = "".join(f"<inputEntry>{text(cell)}</inputEntry>" for cell in row[:inputs])
    results = "".join(f"<outputEntry>{text(cell)}</outputEntry>" for cell in row[inputs:])
    return f"<rule>{conditions}{results}</rule>"


def definitions(*elements: str, namespace: str = "urn:test") -> bytes:
    body = "\n".join(elements)
    return f'<definitions xmlns="{NAMESPACE}" name="test" namespace="{namespace}">\n{body}\n</definitions>'.encode()


def model(*elements: str) -> dmn.Model:
    return dmn.read(definitions(*elements))


def decide(found: dmn.Model, name: str, **given: object) -> dmn.Outcome:
    wanted = found.decision(name)
    assert wanted is not None
    return found.decide(wanted, given, now=NOW)


def value(found: dmn.Model, name: str, **given: object) -> Value:
    return decide(found, name, **given).value
