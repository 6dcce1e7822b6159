"""What is changed in the BPMN is changed in the text, there only; what cannot be said is refused, never lost."""

from __future__ import annotations

import difflib
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from process_defs import check, from_bpmn, library, reader, to_bpmn
from process_defs.from_bpmn import NotOurs, comparing
from process_defs.to_bpmn.extensions import Element
from process_defs.to_bpmn.names import bpmn, kontor
from tests.unit.process_defs.stories import ORDER

SOURCES = [ORDER, *(file.read_text(encoding="utf-8") for file in library.files())]
FILES = [to_bpmn.compile(reader.read(source)) for source in (ORDER, library.text("complaint"))]


def element(root: Element, id: str) -> Element:
    return next(found for found in root.iter() if found.get("id") == id)


def part(root: Element, id: str, name: str, nth: int = 0) -> Element:
    return list(element(root, id).iter(kontor(name)))[nth]


def back(change: Callable[[Element], object], source: str = ORDER) -> list[str]:
    """Return the lines that a change of the BPMN changes in the text."""
    root = etree.fromstring(to_bpmn.compile(reader.read(source)))
    change(root)
    after = from_bpmn.text(etree.tostring(root))
    lines = difflib.ndiff(source.splitlines(), after.splitlines())
    return [line for line in lines if line[:2] in ("- ", "+ ")]


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: reader.read(source).id)
def test_what_was_not_changed_comes_back_byte_for_byte(source: str):
    assert from_bpmn.text(to_bpmn.compile(reader.read(source))) == source


def test_a_renamed_stage_and_a_renamed_outcome():
    assert back(lambda root: element(root, "talk").set("name", "Talk")) == [
        "-     title: First talk",
        "+     title: Talk",
    ]
    changed = back(lambda root: element(root, "flow__talk__yes").set("name", "Of course"))
    assert changed == ["-       yes: offer", "+       yes: { to: offer, title: Of course }"]


def test_a_flow_that_leads_elsewhere():
    changed = back(lambda root: element(root, "flow__talk__yes").set("targetRef", "approval"))
    assert changed == ["-       yes: offer", "+       yes: approval"]
    changed = back(lambda root: element(root, "flow__answer__due").set("targetRef", "lost"))
    assert changed == ["-     on due: talk", "+     on due: { end: lost }"]


def test_deadlines_people_and_values():
    assert back(lambda root: part(root, "offer", "clock").set("deadline", "1 business day")) == [
        "-     deadline: 2 business days",
        "+     deadline: 1 business day",
    ]

    def reassign(root: Element) -> None:
        part(root, "talk", "responsible").text = "head"

    assert back(reassign)[1] == "+     responsible: head"
    assert back(lambda root: part(root, "won", "set").set("value", "lost"))[1] == (
        "+   won: { set: { deal.pipeline_stage: lost } }"
    )

    def later(root: Element) -> None:
        next(root.iter(kontor("level"))).set("at", "80%")

    assert back(later) == [
        "-     - { at: 75%, notify: [responsible] }",
        "+     - { at: 80%, notify: [responsible] }",
    ]


def test_a_task_drawn_into_another_lane_is_done_by_its_role():
    def draw(root: Element) -> None:
        first, *others = root.iter(bpmn("lane"))
        ref = next(ref for ref in first.iter(bpmn("flowNodeRef")) if ref.text == "offer")
        first.remove(ref)
        others[0].set("name", "head")
        others[0].append(ref)

    assert back(draw)[-1] == "+     responsible: head"


def test_the_condition_of_a_skip():
    def change(root: Element) -> None:
        element(root, "flow__approval__skip__approved")[0].text = "deal.amount < 500"

    assert back(change)[1] == "+     skip: { when: 'deal.amount < 500', as: approved }"


def test_a_moved_shape_moves_no_text():
    def move(root: Element) -> None:
        element(root, "talk__di")[0].set("x", "5000")

    assert back(move) == []


@pytest.mark.parametrize(
    ("xml", "words"),
    [
        (b"<definitions/>", "was not made from a process file"),
        (b"no", "This is no XML"),
        (b"<!DOCTYPE a><a/>", "document type"),
    ],
)
def test_what_is_not_ours_is_refused_in_words(xml: bytes, words: str):
    with pytest.raises(NotOurs, match=words):
        from_bpmn.text(xml)


def test_a_change_that_cannot_be_said_is_refused_by_its_place():
    def add(root: Element) -> None:
        process = next(root.iter(bpmn("process")))
        etree.SubElement(process, bpmn("task"), id="extra")

    with pytest.raises(NotOurs, match="extra"):
        back(add)

    def forget(root: Element) -> None:
        part(root, "offer", "stage").set("id", "other")

    with pytest.raises(NotOurs, match=r"The stage '(offer|other)' was"):
        back(forget)


@settings(max_examples=20, deadline=None)
@given(st.data())
def test_any_change_comes_back_whole_or_is_refused(data: st.DataObject):
    """The proof: the text that comes back compiles to what the changed file says."""
    root = etree.fromstring(data.draw(st.sampled_from(FILES)))
    before = comparing.normal(root)
    process = next(root.iter(bpmn("process")))
    found = [one for one in process.iter() if one.attrib and one.tag != kontor("source")]
    one = data.draw(st.sampled_from(found))
    name = data.draw(st.sampled_from(sorted(str(key) for key in one.attrib)))
    one.set(
        name,
        data.draw(
            st.sampled_from(["PT9H", "talk", "group:other", "more: words, 'quoted'", "= 1 + 1"])
        ),
    )
    if comparing.normal(root) == before:
        return
    try:
        text = from_bpmn.text(etree.tostring(root))
    except NotOurs:
        return
    again = etree.fromstring(to_bpmn.compile(reader.read(text)))
    assert comparing.normal(again) != before, f"the change of {one.tag} {name} was lost"


def test_what_a_new_holder_does_to_a_deadline():
    changed = back(lambda root: part(root, "talk", "clock").set("reassigned", "grace PT2H"))
    assert [line.split() for line in changed] == [["+", "on", "reassign:", "grace", "PT2H"]]


def test_a_level_that_also_tells_programs():
    changed = back(lambda root: next(root.iter(kontor("level"))).set("how", "mail, webhook"))
    assert [line[0] for line in changed] == ["-", "+"]
    assert "how: [mail, webhook]" in changed[1]


def test_that_the_holder_may_pause():
    changed = back(lambda root: part(root, "talk", "clock").set("pausable", "3 business days"))
    assert [line.split() for line in changed] == [["+", "may", "pause:", "3", "business", "days"]]


def test_a_level_that_sets_a_field():
    def change(root: Element) -> None:
        level = next(root.iter(kontor("level")))
        etree.SubElement(level, kontor("set"), {"field": "deal.lost_reason", "value": "late"})

    assert any("deal.lost_reason: late" in line for line in back(change))


CAMPAIGN = """kontor: 1
id: renewal
title: Renewal
subject: client
owner: group:service
start:
  on:
    - every: "0 9 1 * *"
      for each client: { status: regular, no contact for: 90 days }
      missed: all
    - every: "0 8 * * *"
      for each client: all
    - every: "0 7 * * *"
      for each client: { segment: lapsed, custom.seats: above 5 }
stages:
  - id: call
    title: Call
    responsible: group:service
"""


def test_a_schedule_for_each_client_comes_back():
    assert from_bpmn.text(to_bpmn.compile(reader.read(CAMPAIGN))) == CAMPAIGN
    changed = back(
        lambda root: next(root.iter(kontor("client"))).set("value", "lost"), source=CAMPAIGN
    )
    assert changed[1].strip().endswith("{ status: lost, no contact for: 90 days }")
    changed = back(lambda root: next(root.iter(kontor("start"))).set("missed", "once"), CAMPAIGN)
    assert [line.split() for line in changed] == [["-", "missed:", "all"], ["+", "missed:", "once"]]


def test_a_schedule_for_clients_is_checked():
    wrong = CAMPAIGN.replace("status: regular", "colour: red").replace(
        "subject: client", "subject: deal"
    )
    told = " ".join(
        str(one) for one in check.check(reader.read(wrong.replace("missed: all", "missed: some")))
    )
    for words in ("not by 'colour'", "subject: client", "not 'some'"):
        assert words in told


def test_a_vote_over_something_else_than_people_is_refused():
    def change(root: Element) -> None:
        loop = next(one for one in root.iter() if one.get(kontor("collection"), "").startswith("["))
        loop.set(kontor("collection"), "PT9H")

    with pytest.raises(NotOurs, match="Who votes"):
        back(change)
