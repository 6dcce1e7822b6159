"""What would happen if nobody acted, with names; and that it does."""

from __future__ import annotations

from datetime import timedelta

from engine import clocks
from ledger import transaction
from scheduler import preview
from tests.integration.scheduler.company import ANNA, BEN, CLARA, DORA, NAMES, Company, model
from tests.integration.scheduler.test_actions import started

STERN = """
<kontor:ladder id="gentle">
  <kontor:level id="warn" at="75%" notify="responsible"/>
  <kontor:level id="due" at="due" notify="responsible, manager of responsible"/>
  <kontor:level id="late" at="due + PT4H" notify="responsible, staff:dora" reassign="staff:clara"/>
  <kontor:level id="later" at="due + PT8H" notify="responsible" hours="opening"/>
</kontor:ladder>"""


def ahead(company: Company, clock: int) -> list[preview.Ahead]:
    with transaction.read(company.store, "system") as tx:
        return preview.if_nobody_acts(tx, clock)


def test_each_level_names_its_people_and_its_time(company: Company):
    case = company.open_case(company.deploy(model(ladder=STERN)))
    found = [
        (f"{one.at:%a %H:%M}", one.told, one.newly, one.taker) for one in ahead(company, case.clock)
    ]
    assert found == [
        ("Mon 12:00", (ANNA,), (ANNA,), None),
        ("Mon 13:00", (ANNA, CLARA), (CLARA,), None),
        ("Mon 17:00", (ANNA, DORA), (DORA,), CLARA),
        ("Tue 13:00", (CLARA,), (), None),
    ]


def test_what_was_announced_is_what_happens(company: Company):
    task = started(company, model(ladder=STERN))
    announced = ahead(company, task.clock_id)
    for level in announced:
        company.until((level.at + timedelta(seconds=1)).isoformat())
        company.tick()
    expected = {(one.level.id, NAMES[person]) for one in announced for person in one.told}
    levels = {one.level.id for one in announced}
    assert {told for told in company.told() if told[0] in levels} == expected
    assert ahead(company, task.clock_id) == []


def test_a_substitute_is_announced_in_place_of_who_is_away(company: Company):
    case = company.open_case(company.deploy(model()))
    company.staff.absent[ANNA] = BEN
    assert [one.told for one in ahead(company, case.clock)] == [(BEN,), (BEN, CLARA), (CLARA,)]


def test_a_paused_clock_is_shown_as_if_it_ran_on_now(company: Company):
    case = company.open_case(company.deploy(model()))
    with transaction.begin(company.store, CLARA) as tx:
        clocks.pause(tx, case.clock, "the client is away")
    company.pass_time(hours=2)
    assert f"{ahead(company, case.clock)[0].at:%a %H:%M}" == "Mon 14:00"


def test_a_closed_clock_has_nothing_ahead(company: Company):
    case = company.open_case(company.deploy(model()))
    with transaction.begin(company.store, "system") as tx:
        now = tx.now
        tx.write(clocks.CLOSE_CASE, [clocks.left_case(case.case, now, "terminated")])
    assert ahead(company, case.clock) == []
