"""Files of other programs, as they come."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from crm_entities.imports import cells, columns, reading
from crm_entities.imports.cells import Writing
from crm_entities.imports.reading import Format
from ledger.rejection import Rejection

GERMAN = "Firma;Ort;Umsatz\r\nMüller & Söhne;Köln;1.234,50\r\nÄrztehaus Süd;Würzburg;99,00\r\n"
POLISH = "Nazwa;Miasto\nZakład Usług Leśnych;Łódź\nŻółta Żaba;Gdańsk\nKsięgarnia Świt;Kraków\n"
RUSSIAN = "Название;Город\nСеверный ветер;Мурманск\nБерезовая роща;Тула\n"
CHINESE = "名称,城市\n华天科技,北京\n东方红机械厂,上海\n"


@pytest.mark.parametrize(
    ("text", "encoding", "told"),
    [
        (GERMAN, "cp1252", "cp1252"),
        (GERMAN, "utf-8", "utf-8"),
        (GERMAN, "utf-8-sig", "utf-8"),
        (GERMAN, "utf-16", "utf-16-le"),
        (GERMAN, "utf-16-be", "utf-16-be"),
        (POLISH, "cp1250", "cp1250"),
        (RUSSIAN, "cp1251", "cp1251"),
        (CHINESE, "gb18030", "gb18030"),
        (CHINESE, "utf-8", "utf-8"),
    ],
)
def test_every_encoding_comes_in_without_loss(text: str, encoding: str, told: str):
    sheet = reading.read("list.csv", text.encode(encoding))
    assert sheet.format.encoding == told
    assert sheet.titles[0] == text[: len(sheet.titles[0])]
    written = [[str(cell) for cell in row] for row in [sheet.titles, *sheet.rows]]
    separator = sheet.format.delimiter or ""
    assert [separator.join(row) for row in written] == text.split("\r\n" if "\r" in text else "\n")[
        :-1
    ]


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_every_delimiter_is_found_out(delimiter: str):
    rows = [
        ["Name", "City", "Note"],
        ["Adler", "Bonn", 'said "yes"; and, no | tabs\there'],
        ["Berg", "Ulm", "two\nlines"],
    ]
    quoted = "\n".join(
        delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows
    )
    sheet = reading.read("list.txt", quoted.encode())
    assert sheet.format.delimiter == delimiter
    assert [list(row) for row in sheet.rows] == rows[1:]


def test_a_line_that_names_the_delimiter_is_obeyed():
    sheet = reading.read("list.csv", b"sep=|\nName|City, Country\nAdler|Bonn, Germany\n")
    assert (sheet.titles, sheet.rows) == (["Name", "City, Country"], [["Adler", "Bonn, Germany"]])


def test_titles_stand_where_the_table_begins_not_where_the_file_does():
    text = "Client list of 2026\n\nName;City;Phone\nAdler;Bonn;0228 1234\n;;\n"
    sheet = reading.read("list.csv", text.encode())
    assert sheet.titles == ["Name", "City", "Phone"]
    assert sheet.first == 4
    assert len(sheet.rows) == 1


def test_what_is_given_is_not_guessed():
    content = "a;b\nNäme;Ört\nx;y\n".encode("cp1252")
    sheet = reading.read("list.csv", content, Format(encoding="cp1252", delimiter=";", header=2))
    assert sheet.titles == ["Näme", "Ört"]
    with pytest.raises(Rejection, match="another encoding"):
        reading.read("list.csv", content, Format(encoding="utf-8"))


def _xlsx(rows: list[list[object]], name: str = "Clients") -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(
        buffer, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}
    ) as book:
        book.add_worksheet("Cover")
        page = book.add_worksheet(name)
        for line, row in enumerate(rows):
            page.write_row(line, 0, row)
    return buffer.getvalue()


def test_a_spreadsheet_keeps_numbers_dates_and_text_apart():
    content = _xlsx(
        [["Name", "Since", "Turnover", "Zip"], ["Żółw", date(2020, 2, 29), 0.1 + 0.2, "01067"]]
    )
    sheet = reading.read("list.xlsx", content)
    assert sheet.format.sheet == "Clients"
    assert list(sheet.sheets) == ["Cover", "Clients"]
    name, since, turnover, postcode = sheet.rows[0]
    assert (name, postcode) == ("Żółw", "01067")
    assert cells.date_of(since, Writing()) == date(2020, 2, 29)
    assert cells.number_of(turnover, Writing()) == Decimal("0.3")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("list.csv", b"", "empty"),
        ("list.csv", b"Name;City\n", "rows below the titles"),
        ("list.xlsx", b"PK\x03\x04 and then nothing", "damaged"),
        ("list.xls", b"\xd0\xcf\x11\xe0", "save it as .xlsx"),
        ("list.pdf", b"%PDF-1.7", "another kind"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(name: str, content: bytes, words: str):
    with pytest.raises(Rejection, match=words):
        reading.read(name, content)


@pytest.mark.parametrize(
    ("text", "mark", "expected"),
    [
        ("1.234,50", ",", "1234.50"),
        ("1,234.50", ".", "1234.50"),
        ("1 234 567,5 €", ",", "1234567.5"),
        ("1'234.5", ".", "1234.5"),
        ("-12%", ".", "-12"),
        ("EUR 12,5", ",", "12.5"),
        ("12.34.56", ".", None),
        ("1.23,4", ",", None),
        ("twelve", ".", None),
    ],
)
def test_numbers_are_read_as_their_column_writes(text: str, mark: str, expected: str | None):
    found = cells.number_of(text, Writing(mark))
    assert found == (None if expected is None else Decimal(expected))


@given(
    st.decimals(-(10**9), 10**9, places=2), st.sampled_from(",."), st.sampled_from([",.2f", ".2f"])
)
def test_a_number_written_either_way_is_the_same_number(number: Decimal, mark: str, form: str):
    text = format(number, form)
    if mark == ",":
        text = text.translate(str.maketrans(",.", ".,"))
    assert cells.decimal_mark([text], has_semicolons=False)[0] == mark
    assert cells.number_of(text, Writing(mark)) == number


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)), st.sampled_from(["dmy", "mdy"]))
def test_a_date_is_read_in_the_order_of_its_column(day: date, order: cells.Order):
    text = (
        f"{day.day}/{day.month}/{day.year}"
        if order == "dmy"
        else f"{day.month}/{day.day}/{day.year}"
    )
    assert cells.date_of(text, Writing(order=order)) == day
    assert cells.date_of(day.isoformat(), Writing(order=order)) == day
    mixed = cells.date_of(text, Writing(order="mixed"))
    assert mixed == (day if day.day > 12 or day.day == day.month else None)


def _column(*values: reading.Cell, delimiter: str = ",") -> columns.Column:
    sheet = reading.Sheet(["C"], [[value] for value in values], 2, Format(delimiter=delimiter))
    return columns.of_sheet(sheet)[0]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (("5%", "7%", "12"), "2 with “%”, 1 plain"),
        (("5 kg", "7 lb"), "with “kg”"),
        ((0.05, 0.12, 0.3, 7.0), "3 values lie between 0 and 1"),
        ((5.0, 6.0, "7"), "1 numbers that are written as text"),
        (("1.234", "5.678"), "read in two ways"),
        (("13.02.2026", "02.13.2026"), "two orders"),
    ],
)
def test_a_doubtful_column_is_pointed_out(values: tuple[reading.Cell, ...], words: str):
    assert any(words in warning for warning in _column(*values).warnings)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (("a@b.example", "c@d.example"), "mail"),
        (("0228 1234567", "+49 30 123456"), "phone"),
        (("01067", "01069"), "text"),
        (("1,5", "2,75"), "number"),
        (("3.4.2026", "2026-05-06"), "date"),
        (("", ""), "empty"),
        (("Adler", "5"), "text"),
    ],
)
def test_the_kind_of_a_column_is_told_from_its_cells(values: tuple[reading.Cell, ...], kind: str):
    column = _column(*values)
    assert (column.kind, column.warnings) == (kind, [])


def test_an_ambiguous_number_follows_the_file():
    assert _column("1.234", delimiter=";").writing.decimal == ","
    assert _column("1.234", delimiter=",").writing.decimal == "."
