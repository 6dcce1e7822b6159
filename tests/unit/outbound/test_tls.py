"""Requests over https: only a host that proves its name by a known authority, today, is spoken with."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme

from ledger import outbound
from tests.support import answering
from tests.support.answering import Asked, Part, answer

HERE = outbound.Rules(hosts=("127.0.0.1", "localhost"), whole_seconds=5)
LONG_AGO, YESTERYEAR = datetime(2001, 1, 1, tzinfo=UTC), datetime(2002, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def house() -> trustme.CA:
    """An authority of our own."""
    return trustme.CA()


@pytest.fixture
def trusted(house: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine trusts our authority, as an administrator lets it."""
    file = tmp_path / "authority.pem"
    house.cert_pem.write_to_path(str(file))
    monkeypatch.setenv("SSL_CERT_FILE", str(file))


def certified(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


@pytest.fixture
def host(house: trustme.CA) -> Iterator[answering.Host]:
    with answering.host(tls=certified(house.issue_cert("localhost"))) as found:
        yield found


def refused(host: answering.Host, words: str, name: str = "localhost") -> None:
    """The request fails with these words, and the host hears nothing of it."""
    with pytest.raises(outbound.Broken, match=words):
        outbound.send("GET", host.url(host=name), headers={"Authorization": "x"}, rules=HERE)
    assert host.asked == []


@pytest.mark.usefixtures("trusted")
def test_a_host_of_an_authority_of_our_own_is_spoken_with(host: answering.Host):
    assert outbound.send("GET", host.url(host="localhost"), rules=HERE).status == 200
    assert host.asked[0].headers["host"] == f"localhost:{host.port}"


def test_a_host_of_an_unknown_authority_is_not(host: answering.Host):
    refused(host, "CERTIFICATE_VERIFY_FAILED")


@pytest.mark.usefixtures("trusted")
def test_a_host_that_proves_another_name_is_not(host: answering.Host):
    refused(host, "IP address mismatch", name="127.0.0.1")


@pytest.mark.usefixtures("trusted")
def test_a_certificate_of_another_host_is_not_taken(house: trustme.CA):
    with answering.host(tls=certified(house.issue_cert("other.example"))) as host:
        refused(host, "Hostname mismatch")


@pytest.mark.usefixtures("trusted")
def test_a_certificate_that_is_over_is_not_taken(house: trustme.CA):
    over = house.issue_cert("localhost", not_before=LONG_AGO, not_after=YESTERYEAR)
    with answering.host(tls=certified(over)) as host:
        refused(host, "certificate has expired")


@pytest.mark.usefixtures("trusted")
def test_a_host_without_tls_on_its_port_is_not(house: trustme.CA):
    with answering.host() as host:
        host.tls = certified(house.issue_cert("localhost"))
        url = host.url(host="localhost")
        host.tls = None
        with pytest.raises(outbound.Broken):
            outbound.send("GET", url, rules=HERE)


@pytest.mark.usefixtures("trusted")
def test_no_redirect_leads_from_https_to_http(house: trustme.CA):
    with answering.host() as plain:

        def tell(_: Asked) -> list[Part]:
            return answer(302, location=plain.url())

        with (
            answering.host(tell, certified(house.issue_cert("localhost"))) as host,
            pytest.raises(outbound.Forbidden, match="from https to http"),
        ):
            outbound.send("GET", host.url(host="localhost"), rules=HERE)
        assert plain.asked == []
