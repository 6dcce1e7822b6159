"""kontor:mail through a real mail server."""

from __future__ import annotations

import pytest

from tests.integration.services.asking import model
from tests.integration.services.conftest import Serving
from tests.support.mail import MailServer
from tests.support.running import Run

TOPIC = "kontor:mail"
INPUTS = {
    "to": '["Ann Example <ann@client.example>", "ben@client.example"]',
    "subject": '"Your order " + string(number)',
    "text": '"Thank you."',
    "html": '"<p>Thank you.</p>"',
}


@pytest.fixture
def run(serving: Serving, smtp: MailServer) -> Run:
    return serving(
        smtp_host=smtp.host,
        smtp_port=smtp.port,
        smtp_tls="none",
        mail_from="Shop <shop@our.example>",
    )


def test_a_mail_is_sent_as_text_and_html(run: Run, smtp: MailServer):
    run.deploy(model(TOPIC, INPUTS)).start(number=7).work()
    assert run.at() == {"t"}
    (mail,) = smtp.received
    assert set(mail.recipients) == {"ann@client.example", "ben@client.example"}
    assert mail.message["Subject"] == "Your order 7"
    assert mail.text.strip() == "Thank you."
    assert run.variables["message_id"] == mail.message_id


def test_a_mail_that_is_sent_twice_bears_one_message_id(run: Run, smtp: MailServer):
    smtp.drop("received")
    run.deploy(model(TOPIC, INPUTS)).start(number=7).work()
    smtp.behave()
    run.wait(minutes=1)
    assert run.at() == {"t"}
    assert len({mail.message_id for mail in smtp.received}) == 1
    run.start(number=8).work()
    assert len({mail.message_id for mail in smtp.received}) == 2


def test_a_server_in_trouble_is_tried_again_and_a_refusal_is_an_error(run: Run, smtp: MailServer):
    smtp.refuse("451 4.3.0 Try again later")
    run.deploy(model(TOPIC, INPUTS)).start(number=7).work()
    assert run.at() == {"a"}
    smtp.refuse("550 5.1.1 Nobody here")
    run.wait(minutes=1)
    assert "MAIL_REFUSED" in run.incidents()[0]
    assert smtp.received == []


def test_whom_of_several_the_server_refuses_is_told(run: Run, smtp: MailServer):
    smtp.refuse("550 5.1.1 Nobody here", "ben@client.example")
    run.deploy(model(TOPIC, INPUTS)).start(number=7).work()
    assert [mail.recipients for mail in smtp.received] == [("ann@client.example",)]
    assert run.variables["refused"] == ["ben@client.example: 550 5.1.1 Nobody here"]


@pytest.mark.parametrize(
    ("inputs", "why"),
    [
        ({"to": '"nobody"'}, "a mail address"),
        ({"to": '"a@b.example\nBcc: evil@x.example"'}, "a mail address"),
        ({"to": "null"}, "1 to 50 recipients"),
        ({"to": '"a@b.example"'}, "the input 'subject'"),
        ({"to": '"a@b.example"', "subject": '"x"'}, "the input 'html'"),
        ({"to": '"a@b.example"', "subject": '"x"', "text": '"y"', "attach": "5"}, "of this case"),
        ({"to": '"staff:99"', "subject": '"x"', "text": '"y"'}, "staff:99"),
    ],
)
def test_a_mail_that_can_never_be_sent_is_an_incident_at_once(
    run: Run, smtp: MailServer, inputs: dict[str, str], why: str
):
    run.deploy(model(TOPIC, inputs)).start().work()
    assert why in run.incidents()[0]
    assert smtp.received == []


def test_a_line_break_in_a_subject_adds_no_header(run: Run, smtp: MailServer):
    inputs = {**INPUTS, "subject": '"Hello\nBcc: evil@x.example"'}
    run.deploy(model(TOPIC, inputs)).start(number=7).work()
    (mail,) = smtp.received
    assert mail.message["Subject"] == "Hello Bcc: evil@x.example"
    assert "evil@x.example" not in mail.recipients
