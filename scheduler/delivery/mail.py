"""An alert as a mail: text and HTML, one link, and a Message-ID that never changes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from email.headerregistry import Address as Mailbox
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from functools import cache
from html import escape
from importlib import resources
from string import Template
from typing import Any

from sqlalchemy import Row, select

from ledger.transaction import Transaction
from scheduler import alerts, texts
from scheduler.ports import Address, Links
from scheduler.texts import Said

SUMMARY = "outage_summary"


def message_id(alert: Row[Any], sender: str) -> str:
    """Return the Message-ID of an alert: its once-only key and due date, so that a second try bears it too."""
    due = alert.due_at.isoformat() if alert.due_at else ""
    key = "\n".join(
        (alert.source, str(alert.epoch), alert.level, alert.recipient, alert.channel, due)
    )
    domain = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
    return f"<kontor.{hashlib.sha256(key.encode()).hexdigest()[:40]}@{domain}>"


def compose(tx: Transaction, alert: Row[Any], address: Address, sender: str) -> EmailMessage:
    """Return an alert as a message to its reader. Raises ValueError for an address that is none."""
    if not address.mail:
        raise ValueError(f"{address.name} has no mail address")
    said = texts.say(tx, alert, address)
    words = texts.words(address.language)["words"]
    action, link = _link(tx, alert)
    lines, items = _facts(tx, alert, address, said)
    message = EmailMessage()
    message["From"] = sender
    message["To"] = Mailbox(_plain(address.name), addr_spec=address.mail)
    message["Subject"] = _plain(said.title)
    message["Date"] = format_datetime(tx.now)
    message["Message-ID"] = message_id(alert, sender)
    message["Auto-Submitted"] = "auto-generated"
    body = "\n".join(filter(None, (said.text, "", *lines)))
    message.set_content(f"{body}\n\n{words[action]}: {link}\n\n-- \n{words['footer']}\n")
    message.add_alternative(
        _page().substitute(
            language=escape(address.language),
            title=escape(said.title),
            text=escape(said.text),
            facts="".join(items),
            link=escape(link),
            action=escape(words[action]),
            footer=escape(words["footer"]),
        ),
        subtype="html",
    )
    return message


def _link(tx: Transaction, alert: Row[Any]) -> tuple[str, str]:
    links = tx.port(Links)
    if alert.task_id is not None:
        return "open_task", links.task(alert.task_id)
    if alert.case_id is not None:
        return "open_case", links.case(alert.case_id)
    return "open_inbox", links.inbox()


def _facts(
    tx: Transaction, alert: Row[Any], address: Address, said: Said
) -> tuple[list[str], list[str]]:
    words = texts.words(address.language)["words"]
    if alert.kind == SUMMARY:
        return _folded(tx, alert, address)
    known = [(words["about"], said.subject), (words["due"], said.due)]
    lines = [f"{name}: {value}" for name, value in known if value]
    lines += [said.reason] if said.reason else []
    items = [f'<p style="margin:0 0 4px">{escape(line)}</p>' for line in lines]
    return lines, items


def _folded(tx: Transaction, alert: Row[Any], address: Address) -> tuple[list[str], list[str]]:
    """Return a line and an item, each with its own link, for the alerts that a summary stands for."""
    listed = alert.data["alerts"]
    found = {row.id: row for row in _rows(tx, listed)}
    lines, items = [], []
    for row in (found[id] for id in listed if id in found):
        said, (_, link) = texts.say(tx, row, address), _link(tx, row)
        about = f"{said.title} ({said.subject})" if said.subject else said.title
        lines.append(f"- {about}\n  {link}")
        items.append(f'<li><a href="{escape(link)}">{escape(about)}</a></li>')
    rest = alert.data["count"] - len(lines)
    if rest > 0:
        more = texts.words(address.language)["words"]["more"].format(count=rest)
        lines.append(more)
        items.append(f"<li>{escape(more)}</li>")
    return lines, ["<ul>", *items, "</ul>"]


def _rows(tx: Transaction, ids: Sequence[int]) -> Sequence[Row[Any]]:
    return tx.execute(select(alerts.alerts).where(alerts.alerts.c.id.in_(ids))).all()


def _plain(text: str) -> str:
    return " ".join(text.split())


@cache
def _page() -> Template:
    file = resources.files("scheduler").joinpath("templates", "mail.html")
    return Template(file.read_text(encoding="utf-8"))
