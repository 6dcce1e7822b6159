"""The company and its colleagues: three teams, fourteen groups, two calendars with holidays, two pipelines."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Final

from crm_entities import company, groups, passwords, pipelines, records, teams
from crm_entities.pipelines import Stage
from crm_entities.staff import StaffMember
from engine import calendars
from ledger.transaction import Transaction
from web import demo

NAME: Final = "Lindenhof Media"
ZONE: Final = "Europe/Berlin"
CALENDAR: Final = "office"
WEEK: Final = {day: ["09:00-12:30", "13:00-17:30"] for day in ("mon", "tue", "wed", "thu")} | {
    "fri": ["09:00-15:00"]
}
LYON: Final = {
    "timezone": "Europe/Paris",
    "week": {day: ["09:00-12:00", "14:00-18:00"] for day in ("mon", "tue", "wed", "thu", "fri")},
    "country": "FR",
}
TEAMS: Final = ("Sales East", "Sales West", "Office")
# login, name, mail's name, title, team, manager, language, roles
STAFF: Final = (
    ("helen", "Helen Ward", "Head of the company", "Office", None, "en", ["head"]),
    ("ingrid", "Ingrid Sommer", "Manager Sales East", "Sales East", "helen", "en", ["manager"]),
    ("marc", "Marc Lefèvre", "Manager Sales West", "Sales West", "helen", "fr", ["manager"]),
    ("anna", "Anna Kowalska", "Sales", "Sales East", "ingrid", "en", ["employee"]),
    ("dmitri", "Dmitri Sokolov", "Sales", "Sales East", "ingrid", "ru", ["employee"]),
    ("mei", "Mei Lin", "Design", "Sales East", "ingrid", "zh", ["employee"]),
    ("ben", "Ben Okafor", "Sales", "Sales West", "marc", "en", ["employee"]),
    ("claire", "Claire Dubois", "Sales", "Sales West", "marc", "fr", ["employee"]),
    (
        "paul",
        "Paul Richter",
        "Process owner",
        "Office",
        "helen",
        "en",
        ["employee", "process_owner"],
    ),
    ("lucia", "Lucia Romano", "Legal and personnel", "Office", "helen", "en", ["employee"]),
    ("tom", "Tom Becker", "Accounting and purchasing", "Office", "helen", "en", ["employee"]),
    ("ada", "Ada Nováková", "Administrator", "Office", "helen", "en", ["administrator"]),
)
SELLERS: Final = ("anna", "dmitri", "ben", "claire", "mei")
# key: members, the first being the lead
GROUPS: Final[dict[str, tuple[str, ...]]] = {
    "sales-ops": ("paul", "marc"),
    "legal": ("lucia", "helen"),
    "accounting": ("tom", "lucia"),
    "purchasing": ("tom", "mei"),
    "directors": ("helen",),
    "deputies": ("ingrid", "marc"),
    "quality": ("paul", "claire"),
    "membership": ("claire", "anna"),
    "design": ("mei", "claire"),
    "hr": ("lucia",),
    "it": ("ada",),
    "facility": ("tom",),
    "project-office": ("paul",),
    "department-heads": ("ingrid", "marc", "tom"),
    "training": ("ada", "anna"),
}
# key: likelihood in per cent, or how it ends
PIPELINES: Final[dict[str, dict[str, int | str]]] = {
    "sales": {
        "lead": 5,
        "qualified": 15,
        "contacted": 25,
        "proposal": 50,
        "negotiation": 75,
        "won": "won",
        "lost": "lost",
    },
    "partners": {
        "lead": 10,
        "qualified": 30,
        "contacted": 40,
        "proposal": 60,
        "won": "won",
        "lost": "lost",
    },
}


def found(tx: Transaction) -> dict[str, StaffMember]:
    """Write the company with its people and return them by login."""
    company.set_up(
        tx, {"name": NAME, "country": "DE", "currency": "EUR", "zone": ZONE, "calendar": CALENDAR}
    )
    source = {"timezone": ZONE, "week": WEEK, "country": "DE", "region": "BE"}
    calendars.define(tx, CALENDAR, source, title=f"{NAME}, Berlin")
    calendars.define(tx, "lyon", LYON, title=f"{NAME}, Lyon")
    team_ids = {name: teams.create(tx, {"name": name}).id for name in TEAMS}
    hashed = passwords.hashed(demo.PASSWORD)
    members: dict[str, StaffMember] = {}
    for login, name, title, team, manager, language, roles in STAFF:
        member = StaffMember(
            login=login,
            name=name,
            mail=f"{login}@lindenhof.example",
            title=title,
            language=language,
            zone=ZONE,
            team_id=team_ids[team],
            manager_id=members[manager].id if manager else None,
            roles=roles,
            password_hash=hashed,
        )
        records.create(tx, member)
        members[login] = member
    teams.change(tx, team_ids["Sales East"], {"manager_id": members["ingrid"].id})
    teams.change(tx, team_ids["Sales West"], {"manager_id": members["marc"].id, "calendar": "lyon"})
    teams.change(tx, team_ids["Office"], {"manager_id": members["helen"].id})
    for key, logins in GROUPS.items():
        groups.create(tx, key, titles("groups", key))
        ids = [members[login].id for login in logins]
        groups.set_members(tx, key, ids, lead=ids[0])
    for key, stages in PIPELINES.items():
        pipelines.define(tx, key, titles("pipelines", key), [*_stages(key, stages)])
    return members


def _stages(pipeline: str, stages: Mapping[str, int | str]) -> Iterator[Stage]:
    for key, ends in stages.items():
        title = titles(pipeline, key)
        yield Stage(key, title, ends) if isinstance(ends, int) else Stage(key, title, state=ends)


def titles(part: str, key: str) -> dict[str, str]:
    """Return what something is called, by language: each of them has its file in `titles`."""
    known = ((language, spoken.get(part, {})) for language, spoken in _spoken().items())
    return {language: named[key] for language, named in known if key in named}


@cache
def _spoken() -> dict[str, dict[str, dict[str, str]]]:
    files = resources.files("web.demo").joinpath("titles").iterdir()
    return {
        file.name.removesuffix(".toml"): tomllib.loads(file.read_text(encoding="utf-8"))
        for file in sorted(files, key=lambda file: file.name)
    }
