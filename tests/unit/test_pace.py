"""How often something may be tried: each name for itself, and again once the window has moved on."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from limits.storage import memory

from ledger import clock
from ledger.rejection import Rejection
from web import pace
from web.pace import Pace


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    moment = [1000.0]
    monkeypatch.setattr(memory, "time", SimpleNamespace(time=lambda: moment[0]))
    monkeypatch.setattr(clock, "system", lambda: datetime.fromtimestamp(moment[0], UTC))
    return moment


def test_a_name_waits_until_its_first_try_has_left_the_window(now: list[float]):
    counted = Pace("login_limit", "2 per minute")
    waits = {}
    for second in (0, 10, 30, 59.5, 61, 65):
        now[0] = 1000 + second
        waits[second] = counted.take("anna")
    assert waits == {0: 0, 10: 0, 30: 30, 59.5: 1, 61: 0, 65: 5}


def test_names_do_not_notice_each_other(now: list[float]):
    counted = Pace("login_limit", "1/hour")
    assert [counted.take(name) for name in ("anna", "bert", "anna")] == [0, 0, 3600]


@pytest.mark.parametrize("wrong", ["soon", "0 per minute", "5 per fortnight", "5", "-1 per hour"])
def test_a_limit_that_is_none_is_refused(wrong: str):
    with pytest.raises(Rejection, match="Expected login_limit to be a number of requests"):
        Pace("login_limit", wrong)


def test_a_window_may_be_several_hours_long():
    assert Pace("api_limit", " 3 per 2 Hours ").words == "3 per 2 hour"


def test_a_look_ahead_counts_nothing(now: list[float]):
    counted = Pace("key_limit", "1 per minute")
    assert [counted.ahead("anna") for _ in range(3)] == [0, 0, 0]
    counted.take("anna")
    now[0] += 20
    assert counted.ahead("anna") == 40
    now[0] += 41
    assert counted.ahead("anna") == 0


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::9", "2001:db8:1:2::/64"),
        ("unix", "unix"),
        (None, ""),
    ],
)
def test_addresses_of_one_house_are_counted_together(address: str | None, counted: str):
    assert pace.network(address) == counted
