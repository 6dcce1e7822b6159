"""The rows that did not come in, as a file to mend and to import again: as they were, with the reason beside them."""

from __future__ import annotations

import io

from crm_entities.imports import runs
from crm_entities.imports.columns import shown
from ledger.transaction import Transaction

MOST = 100_000
REASON = "Reason"


def as_xlsx(tx: Transaction, import_id: int) -> bytes:
    """Return an .xlsx of the rejected rows, titles first, the reason in the last column.

    Every cell is text or a number, never a formula, whatever the file held.
    """
    import xlsxwriter  # noqa: PLC0415  # takes a tenth of the program's start, and few ask for a sheet

    run = runs.get(tx, import_id)
    sheet = runs.sheet(tx, run)
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "constant_memory": False}) as book:
        page = book.add_worksheet("Rejected")
        bold = book.add_format({"bold": True})
        for column, title in enumerate([*sheet.titles, REASON]):
            page.write_string(0, column, title, bold)
        remarks = (one for one in runs.remarks(tx, import_id, most=MOST) if one.row is not None)
        for line, remark in enumerate(remarks, start=1):
            for column, cell in enumerate(sheet.rows[(remark.row or 0) - sheet.first]):
                if isinstance(cell, (int, float)) and not isinstance(cell, bool):
                    page.write_number(line, column, cell)
                else:
                    page.write_string(line, column, shown(cell))
            page.write_string(line, len(sheet.titles), remark.reason)
    return buffer.getvalue()
