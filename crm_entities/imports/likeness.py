"""By what a row of a file may be a record that is known already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from crm_entities import phones, terms
from crm_entities.imports.rows import Row
from ledger.words import Sentence, say

CALLED: Final[Mapping[str, Sentence]] = {
    "number": say("client number"),
    "mail": say("mail"),
    "tax": say("tax number"),
    "phone": say("phone"),
    "name": say("name"),
}
"""What the kinds of words are called by which a row may be known."""


def keys(entity: str, row: Row) -> Iterator[tuple[str, str, bool]]:
    """Yield (kind, word, is strong) by which a row may be one that is known; strong ones are nobody else's."""
    fields = row.fields
    if fields.get("number"):
        yield "number", terms.joined(fields["number"]), True
    for mail in fields.get("mails", ()):
        yield "mail", mail["value"].casefold(), True
    for tax in fields.get("tax_numbers", ()):
        yield "tax", terms.joined(tax["value"]), True
    for phone in fields.get("phones", ()):
        yield "phone", phones.terms(phone["value"])[-1], False
    if entity == "client" and fields.get("name"):
        yield "name", terms.joined(fields["name"]), False


def doubt(row: Row, sentence: str, duplicates: str, *, is_strong: bool) -> None:
    """Reject a row that is known already, or only warn of it where that is weak or wished."""
    if is_strong and duplicates == "skip":
        row.reason = row.reason or sentence
    elif sentence not in row.warnings:
        row.warnings.append(sentence)
