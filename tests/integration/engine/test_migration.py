"""Cases move to another version of their definition: wholly or not at all, with everything that lives in them."""

from __future__ import annotations

import pytest

from engine import incidents, migration, user_tasks
from engine.waiting import jobs as job_rows
from engine.waiting.tasks import tasks
from ledger import event_log
from tests.support.models import many, script, simple, sub
from tests.support.models import tasks as drawn
from tests.support.moving import drawing, kinds, look, migrate, rows, version
from tests.support.running import Run


def test_an_open_task_takes_the_title_of_the_new_version_and_keeps_its_holder_and_draft(run: Run):
    one = '<userTask id="a" name="Call"/>'
    two = '<userTask id="a" name="Call the client"/><userTask id="b"/>'
    run.deploy(simple("p", one, "s > a > e")).start(amount=7)
    number = run.task("a")
    run.do(lambda tx: user_tasks.assign(tx, number, "staff:anna"))
    run.do(lambda tx: user_tasks.save_draft(tx, number, {"note": "half"}))
    run.deploy(simple("p", two, "s > a > b > e"))
    migrate(run)
    (task,) = rows(run, tasks)
    assert (task.id, task.title, task.assignee, task.draft) == (
        number,
        "Call the client",
        "staff:anna",
        {"note": "half"},
    )
    run.complete("a").complete("b")
    assert run.state == "completed"
    assert run.variables["amount"] == 7


def test_a_renamed_element_is_suggested_and_then_mapped(run: Run):
    run.deploy(simple("p", '<userTask id="a" name="Check it"/>', "s > a > e")).start()
    run.deploy(simple("p", '<userTask id="check" name="Check it"/>', "s > check > e"))
    report = look(run)
    assert not report.is_possible
    assert kinds(report) == ["element_gone"]
    with pytest.raises(migration.Blocked, match="“Check it” is gone"):
        migrate(run)
    assert run.at() == {"a"}
    old, new = (drawing(run, number) for number in (1, 2))
    assert migration.suggestions(old, new) == {"a": "check"}
    migrate(run, a="check")
    assert run.complete("check").state == "completed"


def test_the_event_says_who_moved_it_from_where_to_where(run: Run):
    run.deploy(simple("p", drawn("a"), "s > a > e")).start()
    run.deploy(simple("p", drawn("b"), "s > b > e"))
    number = version(run, 2)
    run.do(lambda tx: migration.migrate(tx, run.case, number, {"a": "b"}), "staff:olga")
    told = run.ask(lambda tx: event_log.of_case(tx, run.case))[-1]
    assert (told.kind, told.actor) == ("case_migrated", "staff:olga")
    assert told.data == {"from": 1, "to": 2, "mapping": {"a": "b"}, "clocks": "keep"}


def test_nested_scopes_and_instances_move_with_their_variables(run: Run):
    def model(one: str, inner: str, loop: str) -> bytes:
        inside = sub(
            one,
            f'<startEvent id="is"/><userTask id="{inner}">{loop}</userTask><endEvent id="ie"/>',
            f"is > {inner} > ie",
        )
        return simple("p", inside, f"s > {one} > e")

    every = 'kontor:collection="[1,2,3]" kontor:item="{0}" kontor:outputCollection="votes" '
    loop, other = (
        many(f'{every.format(name)} kontor:outputItem="{name} * 2"') for name in ("vote", "ballot")
    )
    run.deploy(model("box", "a", loop)).start().complete("a")
    run.deploy(model("case", "b", other))
    migrate(run, box="case", a="b")
    assert run.tokens() == ["b", "b"]
    run.complete("b").complete("b")
    assert run.state == "completed"
    assert run.incidents() == []


def test_a_task_that_lies_elsewhere_or_is_repeated_cannot_be_moved(run: Run):
    run.deploy(simple("p", drawn("a"), "s > a > e")).start()
    inside = sub("box", '<startEvent id="is"/><userTask id="a"/><endEvent id="ie"/>', "is > a > ie")
    run.deploy(simple("p", inside, "s > box > e"))
    run.deploy(
        simple(
            "p",
            f'<userTask id="a">{many("", "<loopCardinality>2</loopCardinality>")}</userTask>',
            "s > a > e",
        )
    )
    run.deploy(
        simple("p", drawn("a", "serviceTask").replace("/>", ' camunda:topic="t"/>'), "s > a > e")
    )
    for number in (2, 3, 4):
        assert kinds(look(run, number)) == ["misfit"]
        with pytest.raises(migration.Blocked):
            migrate(run, number)


def test_a_join_keeps_what_has_come_and_one_that_would_wait_for_ever_is_refused(run: Run):
    gateways = '<parallelGateway id="f"/><parallelGateway id="j"/>'
    run.deploy(
        simple("p", drawn("a b") + gateways, "s > f\nf > a > j\nf > b > j\nj > e")
    ).start().complete("a")
    run.deploy(
        simple("p", drawn("a b c") + gateways, "s > f\nf > a > j\nf > b > j\nf > c > j\nj > e")
    )
    assert kinds(look(run)) == ["join_stuck"]
    run.deploy(simple("p", drawn("a b x") + gateways, "s > f\nf > a > x > j\nf > b > j\nj > e"))
    migrate(run, 3)
    assert run.complete("b").state == "completed"


def test_a_join_with_fewer_branches_goes_on_when_it_has_all_of_them(run: Run):
    gateways = '<parallelGateway id="f"/><parallelGateway id="j"/>'
    run.deploy(
        simple(
            "p", drawn("a b c z") + gateways, "s > f\nf > a > j\nf > b > j\nf > c > j\nj > z > e"
        )
    ).start()
    run.complete("a").complete("b")
    assert run.at() == {"c", "j"}
    run.deploy(
        simple(
            "p", drawn("a b c z") + gateways, "s > f\nf > a > j\nf > b > j\nf > c > e\nj > z > e"
        )
    )
    migrate(run)
    assert run.at() == {"c", "z"}
    assert run.complete("c").complete("z").state == "completed"


def test_a_stuck_case_is_moved_to_the_version_that_mends_it(run: Run):
    run.deploy(simple("p", script("a", "{x: 1}") + drawn("b"), "s > a > b > e"))
    bad = simple(
        "p", '<exclusiveGateway id="g"/>' + drawn("b"), "s > g\ng > b [amount > 10]\nb > e"
    )
    good = simple(
        "p", '<exclusiveGateway id="g"/>' + drawn("b"), "s > g\ng > b [amount > 1]\nb > e"
    )
    run.deploy(bad).start(amount=5)
    assert len(run.incidents()) == 1
    run.deploy(good)
    assert "incident_kept" in kinds(look(run, 3))
    migrate(run, 3)
    (incident,) = run.ask(lambda tx: incidents.of_case(tx, run.case))
    run.do(lambda tx: incidents.retry(tx, incident.id))
    assert run.at() == {"b"}


def test_a_job_goes_on_under_its_new_topic_unless_somebody_does_it_already(run: Run):
    def model(element: str, topic: str) -> bytes:
        return simple(
            "p", f'<serviceTask id="{element}" camunda:topic="{topic}"/>', f"s > {element} > e"
        )

    run.deploy(model("a", "old")).start().deploy(model("b", "new"))
    migrate(run, a="b")
    (job,) = rows(run, job_rows.jobs)
    assert (job.element, job.topic) == ("b", "new")
    assert run.done("b").state == "completed"


def test_a_called_process_keeps_its_version(run: Run):
    def caller(element: str) -> bytes:
        return simple(
            "p", f'<callActivity id="{element}" calledElement="q"/>', f"s > {element} > e"
        )

    inner = simple("q", drawn("i"), "s > i > e")
    run.deploy(inner, caller("c")).start().deploy(caller("d"))
    report = migrate(run, c="d")
    assert kinds(report) == ["call_kept"]
    assert run.complete("i").state == "completed"


def test_what_was_done_can_still_be_undone(run: Run):
    def model(book: str, undo: str) -> bytes:
        undoing = (
            '<boundaryEvent id="u" attachedToRef="{0}"><compensateEventDefinition/></boundaryEvent>'
            '<userTask id="{1}" isForCompensation="true"/>'
            '<association id="as" sourceRef="u" targetRef="{1}"/>'
        )
        thrown = (
            '<intermediateThrowEvent id="t"><compensateEventDefinition/></intermediateThrowEvent>'
        )
        return simple(
            "p",
            f'<userTask id="{book}"/>' + undoing.format(book, undo) + drawn("w") + thrown,
            f"s > {book} > w > t > e",
        )

    run.deploy(model("book", "cancel")).start().complete("book")
    run.deploy(model("reserve", "release"))
    assert kinds(look(run)) == ["needed_gone", "needed_gone"]
    migrate(run, book="reserve", cancel="release")
    assert run.complete("w").at() == {"release", "t"}
    assert run.complete("release").state == "completed"
