"""Files that are larger than allowed: the browser shows a page of ours, not a broken connection."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.web.office import Office
from tests.e2e.web.test_browser import visit
from web import serving, settings
from web.app import create_app

MEGABYTE = 1 << 20


@pytest.fixture
def address(office: Office) -> Iterator[str]:
    """The office behind the program's own server, which takes files of one megabyte."""
    narrow = settings.load({}, port=0, upload_megabytes=1, login_limit="").settings
    server = serving.listen(create_app(office.store, narrow), narrow)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(10)


def test_a_file_that_is_too_large_is_refused_on_a_page_with_the_limit(
    browser: Browser, office: Office, address: str, tmp_path: Path
):
    large = tmp_path / "list.csv"
    large.write_bytes(b"Name;City\n" + b"x" * (30 * MEGABYTE))
    page = visit(browser, office, address, "ada")
    page.goto(f"{address}/imports")
    page.set_input_files("input[type=file]", large)
    with page.expect_response(lambda answer: answer.request.method == "POST") as answer:
        page.click("form[enctype] button.btn-primary")
    assert answer.value.status == 413
    expect(page.get_by_role("alert")).to_contain_text("At most 1 MB can be sent at once")
    page.get_by_role("link", name="Back").click()
    expect(page).to_have_url(f"{address}/imports")


def test_the_next_request_of_the_same_connection_is_read_from_its_beginning(
    office: Office, address: str
):
    host, _, port = address.removeprefix("http://").partition(":")
    body = b"x" * (3 * MEGABYTE)
    with socket.create_connection((host, int(port)), timeout=20) as wire:
        head = f"POST /login HTTP/1.1\r\nHost: {host}\r\nContent-Length: {len(body)}\r\n\r\n"
        wire.sendall(head.encode() + body)
        wire.sendall(f"GET /health HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        said = b"".join(iter(lambda: wire.recv(65536), b""))
    assert said.startswith(b"HTTP/1.1 413 ")
    assert b"\r\nHTTP/1.1 " in said or b"HTTP/1.1 200" in said[20:] or b"HTTP/1.1 503" in said[20:]


def test_who_announces_more_than_anybody_would_read_is_cut_off(office: Office, address: str):
    host, _, port = address.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=20) as wire:
        wire.sendall(
            f"POST /login HTTP/1.1\r\nHost: {host}\r\nContent-Length: {1 << 40}\r\n\r\n".encode()
        )
        assert wire.recv(65536).startswith(b"HTTP/1.1 413 ")
