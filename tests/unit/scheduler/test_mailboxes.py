"""Whatever stands in a name or a title: a header is one line, and an address is one address."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from scheduler import texts
from scheduler.delivery.mailboxes import mailbox


@pytest.mark.parametrize(
    "end", ["\r\n", "\n", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\x00"]
)
def test_no_end_of_a_line_in_a_title_or_name_begins_another_header(end: str):
    message = EmailMessage()
    message["Subject"] = texts.one_line(f"Late{end}Bcc: x@y.example")
    message["To"] = mailbox(f"Anna{end}Bcc: x@y.example", "anna@office.example")
    assert message["Subject"] == "Late Bcc: x@y.example"
    assert [one.addr_spec for one in message["To"].addresses] == ["anna@office.example"]
    assert b"\nBcc" not in bytes(message)


def test_what_turns_the_writing_round_is_left_out_and_the_writing_itself_is_not():
    assert (
        texts.one_line("\u202eשלום\u2066 fdp.exe 👩\u200d👧 10\u00a0000 \u20ac")
        == "שלום fdp.exe 👩\u200d👧 10\u00a0000 \u20ac"
    )


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("anna@exämple.de", "anna@xn--exmple-cua.de"),
        ("müller@office.example", "müller@office.example"),
        ("müller@exämple.de", "müller@xn--exmple-cua.de"),
        ("o'neil+sales@office.example", "o'neil+sales@office.example"),
    ],
)
def test_an_address_beyond_ascii_is_written_as_servers_take_it(address: str, written: str):
    assert mailbox("Anna", address).addr_spec == written


@pytest.mark.parametrize(
    "address",
    [
        "anna", "@office.example", "a b@office.example", "a@b.example, c@d.example", "ä,b@c.example",
        "a@b.example>", "a@b.example\r\nBcc: c@d.example", "ä\r\nBcc: c@d.example", "a\x00@b.example",
    ],
)  # fmt: skip
def test_what_is_no_address_or_more_than_one_is_refused(address: str):
    with pytest.raises(ValueError, match=r"."):
        mailbox("Anna", address)
