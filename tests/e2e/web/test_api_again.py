"""Requests that are sent again under the same Idempotency-Key: done once, answered as the first time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from crm_entities import api_answers
from crm_entities.api_answers import answers
from engine import definitions
from engine.waiting.cases import cases
from ledger.clock import VirtualClock
from tests.e2e.web.office import Office
from tests.support.api_program import Program
from tests.support.models import simple, tasks

ORDER = simple("order", tasks("pack"), "s > pack > e")
BODY = {"process": "order", "business_key": "PO-1"}


def sender(office: Office) -> Program:
    office.run(lambda tx: definitions.deploy(tx, [definitions.Source("order.bpmn", ORDER)]))
    return Program(office, "ada")


def send(robot: Program, name: str, body: Any = None, path: str = "/cases") -> Any:
    return robot.ask(
        "POST", path, BODY if body is None else body, headers={"Idempotency-Key": name}
    )


def orders(office: Office) -> int:
    found: int = office.ask(select(func.count()).where(cases.c.key == "order"))
    return found


def test_a_request_sent_again_gets_the_first_answer_and_starts_no_second_case(office: Office):
    robot = sender(office)
    first, again = send(robot, '"order-1"'), send(robot, "order-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json == again.json
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert send(robot, "order-2").json != first.json
    assert orders(office) == 2


def test_another_request_under_the_same_key_is_refused(office: Office):
    robot = sender(office)
    send(robot, "a")
    other = send(robot, "a", {"process": "order", "business_key": "PO-2"})
    assert (other.status_code, other.content_type) == (422, "application/problem+json")
    assert "another key" in other.json["detail"]
    elsewhere = send(robot, "a", path=f"/cases/{office.case}/cancel")
    assert elsewhere.status_code == 422
    assert orders(office) == 1


def test_keys_of_requests_belong_to_the_api_key_that_sent_them(office: Office):
    robot, other = sender(office), Program(office, "ada")
    assert send(robot, "a").json != send(other, "a").json


def test_a_request_that_was_refused_is_tried_anew(office: Office):
    robot = Program(office, "ada")
    assert send(robot, "a").status_code == 404
    sender(office)
    assert send(robot, "a").status_code == 201


def test_after_a_day_the_name_is_free_again_and_the_answer_is_gone(office: Office):
    robot = sender(office)
    first = send(robot, "a").json
    clock = office.store.clock
    assert isinstance(clock, VirtualClock)
    clock.move_to(clock.now + api_answers.KEPT - timedelta(minutes=2))
    assert send(robot, "a").json == first
    clock.move_to(clock.now + timedelta(minutes=4))
    robot.get("/tasks")
    assert office.ask(select(func.count()).select_from(answers)) == 0
    assert send(robot, "a").json != first


def test_a_task_completed_again_answers_nothing_again(office: Office):
    robot = Program(office, "anna")
    path = f"/tasks/{office.task()}/complete"
    done = {"outcome": "interested", "values": {"channel": "phone"}}
    assert [send(robot, "t", done, path).status_code for _ in range(2)] == [204, 204]
    assert send(robot, "u", done, path).status_code == 409


@pytest.mark.parametrize("name", ["", '"a', "two words", "é", "x" * 256, '"' + "x" * 256 + '"'])
def test_a_name_that_is_none_is_told(office: Office, name: str):
    answer = send(Program(office, "ada"), name)
    assert answer.status_code == 400
    assert "Idempotency-Key" in answer.json["detail"]


def test_of_many_at_once_one_is_done_and_all_are_answered(office: Office):
    _all_at_once(office)


def test_of_many_at_once_one_is_done_on_postgresql(office_on_postgresql: Office):
    _all_at_once(office_on_postgresql)


def _all_at_once(office: Office) -> None:
    sender(office)
    robots, start, told = [Program(office, "ada") for _ in range(6)], threading.Barrier(6), []
    for robot in robots:
        robot.key, robot.id = robots[0].key, robots[0].id

    def ask(robot: Program) -> Callable[[], None]:
        def asking() -> None:
            start.wait()
            answer = send(robot, "same")
            told.append((answer.status_code, answer.data))

        return asking

    threads = [threading.Thread(target=ask(robot)) for robot in robots]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == 6
    assert len(set(told)) == 1
    assert told[0][0] == 201
    assert orders(office) == 1
