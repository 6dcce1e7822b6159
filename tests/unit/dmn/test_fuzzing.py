"""Neither a text, nor bytes, nor a decision model makes FEEL or DMN hang or fail but in its own words."""

from __future__ import annotations

import contextlib
import faulthandler
import json
import logging
import random
import re
import signal
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from types import FrameType

import pytest

from engine import dmn, feel
from engine.dmn import asked, check, elements, sheets
from engine.feel import FeelError, LimitExceeded, foreign, parser, printer
from engine.feel.expressions import MULTIWORD
from tests.unit.dmn import writing
from tests.unit.feel import abuse
from tests.unit.feel.asking import NOW

VARIABLES = {
    "a": [1, "x", None, {"b": 2}],
    "b": {"deal": datetime(2026, 3, 29, 1, tzinfo=UTC)},
    "deal": {"a": 5, "b": [3, 1, 2]},
    "unit price": 12,
    "x-y": "text",
    "?": 1,
}
KNOWN = frozenset(VARIABLES) | MULTIWORD
LONGEST = 20
"""Seconds of the processor that one input may take."""
TYPES = [
    "",
    "",
    "",
    "number",
    "string",
    "Any",
    "boolean",
    "tList",
    "tBox",
    "tOne",
    "date",
    "nothing",
]
POLICIES = ["UNIQUE", "ANY", "FIRST", "PRIORITY", "COLLECT", "RULE ORDER", "OUTPUT ORDER", "X"]
ITEMS = (
    '<itemDefinition name="tOne"><typeRef>number</typeRef>'
    "<allowedValues><text>[1..5], 7</text></allowedValues></itemDefinition>"
    '<itemDefinition name="tList" isCollection="true"><typeRef>tOne</typeRef></itemDefinition>'
    '<itemDefinition name="tBox"><itemComponent name="a"><typeRef>tBox</typeRef></itemComponent></itemDefinition>'
)


@contextlib.contextmanager
def bounded(what: object) -> Iterator[None]:
    """Fail where the block uses more of the processor than one input may."""

    def over(number: int, frame: FrameType | None) -> None:
        pytest.fail(f"still at work after {LONGEST} s: {what!r}")

    before = signal.signal(signal.SIGVTALRM, over)
    signal.setitimer(signal.ITIMER_VIRTUAL, LONGEST)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def a_text(chance: random.Random) -> None:
    text = abuse.expression(chance)
    if chance.random() < 0.5:
        text = abuse.spoiled(chance, text)
    with bounded(text):
        for rule in (feel.expression, feel.unary_tests, foreign.expression):
            with contextlib.suppress(FeelError, LimitExceeded):
                told: list[str] = []
                value = rule(text, names=VARIABLES).evaluate(VARIABLES, now=NOW, problems=told)
                assert all(told), text
                assert feel.shown(value) is not None
                stored = json.loads(json.dumps(feel.to_json(value)))
                assert feel.from_json(stored) == value, text
        _printed_alike(text)


def _printed_alike(text: str) -> None:
    for parse in (parser.parse_expression, parser.parse_unary_tests):
        try:
            tree = parse(text, KNOWN)
        except FeelError:
            continue
        assert parse(printer.printed(tree), KNOWN) == tree, text


def some_bytes(chance: random.Random) -> None:
    data = chance.randbytes(chance.randint(0, 60))
    with bounded(data), contextlib.suppress(FeelError, LimitExceeded):
        feel.expression(data.decode("latin-1")).evaluate(VARIABLES, now=NOW)
    with bounded(data), contextlib.suppress(dmn.DmnError):
        dmn.read(data)


def a_model(chance: random.Random) -> None:
    source = writing.definitions(ITEMS, *(_element(chance, i) for i in range(chance.randint(1, 5))))
    if chance.random() < 0.5:
        source = _spoiled(chance, source)
    with bounded(source), contextlib.suppress(dmn.DmnError):
        found = dmn.read(source)
        assert all(problem.message and problem.line >= 1 for problem in check.model(found))
        sheets.read(source)
        _asked(found, chance)


def _spoiled(chance: random.Random, source: bytes) -> bytes:
    for _ in range(chance.randint(1, 3)):
        pieces = source.split(b">")
        i, j = chance.randrange(len(pieces)), chance.randrange(len(pieces))
        match chance.randrange(4):
            case 0:
                pieces[i], pieces[j] = pieces[j], pieces[i]
            case 1:
                pieces.insert(i, pieces[j])
            case 2:
                del pieces[i]
            case _:
                at = chance.randint(0, len(pieces[i]))
                pieces[i] = pieces[i][:at] + chance.randbytes(1) + pieces[i][at:]
        source = b">".join(pieces)
    return source


def _asked(found: dmn.Model, chance: random.Random) -> None:
    given = {f"n{i}": chance.choice([1, "a", None, [1, 2], {"a": 1}]) for i in range(5)}
    for element in found.elements.values():
        with contextlib.suppress(LimitExceeded):
            if isinstance(element, elements.Decision):
                asked.of(found, element)
                outcome = found.decide(element, given, now=NOW)
            elif isinstance(element, elements.Knowledge):
                outcome = found.call(element, given, now=NOW)
            elif isinstance(element, elements.Service):
                outcome = found.serve(element, given, now=NOW)
            else:
                continue
            with contextlib.suppress(FeelError):
                json.dumps(feel.to_json(outcome.value))


def _element(chance: random.Random, i: int) -> str:
    name, type_ = f"n{i}", chance.choice(TYPES)
    needs = [
        f"{chance.choice(['input', 'decision', 'knowledge'])}:n{chance.randrange(5)}"
        for _ in range(2)
    ]
    match chance.randrange(6):
        case 0:
            return writing.data(name, type_)
        case 1:
            return writing.knowledge(name, [("p", type_), ("q", "")], _logic(chance), *needs)
        case 2:
            parts = "".join(
                f'<{tag} href="#n{chance.randrange(5)}"/>'
                for tag in ("outputDecision", "encapsulatedDecision", "inputDecision", "inputData")
            )
            return f'<decisionService id="{name}" name="{name}">{parts}</decisionService>'
    return writing.decision(name, _logic(chance), *needs, type_=type_)


def _words(chance: random.Random) -> str:
    text = chance.choice([f"n{chance.randrange(5)}", abuse.expression(chance, 2)])
    return abuse.spoiled(chance, text) if chance.random() < 0.1 else text.replace("\u0000", "")


def _logic(chance: random.Random, depth: int = 3) -> str:
    if depth == 0 or chance.random() < 0.3:
        return writing.literal(_clean(_words(chance)), chance.choice(TYPES))
    form = chance.choice(FORMS)
    return re.sub(
        "§", lambda _: _logic(chance, depth - 1), form if isinstance(form, str) else form(chance)
    )


def _clean(words: str) -> str:
    """Without the characters that XML has no way to write."""
    return "".join(c for c in words if c in "\n\t" or c >= " ")


def _table(chance: random.Random) -> str:
    inputs, outputs = chance.randint(0, 2), chance.randint(1, 2)

    def cell() -> str:
        return chance.choice(["-", "1", "< 5", "[2..8)", '"a", "b"', _clean(_words(chance))])

    return writing.table(
        [_clean(_words(chance)) for _ in range(inputs)],
        [[cell() for _ in range(inputs + outputs)] for _ in range(chance.randint(0, 4))],
        policy=chance.choice(POLICIES),
        outputs=[f"o{i}" if outputs > 1 else "" for i in range(outputs)],
        values=[cell() for _ in range(outputs)] if chance.random() < 0.4 else (),
        defaults=[cell() for _ in range(outputs)] if chance.random() < 0.3 else (),
        allowed=cell() if chance.random() < 0.3 else "",
        aggregation=chance.choice(["", "", "SUM", "MIN", "MAX", "COUNT", "X"]),
    )


def _loop(chance: random.Random) -> str:
    tag, part = chance.choice([("for", "return"), ("some", "satisfies"), ("every", "satisfies")])
    return f'<{tag} iteratorVariable="i"><in>§</in><{part}>§</{part}></{tag}>'


def _invocation(chance: random.Random) -> str:
    binding = '<binding><parameter name="p"/>§</binding>'
    return f"<invocation>§{binding * chance.randint(0, 2)}</invocation>"


FORMS: list[str | Callable[[random.Random], str]] = [
    _table,
    _table,
    _loop,
    _invocation,
    '<context><contextEntry><variable name="e"/>§</contextEntry><contextEntry>§</contextEntry></context>',
    "<list>§§</list>",
    '<relation><column name="k"/><row>§</row></relation>',
    "<filter><in>§</in><match>§</match></filter>",
    "<conditional><if>§</if><then>§</then><else>§</else></conditional>",
    '<functionDefinition><formalParameter name="p"/>§</functionDefinition>',
]
"""Boxed expressions, `§` standing for another one."""
KINDS = [a_text, a_text, a_text, some_bytes, a_model]


@pytest.mark.soak
def test_whatever_is_thrown_at_it_ends_in_its_own_words(pytestconfig: pytest.Config, *, soak: bool):
    faulthandler.cancel_dump_traceback_later()  # each input has a limit of its own
    seed = pytestconfig.getoption("--hypothesis-seed") if soak else 1
    until = time.monotonic() + 600
    rounds = 0
    while time.monotonic() < until if soak else rounds < 400:
        chance = random.Random(f"{seed}/{rounds}")
        try:
            KINDS[rounds % len(KINDS)](chance)
        except BaseException as failed:
            failed.add_note(f"seed {seed}/{rounds}")
            raise
        rounds += 1
    logging.getLogger(__name__).info("%s inputs, seed %s", f"{rounds:,}", seed)
    assert rounds >= 400
