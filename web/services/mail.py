"""The topic kontor:mail: one mail to people inside or outside, the same Message-ID at every try."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from email.headerregistry import Address as Mailbox
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

from crm_entities import documents
from crm_entities.documents import Document
from engine import jobs
from engine.feel import Value
from engine.jobs import BpmnError
from ledger import transaction
from ledger.rejection import Rejection
from ledger.store import Store
from ledger.transaction import Transaction
from scheduler import texts
from scheduler.delivery import mailboxes, smtp
from scheduler.ports import Recipients
from web.services import inputs
from web.settings import Settings

MOST_RECIPIENTS = 50
MOST_BYTES = 15 * 1024 * 1024
REFUSED, BAD_ADDRESS = "MAIL_REFUSED", "BAD_ADDRESS"


def send(
    store: Store, settings: Settings, key: str, given: Mapping[str, Value]
) -> dict[str, Value]:
    """Send a mail and return its `message_id`, and whom of several the server `refused`, each with its words.

    A server that refuses the mail for good is the error MAIL_REFUSED, an address that is none
    BAD_ADDRESS; whatever may pass is a failed try. Raises BpmnError, ConnectionError.
    """
    with transaction.read(store, "worker") as tx:
        message = compose(tx, settings, key, given)
    if not settings.smtp_host:
        raise ConnectionError("Expected a mail server, but the setting smtp_host is empty")
    with smtp.Connection(settings) as server:
        outcome, words = server.send(message)
    if outcome == "never":
        raise BpmnError(REFUSED, words)
    if outcome != "sent":
        raise ConnectionError(words)
    return {"message_id": str(message["Message-ID"]), "refused": list(words.splitlines())}


def compose(
    tx: Transaction, settings: Settings, key: str, given: Mapping[str, Value]
) -> EmailMessage:
    """Return the mail that a job asks for. Raises BpmnError for inputs that can never work."""
    message = EmailMessage()
    message["From"] = settings.mail_from
    for header, name in (("To", "to"), ("Cc", "cc"), ("Bcc", "bcc"), ("Reply-To", "reply_to")):
        boxes = [_mailbox(tx, one) for one in inputs.texts(given, name)]
        if boxes:
            message[header] = boxes
    count = sum(len(message[name].addresses) for name in ("To", "Cc", "Bcc") if message[name])
    if not message["To"] or count > MOST_RECIPIENTS:
        raise BpmnError(BAD_ADDRESS, f"Expected 1 to {MOST_RECIPIENTS} recipients, but got {count}")
    message["Subject"] = texts.one_line(inputs.text(given, "subject"))
    message["Date"] = format_datetime(tx.now)
    message["Message-ID"] = _message_id(settings, key)
    message["Auto-Submitted"] = "auto-generated"
    _fill(message, given)
    for document in _documents(tx, key, given):
        kind, _, more = document.media_type.partition("/")
        content = documents.content(tx, document)
        message.add_attachment(content, maintype=kind, subtype=more, filename=document.name)
    if len(bytes(message)) > MOST_BYTES:
        raise BpmnError(inputs.INVALID, f"Expected a mail of at most {MOST_BYTES} bytes")
    return message


def _fill(message: EmailMessage, given: Mapping[str, Value]) -> None:
    html = inputs.text(given, "html", "")
    message.set_content(inputs.text(given, "text", "") or inputs.text(given, "html"))
    if html:
        if not given.get("text"):
            message.set_content(html, subtype="html")
        else:
            message.add_alternative(html, subtype="html")


def _mailbox(tx: Transaction, who: str) -> Mailbox:
    """Return the mailbox of `staff:4`, of `Ann <ann@example.com>` or of a bare address."""
    name, address = parseaddr(who)
    if who.startswith("staff:"):
        known = tx.port(Recipients).address(tx, who)
        if known is None or not known.mail:
            raise BpmnError(
                BAD_ADDRESS, f"Expected {who} to have a mail address, but there is none"
            )
        name, address = known.name, known.mail
    wrong = BpmnError(BAD_ADDRESS, f"Expected a mail address, but got {who!r}")
    if "@" not in address or any(one in who for one in "\r\n"):
        raise wrong
    try:
        return mailboxes.mailbox(name, address)
    except ValueError as fault:
        raise wrong from fault


def _message_id(settings: Settings, key: str) -> str:
    domain = parseaddr(settings.mail_from)[1].rpartition("@")[2] or "localhost"
    digest = hashlib.sha256(f"{settings.address}\n{key}".encode()).hexdigest()
    return f"<kontor.{digest[:40]}@{domain}>"


def _documents(tx: Transaction, key: str, given: Mapping[str, Value]) -> list[Document]:
    """Return the documents of this very case that are to be attached, by number."""
    found = []
    for number in inputs.texts(given, "attach"):
        case = jobs.case_of(tx, int(key.removeprefix("job:")))
        try:
            found.append(documents.in_case(tx, int(number), f"case:{case}"))
        except (Rejection, ValueError) as fault:
            raise BpmnError(
                inputs.INVALID, f"Expected the number of a document of this case, but got {number}"
            ) from fault
    return found
