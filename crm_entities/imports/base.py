"""Rows of a file held against the records there are: owners and clients they name, and whether they are known."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, tuple_

from crm_entities import custom_fields, rights, terms, visibility
from crm_entities.clients import Client
from crm_entities.contacts import Contact
from crm_entities.imports import likeness
from crm_entities.imports.rows import Row
from crm_entities.staff import StaffMember
from crm_entities.terms import Term
from ledger.rejection import Rejection
from ledger.transaction import Transaction
from ledger.words import say


def compare(tx: Transaction, entity: str, batch: Sequence[Row], duplicates: str) -> None:
    """Complete the rows of a batch by the records they name, and say which are rejected or doubtful."""
    good = [row for row in batch if row.reason is None]
    if entity == "client":
        _owners(tx, good)
    else:
        _clients(tx, good)
    _custom(tx, entity, good)
    _known(tx, entity, [row for row in good if row.reason is None], duplicates)


def _owners(tx: Transaction, batch: Sequence[Row]) -> None:
    """Find owners by login, mail or name; without one a row is the importer's."""
    looker = visibility.viewer(tx)
    is_narrow = rights.reach(looker, "record.write", "client") == "own"
    known: dict[str, tuple[int, int | None]] = {}
    member = StaffMember
    question = select(member.id, member.team_id, member.login, member.mail, member.name)
    for number, team, *names in tx.session.execute(
        question.where(member.state == "active").order_by(member.id.desc())
    ):
        known.update({terms.folded(name): (number, team) for name in names if name})
    for row in batch:
        wanted = row.references.get("owner")
        owner = (
            (looker.id or None, looker.team_id)
            if wanted is None
            else known.get(terms.folded(wanted))
        )
        if owner is None:
            row.reason = say("nobody who works here is called “%(name)s”", name=wanted)
        elif is_narrow and owner[0] != looker.id:
            row.reason = say("only a manager may give clients to %(name)s", name=wanted)
        else:
            row.fields["owner_id"], row.fields["team_id"] = owner


def _clients(tx: Transaction, batch: Sequence[Row]) -> None:
    """Find the clients of contacts by number, mail, tax number or name, among those the importer may write."""
    words = {terms.joined(row.references.get("client", "")) for row in batch}
    names = {row.references.get("client", "") for row in batch}
    seen = visibility.condition(visibility.viewer(tx), Client, "record.write")
    found: dict[str, set[int]] = {}
    for number, name in tx.session.execute(
        select(Client.id, Client.name).where(Client.name.in_(names), seen)
    ):
        found.setdefault(terms.joined(name), set()).add(number)
    codes = select(Term.term, Term.record_id).join(Client, Client.id == Term.record_id)
    is_code = (Term.entity == "client") & Term.kind.in_(("number", "tax")) & Term.term.in_(words)
    for word, number in tx.session.execute(codes.where(is_code, seen)):
        found.setdefault(word, set()).add(number)
    for row in batch:
        wanted = row.references.get("client", "")
        numbers = found.get(terms.joined(wanted), set())
        if len(numbers) == 1:
            row.fields["client_id"] = next(iter(numbers))
        else:
            row.reason = (
                say("several clients are called “%(name)s”", name=wanted)
                if numbers
                else say("no client is called “%(name)s”", name=wanted)
            )


def _custom(tx: Transaction, entity: str, batch: Sequence[Row]) -> None:
    for row in batch:
        try:
            row.fields["custom"] = custom_fields.checked(tx, entity, row.fields.get("custom", {}))
        except Rejection as refusal:
            row.reason = row.reason or refusal.sentence


def _known(tx: Transaction, entity: str, batch: Sequence[Row], duplicates: str) -> None:
    """Look up the words of a whole batch at once, among the records that the importer may read."""
    kind = Client if entity == "client" else Contact
    wanted = {
        (what, word[: terms.LONGEST])
        for row in batch
        for what, word, _ in likeness.keys(entity, row)
    }
    plain = sorted((what, word) for what, word in wanted if what != "name")
    seen = visibility.condition(visibility.viewer(tx), kind)
    known: dict[tuple[str, str], tuple[int, str]] = {}
    if plain:
        question = select(Term.kind, Term.term, kind.id, kind.name).join(
            kind, kind.id == Term.record_id
        )
        is_known = (Term.entity == entity) & tuple_(Term.kind, Term.term).in_(plain)
        for what, word, number, name in tx.session.execute(question.where(is_known, seen)):
            known[what, word] = (number, name)
    names = [row.fields["name"] for row in batch] if entity == "client" else []
    if names:
        for number, name in tx.session.execute(
            select(kind.id, kind.name).where(kind.name.in_(names), seen)
        ):
            known["name", terms.joined(name)] = (number, name)
    for row in batch:
        for what, word, is_strong in likeness.keys(entity, row):
            if (one := known.get((what, word[: terms.LONGEST]))) is not None:
                sentence = say(
                    "the same %(kind)s as %(entity)s %(number)s (%(name)s)",
                    kind=likeness.CALLED[what],
                    entity=entity,
                    number=one[0],
                    name=one[1],
                )
                likeness.doubt(row, sentence, duplicates, is_strong=is_strong)
