"""Who sees which record: one function builds the condition, and every query on records goes through it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    String,
    and_,
    bindparam,
    cast,
    exists,
    false,
    func,
    inspect,
    literal_column,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Mapped, aliased, mapped_column
from sqlalchemy.orm.util import AliasedClass

from crm_entities import rights
from crm_entities.records import Key, Record
from ledger.base import Base
from ledger.rejection import forbidden, not_found
from ledger.transaction import Transaction

R = TypeVar("R", bound="Record")
Kind: TypeAlias = type[Any] | AliasedClass[Any]
"""A mapped class or an alias of one."""

HIDDEN_STATES = ("running", "undoing")
"""An import in one of these states shows none of its rows to anybody."""
_COMMA: Any = literal_column("','")  # a bound one could not be read past SQLAlchemy


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks, as far as seeing is concerned; built once a request. `id` 0 is the program itself, which sees all."""

    id: int
    name: str
    login: str = ""
    team_id: int | None = None
    teams: frozenset[int] = frozenset()
    groups: frozenset[str] = frozenset()
    roles: tuple[str, ...] = ()
    rights: rights.Rights = field(default_factory=dict, hash=False)
    language: str | None = None
    zone: str | None = None

    @property
    def actor(self) -> str:
        """The viewer as an actor: `staff:4`."""
        return f"staff:{self.id}" if self.id else "system"

    @property
    def names(self) -> list[str]:
        """All that a record or a task may be shared with to reach this viewer."""
        return [
            self.actor,
            *(f"group:{key}" for key in self.groups),
            *(f"team:{key}" for key in self.teams),
        ]


PROGRAM = Viewer(0, "the system", rights=dict.fromkeys(rights.RIGHTS, "all"))


class Owned:
    """Columns of a record that somebody owns.

    `audience` widens or narrows who sees this one record: `all` for everybody
    who may read such records, `own` for its owner, those it is shared with
    and those who may read all.
    """

    owner_id: Mapped[int | None] = mapped_column(Key, ForeignKey("crm_staff.id"), index=True)
    team_id: Mapped[int | None] = mapped_column(Key, ForeignKey("crm_team.id"), index=True)
    import_id: Mapped[int | None] = mapped_column(Key, ForeignKey("crm_import.id"), index=True)
    audience: Mapped[str | None] = mapped_column(String(8))


class Share(Base):
    """A record shown to somebody beside its owner: `who` is `staff:4`, `group:legal` or `team:2`."""

    __tablename__ = "crm_share"

    entity: Mapped[str] = mapped_column(String(16), primary_key=True)
    record_id: Mapped[int] = mapped_column(Key, primary_key=True)
    who: Mapped[str] = mapped_column(String(64), primary_key=True)

    __table_args__ = (Index("ix_crm_share_who_entity", "who", "entity", "record_id"),)


class Dependent:
    """A record without an owner of its own: it is seen by whoever sees what it belongs to."""

    @classmethod
    def parents(cls) -> Sequence[tuple[ColumnElement[Any], type[Record]]]:
        """Return (column, entity) of what it may belong to; the first that is set decides."""
        raise NotImplementedError


def condition(viewer: Viewer, entity: Kind, right: str = "record.read") -> ColumnElement[bool]:
    """Return the condition that leaves the records of `entity` (or an alias of it) on which `viewer` holds `right`."""
    return _condition(viewer, entity, right)  # type: ignore[arg-type]  # a class can be hashed, and so its alias


@lru_cache(maxsize=1024)
def _condition(viewer: Viewer, entity: Kind, right: str) -> ColumnElement[bool]:
    kind = inspect(entity).mapper.class_
    if issubclass(kind, Dependent):
        seen = _through_parents(viewer, entity, kind, right)
        return and_(_is_settled(entity), seen) if hasattr(kind, "import_id") else seen
    reach = rights.reach(viewer, right, kind.ENTITY)
    if reach is None:
        return false()
    return and_(
        _is_settled(entity),
        _is_in_reach(viewer, entity, kind.ENTITY, reach, is_read=right == "record.read"),
    )


def sees_all(tx: Transaction, looker: Viewer, entity: type[Record]) -> bool:
    """Say whether `condition` leaves every record of `entity` just now, so that a sum over many need not ask it."""
    if rights.reach(looker, "record.read", entity.ENTITY) != "all":
        return False
    return tx.session.scalar(_hidden().limit(1)) is None


def viewer(tx: Transaction) -> Viewer:
    """Return the viewer of the transaction's actor, read once per transaction.

    The program itself (`system`, `worker`, …) sees all; a staff member who
    left, or who never was, sees nothing.
    """
    if tx.facts.get("as_program"):
        return PROGRAM
    known = tx.facts.get("viewer")
    if known is None or known.actor != tx.actor:
        known = _read_viewer(tx, tx.actor)
        remember(tx, known)
    return known


def remember(tx: Transaction, known: Viewer) -> None:
    """Spare this transaction the question who its actor is, where the request has answered it already."""
    tx.facts["viewer"] = known


@contextmanager
def as_program(tx: Transaction) -> Iterator[None]:
    """Let the body see and write everything: a process acts in its own right, whoever completed its task.

    The actor stays who he is, so that the log tells whose step it was.
    """
    before = tx.facts.get("as_program", False)
    tx.facts["as_program"] = True
    try:
        yield
    finally:
        tx.facts["as_program"] = before


def of_actor(tx: Transaction, actor: str) -> Viewer:
    """Return the viewer of another actor than the transaction's."""
    return viewer(tx) if actor == tx.actor else _read_viewer(tx, actor)


def record(tx: Transaction, entity: type[R], number: int, right: str = "record.read") -> R:
    """Return a record on which the actor holds `right`; for any other right than reading it is locked.

    `not_found` where he may not even read it, `forbidden` where he may only read it.
    """
    looker = viewer(tx)
    question = select(entity).where(entity.id == number, condition(looker, entity, right))
    if right != "record.read":
        question = question.with_for_update(of=entity).execution_options(populate_existing=True)
    found = tx.session.scalars(question).one_or_none()
    if found is not None:
        return found
    if right != "record.read":
        seen = record(tx, entity, number)
        raise forbidden(
            "Expected somebody who may change %(subject)s, but %(looker)s may only read it",
            subject=seen.subject,
            looker=looker.name,
        )
    raise not_found("%(entity)s %(number)s", entity=entity.ENTITY, number=number)


def viewer_columns() -> list[ColumnElement[Any]]:
    """Return the columns of a select on `StaffMember` from which `viewer_of` makes a viewer."""
    from crm_entities.groups import Membership  # noqa: PLC0415  # groups and staff ask who looks at them
    from crm_entities.staff import StaffMember  # noqa: PLC0415  # the same
    from crm_entities.teams import Team  # noqa: PLC0415  # the same

    top, below = aliased(Team), aliased(Team)
    team_ids = select(func.aggregate_strings(cast(below.id, String), _COMMA))
    team_ids = (
        team_ids.join(top, below.path.like(top.path.concat("%")))
        .where(or_(top.id == StaffMember.team_id, top.manager_id == StaffMember.id))
        .correlate(StaffMember)
    )
    keys = select(func.aggregate_strings(Membership.group_key, _COMMA)).where(
        Membership.staff_id == StaffMember.id
    )
    names = ("id", "name", "login", "team_id", "roles", "language", "zone")
    return [
        *(getattr(StaffMember, name).label(f"viewer_{name}") for name in names),
        team_ids.scalar_subquery().label("viewer_teams"),
        keys.scalar_subquery().label("viewer_groups"),
    ]


def viewer_of(found: Mapping[str, Any]) -> Viewer:
    """Return the viewer that a row with `viewer_columns` tells of, by their names."""
    return Viewer(
        id=found["viewer_id"],
        name=found["viewer_name"],
        login=found["viewer_login"],
        team_id=found["viewer_team_id"],
        teams=frozenset(int(one) for one in (found["viewer_teams"] or "").split(",") if one),
        groups=frozenset(one for one in (found["viewer_groups"] or "").split(",") if one),
        roles=tuple(found["viewer_roles"]),
        rights=rights.of_roles(found["viewer_roles"]),
        language=found["viewer_language"],
        zone=found["viewer_zone"],
    )


def _read_viewer(tx: Transaction, actor: str) -> Viewer:
    if not actor.startswith("staff:"):
        return PROGRAM
    number = int(actor.removeprefix("staff:") or 0)
    row = tx.session.execute(_question(), {"number": number}).one_or_none()
    return Viewer(number, actor) if row is None else viewer_of(row._asdict())


@cache
def _question() -> Select[*tuple[Any, ...]]:
    from crm_entities.staff import StaffMember  # noqa: PLC0415  # staff ask who looks at them

    is_it = (StaffMember.id == bindparam("number")) & (StaffMember.state == "active")
    return select(*viewer_columns()).where(is_it)


def _is_settled(entity: Kind) -> ColumnElement[bool]:
    return or_(entity.import_id.is_(None), entity.import_id.not_in(_hidden()))


@cache
def _hidden() -> Select[int]:
    from crm_entities.imports.runs import Import  # noqa: PLC0415  # imports write records, whose columns are made here

    return select(Import.id).where(Import.state.in_(HIDDEN_STATES))


def _is_in_reach(
    looker: Viewer, entity: Kind, name: str, reach: rights.Reach, *, is_read: bool
) -> ColumnElement[bool]:
    if reach == "all":
        return true()
    ways: list[ColumnElement[bool]] = [entity.owner_id == looker.id]
    if is_read:
        shown = select(Share.record_id).where(Share.entity == name, Share.who.in_(looker.names))
        ways += [entity.audience == "all", entity.id.in_(shown)]
    if reach == "team" and looker.teams:
        is_open = or_(entity.audience.is_(None), entity.audience != "own")
        ways.append(and_(entity.team_id.in_(looker.teams), is_open))
    return or_(*ways)


@cache
def _above(kind: type[Dependent], column: str, parent: type[Record]) -> Any:  # noqa: ARG001  # each has its own
    """Return the name under which the parents of one kind by one of its columns are asked for."""
    return aliased(parent)


def _through_parents(looker: Viewer, entity: Kind, kind: Any, right: str) -> ColumnElement[bool]:
    ways: list[ColumnElement[bool]] = []
    unset: list[ColumnElement[bool]] = []
    for own_column, parent in kind.parents():
        column = getattr(entity, str(own_column.key))
        above = _above(kind, str(own_column.key), parent)
        seen = exists().where(above.id == column, condition(looker, above, right))
        ways.append(and_(*unset, seen))
        unset.append(column.is_(None))
    return or_(*ways)
