"""Spreadsheets that are small on disk and huge in memory are refused before they take it."""

from __future__ import annotations

import contextlib
import io
import zipfile

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from crm_entities.imports import extent, reading
from ledger.rejection import Rejection

NAME = '<c r="A1" t="inlineStr"><is><t>Name</t></is></c>'


def parts(rows: str) -> bytes:
    """A workbook with one sheet of these rows, as bytes."""
    whole = io.BytesIO()
    with xlsxwriter.Workbook(whole, {"in_memory": True}) as made:
        made.add_worksheet()
    old, new = zipfile.ZipFile(whole), io.BytesIO()
    with zipfile.ZipFile(new, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in old.infolist():
            content = old.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                content = content.replace(
                    b"<sheetData/>", f"<sheetData>{rows}</sheetData>".encode()
                )
            archive.writestr(part.filename, content)
    return new.getvalue()


@pytest.mark.parametrize(
    "far",
    [
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        "<row r='1048576'><c\n r = 'xfd1048576' ><v>1</v></c></row>",
        '<row r="1048576">' + "<c><v>1</v></c>" * 30 + "</row>",
        '<row r="1048576"><c x="/>" r="XFD1048576" y="1"><v>1</v></c></row>',
    ],
    ids=["far corner", "written oddly", "cells without a place", "a tag that looks empty"],
)
def test_two_corners_of_a_sheet_do_not_take_the_room_between_them(far: str):
    with pytest.raises(Rejection, match="stands far from the others"):
        reading.read("list.xlsx", parts(f'<row r="1">{NAME}</row>{far}'))


def test_far_cells_that_are_only_painted_do_no_harm():
    painted = '<row r="1048576"><c r="XFD1048576" s="0"/></row>'
    rows = f'<row r="1">{NAME}</row><row r="2"><c r="A2"><v>7</v></c></row>{painted}'
    assert list(reading.read("list.xlsx", parts(rows)).rows) == [[7]]


def test_a_table_that_only_repeats_itself_is_refused_before_it_is_unpacked(
    monkeypatch: pytest.MonkeyPatch,
):
    content = parts(f'<row r="1">{NAME}</row>' + "<row><c><v>1</v></c></row>" * 1_000_000)
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_: pytest.fail("it was unpacked"))
    with pytest.raises(Rejection, match=r"sheet1\.xml repeats the same for 26 MB"):
        reading.read("list.xlsx", content)


def test_a_table_that_is_declared_too_large_is_refused_before_it_is_unpacked(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(extent, "MOST_UNPACKED", 1000)
    content = parts(f'<row r="1">{NAME}</row>' + "<row><c><v>1</v></c></row>" * 100)
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_: pytest.fail("it was unpacked"))
    with pytest.raises(Rejection, match="unpacked; divide it"):
        reading.read("list.xlsx", content)


def test_a_part_that_lies_about_its_size_is_refused():
    content = bytearray(parts(f'<row r="1">{NAME}</row>'))
    at = content.rindex(b"PK\x01\x02", 0, content.rindex(b"xl/worksheets/sheet1.xml"))
    content[at + 24 : at + 28] = (10).to_bytes(4, "little")
    with pytest.raises(Rejection, match="damaged"):
        extent.must_be_small(bytes(content))


@given(st.data())
def test_however_damaged_a_workbook_is_it_is_read_or_refused(data: st.DataObject):
    content = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(Rejection):
        reading.read("list.xlsx", bytes(content[: data.draw(st.integers(1, len(content)))]))


@pytest.mark.parametrize("byte", [b"\xec", b"\x80"])
def test_a_workbook_whose_names_are_no_text_is_refused(byte: bytes):
    names = WHOLE.replace(b"xl/styles.xml", b"xl/st\xffles.xml").replace(b"\xff", byte)
    # the bit that says that names are UTF-8
    said = bytearray(names)
    for at in range(len(said) - 4):
        if said[at : at + 4] == b"PK\x01\x02":
            said[at + 9] |= 8
    with pytest.raises(Rejection, match="damaged"):
        extent.must_be_small(bytes(said))


WHOLE = parts(f'<row r="1">{NAME}</row><row r="2"><c r="A2"><v>7</v></c></row>')
