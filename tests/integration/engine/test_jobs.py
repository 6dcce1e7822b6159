"""Jobs: claimed, done, tried again, given up; what a worker takes up later."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest

from engine import incidents, instances, jobs, ports
from engine.feel import Value
from ledger.rejection import Rejection
from tests.support.models import boundary, file, process, script, simple, tasks
from tests.support.running import Run

SERVICE = (
    '<serviceTask id="a"><extensionElements><kontor:topic name="{0}" retries="3"/>'
    "</extensionElements></serviceTask>"
)
MODEL = simple("p", SERVICE.format("mail") + tasks("t"), "s > a > t > e")


class Services:
    """Service tasks of the program, by topic; remembers how they were called."""

    def __init__(self, **handlers: object) -> None:
        self.handlers = handlers
        self.calls: list[tuple[str, Mapping[str, Value]]] = []

    def handler(self, topic: str) -> object:
        if topic not in self.handlers:
            return None

        def called(key: str, variables: Mapping[str, Value]) -> object:
            self.calls.append((key, variables))
            found = self.handlers[topic]
            if isinstance(found, Exception):
                raise found
            return found

        return called


def serve(run: Run, **handlers: object) -> Services:
    services = Services(**handlers)
    run.store.ports[ports.ServiceTasks] = services
    return services


def claim(run: Run, worker: str = "w1") -> list[jobs.Job]:
    found: list[jobs.Job] = run.do(
        lambda tx: jobs.claim(tx, ["mail"], worker, lease=timedelta(minutes=5))
    )
    return found


def test_a_job_is_claimed_by_one_and_its_result_goes_on(run: Run):
    run.deploy(MODEL).start(to="ann")
    (job,) = claim(run)
    assert job.variables == {"to": "ann"}
    assert claim(run, "w2") == []
    run.do(lambda tx: jobs.complete(tx, job.id, {"sent": True}, fence=job.fence))
    assert run.at() == {"t"}
    assert run.variables == {"to": "ann", "sent": True}


def test_a_lost_lease_goes_to_another_and_the_first_cannot_report(run: Run):
    run.deploy(MODEL).start()
    (first,) = claim(run)
    run.wait(minutes=6)
    (second,) = claim(run, "w2")
    assert second.key == first.key
    with pytest.raises(Rejection, match="but w2 has it now"):
        run.do(lambda tx: jobs.complete(tx, first.id, {}, fence=first.fence))
    run.do(lambda tx: jobs.complete(tx, second.id, {}, fence=second.fence))
    assert run.at() == {"t"}


def test_a_service_of_the_program_is_called_and_its_result_assigned(run: Run):
    services = serve(run, mail={"sent": True})
    run.deploy(MODEL).start(to="ann").work()
    assert run.at() == {"t"}
    assert run.variables["sent"] is True
    assert len(services.calls) == 1


def test_a_failing_service_is_tried_again_with_patience_and_then_an_incident(run: Run):
    services = serve(run, mail=RuntimeError("no line"))
    run.deploy(MODEL).start().work()
    assert len(services.calls) == 1
    run.wait(hours=1)
    assert len(services.calls) == 3
    assert len({key for key, _ in services.calls}) == 1
    assert "no line" in run.incidents()[0]
    services.handlers["mail"] = {"sent": True}
    incident = run.ask(lambda tx: incidents.of_case(tx, run.case))[0].id
    run.do(lambda tx: incidents.retry(tx, incident))
    assert run.work().at() == {"t"}
    assert run.incidents() == []


def test_an_error_of_the_business_is_caught_at_the_border(run: Run):
    serve(run, mail=jobs.BpmnError("NO_ADDRESS", variables={"hint": "ask"}))
    elements = (
        '<startEvent id="s"/><endEvent id="e"/>'
        + SERVICE.format("mail")
        + tasks("t")
        + boundary("b", "a", '<errorEventDefinition errorRef="err"/>')
    )
    run.deploy(
        file(
            '<error id="err" errorCode="NO_ADDRESS"/>',
            process("p", elements, "s > a > e\n b > t > e"),
        )
    ).start().work()
    assert run.at() == {"t"}
    assert run.variables == {"hint": "ask"}


def test_an_error_that_nobody_catches_is_an_incident(run: Run):
    serve(run, mail=jobs.BpmnError("NO_ADDRESS"))
    run.deploy(MODEL).start().work()
    assert "Nobody catches the error NO_ADDRESS" in run.incidents()[0]


def test_a_job_of_an_unknown_topic_waits_for_an_outside_worker(run: Run):
    serve(run, other={})
    run.deploy(MODEL).start().work()
    assert run.at() == {"a"}


def test_one_bad_service_does_not_stop_the_others(run: Run):
    serve(run, mail=RuntimeError("no line"), other={"ok": True})
    run.deploy(
        MODEL,
        simple("q", SERVICE.format("other") + tasks("t"), "s > a > t > e").replace(b'"s"', b'"s"'),
    )
    run.start("p").start("q").work()
    assert run.at() == {"t"}


def test_async_before_is_left_to_a_worker(run: Run):
    task = script("a", "{done: true}").replace(
        "<scriptTask", '<scriptTask camunda:asyncBefore="true"'
    )
    run.deploy(simple("p", task + tasks("t"), "s > a > t > e")).start()
    assert run.variables == {}
    assert run.work().at() == {"t"}
    assert run.variables == {"done": True}


def test_a_long_run_of_automatic_elements_is_continued_by_a_worker(run: Run):
    names = [f"a{number}" for number in range(1200)]
    run.deploy(simple("p", tasks(" ".join(names), "task"), " > ".join(["s", *names, "e"]))).start()
    assert run.state == "active"
    assert run.work().state == "completed"
    assert run.path() == ["s", *names, "e"]


def test_a_suspended_case_stands_still_until_it_is_resumed(run: Run):
    services = serve(run, mail={})
    run.deploy(MODEL).start()
    run.do(lambda tx: instances.suspend(tx, run.case, "audit"))
    assert run.work().at() == {"a"}
    assert services.calls == []
    run.do(lambda tx: instances.resume(tx, run.case))
    assert run.work().at() == {"t"}


def test_a_cancelled_case_leaves_nothing_behind(run: Run):
    run.deploy(simple("p", tasks("a"), "s > a > e")).start()
    run.do(lambda tx: instances.cancel(tx, run.case, "wrong client"))
    assert (run.state, run.at()) == ("terminated", set())
    with pytest.raises(Rejection, match="it is terminated"):
        run.do(lambda tx: instances.cancel(tx, run.case, "again"))
