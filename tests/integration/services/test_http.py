"""kontor:http against real hosts: results, errors, tries, limits, secrets, and addresses of this house."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from engine import definitions, ports
from tests.integration.services.asking import model
from tests.integration.services.conftest import Serving
from tests.support import answering
from tests.support.answering import answer

HERE = {"outbound_hosts": "127.0.0.1"}
TOPIC = "kontor:http"


def test_an_answer_of_json_becomes_variables(serving: Serving, host: answering.Host):
    host.tell = lambda _: answer(200, b'{"price": 12.30, "tags": ["a"]}')
    run = serving(**HERE)
    run.deploy(
        model(
            TOPIC,
            url=f'"{host.url("/price")}"',
            method='"POST"',
            query='{"currency": "EUR"}',
            headers='{"X-Shop": "north"}',
            body="{amount: 2.50}",
        )
    ).start().work()
    assert run.at() == {"t"}
    assert run.variables["status"] == 200
    assert run.variables["body"] == {"price": Decimal("12.30"), "tags": ["a"]}
    (asked,) = host.asked
    assert (asked.method, asked.path) == ("POST", "/price?currency=EUR")
    assert asked.body == b'{"amount":2.50}'
    assert asked.headers["x-shop"] == "north"
    assert asked.headers["content-type"] == "application/json"
    assert asked.headers["idempotency-key"].startswith("job:")


def test_an_address_of_this_house_is_not_asked_and_not_tried_again(
    serving: Serving, host: answering.Host
):
    run = serving().deploy(model(TOPIC, url=f'"{host.url()}"')).start().work()
    assert "not public" in run.incidents()[0]
    assert host.asked == []


def test_a_redirect_into_this_house_is_not_followed(serving: Serving, host: answering.Host):
    host.tell = lambda _: answer(302, location="http://localhost:1/inner")
    run = serving(**HERE).deploy(model(TOPIC, url=f'"{host.url()}"')).start().work()
    assert "localhost" in run.incidents()[0]
    assert len(host.asked) == 1


def test_what_the_host_refuses_is_an_error_of_the_business(serving: Serving, host: answering.Host):
    host.tell = lambda _: answer(404, b'{"why": "unknown order"}')
    run = serving(**HERE).deploy(model(TOPIC, url=f'"{host.url()}"')).start().work()
    assert run.at() == {"wrong"}
    assert run.variables["body"] == {"why": "unknown order"}


def test_a_status_may_be_accepted_or_made_an_error(serving: Serving, host: answering.Host):
    host.tell = lambda _: answer(404)
    run = serving(**HERE).deploy(model(TOPIC, url=f'"{host.url()}"', accept='["404"]'))
    assert run.start().work().at() == {"t"}
    host.tell = lambda _: answer(503)
    run.deploy(model(TOPIC, url=f'"{host.url()}"', errors='"5xx"'))
    assert run.start().work().at() == {"wrong"}


def test_a_host_in_trouble_is_tried_again(serving: Serving, host: answering.Host):
    answers = iter([answer(503), answer(200, b'"ok"')])
    host.tell = lambda _: next(answers)
    run = serving(**HERE).deploy(model(TOPIC, url=f'"{host.url()}"')).start().work()
    assert run.at() == {"a"}
    run.wait(minutes=1)
    assert run.at() == {"t"}
    assert run.variables["body"] == "ok"


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ([60.0], "within 1 seconds"),
        ([b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nshort"], "more than the 5"),
        (answer(200, b"{", "application/json"), "JSON"),
    ],
    ids=["never answers", "wrong length", "no JSON"],
)
def test_a_bad_answer_is_a_failed_try(
    serving: Serving, host: answering.Host, parts: list[answering.Part], why: str
):
    host.tell = lambda _: parts
    run = serving(**HERE).deploy(model(TOPIC, retries=1, url=f'"{host.url()}"', seconds="1"))
    assert why in run.start().work().incidents()[0]


def test_a_huge_answer_is_not_read_to_its_end(serving: Serving, host: answering.Host):
    host.tell = lambda _: answer(200, b"x" * 1_500_000, "text/plain")
    run = serving(**HERE).deploy(model(TOPIC, url=f'"{host.url()}"')).start().work()
    assert "at most 1000000 bytes" in run.incidents()[0]


def test_a_secret_goes_to_its_host_alone_and_stays_out_of_the_case(
    serving: Serving, host: answering.Host, tmp_path: Path
):
    (tmp_path / "secrets.toml").write_text(
        '[shop]\nvalue = "s3cr3t"\nhosts = ["127.0.0.1"]\n[bank]\nvalue = "gold"\nhosts = ["bank.example"]\n'
    )
    headers = '{{"Authorization": "Bearer {{secret:{0}}}"}}'
    run = serving(**HERE)
    run.deploy(model(TOPIC, url=f'"{host.url()}"', headers=headers.format("shop"))).start().work()
    assert host.asked[0].headers["authorization"] == "Bearer s3cr3t"
    assert "s3cr3t" not in str(run.variables)
    run.deploy(model(TOPIC, url=f'"{host.url()}"', headers=headers.format("bank"))).start().work()
    assert "bank to be allowed for 127.0.0.1" in run.incidents()[0]
    open_way = model(TOPIC, url='"http://bank.example/"', headers=headers.format("bank"))
    assert "Expected https" in run.deploy(open_way).start().work().incidents()[0]
    run.deploy(model(TOPIC, url=f'"{host.url()}"', headers=headers.format("none"))).start().work()
    assert "the secret none" in run.incidents()[0]
    assert len(host.asked) == 1


def test_a_topic_of_the_program_that_it_does_not_have_is_refused_at_deploy(serving: Serving):
    with pytest.raises(definitions.Refused, match="kontor:htpp"):
        serving().deploy(model("kontor:htpp", url='"http://x"'))


def test_every_topic_of_the_program_is_done(serving: Serving):
    done = serving().store.port(ports.ServiceTasks)
    assert all(done.handler(topic) for topic in ports.OWN_TOPICS)


@pytest.mark.parametrize(
    ("inputs", "why"),
    [
        ({}, "the input 'url'"),
        ({"url": '"ftp://x"'}, "http or https"),
        ({"url": '"http://x"', "headers": "5"}, "a context"),
        ({"url": '"http://x"', "seconds": "-1"}, "from 0 to 60"),
        ({"url": '"http://x"', "method": '"BREW"'}, "a method"),
    ],
)
def test_inputs_that_can_never_work_are_an_incident_at_once(
    serving: Serving, inputs: dict[str, str], why: str
):
    run = serving().deploy(model(TOPIC, inputs)).start().work()
    assert why in run.incidents()[0]
