"""The pages that are looked at all day, over a million clients with a deal each and five million tasks.

Filling takes about eighty seconds and two gigabytes beside the other benchmarks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from http import HTTPStatus
from itertools import cycle
from math import ceil
from pathlib import Path
from typing import Any, cast

from flask import Flask, request
from sqlalchemy import Row, select

from benchmarks import desks, filling, floor, steps
from benchmarks.desks import Desk
from benchmarks.measuring import Result, Spread, compare, cpu_micros, in_turn, spread
from crm_entities import client_list, sessions
from crm_entities.clients import Client
from ledger import paging, transaction
from ledger.store import Durability
from web import cookie

CLIENTS = 1_000_000
OPEN, ENDED = 1_000_000, 4_000_000
MINE = 200
"""How many of the open tasks are the visitor's own."""
ASKED, LEFT_OUT = 100, 5
PLACES = 20
BY_HAND, FLOOR = "a page of fifty by hand", "sqlalchemy-core"
FLOOR_MICROS = 60
"""What the floor costs on the machine for which the absolute figures hold."""
ROWS = (
    "<table>{% for row in rows %}<tr><td><a href='/clients/{{ row.id }}'>{{ row.name }}</a></td>"
    "<td>{{ row.status }}</td><td>{{ row.city or '' }}</td></tr>{% endfor %}</table>"
)


def results(folder: Path, durability: str) -> Iterator[Result]:
    """Measure on SQLite, past any network; each page is asked for at many places."""
    desk = desks.sqlite(folder / "kontor.db", durability)
    first = filling.clients(desk.store, CLIENTS)
    filling.deals(desk.store, first, CLIENTS)
    case = steps.start(desk.store, "chain", {})
    filling.ended_tasks(desk.store, steps.open_task(desk.store, case), ENDED)
    filling.copies(desk.store, case, OPEN - 1)
    filling.hand_out(desk.store, MINE)
    core = floor.core(folder, cast("Durability", durability))
    hand = _by_hand(desk)
    for name, most, paths in _pages(desk, first):
        taken, by_hand = _taken(_asking(desk, paths), hand)
        spreads = {"kontor": spread(taken), BY_HAND: spread(by_hand), **in_turn({FLOOR: core})}
        yield _result(name, most, taken, spreads, durability)
    desk.store.close()


def _result(
    name: str, most: int, taken: list[float], spreads: dict[str, Spread], durability: str
) -> Result:
    """Judge a page by its slow answers; `most` milliseconds hold where the floor takes 60 µs."""
    tail = sorted(taken)[ceil(len(taken) * 0.95) - 1] / 1000
    allowed = most * spreads[FLOOR].median / FLOOR_MICROS
    return compare(
        "pages", f"{name}, {CLIENTS:,} clients and {OPEN + ENDED:,} tasks",
        spreads, durability=durability, rounds=ASKED,
        facts={"p95_ms": round(tail, 1), "allowed_ms": round(allowed, 1)},
        target=f"p95 at most {most} ms, scaled by the floor, and 3 x a page by hand",
        reached=lambda ratios: tail <= allowed and ratios[BY_HAND] <= 3,
    )  # fmt: skip


def _asking(desk: Desk, paths: list[str]) -> Callable[[], object]:
    """Return what asks for the addresses in turn, again and again."""
    every = cycle(paths)
    return lambda: _get(desk, next(every))


def _pages(desk: Desk, first: int) -> list[tuple[str, int, list[str]]]:
    """Return the pages: what each is called, the milliseconds it may take, and addresses of it."""
    some = [number * CLIENTS // PLACES for number in range(PLACES)]
    with transaction.read(desk.store, desk.actor) as tx:
        keys = [client_list.listing(tx, text=f"n{number}", most=1).rows[0] for number in some]
    return [
        ("my tasks", 10, ["/tasks"]),
        ("list of clients", 10, ["/clients", *(f"/clients?after={_after(one)}" for one in keys)]),
        ("deals board", 10, ["/deals"]),
        ("card of a client", 10, [f"/clients/{first + number}" for number in some]),
        ("search", 15, [f"/search?q=example+n{number}" for number in some]),
    ]


def _after(client: Row[Any]) -> str:
    """Return where the list goes on behind a client."""
    return paging.key(client_list.ORDERS["name"], client)


def _by_hand(desk: Desk) -> Callable[[], object]:
    """Return what asks a small application for fifty clients: a visitor's session, one question, one template."""
    question = (
        select(Client.id, Client.name, Client.status, Client.city).order_by(Client.name).limit(50)
    )
    small = Flask("by_hand")
    template = small.jinja_env.from_string(ROWS)

    @small.get("/")
    def listing() -> str:
        with transaction.read(desk.store, "system") as tx:
            if sessions.find(tx, request.cookies[cookie.NAME]) is None:
                raise RuntimeError("Expected a visitor who is logged in")
            return template.render(rows=tx.execute(question).all())

    by_hand = replace(desk, app=small)
    return lambda: _get(by_hand, "/")


def _get(desk: Desk, path: str) -> None:
    status = desk.ask("GET", path)
    if status != HTTPStatus.OK:
        raise RuntimeError(f"Expected {path} to open, but got {status}")


def _taken(*asks: Callable[[], object]) -> list[list[float]]:
    """Return the microseconds of CPU that each answer took of each that asks, in turn, the first ones left out."""
    return [
        list(taken)[LEFT_OUT:]
        for taken in zip(
            *([cpu_micros(ask) for ask in asks] for _ in range(ASKED + LEFT_OUT)), strict=True
        )
    ]
