"""Templates: gaps, loops and choices in texts, HTML and .docx; what is no template is refused in words."""

from __future__ import annotations

import contextlib
import io
import re
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import templates
from engine.templates import TemplateError

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def fill(name: str, text: str, **variables: Any) -> str:
    return templates.compile_template(name, text.encode()).fill(variables, NOW).decode()


def docx(body: str, **more: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(
            "word/document.xml", f"<w:document {W}><w:body>{body}</w:body></w:document>"
        )
        for name, text in more.items():
            archive.writestr(name, text)
    return made.getvalue()


def paragraph(*runs: str) -> str:
    return "<w:p>" + "".join(f"<w:r><w:t>{text}</w:t></w:r>" for text in runs) + "</w:p>"


def filled(body: str, **variables: Any) -> str:
    content = templates.compile_template("a.docx", docx(body)).fill(variables, NOW)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read("word/document.xml").decode()


def test_gaps_take_feel():
    written = fill("a.txt", "{{ price * 2 }} {{day}} {{upper case(who)}}{{nothing}}.",
                   price=Decimal("1.50"), day=date(2026, 3, 1), who="zoe")  # fmt: skip
    assert written == "3.00 2026-03-01 ZOE."


def test_loops_and_choices():
    text = "{{for x in lines}}{{if x > 1}}[{{x}}]{{else}}-{{end}}{{end}}"
    assert fill("a.md", text, lines=[1, 2, 3]) == "-[2][3]"
    assert fill("a.md", text, lines=None) == ""


def test_html_is_escaped_and_text_is_not():
    assert fill("a.html", "<b>{{x}}</b>", x="<i>&") == "<b>&lt;i&gt;&amp;</b>"
    assert fill("a.txt", "{{x}}", x="<i>&") == "<i>&"


def test_a_value_that_looks_like_a_gap_is_not_filled_again():
    assert fill("a.txt", "{{x}}", x="{{secret}}", secret="no") == "{{secret}}"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{{ 1 + }}", "Expected FEEL"),
        ("{{for x in y}}", "Expected {{end}}"),
        ("{{end}}", "without a for or if"),
        ("{{if x}}{{else}}", "Expected {{end}}"),
        ("{{for x in y}}{{else}}{{end}}", "Expected {{end}}"),
    ],
)
def test_a_wrong_template_is_refused_in_words(text: str, why: str):
    with pytest.raises(TemplateError, match=why):
        templates.compile_template("a.txt", text.encode())


def test_a_loop_of_loops_ends():
    loops = "{{for a in x}}" * 6 + "{{a}}" + "{{end}}" * 6
    with pytest.raises(TemplateError, match="at most"):
        fill("a.txt", loops, x=list(range(20)))


def test_a_gap_that_an_editor_has_cut_into_pieces_is_filled():
    written = filled(paragraph("Dear {", "{ na", "me }}!"), name="Zoe & Co")
    assert re.sub("<[^>]*>", "", written).strip() == "Dear Zoe &amp; Co!"


def test_lines_of_a_value_are_lines_of_the_document():
    assert filled(paragraph("{{x}}"), x="one\ntwo").count("<w:br/>") == 1


def test_a_row_of_a_table_is_repeated():
    row = (
        "<w:tr><w:tc>"
        + paragraph("{{for l in lines}}{{l.what}}")
        + paragraph("{{l.n}}{{end}}")
        + "</w:tc></w:tr>"
    )
    written = filled(
        f"<w:tbl>{row}</w:tbl>", lines=[{"what": "pump", "n": 1}, {"what": "hose", "n": 2}]
    )
    assert written.count("<w:tr>") == 2
    assert written.index("pump") < written.index("hose")
    assert "{{" not in written


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"no archive", "Expected a .docx"),
        (docx("", **{"word/vbaProject.bin": "x"}), "without macros"),
        (docx(paragraph("{{ 1 + }}")), "Expected FEEL"),
        (docx(paragraph("{{for x in y}}")), "inside a row"),
        (docx("<broken"), "Expected XML"),
        (docx("").replace(b"word/document.xml", b"word/nocument.xml"), "word/document.xml"),
    ],
)
def test_a_docx_that_cannot_be_used_is_refused(content: bytes, why: str):
    with pytest.raises(TemplateError, match=why):
        templates.compile_template("a.docx", content)


def test_a_docx_reads_no_entities():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(
            "word/document.xml",
            f'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><w:document {W}>&a;</w:document>',
        )
    with pytest.raises(TemplateError, match="DOCTYPE"):
        templates.compile_template("a.docx", made.getvalue())


def test_an_archive_that_unpacks_to_too_much_is_refused():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * 60_000_000)
    with pytest.raises(TemplateError, match="unpacked"):
        templates.compile_template("a.docx", made.getvalue())


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("../../evil.xml", "stay inside it"),
        ("/etc/evil.xml", "stay inside it"),
        ("word\\evil.xml", "stay inside it"),
        ("word/document.xml", "there twice"),
    ],
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_docx_with_a_part_that_belongs_elsewhere_is_refused(name: str, why: str):
    with pytest.raises(TemplateError, match=why):
        templates.compile_template("a.docx", docx("", **{name: "x"}))


@pytest.mark.parametrize("kind", ["attachedTemplate", "image", "oleObject", "frame"])
def test_a_docx_that_fetches_something_when_it_is_opened_is_refused(kind: str):
    with pytest.raises(TemplateError, match=f"names a {kind} elsewhere"):
        templates.compile_template("a.docx", docx("", **{RELATIONS: relations(kind)}))
    templates.compile_template("a.docx", docx("", **{RELATIONS: relations("hyperlink")}))


RELATIONS = "word/_rels/document.xml.rels"


def relations(kind: str) -> str:
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return (
        f'<Relationships xmlns="{package}"><Relationship Id="r" Type="{office}/{kind}" '
        'Target="http://elsewhere.example/x" TargetMode="External"/></Relationships>'
    )


@given(st.data())
def test_however_broken_an_archive_is_it_is_refused_in_words(data: st.DataObject):
    packing = data.draw(
        st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA])
    )
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", packing) as archive:
        archive.writestr(
            "word/document.xml", f"<w:document {W}>{paragraph('{{ name }}') * 3}</w:document>"
        )
    broken = bytearray(made.getvalue())
    for _ in range(data.draw(st.integers(1, 4))):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(TemplateError):
        templates.compile_template(
            "a.docx", bytes(broken[: data.draw(st.integers(1, len(broken)))])
        )


def test_what_no_xml_can_hold_is_left_out_of_a_value():
    assert '<w:t xml:space="preserve">ab</w:t>' in filled(
        paragraph("{{ x }}"), x="a\x00\x0b\ud800\uffffb"
    )
    assert fill("a.txt", "{{ x }}", x="a\ud800b") == "a?b"


def test_gaps_that_are_never_closed_are_text_and_take_no_time():
    text = "{{" * 1_000_000
    assert fill("a.txt", text) == text


def test_blocks_inside_one_another_have_an_end():
    with pytest.raises(TemplateError, match="at most 40 blocks"):
        fill("a.txt", "{{if true}}" * 2000 + "{{end}}" * 2000)


def test_what_a_template_writes_is_bounded_in_pieces_characters_and_work():
    with pytest.raises(TemplateError, match="at most 100000 pieces"):
        fill("a.txt", "{{for a in l}}{{for b in l}}-{{end}}{{end}}", l=list(range(400)))
    with pytest.raises(TemplateError, match="at most 20971520 characters"):
        fill("a.txt", "{{for a in l}}" + "-" * 100_000 + "{{end}}", l=list(range(400)))
    row = f"<w:tbl><w:tr><w:tc>{paragraph('{{for a in l}}' + '-' * 100_000 + '{{end}}')}</w:tc></w:tr></w:tbl>"
    with pytest.raises(TemplateError, match="at most 20971520 characters"):
        filled(row, l=list(range(400)))
    with pytest.raises(TemplateError, match="steps"):
        fill("a.txt", "{{ count(for i in 1..90000 return i) }}" * 20)
