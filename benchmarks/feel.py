"""FEEL: ten ordinary conditions and a table of fifty rules, compiled once and evaluated; and the compiling itself.

Peers that are installed run in turn: pySFeel and bkflow-feel in Python, feelin through node (looked for in
`benchmarks/node_modules` and in NODE_PATH). Each reads the text on every evaluation; none of them compiles.
"""

from __future__ import annotations

import json
import logging
import subprocess
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, cast

from benchmarks import floor, peers
from benchmarks.measuring import Contestant, Result, Spread, compare, in_turn
from engine import dmn, feel
from ledger.store import Durability

NOW: Final = datetime(2026, 1, 5, 9, tzinfo=UTC)
CONDITIONS: Final = (
    "amount > 10000",
    'stage = "won"',
    "approved and amount >= 5000",
    "not(approved)",
    'country in ("FR", "DE", "PL")',
    "days + 1 < 5",
    "probability between 0.5 and 0.9",
    'tier != "gold" or amount > 100000',
    'if amount > 10000 then "director" else "manager"',
    "amount * 0.2 > 1000",
)
VARIABLES: Final[Mapping[str, object]] = {
    "amount": Decimal(20000),
    "stage": "won",
    "approved": True,
    "country": "FR",
    "days": Decimal(3),
    "probability": Decimal("0.7"),
    "tier": "gold",
}
ROUNDS_OF_TEN: Final = 2_000
TABLE_ROUNDS: Final = 2_000
MOST_MICROS: Final = {"condition": 0.5, "table": 15.0}
FLOOR_MICROS: Final = 60.0
"""What the floor costs on the machine for which the absolute figures hold."""


def results(folder: Path, durability: str) -> Iterator[Result]:
    """Measure in memory; the floor's transactions only say how fast the machine is."""
    core = floor.core(folder, cast("Durability", durability))
    yield _conditions(core)
    yield _table(core)
    yield _compiling()


def _conditions(core: Contestant) -> Result:
    compiled = [feel.expression(text) for text in CONDITIONS]
    named = [sorted(rule.names) for rule in compiled]
    ours = _repeated(lambda: [rule.evaluate(VARIABLES, now=NOW) for rule in compiled])
    reading = _repeated(lambda: [[VARIABLES[name] for name in names] for names in named])
    found = _peers()
    spreads = in_turn(
        {
            "kontor": ours,
            "reading the variables": reading,
            "sqlalchemy-core": core,
            **peers.installed(found),
        }
    )
    allowed = _allowed("condition", spreads)
    above = spreads["kontor"].median - spreads["reading the variables"].median
    return compare(
        "feel",
        "ten ordinary conditions, a condition",
        spreads,
        durability="none",
        target="at most 0.5 µs above reading the variables, scaled by the floor",
        reached=lambda _ratios: above <= allowed,
        facts={
            "above_reading_us": round(above, 3),
            "allowed_us": round(allowed, 3),
            **peers.missing(found),
        },
    )


def _repeated(once: Callable[[], object], times: int = ROUNDS_OF_TEN) -> Contestant:
    def work() -> int:
        for _ in range(times):
            once()
        return times * len(CONDITIONS)

    return Contestant(work)


def _allowed(name: str, spreads: Mapping[str, Spread]) -> float:
    return MOST_MICROS[name] * spreads["sqlalchemy-core"].median / FLOOR_MICROS


def _table(core: Contestant) -> Result:
    decision = dmn.read(_fifty_rules()).decision("rate")
    if decision is None or decision.logic is None:
        raise LookupError("the model of the benchmark has no decision")
    logic, given = decision.logic, {"amount": Decimal(199), "tier": "b"}

    def work() -> int:
        for _ in range(TABLE_ROUNDS):
            logic.evaluate(given, now=NOW)
        return TABLE_ROUNDS

    spreads = in_turn({"kontor": Contestant(work), "sqlalchemy-core": core})
    allowed = _allowed("table", spreads)
    taken = spreads["kontor"].median
    return compare(
        "feel",
        "a decision table of fifty rules and two inputs",
        spreads,
        durability="none",
        target="at most 15 µs, scaled by the floor",
        reached=lambda _ratios: taken <= allowed,
        facts={"allowed_us": round(allowed, 1)},
    )


def _fifty_rules() -> bytes:
    rules = "".join(
        f"<rule><inputEntry><text>[{i * 10}..{i * 10 + 10})</text></inputEntry>"
        f'<inputEntry><text>"{tier}"</text></inputEntry><outputEntry><text>{i}</text></outputEntry></rule>'
        for i in range(25)
        for tier in ("a", "b")
    )
    inputs = "".join(f'<inputData id="{name}" name="{name}"/>' for name in ("amount", "tier"))
    needs = "".join(
        f'<informationRequirement><requiredInput href="#{name}"/></informationRequirement>'
        for name in ("amount", "tier")
    )
    columns = "".join(
        f"<input><inputExpression><text>{name}</text></inputExpression></input>"
        for name in ("amount", "tier")
    )
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="rates" namespace="urn:rates">'
        f'{inputs}<decision id="rate" name="rate">{needs}<decisionTable>{columns}<output/>{rules}</decisionTable>'
        "</decision></definitions>"
    ).encode()


def _compiling() -> Result:
    ours = _repeated(lambda: [feel.expression(text) for text in CONDITIONS], 50)
    found = {"feelin, parse": _node("feelin.parseExpression(text)", 2_000)}
    return compare(
        "feel",
        "compiling a condition",
        in_turn({"kontor": ours, **peers.installed(found)}),
        durability="none",
        target="no dearer than feelin's parse (where it is installed)",
        reached=lambda ratios: ratios["feelin, parse"] <= 1 if "feelin, parse" in ratios else None,
        facts=peers.missing(found),
    )


def _peers() -> dict[str, Contestant | None]:
    logging.getLogger("bkflow_feel").setLevel(logging.CRITICAL)
    return {
        "pySFeel": _of_pysfeel(),
        "bkflow-feel": _of_bkflow(),
        "feelin": _node("feelin.evaluate(text, context)", 2_000),
    }


def _of_pysfeel() -> Contestant | None:
    library, plain = peers.imported("pySFeel"), _plain()
    if library is None:
        return None
    return _repeated(lambda: _by_pysfeel(library.SFeelParser(), plain), 1)


def _of_bkflow() -> Contestant | None:
    library, plain = peers.imported("bkflow_feel.api"), _plain()
    if library is None:
        return None
    return _repeated(
        lambda: [_tried(library.parse_expression, text, plain) for text in CONDITIONS], 1
    )


def _plain() -> dict[str, object]:
    """The variables as peers take them: whole numbers as int, others as float."""
    return {
        name: (int(v) if v == int(v) else float(v)) if isinstance(v, Decimal) else v
        for name, v in VARIABLES.items()
    }


def _by_pysfeel(parser: Any, variables: Mapping[str, object]) -> None:  # peers carry no types
    for name, value in variables.items():
        parser.sFeelParse(f"{name} <- {json.dumps(value)}")
    for text in CONDITIONS:
        parser.sFeelParse(text)


def _tried(evaluate: Callable[[str, object], object], text: str, variables: object) -> object:
    """What a peer cannot read costs what its failing costs."""
    try:
        return evaluate(text, variables)
    except Exception:  # noqa: BLE001  # whatever it raises, it is the peer's
        return None


def _node(call: str, times: int) -> Contestant | None:
    """Return a contestant that starts node and makes the call with every text; None without feelin."""
    place = peers.of_node("feelin")
    if place is None:
        return None
    script = (
        f"import * as feelin from {json.dumps(str(place) + '/dist/index.js')};"
        f"const context = {json.dumps(_plain())}, texts = {json.dumps(CONDITIONS)};"
        f"for (let i = 0; i < {times}; i++) for (const text of texts) {{ {call}; }}"
    )

    def work() -> int:
        program = ["node", "--input-type=module", "-e", script]
        subprocess.run(program, check=True, capture_output=True)  # noqa: S603  # a text of ours
        return times * len(CONDITIONS)

    return Contestant(work)
