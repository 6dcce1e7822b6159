"""People: hired, moved, away, gone; and the groups they are in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crm_entities import absences, groups, passwords, staff, teams
from ledger import event_log, transaction
from ledger.rejection import Rejection
from ledger.store import Store
from tests.integration.crm.conftest import Company

MONDAY = datetime(2026, 1, 12, tzinfo=UTC)


def test_only_those_who_manage_staff_hire(store: Store, company: Company):
    given = {"login": "new", "name": "New Colleague"}
    with (
        pytest.raises(Rejection, match=r"staff\.manage"),
        transaction.begin(store, company.mia) as tx,
    ):
        staff.hire(tx, given)
    with transaction.begin(store, company.admin) as tx:
        assert staff.hire(tx, given).roles == ["employee"]
        with pytest.raises(Rejection) as refusal:
            staff.hire(tx, {"login": "ben", "name": "Another Ben"})
    assert (refusal.value.reason, refusal.value.field) == ("already_exists", "login")


REFUSED: dict[str, dict[str, object]] = {
    "login": {"login": "Not a login"},
    "mail": {"mail": "nobody"},
    "zone": {"zone": "Europe/Atlantis"},
    "language": {"language": "tlh"},
    "roles": {"roles": ["king"]},
    "working_hours": {"working_hours": {"mon": ["9 to 5"]}},
    "quiet_hours": {"quiet_hours": {"from": "late"}},
}


def test_bad_input_names_its_field(store: Store, company: Company):
    with transaction.begin(store, company.admin) as tx:
        for field, values in REFUSED.items():
            with pytest.raises(Rejection) as refusal:
                staff.change(tx, company.number(company.ben), values)
            assert refusal.value.field == field


def test_one_changes_about_oneself_only_what_is_ones_own(store: Store, company: Company):
    ben = company.number(company.ben)
    with transaction.begin(store, company.ben) as tx:
        assert staff.change(tx, ben, {"language": "fr", "zone": "Europe/Paris"}).language == "fr"
        with pytest.raises(Rejection, match=r"staff\.manage"):
            staff.change(tx, ben, {"roles": ["administrator"]})
        with pytest.raises(Rejection, match=r"staff\.manage"):
            staff.change(tx, company.number(company.mia), {"language": "fr"})


def test_the_log_never_holds_a_password(store: Store, company: Company):
    with transaction.begin(store, company.admin) as tx:
        staff.set_password(tx, company.number(company.ben), passwords.hashed("an entirely new one"))
    with transaction.read(store, company.admin) as tx:
        event = event_log.of_subjects(tx, [company.ben])[0]
        assert (event.kind, event.data["fields"]) == ("staff_password_changed", [])


def test_managers_cannot_stand_in_a_circle(store: Store, company: Company):
    with transaction.begin(store, company.admin) as tx:
        with pytest.raises(Rejection, match="does not answer to this person"):
            staff.change(
                tx, company.number(company.mia), {"manager_id": company.number(company.ben)}
            )
        staff.change(tx, company.number(company.mia), {"manager_id": company.number(company.admin)})


def test_the_last_administrator_stays(store: Store, company: Company):
    admin = company.number(company.admin)
    with transaction.begin(store, company.admin) as tx:
        for attempt in (
            lambda: staff.leave(tx, admin),
            lambda: staff.change(tx, admin, {"roles": ["employee"]}),
        ):
            with pytest.raises(Rejection, match="the only one"):
                attempt()
        staff.change(tx, company.number(company.mia), {"roles": ["manager", "administrator"]})
        assert staff.change(tx, admin, {"roles": ["employee"]}).roles == ["employee"]


def test_a_group_has_one_lead_among_its_members(store: Store, company: Company):
    ben, mia = company.number(company.ben), company.number(company.mia)
    with transaction.begin(store, company.admin) as tx:
        with pytest.raises(Rejection, match="among its members"):
            groups.set_members(tx, "legal", [ben], lead=mia)
        groups.set_members(tx, "legal", [ben, mia], lead=mia)
        assert [(one.name, is_lead) for one, is_lead in groups.members(tx, "group:legal")] == [
            ("Ben Carter", False),
            ("Mia Berg", True),
        ]
        assert [(group.key, size) for group, size in groups.listing(tx)] == [("legal", 2)]
        with pytest.raises(Rejection, match="small letters"):
            groups.create(tx, "Not A Key", "Title")


def test_an_absence_is_planned_by_oneself_or_ones_manager(store: Store, company: Company):
    ben, eve = company.number(company.ben), company.number(company.eve)
    week = (MONDAY, MONDAY + timedelta(days=5))
    with (
        pytest.raises(Rejection, match=r"staff\.manage"),
        transaction.begin(store, company.eve) as tx,
    ):
        absences.plan(tx, ben, *week)
    with transaction.begin(store, company.mia) as tx:
        absence = absences.plan(tx, ben, *week, substitute_id=eve)
        for start, end, substitute, words in (
            (week[0], week[0], None, "end after it starts"),
            (week[0], week[1], None, "there is one from 2026-01-12"),
            (week[1], week[1] + timedelta(days=1), ben, "somebody else"),
        ):
            with pytest.raises(Rejection, match=words):
                absences.plan(tx, ben, start, end, substitute_id=substitute)
    with transaction.begin(store, company.ben) as tx:
        absences.change(tx, absence.id, ends_at=week[0] + timedelta(days=1), substitute_id=None)
        assert [one.ends_at for one in absences.of_staff(tx, ben)] == [week[0] + timedelta(days=1)]
        absences.cancel(tx, absence.id)
        assert absences.between(tx, *week) == []


def test_team_names_are_unique(store: Store, company: Company):
    with (
        transaction.begin(store, company.admin) as tx,
        pytest.raises(Rejection, match="there is a team “Sales”"),
    ):
        teams.change(tx, company.support, {"name": "Sales"})
