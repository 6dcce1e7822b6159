"""The handbook's workers do real work for a running program, and a program that dies in a call calls again."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib import request

import pytest

from crm_entities import staff
from ledger import transaction
from ledger.store import Store
from tests.integration.services.asking import model
from tests.support import answering, packages, processes
from tests.support.answering import Part, answer
from tests.support.program import Program, call, clean_environment

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "workers.md").read_text(encoding="utf-8")
API = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")


def examples(page: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", page, re.DOTALL)


class Shop:
    """A running program with the handbook's process, and a key."""

    def __init__(self, program: Program, folder: Path, database: str) -> None:
        self.program, self.folder, self.database = program, folder, database
        store = Store.open(database)
        who = {"login": "ada", "name": "Ada Example", "mail": "ada@our.example"}
        hired = {**who, "roles": ["administrator"]}
        transaction.run(store, "system", lambda tx: staff.hire(tx, hired).id)
        store.close()
        (folder / "invoicing.yaml").write_text(examples(PAGE, "yaml")[0])
        self.kontor("deploy", "invoicing.yaml")
        owner = ("--owner", "ada", "--topic", "make-invoice")
        self.key = self.kontor("key", "shop", *owner).strip()

    def kontor(self, *arguments: str) -> str:
        return call(self.folder, *arguments, database=self.database)

    def ask(self, path: str) -> Any:
        asked = request.Request(
            f"{self.program.url}/api/v1{path}", headers={"Authorization": f"Bearer {self.key}"}
        )
        with request.urlopen(asked, timeout=20) as told:
            return json.load(told)

    def run(self, *command: str) -> subprocess.Popen[bytes]:
        environment = clean_environment(self.folder)
        environment |= {"KONTOR_URL": self.program.url, "KONTOR_KEY": self.key}
        return subprocess.Popen(command, cwd=self.folder, env=environment)

    def waits_at(self, case: str, element: str) -> bool:
        return [one["element"] for one in self.ask(f"/cases/{case}")["at"]] == [element]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder = tmp_path_factory.mktemp("shop")
    database = f"sqlite:///{folder}/kontor.db"
    allowed = {"KONTOR_OUTBOUND_HOSTS": "127.0.0.1", "KONTOR_TICK_SECONDS": "1"}
    program = Program(folder, database, environment=allowed)
    program.start()
    try:
        yield Shop(program, folder, database)
    finally:
        program.stop()


@pytest.mark.parametrize("language", ["python", "js", "sh"])
def test_a_worker_of_the_handbook_does_its_work(shop: Shop, language: str):
    (text,) = examples(PAGE, language)
    file = shop.folder / f"worker.{'mjs' if language == 'js' else language}"
    file.write_text(text)
    runner = {"python": sys.executable, "js": packages.node(), "sh": "sh"}[language]
    case = shop.kontor("start", "invoicing", "--variables", '{"amount": 5}').strip()
    worker = shop.run(runner, str(file))
    try:
        processes.eventually(
            lambda: shop.waits_at(case, "check"), "the worker's result", seconds=30
        )
    finally:
        worker.terminate()
        worker.wait(20)
    assert shop.ask(f"/cases/{case}")["variables"]["invoice_number"].startswith("R-")


def test_the_requests_of_the_handbook_are_answered(shop: Shop):
    for number, text in enumerate(examples(API, "sh")):
        file = shop.folder / f"request{number}.sh"
        file.write_text(text)
        assert shop.run("sh", str(file)).wait(20) == 0
    found = shop.ask("/cases?business_key=PO-2041")["cases"]
    assert [one["process"] for one in found] == ["invoicing"]


def test_a_program_killed_in_the_middle_of_a_call_calls_again(shop: Shop):
    slow: list[Part] = [30.0]
    with answering.host(lambda _: slow) as host:
        file = shop.folder / "call.bpmn"
        file.write_bytes(model("kontor:http", url=f'"{host.url()}"', method='"POST"'))
        shop.kontor("deploy", "call.bpmn")
        case = shop.kontor("start", "p").strip()
        processes.eventually(lambda: len(host.asked) == 1, "the call", seconds=20)
        shop.program.kill()
        host.tell = lambda _: answer(200, b'"done"')
        shop.program.start()
        processes.eventually(lambda: shop.waits_at(case, "t"), "the case to go on", seconds=30)
        first, second = (asked.headers["idempotency-key"] for asked in host.asked)
        assert first == second
    told = shop.ask(f"/cases/{case}")
    assert told["variables"]["body"] == "done"
