"""The company and its colleagues: three teams, fourteen groups, a calendar with holidays, two pipelines."""

from __future__ import annotations

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
TEAMS: Final = ("Sales East", "Sales West", "Office")
# login, name, mail's name, title, team, manager, language, roles
STAFF: Final = (
    ("helen", "Helen Ward", "Head of the company", "Office", None, "en", ["head"]),
    ("ingrid", "Ingrid Sommer", "Manager Sales East", "Sales East", "helen", "en", ["manager"]),
    ("marc", "Marc Lefèvre", "Manager Sales West", "Sales West", "helen", "fr", ["manager"]),
    ("anna", "Anna Kowalska", "Sales", "Sales East", "ingrid", "en", ["employee"]),
    ("dmitri", "Dmitri Sokolov", "Sales", "Sales East", "ingrid", "en", ["employee"]),
    ("mei", "Mei Lin", "Design", "Sales East", "ingrid", "en", ["employee"]),
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
# key: title, members, the first being the lead
GROUPS: Final[dict[str, tuple[str, str, tuple[str, ...]]]] = {
    "sales-ops": ("Sales operations", "Opérations commerciales", ("paul", "marc")),
    "legal": ("Legal", "Service juridique", ("lucia", "helen")),
    "accounting": ("Accounting", "Comptabilité", ("tom", "lucia")),
    "purchasing": ("Purchasing", "Achats", ("tom", "mei")),
    "directors": ("Directors", "Direction", ("helen",)),
    "deputies": ("Deputies", "Suppléants", ("ingrid", "marc")),
    "quality": ("Quality", "Qualité", ("paul", "claire")),
    "membership": ("Membership", "Adhésions", ("claire", "anna")),
    "design": ("Design", "Création", ("mei", "claire")),
    "hr": ("Personnel", "Ressources humaines", ("lucia",)),
    "it": ("IT", "Informatique", ("ada",)),
    "facility": ("Facility", "Services généraux", ("tom",)),
    "project-office": ("Project office", "Bureau des projets", ("paul",)),
    "department-heads": ("Heads of department", "Chefs de service", ("ingrid", "marc", "tom")),
    "training": ("Training", "Formation", ("ada", "anna")),
}
SALES: Final = (
    Stage("lead", {"en": "Lead", "fr": "Piste"}, 5),
    Stage("qualified", {"en": "Qualified", "fr": "Qualifiée"}, 15),
    Stage("contacted", {"en": "Contacted", "fr": "Contactée"}, 25),
    Stage("proposal", {"en": "Proposal", "fr": "Offre"}, 50),
    Stage("negotiation", {"en": "Negotiation", "fr": "Négociation"}, 75),
    Stage("won", {"en": "Won", "fr": "Gagnée"}, state="won"),
    Stage("lost", {"en": "Lost", "fr": "Perdue"}, state="lost"),
)
PARTNERS: Final = (
    Stage("lead", {"en": "First talk", "fr": "Premier entretien"}, 10),
    Stage("qualified", {"en": "Suitable", "fr": "Retenu"}, 30),
    Stage("contacted", {"en": "Contacted", "fr": "Contacté"}, 40),
    Stage("proposal", {"en": "Terms sent", "fr": "Conditions envoyées"}, 60),
    Stage("won", {"en": "Partner", "fr": "Partenaire"}, state="won"),
    Stage("lost", {"en": "Declined", "fr": "Refusé"}, state="lost"),
)


def found(tx: Transaction) -> dict[str, StaffMember]:
    """Write the company with its people and return them by login."""
    company.set_up(
        tx, {"name": NAME, "country": "DE", "currency": "EUR", "zone": ZONE, "calendar": CALENDAR}
    )
    source = {"timezone": ZONE, "week": WEEK, "country": "DE", "region": "BE"}
    calendars.define(tx, CALENDAR, source, title=f"{NAME}, Berlin")
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
    teams.change(tx, team_ids["Sales West"], {"manager_id": members["marc"].id})
    teams.change(tx, team_ids["Office"], {"manager_id": members["helen"].id})
    for key, (english, french, logins) in GROUPS.items():
        groups.create(tx, key, {"en": english, "fr": french})
        ids = [members[login].id for login in logins]
        groups.set_members(tx, key, ids, lead=ids[0])
    pipelines.define(tx, "sales", {"en": "Sales", "fr": "Ventes"}, SALES)
    pipelines.define(tx, "partners", {"en": "Partners", "fr": "Partenaires"}, PARTNERS)
    return members
