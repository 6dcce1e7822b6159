"""The tests' own mail server: what it is told to do to a sender, it does."""

from __future__ import annotations

import smtplib
import time
from email.message import EmailMessage

import pytest

from tests.support.mail import MailServer


def send(smtp: MailServer, *recipients: str) -> dict[str, tuple[int, bytes]]:
    """Deliver one mail; the recipients that were refused."""
    message = EmailMessage()
    message["Message-ID"] = "<1@kontor.test>"
    message["Subject"] = "Überfällig"
    message.set_content("Die Prüfung ist fällig: http://kontor.test/tasks/1\n")
    with smtplib.SMTP(smtp.host, smtp.port, timeout=10) as sender:
        return sender.send_message(message, "kontor@kontor.test", recipients)


def test_a_mail_arrives_as_it_was_written(smtp: MailServer):
    send(smtp, "anna@kontor.test")
    (mail,) = smtp.wait_for(1)
    assert mail.recipients == ("anna@kontor.test",)
    assert mail.message_id == "<1@kontor.test>"
    assert mail.message["Subject"] == "Überfällig"
    assert "Prüfung ist fällig" in mail.text


def test_one_recipient_can_be_refused(smtp: MailServer):
    smtp.refuse("550 5.1.1 No such mailbox", "gone@kontor.test")
    assert send(smtp, "anna@kontor.test", "gone@kontor.test").keys() == {"gone@kontor.test"}
    assert [mail.recipients for mail in smtp.received] == [("anna@kontor.test",)]


def test_everybody_can_be_refused_until_it_behaves(smtp: MailServer):
    smtp.refuse()
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send(smtp, "anna@kontor.test")
    smtp.behave()
    send(smtp, "anna@kontor.test")
    assert len(smtp.to("anna@kontor.test")) == 1


@pytest.mark.parametrize(("drop", "kept"), [("unreceived", 0), ("received", 1)])
def test_the_connection_can_break_before_the_answer(smtp: MailServer, drop: str, kept: int):
    smtp.drop("received" if drop == "received" else "unreceived")
    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
        send(smtp, "anna@kontor.test")
    assert len(smtp.received) == kept


def test_an_answer_can_take_its_time(smtp: MailServer):
    smtp.delay(0.2)
    before = time.monotonic()
    send(smtp, "anna@kontor.test")
    assert time.monotonic() - before >= 0.2


def test_it_comes_back_on_the_same_port(smtp: MailServer):
    port = smtp.port
    smtp.stop()
    with pytest.raises(OSError, match="refused"):
        send(smtp, "anna@kontor.test")
    smtp.start()
    assert smtp.port == port
    send(smtp, "anna@kontor.test")
    assert len(smtp.received) == 1
