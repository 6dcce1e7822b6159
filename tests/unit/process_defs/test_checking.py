"""The check speaks of business, not of BPMN, and says where."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

import pytest

from ledger import rejection
from process_defs import check
from tests.unit.process_defs.stories import ORDER, around


def said(text: str, directory: check.Directory | None = None) -> str:
    return "\n".join(str(problem) for problem in check.text(text, "a.yaml", directory))


def order(before: str, after: str) -> str:
    assert before in ORDER
    return said(ORDER.replace(before, after))


class Company:
    """A small company: legal has Anna and Ben, ghosts nobody; Anna and Ben may be away."""

    def __init__(self, away: Collection[str] = (), *, has_receiver: bool = False) -> None:
        self._away = away
        self._has_receiver = has_receiver

    def members(self, group: str) -> Collection[str] | None:
        return {"legal": ["anna", "ben"], "ghosts": []}.get(group)

    def is_absent(self, member: str) -> bool:
        return member in self._away

    def has_person(self, login: str) -> bool:
        return login in ("anna", "ben")

    def has_working_time(self, calendar: str) -> bool | None:
        return {"office": True, "never": False}.get(calendar)

    def has_receiver(self, process: str) -> bool:  # noqa: ARG002  # as the protocol has it
        return self._has_receiver

    def fields(self, subject: str) -> Collection[str] | None:
        return {"deal": ["amount", "owner", "pipeline_stage"], "client": ["status"]}.get(subject)

    def clients(self, filters: Mapping[str, str]) -> int:
        if filters.get("segment") not in ("lapsed", "nobody", None):
            raise rejection.invalid("There is no such segment", field="segment")
        if filters.get("status") == "regulr":
            raise rejection.invalid("That is no status", field="status")
        if "tag" in filters:
            raise rejection.invalid("Its team is gone", field="team")
        return 0 if filters.get("segment") == "nobody" else 7


def test_a_sound_definition_has_no_problem():
    assert said(ORDER) == ""


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("yes: offer", "yes: offr", "There is no stage 'offr'. Did you mean 'offer'? (talk)"),
        (
            "deadline: PT4H",
            "deadline: PT4H\n    on reassign: twice",
            "'twice' does not say what a new",
        ),
        ("require: [deal.amount]", "on reassign: grace 3", "Write PT4H or '4 working hours'"),
        ("yes: offer", "yes: won", "'won' is an end: write {end: won}"),
        ("yes: offer", "yes:", "'yes' leads nowhere: name a stage, {end: …}, or 'next'"),
        ("{ end: lost, ask", "{ end: gone, ask", "There is no end 'gone'"),
        ("on due: talk", "on due: talc", "There is no stage 'talc'"),
        (
            "as: approved",
            "as: done",
            "'skip' stands for the outcome 'done', but the outcomes are: approved, declined",
        ),
        ("not now: {", "not_now: talk\n      not now: {", "differ only in signs"),
        (
            "responsible: seller\n    deadline: 2",
            "responsible: saler\n    deadline: 2",
            "Did you mean 'seller'?",
        ),
        (
            "responsible: seller\n    deadline: 2",
            "deadline: 2",
            "Nobody is responsible for this stage",
        ),
        (
            "not: [starter]",
            "not: [head]",
            "Nobody can do this: 'head' is asked, and 'not: [head]' forbids it",
        ),
        ("by: [head,", "by: ['= head',", "A vote names its voters in words"),
        ("head: manager of deal.owner", "head: head", "leads back to itself"),
        ("head: manager of deal.owner", "starter: deal.owner", "is a word of the language"),
        ("ladder: gentle", "ladder: harsh", "There is no ladder 'harsh'"),
        ("deadline: PT4H", "deadline: P1DT4H", "mixes calendar days with working time"),
        ("at: 75%", "at: 175%", "Ladder 'gentle'"),
        ("at: 75%", "at: due", "two levels at 'due'"),
        (
            "notify: [responsible, head]",
            "notify: [responsible, seller]",
            "tells the same person twice",
        ),
        (
            "{ deadline: 30 business days }",
            "{ deadline: PT9H }",
            "add up to 2.5 working days, the case allows 1.1",
        ),
        ("deal.amount < 1000", "deal.amount <", "cannot be read"),
        ("deal.amount < 1000", "amount < 1000", "'amount' is used, but nothing asks for it"),
        ("deal.amount < 1000", 'chanel = "phone"', "Did you mean 'channel'?"),
        ("deal.amount < 1000", 'channel = "fax"', "This can never be true"),
        ("deal.amount < 1000", 'talk_outcome = "maybe"', "This can never be true"),
        ("deal.amount < 1000", "deal.amount > 5 and deal.amount < 3", "This can never be true"),
        ("deal.amount < 1000", "1 > 2", "This can never be true"),
        ("subject: deal", "subject: client", "'deal.pipeline_stage': the case is about client"),
        ("require: [deal.amount]", "require: [amount]", "'require' is for fields of the record"),
        ("do: talk, outcome: yes", "do: talk, outcome: maybe", "'talk' has no outcome 'maybe'"),
        ("do: talk, outcome: yes", "do: tlak, outcome: yes", "There is no stage 'tlak'"),
        ("waits at: [offer]", "waits at: [ofer]", "names a stage 'ofer'"),
    ],
)
def test_faults_are_said_in_business_words(before: str, after: str, words: str):
    assert words in order(before, after)


@pytest.mark.parametrize(
    "condition",
    [
        "deal.amount > 3 and deal.amount < 5",
        "deal.amount = 3 or 1 > 2",
        'channel = "phone"',
        "now() > deal.close_date",
    ],
)
def test_what_may_be_true_is_left_in_peace(condition: str):
    assert "never" not in order("deal.amount < 1000", condition)


def test_the_place_of_a_fault_is_exact():
    text = ORDER.replace("deal.amount < 1000", "deal.amount < amuont")
    line = next(number for number, row in enumerate(text.splitlines(), 1) if "amuont" in row)
    column = text.splitlines()[line - 1].index("amuont") + 1
    assert f"{line}:{column}: error: 'amuont' is used" in said(text)


def test_stages_that_are_never_reached_or_never_end():
    rows = "  - id: a\n    responsible: x\n    outcomes: {go: a}\n  - id: b\n    responsible: x\n"
    text = f"kontor: 1\nid: round\npeople: {{x: group:x}}\nstages:\n{rows}"
    assert "5:9: error: No way leads from this stage to an end. (a)" in said(text)
    assert "8:9: error: Nothing leads to this stage" in said(text)


def test_a_branch_keeps_to_itself():
    text = (
        "kontor: 1\nid: b\npeople: {x: group:x}\nstages:\n  - id: fork\n    parallel:\n"
        "      - {id: a, responsible: x, outcomes: {ok: next, out: last}}\n"
        "      - {id: c, responsible: x, outcomes: {ok: next, stop: {end: done}}}\n"
        "  - {id: last, responsible: x}\nends: {done: {}}\n"
    )
    assert "can neither be left nor entered by an outcome" in said(text)
    assert "A branch cannot end the case ('done')" in said(text)


def test_the_case_clock_reassigns_nobody():
    text = ORDER.replace(
        "case: { deadline: 30 business days }", "case: { deadline: P60D, ladder: gentle }"
    )
    assert "nobody's task can be reassigned" not in said(text)
    harder = text.replace(
        "notify: [responsible, head] }", "notify: [responsible, head], reassign: head }"
    )
    assert "warning: On the case's clock nobody's task can be reassigned" in said(harder)


def test_a_company_is_asked_about_its_people():
    text = around(
        "responsible: group:legal\nnot: [staff:zoe]\ncalendar: never\ndeadline: PT1H",
        "owner: group:ghosts\n",
    )
    found = said(text, Company(away=["anna", "ben"]))
    assert "The group 'ghosts' is empty" in found
    assert "Everyone in the group 'legal' is absent" in found
    assert "Nobody here has the login 'zoe'" in found
    assert "has no working time in the next 30 days" in found
    assert "error" not in found, "a company may change after the definition is deployed"
    assert "There is no group 'sales'" in said(around("responsible: group:sales"), Company())
    assert said(around("responsible: group:legal"), Company(away=["anna"])) == ""


def test_a_company_is_asked_who_hears_its_webhooks():
    words = "This level calls a webhook, but no receiver here hears of it."
    text = ORDER.replace(
        "{ at: 75%, notify: [responsible] }",
        "{ at: 75%, notify: [responsible], how: [mail, webhook] }",
    )
    assert words in said(text, Company())
    assert words not in said(text, Company(has_receiver=True))
    assert words not in said(ORDER, Company())
    assert words not in said(text)


def test_a_company_is_asked_about_its_fields():
    text = ORDER.replace("require: [deal.amount]", "require: [deal.amuont]").replace(
        "deal.amount < 1000", "deal.price < 1"
    )
    found = said(text, Company())
    assert "A deal has no field 'amuont'. Did you mean 'deal.amount'?" in found
    assert "A deal has no field 'price'" in found


def test_a_file_is_checked(tmp_path: Path):
    file = tmp_path / "order.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + ORDER.encode())
    assert check.file(file) == []
    file.write_bytes(b"kontor: 1\nid: \xff\n")
    assert "not UTF-8" in check.file(file)[0].message


@pytest.mark.parametrize(
    ("clients", "words"),
    [
        ("{ segment: lapsed }", ""),
        ("all", ""),
        ("{ segment: lapsd }", "11:35: error: There is no such segment"),
        ("{ segment: lapsed, status: regulr }", "11:51: error: That is no status"),
        ("{ tag: vip }", "10:7: error: Its team is gone"),
        ("{ segment: lapsed, tag: vip }", "11:35: error: Its team is gone"),
        ("{ segment: nobody }", "11:35: warning: No client fits just now"),
    ],
)
def test_a_company_is_asked_about_the_clients_of_a_schedule(clients: str, words: str):
    """Errors, for here nobody steps in for who is missing."""
    start = f'start:\n  on:\n    - every: "0 9 1 * *"\n      for each client: {clients}\n'
    text = around("responsible: group:legal\ndeadline: PT1H", "subject: client\n" + start)
    assert said(text, Company()).startswith(words)
    assert said(text) == ""
