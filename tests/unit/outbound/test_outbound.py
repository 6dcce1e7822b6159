"""Requests to other hosts, against real ones on this machine that are slow, wrong or sly."""

from __future__ import annotations

import socket
from time import monotonic
from typing import Any

import pytest

from ledger import outbound
from ledger.outbound import addresses
from tests.support import answering
from tests.support.answering import Asked, answer

HERE = outbound.Rules(hosts=("127.0.0.1",), whole_seconds=0.4, most_bytes=10_000)

INSIDE = """
    127.0.0.1 10.1.2.3 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 224.0.0.1
    255.255.255.255 198.18.0.1 192.0.2.7 240.0.0.1 ::1 :: fe80::1 fe80::1%eth0 fc00::1 fec0::1
    ff02::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::7f00:1 2002:7f00:1:: 64:ff9b::7f00:1
    64:ff9b::a9fe:a9fe 2001:db8::1
"""
OUTSIDE = "93.184.216.34 1.1.1.1 2606:4700::1111 ::ffff:1.1.1.1 64:ff9b::101:101"


@pytest.mark.parametrize("address", INSIDE.split())
def test_an_address_of_this_house_is_not_public(address: str):
    assert not addresses.is_public(address)


@pytest.mark.parametrize("address", OUTSIDE.split())
def test_an_address_of_the_internet_is_public(address: str):
    assert addresses.is_public(address)


@pytest.mark.parametrize(
    "name", ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "[::1]", "0"]
)
def test_no_spelling_of_this_machine_is_reached(name: str):
    with answering.host() as host:
        with pytest.raises(outbound.Forbidden, match="not public"):
            outbound.send("GET", host.url(host=name))
        assert host.asked == []


def test_an_answer_comes_with_its_status_headers_and_body():
    with answering.host(lambda _: answer(201, b'{"a": 1}', etag="x")) as host:
        got = outbound.send("POST", host.url("/orders?x=1"), body=b"{}", rules=HERE)
        assert (got.status, got.body, got.headers["etag"]) == (201, b'{"a": 1}', "x")
        assert host.asked[0].method == "POST"
        assert host.asked[0].path == "/orders?x=1"
        assert host.asked[0].body == b"{}"


def test_a_name_is_asked_for_once_and_that_address_is_connected_to(monkeypatch: pytest.MonkeyPatch):
    """A name that is public when it is checked and this machine a moment later is never asked again."""
    with answering.host() as host:
        answers = iter(["127.0.0.1", "10.0.0.1"])
        real = socket.getaddrinfo

        def sly(name: str, *arguments: Any, **named: Any) -> Any:
            found = next(answers) if name == "sly.example" else name
            return real(found, *arguments, **named)

        monkeypatch.setattr(socket, "getaddrinfo", sly)
        rules = outbound.Rules(hosts=("sly.example",))
        assert outbound.send("GET", host.url(host="sly.example"), rules=rules).status == 200
        assert host.asked[0].headers["host"] == f"sly.example:{host.port}"
        assert next(answers) == "10.0.0.1"


def test_a_host_that_never_answers_is_left_in_time():
    with answering.host(lambda _: [60.0]) as host:
        _left_in_time(host)


def test_a_host_that_gives_one_byte_at_a_time_is_left_in_time():
    def drops(_: Asked) -> list[answering.Part]:
        return [part for byte in b"HTTP/1.1 200 OK" * 50 for part in (bytes([byte]), 0.05)]

    with answering.host(drops) as host:
        _left_in_time(host)


def test_a_body_that_comes_slowly_is_left_in_time():
    def drops(_: Asked) -> list[answering.Part]:
        return [*answer(200, b"x" * 5000)[:1], 60.0]

    def late(_: Asked) -> list[answering.Part]:
        drop: list[answering.Part] = [b"x", 0.05]
        return [b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n", *drop * 60]

    with answering.host(drops) as host:
        assert outbound.send("GET", host.url(), rules=HERE).body == b"x" * 5000
    with answering.host(late) as host:
        _left_in_time(host)


def _left_in_time(host: answering.Host) -> None:
    before = monotonic()
    with pytest.raises(outbound.TooSlow):
        outbound.send("GET", host.url(), rules=HERE)
    assert monotonic() - before < 2


@pytest.mark.parametrize(
    "parts",
    [
        answer(200, b"x" * 20_000),
        [b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 20_000],
        [
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            *[b"3e8\r\n" + b"x" * 1000 + b"\r\n"] * 20,
        ],
    ],
    ids=["declared", "until the end", "in chunks"],
)
def test_a_huge_body_is_refused(parts: list[answering.Part]):
    with answering.host(lambda _: parts) as host, pytest.raises(outbound.TooLarge):
        outbound.send("GET", host.url(), rules=HERE)


@pytest.mark.parametrize(
    "parts",
    [
        [b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort"],
        [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nsho"],
        [b"220 mail.example ESMTP\r\n"],
        [b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 200 + b"\r\n"],
        [b""],
    ],
    ids=["less than declared", "a broken chunk", "no HTTP", "endless headers", "nothing"],
)
def test_an_answer_that_is_not_whole_is_no_answer(parts: list[answering.Part]):
    with answering.host(lambda _: parts) as host, pytest.raises(outbound.Broken):
        outbound.send("GET", host.url(), rules=HERE)


def test_a_redirect_is_followed_and_a_ring_of_them_is_not():
    def tell(asked: Asked) -> list[answering.Part]:
        if asked.path == "/old":
            return answer(302, location="/new")
        return answer(302, location="/ring") if asked.path == "/ring" else answer(200, b"there")

    with answering.host(tell) as host:
        assert outbound.send("GET", host.url("/old"), rules=HERE).body == b"there"
        with pytest.raises(outbound.Forbidden, match="at most 3 redirects"):
            outbound.send("GET", host.url("/ring"), rules=HERE)
        assert outbound.send("GET", host.url("/old"), rules=HERE.within(redirects=0)).status == 302


def test_a_redirect_to_an_address_of_this_house_is_refused():
    def tell(_: Asked) -> list[answering.Part]:
        return answer(302, location="http://localhost:1/secret")

    with answering.host(tell) as host, pytest.raises(outbound.Forbidden, match="localhost"):
        outbound.send("GET", host.url(), rules=HERE)


def test_another_origin_gets_neither_secrets_nor_bodies():
    with answering.host() as other:
        away = other.url("/away", host="localhost")
        rules = outbound.Rules(hosts=("127.0.0.1", "localhost"))
        with answering.host(lambda _: answer(307, location=away)) as host:
            outbound.send("GET", host.url(), headers={"Authorization": "Bearer x"}, rules=rules)
            assert "authorization" not in other.asked[0].headers
            with pytest.raises(outbound.Forbidden, match="POST"):
                outbound.send("POST", host.url(), body=b"x", rules=rules)


def test_a_post_that_is_answered_by_see_other_is_looked_at_by_get():
    def tell(asked: Asked) -> list[answering.Part]:
        return answer(303, location="/seen") if asked.method == "POST" else answer(200, b"seen")

    with answering.host(tell) as host:
        assert outbound.send("POST", host.url("/do"), body=b"x", rules=HERE).body == b"seen"
        assert host.asked[1].body == b""


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://example.com/",
        "http://",
        "http://user:secret@example.com/",
        "http://example.com:99999/",
        "gopher://x",
        "http://[bad",
    ],
)
def test_what_is_no_address_of_the_web_is_refused(url: str):
    with pytest.raises(outbound.Forbidden):
        outbound.send("GET", url)


@pytest.mark.parametrize(
    "headers", [{"A": "b\r\nHost: evil"}, {"Host": "evil"}, {"Content-Length": "3"}, {"a b": "c"}]
)
def test_a_header_cannot_smuggle_anything(headers: dict[str, str]):
    with pytest.raises(outbound.Forbidden):
        outbound.send("GET", "http://127.0.0.1/", headers=headers, rules=HERE)


def test_names_in_the_setting_are_whole_names_ports_or_all_below_one():
    rules = outbound.Rules.of_hosts("wiki.example, *.house.example  api.example:8443 [::1]:80")
    assert rules.names("wiki.example", 80)
    assert not rules.names("evilwiki.example", 80)
    assert rules.names("a.house.example", 80)
    assert not rules.names("house.example", 80)
    assert rules.names("api.example", 8443)
    assert not rules.names("api.example", 443)
    assert rules.names("::1", 80)
    assert not rules.names("::1", 81)
