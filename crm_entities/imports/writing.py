"""The batches of an import: each is one transaction, and what it did is known from the row of the import alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Select, delete, insert, select, update

from crm_entities import clients, contacts, records, terms
from crm_entities.clients import Client
from crm_entities.contacts import Contact
from crm_entities.deals import Deal
from crm_entities.imports import base, checking, runs
from crm_entities.imports.rows import Row
from crm_entities.imports.runs import Import, ImportRemark, Progress
from crm_entities.interactions import Interaction
from crm_entities.visibility import Share
from ledger.event_log import Event, events
from ledger.transaction import Transaction
from ledger.words import say

_BIRTHS: Final = ("client_created", "contact_created")


def next_batch(tx: Transaction, import_id: int) -> Progress:
    """Do the next batch of whatever an import is at, and return how far it is.

    Called until `is_over`, by anybody at any time: a process that died left
    the import where its last whole batch ended.
    """
    run = runs.get(tx, import_id, lock=True)
    step = _STEPS.get(run.state)
    if step is not None:
        step(tx, run)
        tx.session.flush()
    return Progress(
        run.state, min(run.position, run.total) if run.state == "running" else run.total, run.total
    )


def _write(tx: Transaction, run: Import) -> None:
    every = checking.of_run(tx, run)
    batch = every[run.position : run.position + runs.BATCH]
    base.compare(tx, run.entity, batch, run.plan["duplicates"])
    good = [row for row in batch if row.reason is None]
    if run.entity == "client":
        _write_clients(tx, run, good)
    else:
        _write_contacts(tx, run, [row.fields for row in good])
    _remark(
        tx,
        run,
        [{"row": row.number, "reason": row.reason} for row in batch if row.reason is not None],
    )
    run.position += len(batch)
    run.written += len(good)
    run.rejected += len(batch) - len(good)
    if run.position >= run.total:
        _show(tx, run)


def _write_clients(tx: Transaction, run: Import, good: Sequence[Row]) -> None:
    made = []
    for row in good:
        fields = row.fields
        first = (fields.get("addresses") or [{}])[0]
        client = Client(
            **fields, city=first.get("city") or None, country=first.get("country") or None
        )
        client.import_id = run.id
        made.append(client)
    records.create_many(tx, made, data={"import": run.id})
    terms.write(tx, "client", {client.id: clients.words(client) for client in made}, is_new=True)
    pairs = zip(good, made, strict=True)
    _write_contacts(
        tx, run, [{**row.contact, "client_id": client.id} for row, client in pairs if row.contact]
    )


def _write_contacts(tx: Transaction, run: Import, given: Sequence[Mapping[str, Any]]) -> None:
    """Write contacts; where a client has none yet, its first is the main one."""
    clients_of = {fields["client_id"] for fields in given}
    with_contact = set(
        tx.session.scalars(select(Contact.client_id).where(Contact.client_id.in_(clients_of)))
    )
    made = []
    for fields in given:
        contact = Contact(**fields)
        contact.import_id, contact.is_main = run.id, contact.client_id not in with_contact
        with_contact.add(contact.client_id)
        made.append(contact)
    records.create_many(tx, made)
    terms.write(
        tx, "contact", {contact.id: contacts.words(contact) for contact in made}, is_new=True
    )


def _show(tx: Transaction, run: Import) -> None:
    """Turn from hidden to shown, all rows at once; from here on they are told to whoever watches."""
    runs.go_on(run, "announcing")
    checking.forget(tx, run)
    facts = {"entity": run.entity, "written": run.written, "rejected": run.rejected}
    tx.note(Event(kind="import_finished", ref=f"import:{run.id}", data=facts))


def _announce(tx: Transaction, run: Import) -> None:
    batch = tx.session.scalars(_behind(run)).all()
    for record in batch:
        records.tell(tx, record)
        run.position = record.id
    if len(batch) < runs.BATCH:
        runs.go_on(run, "done")


def _undo(tx: Transaction, run: Import) -> None:
    """Take a batch back. A record that was changed, or has something of others hanging on it, stays and is named."""
    batch = tx.session.scalars(_behind(run)).all()
    kept = _in_use(tx, run, batch)
    gone = [record for record in batch if record.id not in kept]
    _remove(tx, run, [record.id for record in gone])
    for record in gone:
        tx.note(
            Event(
                kind=f"{run.entity}_import_undone", subject=record.subject, ref=f"import:{run.id}"
            )
        )
    _remark(
        tx,
        run,
        [
            {"subject": f"{run.entity}:{number}", "reason": reason}
            for number, reason in kept.items()
        ],
    )
    run.kept += len(kept)
    run.written -= len(gone)
    run.position = batch[-1].id if batch else run.position
    if len(batch) < runs.BATCH:
        runs.go_on(run, "undone")
        checking.forget(tx, run)
        tx.note(Event(kind="import_undone", ref=f"import:{run.id}", data={"kept": run.kept}))


def _behind(run: Import) -> Select[Client] | Select[Contact]:
    if run.entity == "client":
        question = select(Client).where(Client.import_id == run.id, Client.id > run.position)
        return question.order_by(Client.id).limit(runs.BATCH)
    alone = select(Contact).where(Contact.import_id == run.id, Contact.id > run.position)
    return alone.order_by(Contact.id).limit(runs.BATCH)


def _in_use(tx: Transaction, run: Import, batch: Sequence[Client | Contact]) -> dict[int, str]:
    """Return why records of a batch cannot go, by number."""
    numbers = [record.id for record in batch]
    kept: dict[int, str] = {
        record.id: say("it was changed since") for record in batch if record.version > 1
    }
    reasons: list[tuple[str, Select[int]]] = []
    if run.entity == "client":
        own = Contact.import_id.is_(None) | (Contact.import_id != run.id) | (Contact.version > 1)
        reasons = [
            (say("it has deals"), select(Deal.client_id).where(Deal.client_id.in_(numbers))),
            (
                say("it has activities"),
                select(Interaction.client_id).where(Interaction.client_id.in_(numbers)),
            ),
            (
                say("it has contacts of others"),
                select(Contact.client_id).where(Contact.client_id.in_(numbers), own),
            ),
            (
                say("it is shared"),
                select(Share.record_id).where(
                    Share.entity == "client", Share.record_id.in_(numbers)
                ),
            ),
        ]
    for reason, question in reasons:
        for number in tx.session.scalars(question):
            kept.setdefault(number, reason)
    subjects = [record.subject for record in batch]
    heard = select(events.c.subject).where(
        events.c.subject.in_(subjects), events.c.kind.not_in(_BIRTHS)
    )
    for subject in tx.execute(heard).scalars():
        kept.setdefault(int(subject.partition(":")[2]), "something happened with it since")
    return kept


def _remove(tx: Transaction, run: Import, numbers: Sequence[int]) -> None:
    if run.entity == "client":
        of_them = list(tx.session.scalars(select(Contact.id).where(Contact.client_id.in_(numbers))))
        terms.write(tx, "contact", {number: {} for number in of_them})
        tx.session.execute(delete(Contact).where(Contact.id.in_(of_them)))
        terms.write(tx, "client", {number: {} for number in numbers})
        tx.session.execute(delete(Client).where(Client.id.in_(numbers)))
        return
    terms.write(tx, "contact", {number: {} for number in numbers})
    tx.session.execute(
        update(Interaction).where(Interaction.contact_id.in_(numbers)).values(contact_id=None)
    )
    tx.session.execute(delete(Contact).where(Contact.id.in_(numbers)))


def _remark(tx: Transaction, run: Import, given: Sequence[Mapping[str, object]]) -> None:
    if given:
        tx.session.execute(insert(ImportRemark), [{"import_id": run.id, **one} for one in given])


_STEPS: Final[Mapping[str, Callable[[Transaction, Import], None]]] = {
    "running": _write,
    "announcing": _announce,
    "undoing": _undo,
}
