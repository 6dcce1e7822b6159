"""Pages speak the language that their reader chose, refusals too."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

from babel import Locale
from babel.messages.pofile import read_po
from sqlalchemy import select

from crm_entities import staff
from engine import definitions, user_tasks
from engine.bpmn.graph import UserTask
from engine.calendar import public_holidays
from ledger.base import metadata
from process_defs.to_bpmn import extensions
from tests.e2e.web import walk
from tests.e2e.web.office import Office, words
from tests.house import sources
from tests.support.packages import ROOT
from web import sentences, task_form
from web.languages import LANGUAGES

OTHERS = [language for language in LANGUAGES if language != "en"]
SHOWN = ("aria-label", "alt", "placeholder", "title", "data-kept", "data-lost")
NAMES = frozenset(
    {"Kontor", "Ctrl", "Enter", "FEEL", "BPMN", "KONTOR", "HTML", "Excel", *LANGUAGES.values()}
)
"""What is called the same everywhere."""
CODE = re.compile(r"[A-Z][A-Za-z]+/[\w/+-]+|[A-Z]{3}|[a-z]+(\.[a-z]+)+|[a-z]+(-[a-z]+)+")
"""Time zones, currencies, rights and keys."""
OTHERWISE = ("/api-keys/reference", "/mails/")
"""Pages whose words are those of the API, or of a mail in the language that the address names."""
WORD = re.compile(r"[^\W\d_]{3,}")


class Texts(HTMLParser):
    """The words of a page: between its tags, and in what is read aloud of a tag."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in {"script", "style", "code", "pre", "textarea"}
        self.found |= {" ".join((value or "").split()) for name, value in attrs if name in SHOWN}

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in {"script", "style", "code", "pre", "textarea"}

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.found.add(" ".join(data.split()))


def nodes(page: str) -> set[str]:
    parser = Texts()
    parser.feed(page)
    return parser.found


def same_in(language: str) -> list[str]:
    """Sentences that a language says as English does."""
    file = ROOT / "web" / "translations" / language / "LC_MESSAGES" / "messages.po"
    with file.open("rb") as opened:
        catalogue = read_po(opened, locale=language)
    return [str(one.id) for one in catalogue if one.id and one.id == one.string]


def data_of(office: Office) -> str:
    """Every text that the company's own database holds: it speaks as its people wrote it."""

    def texts(tx: Any) -> list[str]:
        return [
            str(value)
            for table in metadata.sorted_tables
            for row in tx.execute(select(table))
            for value in row
            if isinstance(value, str | dict | list | bytes)
        ]

    holidays = public_holidays.resolve("DE", None, range(2020, 2031)).values()
    regions = public_holidays.regions("DE").values()
    return "\n".join((*office.run(texts), *holidays, *regions)).casefold()


def is_suspect(text: str, known: str) -> bool:
    """Say whether a text that is the same in both languages has a word that is nobody's data."""
    if not text or CODE.fullmatch(text):
        return False
    return not all(word.casefold() in known or word in NAMES for word in WORD.findall(text))


def speak(office: Office, login: str, language: str = "fr") -> None:
    number = int(office.people[login].removeprefix("staff:"))
    office.run(lambda tx: staff.change(tx, number, {"language": language}))


def test_a_refusal_of_the_engine_is_said_in_the_language_of_the_page(office: Office):
    speak(office, "ben")
    task = office.task()
    office.run(lambda tx: user_tasks.complete(tx, task, {"channel": "mail"}, outcome="interested"))
    waiting = office.task("offer")
    ben = office.visitor("ben")
    office.run(lambda tx: user_tasks.complete(tx, waiting, {}, outcome="sent"))
    mine = office.task("check")
    office.run(lambda tx: user_tasks.claim(tx, mine), actor=office.people["olga"])
    page = words(ben.post(f"/tasks/{mine}/claim"))
    assert f"Olga Example a déjà pris la tâche {mine}" in page


def test_a_refusal_of_a_record_is_said_in_the_language_of_the_page(office: Office):
    speak(office, "anna")
    page = words(
        office.visitor("anna").post(
            "/clients/new", {"name": "Neu", "kind": "company", "mails": "?"}
        )
    )
    refused = "Adresses électroniques 1 : Une adresse électronique est attendue, et non « ? »."
    assert refused in page
    assert "Expected" not in page


def test_a_field_that_a_stage_requires_is_called_as_on_the_record(office: Office):
    deployed = office.run(lambda tx: definitions.latest(tx, "small-deal"))
    offer = office.run(lambda tx: definitions.process(tx, deployed.id)).elements["offer"]
    assert isinstance(offer, UserTask)
    with office.app.test_request_context(headers={"Accept-Language": "fr"}):
        (field,) = task_form.of_element(replace(offer, requires=("deal.close_date",))).required
    assert field.label == "Clôture prévue"


def test_a_program_reads_the_same_refusal_in_english(office: Office):
    answer = office.visitor("anna").get("/tasks/999999", Accept="application/json")
    assert answer.json is not None
    assert answer.json["detail"] == "Expected to find task 999999, but there is none"


def test_no_page_keeps_a_word_of_english(office: Office):
    """The pages are dealt out among the languages: what none of them may say, no one of them says."""
    ada = office.visitor("ada")
    pages = [url for url in walk.pages(office) if not url.startswith(OTHERWISE)]
    english = {url: nodes(ada.get(url).text) for url in pages}
    data, found = data_of(office), {}
    for nth, language in enumerate(OTHERS):
        speak(office, "ada", language)
        known = data + " ".join(same_in(language)).casefold()
        places = set(Locale(language).territories.values())
        for url in pages[nth :: len(OTHERS)]:
            left = english[url] & nodes(ada.get(url).text) - places
            found[language, url] = sorted(words for words in left if is_suspect(words, known))
    sources.must_be_none(f"{where}: {words}" for where, words in found.items() if words)


def test_a_process_map_names_its_stages_in_the_language_of_the_page(office: Office):
    speak(office, "anna")
    anna = office.visitor("anna")
    source = re.search(r'data-bpmn-source="([^"]+)"', anna.get(f"/tasks/{office.task()}").text)
    assert source is not None
    shown = anna.get(source[1]).text
    assert '<userTask id="call" name="Appeler le client"' in shown
    assert 'name="Petite affaire" processRef="small-deal"' in shown
    assert 'id="start__by_hand" name="À la main"' in shown
    for english in ('name="By hand"', 'name="yes"', 'name="no"', 'name="due"', 'name="Skip '):
        assert english not in shown
    as_deployed = anna.get(source[1].partition("?")[0]).text
    assert '<userTask id="call" name="Call the client"' in as_deployed


def test_the_programs_own_reason_for_a_pause_is_said_in_the_language_of_the_page(office: Office):
    with office.app.test_request_context(headers={"Accept-Language": "fr"}):
        assert sentences.pause_reason(extensions.PAUSE) == "en attente du client"
        assert sentences.pause_reason("holidays") == "holidays"
