"""The pages that are looked at all day, over a hundred thousand clients and half a million tasks."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from http import HTTPStatus
from itertools import cycle
from math import ceil
from pathlib import Path

from flask import render_template_string
from sqlalchemy import select

from benchmarks import desks, filling, steps
from benchmarks.desks import Desk
from benchmarks.measuring import Result, Spread, compare, spread
from crm_entities import clients, paging
from crm_entities.clients import Client
from ledger import transaction

CLIENTS = 100_000
OPEN, ENDED = 100_000, 400_000
MINE = 200
"""How many of the open tasks are the visitor's own."""
ASKED, LEFT_OUT = 100, 5
PLACES = 20
BY_HAND = "a page of fifty by hand"
ROWS = (
    "<table>{% for row in rows %}<tr><td><a href='/clients/{{ row.id }}'>{{ row.name }}</a></td>"
    "<td>{{ row.status }}</td><td>{{ row.city or '' }}</td></tr>{% endfor %}</table>"
)


def results(folder: Path, durability: str) -> Iterator[Result]:
    """Measure on SQLite, past any network; each page is asked for at many places."""
    desk = desks.sqlite(folder / "kontor.db", durability)
    first = filling.clients(desk.store, CLIENTS)
    case = steps.start(desk.store, "chain", {})
    filling.ended_tasks(desk.store, steps.open_task(desk.store, case), ENDED)
    filling.copies(desk.store, case, OPEN - 1)
    filling.hand_out(desk.store, MINE)
    hand = spread(_taken(_by_hand(desk)))
    for name, most, paths in _pages(desk, first):
        yield _result(name, most, _taken(_asking(desk, paths)), hand, durability)
    desk.store.close()


def _result(name: str, most: int, taken: list[float], hand: Spread, durability: str) -> Result:
    tail = sorted(taken)[ceil(len(taken) * 0.95) - 1] / 1000
    return compare(
        "pages", f"{name}, {CLIENTS:,} clients and {OPEN + ENDED:,} tasks",
        {"kontor": spread(taken), BY_HAND: hand}, durability=durability, rounds=ASKED,
        facts={"p95_ms": round(tail, 1)}, target=f"p95 at most {most} ms, and 3 x a page by hand",
        reached=lambda ratios: tail <= most and ratios[BY_HAND] <= 3,
    )  # fmt: skip


def _asking(desk: Desk, paths: list[str]) -> Callable[[], object]:
    """Return what asks for the addresses in turn, again and again."""
    every = cycle(paths)
    return lambda: _get(desk, next(every))


def _pages(desk: Desk, first: int) -> list[tuple[str, int, list[str]]]:
    """Return the pages: what each is called, the milliseconds it may take, and addresses of it."""
    some = [number * CLIENTS // PLACES for number in range(PLACES)]
    with transaction.read(desk.store, desk.actor) as tx:
        keys = [clients.listing(tx, text=f"n{number}", most=1).rows[0] for number in some]
    return [
        ("my tasks", 10, ["/tasks"]),
        ("list of clients", 10, ["/clients", *(f"/clients?after={_after(one)}" for one in keys)]),
        ("deals board", 10, ["/deals"]),
        ("card of a client", 10, [f"/clients/{first + number}" for number in some]),
        ("search", 15, [f"/search?q=example+n{number}" for number in some]),
    ]


def _after(client: Client) -> str:
    """Return where the list goes on behind a client."""
    return paging.key(clients.ORDERS["name"], client)


def _by_hand(desk: Desk) -> Callable[[], object]:
    question = (
        select(Client.id, Client.name, Client.status, Client.city).order_by(Client.name).limit(50)
    )

    def page() -> str:
        with desk.app.test_request_context(), desk.store.reading() as connection:
            return render_template_string(ROWS, rows=connection.execute(question).all())

    return page


def _get(desk: Desk, path: str) -> None:
    status = desk.ask("GET", path)
    if status != HTTPStatus.OK:
        raise RuntimeError(f"Expected {path} to open, but got {status}")


def _taken(ask: Callable[[], object]) -> list[float]:
    """Return the microseconds of CPU that each answer took, the first ones left out."""
    taken = []
    for _ in range(ASKED + LEFT_OUT):
        begun = time.process_time_ns()
        ask()
        taken.append((time.process_time_ns() - begun) / 1000)
    return taken[LEFT_OUT:]
