"""The handbook's workers do real work for a running program, and a program that dies in a call calls again."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar
from urllib import request

import pytest

from crm_entities import api_keys, staff
from engine import definitions
from ledger import transaction
from ledger.store import Store
from ledger.transaction import Transaction
from tests.integration.services.asking import model
from tests.support import answering, packages, processes
from tests.support.answering import Part, answer
from tests.support.program import Program, clean_environment
from web import definition_files

T = TypeVar("T")
ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "workers.md").read_text(encoding="utf-8")
API = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")


def examples(page: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", page, re.DOTALL)


def keyed(tx: Transaction, topic: str) -> str:
    """The value of a key whose owner may do everything."""
    who = {"login": "ada", "name": "Ada Example", "mail": "ada@our.example"}
    owner = staff.hire(tx, {**who, "roles": ["administrator"]}).id
    return api_keys.make(tx, "shop", owner, topics=[topic])[1]


class Shop:
    """A running program with the handbook's process, and a key."""

    def __init__(self, program: Program, folder: Path, database: str) -> None:
        self.program, self.folder, self.database = program, folder, database
        self.key = self.do(lambda tx: keyed(tx, "make-invoice"))
        example = definition_files.look("invoicing.yaml", examples(PAGE, "yaml")[0].encode())
        self.deploy(definition_files.deployable(example))

    def do(self, command: Callable[[Transaction], T]) -> T:
        """Run a command beside the program, as the shell would, without starting one for it."""
        store = Store.open(self.database)
        try:
            return transaction.run(store, "system", command)
        finally:
            store.close()

    def deploy(self, source: definitions.Source) -> None:
        self.do(lambda tx: definitions.deploy(tx, [source]))

    def start(self, process: str, **variables: Any) -> int:
        return int(self.ask("/cases", {"process": process, "variables": variables})["case"])

    def ask(self, path: str, body: Any = None) -> Any:
        asked = request.Request(
            f"{self.program.url}/api/v1{path}",
            None if body is None else json.dumps(body).encode(),
            {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"},
        )
        with request.urlopen(asked, timeout=20) as told:
            return json.load(told)

    def run(self, *command: str) -> subprocess.Popen[bytes]:
        environment = clean_environment(self.folder)
        environment |= {"KONTOR_URL": self.program.url, "KONTOR_KEY": self.key}
        return subprocess.Popen(command, cwd=self.folder, env=environment)

    def waits_at(self, case: int, element: str) -> bool:
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
    case = shop.start("invoicing", amount=5)
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
        calling = model("kontor:http", url=f'"{host.url()}"', method='"POST"')
        shop.deploy(definitions.Source("call.bpmn", calling))
        case = shop.start("p")
        processes.eventually(lambda: len(host.asked) == 1, "the call", seconds=20)
        shop.program.kill()
        host.tell = lambda _: answer(200, b'"done"')
        shop.program.start()
        processes.eventually(lambda: shop.waits_at(case, "t"), "the case to go on", seconds=30)
        first, second = (asked.headers["idempotency-key"] for asked in host.asked)
        assert first == second
    told = shop.ask(f"/cases/{case}")
    assert told["variables"]["body"] == "done"
