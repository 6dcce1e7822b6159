"""Words under which records are found: folded, so that Muller finds Müller, on both databases alike."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import ColumnElement, Index, Select, String, delete, exists, func, insert, select
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
_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ı": "i"}
)
_SPELT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_HAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")
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


def of_name(text: str) -> set[str]:
    """Return the words under which a name is found: folded, spelt out (`mueller`), each ending of Chinese writing."""
    found = set(words(text)) | set(words(text.casefold().translate(_SPELT)))
    for word in list(found):
        for run in _HAN.findall(word):
            found.update(run[start:] for start in range(1, len(run)))
    return found


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
    tx: Transaction,
    entity: str,
    number: ColumnElement[int],
    words: Sequence[str],
    kinds: Sequence[str],
) -> list[ColumnElement[bool]]:
    """Return conditions on a record's `number`: each of `words` begins one of its words.

    The rarest word finds the records; the others are only looked up for those.
    """
    if not words:
        return []
    first, *others = (
        word for word, _ in rarest_first(tx, entity, [(word, kinds) for word in words])
    )
    question = select(Term.record_id).where(*begins(Term, entity, first, kinds))
    return [number.in_(question), *(has(entity, number, word, kinds) for word in others)]


def rarest_first(
    tx: Transaction, entity: str, wanted: Sequence[tuple[str, Sequence[str]]]
) -> list[tuple[str, Sequence[str]]]:
    """Return (prefix, kinds) by how many words begin so, counted no further than `COUNTED`."""
    if len(wanted) < 2:  # noqa: PLR2004  # one word needs no order
        return list(wanted)

    def count(one: tuple[str, Sequence[str]]) -> int:
        few = select(Term.record_id).where(*begins(Term, entity, *one)).limit(COUNTED).subquery()
        return tx.session.scalar(select(func.count()).select_from(few)) or 0

    return sorted(wanted, key=count)


def has(
    entity: str, number: ColumnElement[int], prefix: str, kinds: Sequence[str]
) -> ColumnElement[bool]:
    """Return the condition that the record `number` has a word that begins with `prefix`."""
    other = aliased(Term)
    return exists().where(other.record_id == number, *begins(other, entity, prefix, kinds))


def begins(
    term: type[Term] | AliasedClass[Term], entity: str, prefix: str, kinds: Sequence[str]
) -> list[ColumnElement[bool]]:
    """Return the conditions on a row of words: of this entity, of one of `kinds`, beginning with `prefix`."""
    return [
        term.entity == entity,
        term.kind.in_(kinds),
        term.term >= prefix,
        term.term < _after(prefix),
    ]


def exactly(entity: str, kind: str, term: str) -> Select[int]:
    """Return a select of the ids of records that have exactly this word."""
    return select(Term.record_id).where(
        Term.entity == entity, Term.kind == kind, Term.term == term[:LONGEST]
    )


def _after(prefix: str) -> str:
    """Return the first text behind all that begin with `prefix`."""
    return prefix + chr(0x10FFFF)


def of_mails(mails: Iterable[str]) -> set[str]:
    """Return the words of mail addresses: each whole, and its host."""
    found: set[str] = set()
    for mail in mails:
        found.update({mail.casefold(), mail.casefold().rpartition("@")[2]})
    return found


def joined(text: str) -> str:
    """Return a number or code as one word: `DE 123-456` becomes `de123456`."""
    return "".join(words(text))
