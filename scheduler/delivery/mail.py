"""An alert as a mail: text and HTML, one link, and a Message-ID that never changes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from html import escape
from typing import Any

from sqlalchemy import Row, select

from ledger.transaction import Transaction
from scheduler import alerts, mail_templates, texts
from scheduler.delivery import mailboxes
from scheduler.mail_templates import Template
from scheduler.ports import Address, Links

DIGEST = "digest"
TOGETHER = frozenset({"outage_summary", DIGEST})
"""Kinds of mails that stand for several alerts."""


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
    said = _written(tx, alert, address)
    message = EmailMessage()
    message["From"] = sender
    message["To"] = mailboxes.mailbox(address.name, address.mail)
    message["Subject"] = said.subject
    message["Date"] = format_datetime(tx.now)
    message["Message-ID"] = message_id(alert, sender)
    message["Auto-Submitted"] = "auto-generated"
    if alert.kind == DIGEST:
        message["List-Unsubscribe"] = f"<{tx.port(Links).unsubscribe(tx, alert.recipient)}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(said.text)
    message.add_alternative(said.html, subtype="html")
    return message


def _written(tx: Transaction, alert: Row[Any], address: Address) -> Template:
    language = texts.language_of(address)
    words = texts.words(language)["words"]
    lines, items = _facts(tx, alert, address)
    action, link = _link(tx, alert)
    values = texts.values(tx, alert, address)
    values |= {"facts": "\n".join(lines), "action": words[action], "link": link}
    values["footer"], footer = _footer(tx, alert, words)
    kind = alert.kind if alert.kind in mail_templates.kinds() else "notice"
    template = mail_templates.current(tx, language, kind)
    return mail_templates.filled(template, values, {"facts": "".join(items), "footer": footer})


def _footer(tx: Transaction, alert: Row[Any], words: Mapping[str, str]) -> tuple[str, str]:
    """Return the last line as text and as HTML; a digest's says how to get no more."""
    if alert.kind != DIGEST:
        return words["footer"], escape(words["footer"])
    link = tx.port(Links).unsubscribe(tx, alert.recipient)
    anchor = f'<a href="{escape(link)}">{escape(link)}</a>'
    text = f"{words['footer']} {words['unsubscribe'].format(link=link)}"
    ends = escape(words["unsubscribe"]).format(link=anchor)
    return text, f"{escape(words['footer'])} {ends}"


def _link(tx: Transaction, alert: Row[Any]) -> tuple[str, str]:
    links = tx.port(Links)
    if alert.task_id is not None:
        return "open_task", links.task(alert.task_id)
    if alert.case_id is not None:
        return "open_case", links.case(alert.case_id)
    return "open_inbox", links.inbox()


def _facts(tx: Transaction, alert: Row[Any], address: Address) -> tuple[list[str], list[str]]:
    """Return what is known about an alert as lines of text, and the same as HTML."""
    if alert.kind in TOGETHER:
        return _folded(tx, alert, address)
    words, said = texts.words(address.language)["words"], texts.say(tx, alert, address)
    known = [(words["about"], said.subject), (words["due"], said.due)]
    lines = [words["fact"].format(name=name, value=value) for name, value in known if value]
    lines += [line for line in (said.note, said.reason) if line]
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
