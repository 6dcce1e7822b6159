"""Fills the demo company: people first, then fourteen months of clients, then eight weeks of work."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import timedelta
from functools import partial
from importlib import resources
from random import Random
from typing import Final

from sqlalchemy import update

from crm_entities import absences
from crm_entities.clients import Client
from crm_entities.staff import StaffMember
from engine import calendars, definitions
from ledger import transaction
from ledger.store import Store
from ledger.transaction import Transaction
from scheduler import alerts
from web import company_directory, definition_files, demo, properties
from web.demo import beginning, clients, company, deals, past, segments, stories
from web.demo.acting import Story
from web.demo.past import Past

SEED: Final = 20
WEEKS: Final = 9
TALKS: Final = 140
BEGINNING: Final = frozenset({"win-back.yaml"})
"""Definitions that start by themselves."""


def run(store: Store) -> list[str]:
    """Fill an empty database, mark it `demo`, and return what of its past could not happen: nothing."""
    now = store.clock()
    transaction.run(store, "system", _mark)
    with past.lived(store, clients.birth_of_month(0, now)) as clock:
        members = _found(store)
        everybody: list[Client] = []
        for month in range(clients.BATCHES):
            clock.move_to(clients.birth_of_month(month, now))
            command = partial(clients.month, number=month, members=members)
            everybody += transaction.run(store, "system", command)
        clock.move_to(now - timedelta(weeks=WEEKS))
        transaction.run(store, "system", _deploy)
        with transaction.read(store, "system") as tx:
            calendar = calendars.load(tx, *(calendars.latest(tx, company.CALENDAR) or (0, 0)))
        lived = Past(store, clock, now, calendar)
        _plan(lived, members, everybody)
        lived.live()
    transaction.run(store, "system", partial(_deploy, names=BEGINNING))
    transaction.run(store, "system", _finish)
    return lived.missed


def _mark(tx: Transaction) -> None:
    properties.put(tx, "mark", "demo")
    properties.put(tx, demo.STATE, beginning.mark())


def _found(store: Store) -> Mapping[str, StaffMember]:
    return transaction.run(store, "system", _people_and_segments)


def _people_and_segments(tx: Transaction) -> Mapping[str, StaffMember]:
    members = company.found(tx)
    segments.found(tx, members)
    return members


def _deploy(tx: Transaction, names: Collection[str] = ()) -> None:
    """Publish the ready-made definitions and the table of discounts, as their owner would; `names`: only those.

    What begins by itself is left for the end: its first run is still to come.
    """
    directory = company_directory.of(tx)
    files = sorted(resources.files("process_defs.library").iterdir(), key=lambda file: file.name)
    files = [file for file in files if (file.name in (names or BEGINNING)) is bool(names)]
    looked = [
        definition_files.look(file.name, file.read_bytes(), directory)
        for file in files
        if file.name.endswith(".yaml")
    ]
    tables = [
        definitions.Source(file.name, file.read_bytes())
        for file in files
        if file.name.endswith(".dmn")
    ]
    definitions.deploy(tx, [*(definition_files.deployable(one) for one in looked), *tables])


def _plan(lived: Past, members: Mapping[str, StaffMember], everybody: Sequence[Client]) -> None:
    chance = Random(SEED)
    logins = {login: member.subject for login, member in members.items()}
    buyers = iter(deals.choose(chance, [one for one in everybody if one.owner_id], 150))
    _plan_absence(lived, members)
    _plan_cases(lived, chance, logins, buyers)
    _plan_other_deals(lived, chance, buyers)
    _plan_talks(lived, chance, everybody)


def _plan_absence(lived: Past, members: Mapping[str, StaffMember]) -> None:
    dmitri, anna = members["dmitri"], members["anna"]
    starts = lived.at("3 00:00")

    def command(tx: Transaction) -> None:
        absences.plan(
            tx,
            dmitri.id,
            starts,
            starts + timedelta(days=12),
            substitute_id=anna.id,
            reason="Holiday",
        )

    lived.plan(lived.at("12 10:00"), lambda at: at.do(dmitri.subject, command))


def _plan_cases(
    lived: Past, chance: Random, logins: Mapping[str, str], buyers: Iterator[Client]
) -> None:
    about_deals = {"sales", "advertising-order"}
    about_clients = {"complaint", "client-handover", "membership-renewal"}
    starters = {"invoice-approval": "tom", "staff-onboarding": "lucia", "crm-rollout": "paul"}
    for process, lines_of in stories.ALL.items():
        for lines in lines_of:
            client = next(buyers)
            starter = logins.get(starters.get(process, ""), deals.owner_of(client))
            story = Story(process, None, starter, logins)
            if process in about_deals:
                _plan_deal(lived, chance, client, story, lines)
            elif process in about_clients:
                story.subject = client.subject
            story.plan(lived, lines)


def _plan_deal(
    lived: Past, chance: Random, client: Client, story: Story, lines: Sequence[str]
) -> None:
    """Let a deal come in some days before its case begins."""
    first = lived.at(" ".join(lines[0].split()[: 1 if lines[0].startswith("-") else 2]))

    def command(tx: Transaction) -> None:
        story.subject = deals.offered(tx, chance, client).subject

    lived.plan(
        first - timedelta(days=chance.randrange(1, 6), minutes=chance.randrange(300)),
        lambda at: at.do(story.starter, command),
    )


def _plan_other_deals(lived: Past, chance: Random, buyers: Iterator[Client]) -> None:
    """Let the rest of the sixty come in; two of three are over, some go the other pipeline."""
    planned = len(stories.SALES) + len(stories.ORDERS)
    for number in range(deals.COUNT - planned):
        client, made = next(buyers), list[int]()
        pipeline = "partners" if number % 4 == 0 else "sales"
        is_over = number % 3 > 0
        ago = 36 - number if is_over else 2 + number // 3

        def offer(
            at: Past, client: Client = client, pipeline: str = pipeline, made: list[int] = made
        ) -> None:
            at.do(
                deals.owner_of(client),
                lambda tx: made.append(deals.offered(tx, chance, client, pipeline=pipeline).id),
            )

        def settle(at: Past, client: Client = client, made: list[int] = made) -> None:
            at.do(deals.owner_of(client), lambda tx: deals.settle(tx, chance, made[-1]))

        lived.plan(lived.at(f"{ago} {9 + number % 8:02}:15"), offer)
        if is_over:
            lived.plan(lived.at(f"{max(1, ago - 8)} {10 + number % 6:02}:40"), settle)


def _plan_talks(lived: Past, chance: Random, everybody: Sequence[Client]) -> None:
    """Let the sellers write down what they said to whom, some days a lot."""
    by_owner: dict[str, list[Client]] = {}
    for client in everybody:
        by_owner.setdefault(deals.owner_of(client), []).append(client)
    for number in range(TALKS // 4):
        owner = chance.choice(sorted(by_owner))
        chosen = chance.sample(by_owner[owner], min(4, len(by_owner[owner])))
        when = f"{1 + number % 38} {9 + number % 8:02}:{chance.randrange(60):02}"

        def talk(at: Past, owner: str = owner, chosen: Sequence[Client] = chosen) -> None:
            at.do(owner, partial(deals.talk, chance=chance, to=chosen))

        lived.plan(lived.at(when), talk)


def _finish(tx: Transaction) -> None:
    """Count the mails of the past as sent: nobody wants them now."""
    waiting = (alerts.alerts.c.channel == alerts.MAIL) & (alerts.alerts.c.state == alerts.PENDING)
    tx.execute(
        update(alerts.alerts)
        .where(waiting)
        .values(state=alerts.SENT, sent_at=alerts.alerts.c.created_at, next_try_at=None)
    )
    properties.put(tx, demo.STATE, "whole")
