"""The examples of the page on workers: the program takes each, and each does what the page says."""

from __future__ import annotations

import re
import socket
import ssl
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme

from crm_entities import document_templates, documents
from engine import definitions
from tests.integration.services.conftest import Serving
from tests.support import answering
from tests.support.answering import answer
from tests.support.mail import MailServer
from tests.support.packages import ROOT
from tests.support.running import Run
from web import definition_files

PAGE = (ROOT / "docs" / "workers.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
HEAD = "kontor: 1\nid: example\ntitle: Example\nsubject: none\nowner: staff:ada\nstages:\n"
FIRST = """\
- id: ask
  title: Ask
  responsible: staff:ada
  form:
    - { field: item, type: text }
    - { field: mail, type: text }
    - { field: number, type: text }
    - { field: who, type: text }
    - { field: lines, type: text }
"""
LAST = "\n- { id: look, title: Look, responsible: 'staff:ada' }"


def example(topic: str) -> str:
    """The page's only example with a topic, as a whole process file; a stage alone gets one around it."""
    (text,) = (one for one in EXAMPLES if f"topic: {topic}" in one)
    whole = (
        text if text.startswith("kontor:") else HEAD + textwrap.indent(FIRST + text + LAST, "  ")
    )
    return str(whole)


def started(run: Run, text: str, **variables: Any) -> Run:
    source = definition_files.deployable(definition_files.look("example.yaml", text.encode()))
    run.do(lambda tx: definitions.deploy(tx, [source]))
    key = re.search(r"^id: (\S+)", text, re.MULTILINE)
    assert key is not None
    run.start(key[1])
    if run.at() == {"ask"}:
        run.complete("ask", **variables)
    return run.work()


@pytest.fixture
def prices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[answering.Host]:
    """The host of the example, which proves its name and lies on this machine."""
    house = trustme.CA()
    house.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    context, real = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), socket.getaddrinfo
    house.issue_cert("prices.example.com").configure_cert(context)

    def here(name: str, *arguments: Any, **named: Any) -> Any:
        return real("127.0.0.1" if name == "prices.example.com" else name, *arguments, **named)

    monkeypatch.setattr(socket, "getaddrinfo", here)
    with answering.host(lambda _: answer(200, b'{"price": 4.20}'), context) as host:
        yield host


def test_every_example_has_a_test():
    found = {topic for one in EXAMPLES for topic in re.findall(r"topic: ([\w:-]+)", one)}
    assert len(EXAMPLES) == 4
    assert found == {"make-invoice", "kontor:http", "kontor:mail", "kontor:document"}


def test_work_of_a_program_of_yours(serving: Serving):
    run = started(serving(), example("make-invoice"))
    assert run.at() == {"invoice"}
    run.done("invoice", invoice_number="R-1")
    assert run.at() == {"check"}
    assert run.variables["invoice_number"] == "R-1"


def test_a_call_with_a_secret(serving: Serving, prices: answering.Host, tmp_path: Path):
    (secrets,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "secrets.toml").write_text(secrets.replace("…", "s3cret"))
    text = example("kontor:http").replace("prices.example.com", f"prices.example.com:{prices.port}")
    run = started(serving(outbound_hosts="prices.example.com"), text, item="pump")
    assert run.incidents() == []
    assert run.at() == {"look"}
    assert run.variables["status"] == 200
    assert str(run.variables["body"]["price"]) == "4.20"
    (asked,) = prices.asked
    assert asked.path == "/v1/price?item=pump"
    assert asked.headers["authorization"] == "Bearer s3cret"


def test_a_mail(serving: Serving, smtp: MailServer):
    given = {"smtp_host": smtp.host, "smtp_port": smtp.port, "smtp_tls": "none"}
    run = started(serving(**given), example("kontor:mail"), mail="ann@client.example", number="A-7")
    assert run.at() == {"look"}
    (mail,) = smtp.received
    assert mail.text.strip() == "Thank you for order A-7."
    assert run.variables["message_id"] == mail.message_id


def test_a_document(serving: Serving):
    run = serving()
    letter = b"Dear {{ who }}: {{ lines }}"
    run.do(lambda tx: document_templates.put(tx, "offer", "offer.txt", letter))
    started(run, example("kontor:document"), who="Zoe", lines="a pump")
    assert run.at() == {"look"}
    (kept,) = run.ask(lambda tx: documents.of_case(tx, f"case:{run.case}"))
    assert kept.name == "Offer Zoe.txt"
    assert run.variables["document"]["id"] == kept.id
    assert run.ask(lambda tx: documents.content(tx, kept)) == b"Dear Zoe: a pump"
