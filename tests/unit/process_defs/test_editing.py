"""The program changes only what is asked for: comments, order and the owner's own spelling stay."""

from __future__ import annotations

import difflib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from process_defs import edit, reader
from process_defs.language import Person
from process_defs.problems import Invalid
from tests.unit.process_defs.stories import ORDER


def changed(before: str, after: str) -> list[str]:
    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    return [line for line in lines if line[:2] in ("- ", "+ ")]


def test_a_changed_title_changes_one_line():
    after = edit.change_title(ORDER, "talk", "Talk first: listen")
    assert changed(ORDER, after) == ["-     title: First talk", "+     title: 'Talk first: listen'"]


def test_a_missing_title_is_added_behind_the_id():
    after = edit.change_title(ORDER, "offer", "Offer")
    assert changed(ORDER, after) == ["+     title: Offer"]
    assert "- id: offer          # with a price\n    title: Offer\n" in after


def test_a_title_changes_in_one_language():
    before = ORDER.replace("title: First talk", "title: { en: First talk, fr: Premier appel }")
    after = edit.change_title(before, "talk", "Le premier, l'appel", "fr")
    assert "title: { en: First talk, fr: 'Le premier, l''appel' }" in after
    added = edit.change_title(before, "talk", "Erstes Gespräch", "de")
    stage = reader.read(added).stage("talk")
    assert stage is not None
    assert stage.title is not None
    assert stage.title.translations == {
        "de": "Erstes Gespräch",
        "en": "First talk",
        "fr": "Premier appel",
    }


def test_a_deadline_is_changed_taken_away_and_given():
    assert changed(ORDER, edit.change_deadline(ORDER, "talk", "1 business day")) == [
        "-     deadline: PT4H",
        "+     deadline: 1 business day",
    ]
    without = edit.change_deadline(ORDER, "offer", "")
    assert changed(ORDER, without) == ["-     deadline: 2 business days"]
    again = edit.change_deadline(without, "offer", "2 business days")
    assert reader.read(again) == reader.read(ORDER)


def test_somebody_else_becomes_responsible():
    after = edit.change_responsible(
        ORDER, "offer", "= if deal.amount > 5 then \"group:a\" else 'x'"
    )
    stage = reader.read(after).stage("offer")
    assert stage is not None
    assert isinstance(stage.work, Person)
    assert stage.work.responsible is not None
    assert stage.work.responsible.text == "= if deal.amount > 5 then \"group:a\" else 'x'"


def test_a_stage_is_added_behind_another_and_before_its_comment():
    text = ORDER.replace("  - id: answer", "  # now they think\n  - id: answer")
    after = edit.add_stage(
        text, "offer", "check", title="Check: twice", responsible="head", deadline="PT4H"
    )
    assert [stage.id for stage in reader.read(after).stages] == [
        "talk",
        "offer",
        "check",
        "answer",
        "approval",
    ]
    assert all(line.startswith("+ ") for line in changed(text, after))
    assert "  # now they think\n  - id: answer" in after
    last = edit.add_stage(ORDER, "approval", "end-talk", title="Bye", responsible="head")
    assert reader.read(last).stages[-1].id == "end-talk"


@pytest.mark.parametrize(
    ("stage", "said"), [("nobody", "no stage 'nobody'"), ("talk", "already used")]
)
def test_an_edit_that_cannot_be_is_refused_in_words(stage: str, said: str):
    with pytest.raises(Invalid, match=said):
        edit.add_stage(ORDER, stage, "talk", title="x", responsible="y")


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40))
def test_whatever_is_written_is_read_back(title: str):
    stage = reader.read(edit.change_title(ORDER, "talk", title)).stage("talk")
    assert stage is not None
    assert str(stage.title) == title
