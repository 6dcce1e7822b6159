"""Spreadsheets that are small on disk and huge in memory are refused before they take it."""

from __future__ import annotations

import io
import zipfile

import pytest
import xlsxwriter

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
