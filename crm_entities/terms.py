"""Words under which records are found: folded, so that Muller finds Müller, on both databases alike."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Index,
    Select,
    String,
    bindparam,
    delete,
    exists,
    func,
    insert,
    select,
)
from sqlalchemy.orm import Mapped, aliased, mapped_column
from sqlalchemy.orm.util import AliasedClass

from crm_entities.records import Key
from ledger.base import Base
from ledger.transaction import Transaction

LONGEST = 80
COUNTED = 500
"""Words that begin alike are counted so far, to tell rare ones from common ones."""
SEARCHED = ("name", "phone", "mail", "tax", "number")
"""The kinds that a search looks at; tags are asked for by themselves."""
LAST = chr(0x10FFFF)
"""No text that begins with a prefix comes behind the prefix and this."""
Kinds: TypeAlias = tuple[str, ...]
Wanted: TypeAlias = tuple[str, Kinds]
"""What a word begins with, and the kinds that it may be of."""
_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ı": "i"}
)
_SPELT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_HAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")
_APART = re.compile(rf"{_HAN.pattern}|{_HAN.pattern.replace('[', '[^')}")
# Compared byte by byte on PostgreSQL too: only then does its index serve a prefix.
Word = String(LONGEST).with_variant(String(LONGEST, collation="C"), "postgresql")


class Term(Base):
    """One word of one record; `kind` is `name`, `phone`, `mail`, `tax`, `number` or `tag`."""

    __tablename__ = "crm_term"

    entity: Mapped[str] = mapped_column(String(16), primary_key=True)
    record_id: Mapped[int] = mapped_column(Key, primary_key=True)
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    term: Mapped[str] = mapped_column(Word, primary_key=True)

    __table_args__ = (Index("ix_crm_term_entity_term", "entity", "term", "kind", "record_id"),)


def folded(text: str) -> str:
    """Return `text` without case and accents: `Łódź Müller` becomes `lodz muller`."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def words(text: str) -> list[str]:
    """Return the folded words of `text`, in order. Writing without spaces counts as one word."""
    return [word[:LONGEST] for word in re.findall(r"\w+", folded(text))]


def sought(text: str) -> list[str]:
    """Return the words that a search asks for: `words`, with Chinese writing apart from what stands beside it."""
    return [part for word in words(text) for part in _APART.findall(word)]


def of_name(text: str) -> set[str]:
    """Return the words under which a name is found: folded, spelt out (`mueller`).

    Writing without spaces is found from each of its signs on, and so is what follows it: `科技abc` by `技` and `abc`.
    """
    found = set(words(text)) | set(words(text.casefold().translate(_SPELT)))
    for word in list(found):
        for run in _HAN.finditer(word):
            found.update(word[start:] for start in range(run.start(), run.end() + 1))
    return found - {""}


def write(
    tx: Transaction,
    entity: str,
    terms_of: Mapping[int, Mapping[str, Iterable[str]]],
    *,
    is_new: bool = False,
) -> None:
    """Make `terms_of` (record id → kind → words) the words of those records."""
    if not is_new:
        is_it = (Term.entity == entity) & Term.record_id.in_(list(terms_of))
        tx.session.execute(delete(Term).where(is_it))
    rows = [
        {"entity": entity, "record_id": number, "kind": kind, "term": word}
        for number, kinds in terms_of.items()
        for kind, found in kinds.items()
        for word in sorted({one[:LONGEST] for one in found if one})
    ]
    if rows:
        tx.session.execute(insert(Term), rows)


def rewrite(
    tx: Transaction,
    entity: str,
    number: int,
    before: Mapping[str, set[str]],
    after: Mapping[str, set[str]],
) -> None:
    """Make `after` the words of a record that had `before`; mostly they are the same and nothing is written."""
    if before != after:
        write(tx, entity, {number: after})


def has_all(
    entity: str, number: ColumnElement[int], wanted: Sequence[Kinds]
) -> list[ColumnElement[bool]]:
    """Return conditions on a record's `number`: for each of `wanted` a word of those kinds that begins as `given` says.

    The first word finds the records, so it should be the rarest; the others are only looked up for those.
    """
    if not wanted:
        return []
    question = select(Term.record_id).where(*begins(Term, entity, 0, wanted[0]))
    return [number.in_(question), *has_others(entity, number, wanted)]


def has_others(
    entity: str, number: ColumnElement[int], wanted: Sequence[Kinds]
) -> list[ColumnElement[bool]]:
    """Return conditions that the record `number` has each word of `wanted` but the first."""
    found: list[ColumnElement[bool]] = []
    for place, kinds in enumerate(wanted[1:], start=1):
        other = aliased(Term)
        is_it = begins(other, entity, place, kinds)
        found.append(exists().where(other.record_id == number, *is_it))
    return found


def given(prefixes: Sequence[str]) -> dict[str, str]:
    """Return the parameters of conditions on words: what each begins with, and the first text behind all such."""
    found = {f"word_{place}": prefix for place, prefix in enumerate(prefixes)}
    return found | {f"word_{place}_end": one + LAST for place, one in enumerate(prefixes)}


def rarest_first(
    tx: Transaction, entities: Sequence[str], wanted: Sequence[Wanted]
) -> dict[str, list[Wanted]]:
    """Return for each entity `wanted` by how many of its words begin so, counted no further than `COUNTED`.

    One statement in all; an entity is left out where some word begins none of its words.
    """
    if len(wanted) < 2 and len(entities) < 2:  # noqa: PLR2004  # one word needs no order
        return {entity: list(wanted) for entity in entities}
    question = _counts(tuple(entities), tuple(tuple(kinds) for _, kinds in wanted))
    counts = iter(tx.execute(question, given([prefix for prefix, _ in wanted])).one())
    found = {}
    for entity in entities:
        sizes = [(next(counts), one) for one in wanted]
        if all(size for size, _ in sizes):
            found[entity] = [one for _, one in sorted(sizes, key=lambda pair: pair[0])]
    return found


@lru_cache(maxsize=256)
def _counts(entities: tuple[str, ...], wanted: tuple[Kinds, ...]) -> Select[*tuple[Any, ...]]:
    columns = []
    for entity in entities:
        for place, kinds in enumerate(wanted):
            few = select(Term.record_id).where(*begins(Term, entity, place, kinds)).limit(COUNTED)
            columns.append(select(func.count()).select_from(few.subquery()).scalar_subquery())
    return select(*columns)


def begins(
    term: type[Term] | AliasedClass[Term], entity: str, place: int, kinds: Kinds
) -> list[ColumnElement[bool]]:
    """Return the conditions on a row of words: of this entity, of one of `kinds`, beginning as `given` says."""
    return [
        term.entity == entity,
        term.kind.in_(kinds),
        term.term >= bindparam(f"word_{place}", type_=Word),
        term.term < bindparam(f"word_{place}_end", type_=Word),
    ]


def exactly(entity: str, kind: str, term: str) -> Select[int]:
    """Return a select of the ids of records that have exactly this word."""
    return select(Term.record_id).where(
        Term.entity == entity, Term.kind == kind, Term.term == term[:LONGEST]
    )


def of_mails(mails: Iterable[str]) -> set[str]:
    """Return the words of mail addresses: each whole, and its host."""
    found: set[str] = set()
    for mail in mails:
        found.update({mail.casefold(), mail.casefold().rpartition("@")[2]})
    return found


def joined(text: str) -> str:
    """Return a number or code as one word: `DE 123-456` becomes `de123456`."""
    return "".join(words(text))
