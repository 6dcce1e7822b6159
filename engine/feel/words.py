"""Sentences that remember how they were made, so that whoever shows them can say them in another language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final


class Sentence(str):
    """English words, made of a `template` with gaps (`%(name)s`) and the `values` that filled them.

    It is a text wherever a text is wanted. A value may be a sentence itself.
    """

    __slots__ = ("template", "values")
    template: str
    values: Mapping[str, object]


def say(template: str, /, **values: object) -> Sentence:
    """The template with its gaps filled; it is a literal, so that it can be found and translated."""
    sentence = Sentence(template % values if values else template)
    sentence.template, sentence.values = template, values
    return sentence


def said(words: str) -> Sentence:
    """The words as a sentence: themselves, or one without gaps."""
    return words if isinstance(words, Sentence) else say(words)


_A_KIND: Final[Mapping[str, Sentence]] = {
    "number": say("a number"),
    "string": say("a string"),
    "boolean": say("a boolean"),
    "null": say("null"),
    "date": say("a date"),
    "time": say("a time"),
    "date and time": say("a date and time"),
    "days and time duration": say("a days and time duration"),
    "years and months duration": say("a years and months duration"),
    "list": say("a list"),
    "context": say("a context"),
    "range": say("a range"),
    "function": say("a function"),
    "value from outside": say("a value from outside"),
}


def a_kind_of(name: str) -> Sentence:
    """The kind of values of that name in a sentence: "a number", and "null" for null."""
    return _A_KIND.get(name) or said(name)
