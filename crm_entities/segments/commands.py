"""Segments are made, redefined, retired and brought back; needs `definition.draft`, as what they start does."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

from sqlalchemy import select

from crm_entities import groups, records, rights, shapes, terms
from crm_entities.segments import filters
from crm_entities.segments.table import Segment
from crm_entities.staff import StaffMember
from ledger.rejection import Rejection, invalid, invalid_state, not_found
from ledger.transaction import Transaction

RIGHT: Final = "definition.draft"
"""Whoever draws up processes: a segment says for whom they start."""
FIELDS: Final = frozenset({"title", "description", "filters", "owner_id"})
TAKEN: Final = frozenset({"new"})
"""Keys that addresses of pages need."""
MOST: Final = 30
"""So many filters has a segment at most."""
LONGEST: Final[Mapping[str, int]] = {"title": 120, "description": 2000, "filter": 500}


class Uses(Protocol):
    """What else relies on segments; the program's wiring knows."""

    def of(self, tx: Transaction, key: str) -> Sequence[str]:
        """Return the titles of the published processes that start by themselves for a segment."""


def create(tx: Transaction, key: str, values: Mapping[str, Any]) -> Segment:
    """Write a new segment; without a key one is made of the title, without an owner it is the actor's.

    Raises Rejection(invalid_argument) for a filter that cannot be asked, already_exists for a key that is taken.
    """
    looker = rights.demand(tx, RIGHT)
    fields = _checked(tx, {"description": "", "filters": [], **values})
    fields.setdefault("owner_id", looker.id or None)
    if not fields.get("title"):
        raise _untitled()
    wanted = key or _slug(fields["title"])
    _check_key(tx, wanted)
    segment = Segment(key=wanted, **fields)
    records.create(tx, segment)
    return segment


def redefine(
    tx: Transaction, key: str, values: Mapping[str, Any], *, version: int | None = None
) -> Segment:
    """Change a segment; what starts for it from now on starts for those who fit then.

    Raises Rejection(conflict) on another's change, invalid_argument as `create`.
    """
    rights.demand(tx, RIGHT)
    segment = get(tx, key)
    records.change(tx, segment, _checked(tx, values), version=version, verb="redefined")
    return segment


def retire(tx: Transaction, key: str, *, version: int | None = None) -> Segment:
    """Offer a segment nowhere any more. Raises Rejection(invalid_state) while a published process starts for it."""
    rights.demand(tx, RIGHT)
    segment = get(tx, key)
    users = tx.port(Uses).of(tx, key) if Uses in tx.store.ports else ()
    if users:
        raise invalid_state(
            "Expected no process to start by itself for segment “%(key)s”, but %(users)s does; "
            "publish a version that names another segment, or retire that process first",
            key=segment.key,
            users=users,
        )
    records.change(tx, segment, {"is_retired": True}, version=version, verb="retired")
    return segment


def bring_back(tx: Transaction, key: str, *, version: int | None = None) -> Segment:
    """Offer a retired segment again."""
    rights.demand(tx, RIGHT)
    segment = get(tx, key)
    records.change(tx, segment, {"is_retired": False}, version=version, verb="brought_back")
    return segment


def get(tx: Transaction, key: str) -> Segment:
    """Return a segment by its key, also a retired one. Raises Rejection(not_found)."""
    found = tx.session.scalar(select(Segment).where(Segment.key == key))
    if found is None:
        raise not_found("segment %(key)s", key=key)
    return found


def listing(tx: Transaction, *, retired: bool = False) -> Sequence[Segment]:
    """Return the segments by key, retired ones only where they are asked for."""
    question = select(Segment).order_by(Segment.is_retired, Segment.key)
    if not retired:
        question = question.where(Segment.is_retired.is_(False))
    return tx.session.scalars(question).all()


def _checked(tx: Transaction, values: Mapping[str, Any]) -> dict[str, Any]:
    shapes.only(values, FIELDS)
    fields = dict(values)
    if "title" in fields:
        fields["title"] = _title(fields["title"])
    if "description" in fields:
        fields["description"] = str(fields["description"]).strip()[: LONGEST["description"]]
    if "filters" in fields:
        fields["filters"] = _filters(tx, fields["filters"])
    owner = fields.get("owner_id")
    if owner is not None and tx.session.get(StaffMember, owner) is None:
        raise not_found("staff member %(missing)s", missing=owner)
    return fields


def _title(given: Any) -> Any:
    said = given if isinstance(given, Mapping) else {"": given}
    words = {language: " ".join(str(text).split()) for language, text in said.items()}
    if not words or not all(words.values()):
        raise _untitled()
    for text in words.values():
        if len(text) > LONGEST["title"]:
            raise invalid(
                "Expected a title of at most %(most)s characters",
                most=LONGEST["title"],
                field="title",
            )
    return words if isinstance(given, Mapping) else words[""]


def _untitled() -> Rejection:
    return invalid("Expected a segment to have a title", field="title")


def _filters(tx: Transaction, given: Sequence[Sequence[str]]) -> list[list[str]]:
    pairs = [(name, " ".join(text.split())) for name, text in given]
    if not pairs:
        raise invalid(
            "Expected at least one condition, for without any every client would be meant",
            field="filters",
        )
    if len(pairs) > MOST or any(len(text) > LONGEST["filter"] for _, text in pairs):
        raise invalid(
            "Expected at most %(most)s conditions of at most %(length)s characters",
            most=MOST,
            length=LONGEST["filter"],
            field="filters",
        )
    filters.conditions(tx, pairs)
    return [list(pair) for pair in pairs]


def _check_key(tx: Transaction, key: str) -> None:
    if not groups.KEY.fullmatch(key) or key in TAKEN:
        raise invalid(
            "Expected a segment's key of small letters, digits, - and _, but got “%(key)s”",
            key=key,
            field="key",
        )
    if tx.session.scalar(select(Segment.id).where(Segment.key == key)) is not None:
        raise Rejection(
            "already_exists",
            "Expected a new key, but there is a segment “%(key)s”",
            key=key,
            field="key",
        )


def _slug(title: str | Mapping[str, str]) -> str:
    """Return a key made of the title's letters, empty where it has none that a key may have."""
    said = title if isinstance(title, str) else title.get("en") or next(iter(title.values()))
    words = [re.sub(r"[^a-z0-9]", "", word) for word in terms.words(said)]
    return "-".join(filter(None, words)).lstrip("0123456789-")[:56].strip("-")
