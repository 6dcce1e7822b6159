"""What marshmallow finds wrong with an input, as sentences that can be said in any language."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from ledger import words
from ledger.words import Sentence

_LONG: Final = re.compile(r"Longer than maximum length (\d+)\.")
_KNOWN: Final[Sequence[tuple[str, Sentence]]] = (
    (
        r"Missing data for required field\.",
        words.say("Expected something here, but there is nothing."),
    ),
    (r"Field may not be null\.", words.say("Expected something here, but there is nothing.")),
    (r"Not a valid (integer|number)\.", words.say("Expected a number.")),
    (r"Not a valid date\.", words.say("Expected a date such as 2026-03-01.")),
    (r"Not a valid datetime\.", words.say("Expected a date and a time such as 2026-03-01T09:00.")),
    (r"Not a valid boolean\.", words.say("Expected yes or no.")),
    (r"Must be one of: .*", words.say("Expected one of the choices.")),
    (r"Must be (greater|less) than .*", words.say("This number is out of its bounds.")),
    (r"String does not match .*", words.say("This is not written as it should be.")),
    (r"Expected letters, digits, .*", words.say("Expected small letters, digits, . _ @ -.")),
    (
        r"Expected a country's code .*",
        words.say("Expected a country's code of two letters such as DE."),
    ),
    (
        r"Expected a currency's code .*",
        words.say("Expected a currency's code of three letters such as EUR."),
    ),
)


def spoken(found: str) -> str:
    """Return a message of marshmallow as a sentence; one that was written here stays what it is."""
    if isinstance(found, Sentence):
        return found
    if long := _LONG.fullmatch(found):
        return words.say("Expected at most %(most)s characters or entries.", most=long[1])
    for pattern, sentence in _KNOWN:
        if re.fullmatch(pattern, found, re.DOTALL):
            return sentence
    return found
