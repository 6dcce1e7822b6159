"""Templates of mails: what may stand in them, what is refused and where, and what never happens with a value."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.rejection import Rejection
from scheduler import mail_templates, texts
from scheduler.mail_templates import Template

VALUES = dict.fromkeys(mail_templates.PLACES, "x") | {
    "stage": "<b>{link}</b>",
    "link": "http://k/1",
}
BEFORE_MARKS = re.compile(r"(?<![\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}])[:;?!»](?!\w|//)")


def test_a_value_is_escaped_in_html_and_never_filled_in_itself():
    template = Template("{stage}", "{stage} {link}", "<p>{stage}</p><p>{facts}</p>")
    mail = mail_templates.filled(template, VALUES, {"facts": "<i>3</i>"})
    assert mail.subject == "<b>{link}</b>"
    assert mail.text == "<b>{link}</b> http://k/1"
    assert mail.html == "<p>&lt;b&gt;{link}&lt;/b&gt;</p><p><i>3</i></p>"


@pytest.mark.parametrize(
    ("template", "field", "words"),
    [
        (Template("", "{link}", "{link}"), "subject", "Please write this part"),
        (Template("a\nb", "{link}", "{link}"), "subject", "one line"),
        (Template("{stage.__class__}", "no way back", "{link}"), "text", "leave {link} in"),
        (Template("x", "{link}\n {Due}", "{link}"), "text", "{Due} (line 2, place 2)"),
        (Template("x", "{link}", "{link} <script>"), "html", "line 1, place 8"),
        (Template("x", "{link}", '{link} <img onerror="x">'), "html", "scripts"),
        (Template("x", "{link}" + "y" * 20_001, "{link}"), "text", "20000"),
    ],
)
def test_what_cannot_be_a_mail_is_refused_with_its_part(template: Template, field: str, words: str):
    with pytest.raises(Rejection) as refused:
        mail_templates.check(template)
    assert refused.value.field == field
    assert words in str(refused.value.sentence)


def test_braces_that_name_nothing_are_left_alone():
    style = "<style>p {color: red}</style>{link} {stage.__class__} {0}"
    mail_templates.check(Template("x", "{link}", style))
    filled = mail_templates.fill(style, VALUES)
    assert filled == "<style>p {color: red}</style>http://k/1 {stage.__class__} {0}"


@pytest.mark.parametrize("language", texts.languages())
@pytest.mark.parametrize("kind", mail_templates.kinds())
def test_every_mail_that_is_built_in_passes_its_own_check(language: str, kind: str):
    mail_templates.check(mail_templates.built_in(language, kind))


@given(st.text(), st.text())
def test_no_template_and_no_value_makes_filling_fail(written: str, value: str):
    values = dict.fromkeys(mail_templates.PLACES, value)
    assert isinstance(mail_templates.fill(written, values), str)


def test_french_marks_stand_behind_a_space_that_does_not_break():
    said = [sentence for part in texts.words("fr").values() for sentence in part.values()]
    assert [one for one in said if BEFORE_MARKS.search(re.sub(r"\d\d:\d\d", "", one))] == []
    assert [one for one in said if "« " in one] == []
