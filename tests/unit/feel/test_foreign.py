"""Expressions of Camunda and Flowable models as FEEL."""

from __future__ import annotations

import pytest

from engine.feel import FeelError, Value, foreign
from tests.unit.feel.asking import NOW


def run(text: str, **variables: object) -> Value:
    return foreign.expression(text).evaluate(variables, now=NOW)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("${amount > 1000 && !approved}", True),
        ("#{amount ge 2000 and not approved}", True),
        ("${status == 'open' ? 'go on' : 'stop'}", "go on"),
        ("${amount * 2 + 1 == 4001}", True),
        ("${amount % 7}", 5),
        ("${empty missing}", True),
        ("${empty tags}", False),
        ("${not empty tags and tags.contains('new')}", True),
        ("${status.contains('pe')}", True),
        ("${status.toUpperCase()}", "OPEN"),
        ("${lines[1].price}", 7),
        ("${lines[0]['price']}", 5),
        ("${client.address.city}", "Lyon"),
        ("${client.getAddress().city}", "Lyon"),
        ("${execution.getVariable('amount') eq 2000}", True),
        ("Deal ${status}: ${amount} for ${client.address.city}", "Deal open: 2000 for Lyon"),
        ("${tags.size() == 1}", True),
        ("${dateTime().plusHours(2)}", NOW.replace(hour=11)),
        ("plain text", "plain text"),
    ],
)
def test_what_can_be_translated_is(text: str, answer: object):
    variables = {
        "amount": 2000,
        "approved": False,
        "status": "open",
        "tags": ["new"],
        "lines": [{"price": 5}, {"price": 7}],
        "client": {"address": {"city": "Lyon"}},
    }
    assert run(text, **variables) == answer


def test_not_of_a_variable_that_is_missing_holds_as_it_does_there():
    assert run("${!approved}") is True


def test_the_variables_named_are_known():
    assert foreign.expression("${deal.amount > limit}").paths == {("deal", "amount"), ("limit",)}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("${mailer.send(x)}", "calls into a program"),
        ("${fn:split(a)}", "calls into a program"),
        ("${a.class.forName('x')}", "calls into a program"),
        ("${a", "closing brace"),
        ("${}", "expected a value"),
        ("${a[b]}", "only a number or a text"),
        ("${a = b}", "closing brace"),
    ],
)
def test_what_cannot_be_translated_is_refused_in_words(text: str, words: str):
    with pytest.raises(FeelError, match=words):
        foreign.expression(text)


def test_foreign_texts_are_recognised():
    assert foreign.is_foreign("a ${b}")
    assert not foreign.is_foreign("{a: 1}")
