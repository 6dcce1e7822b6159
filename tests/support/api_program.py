"""Another program: it has a key, and speaks the API of an application in the same process."""

from __future__ import annotations

from typing import Any

from crm_entities import api_keys
from tests.e2e.web.office import Office


class Program:
    """A program whose key belongs to somebody of the office."""

    def __init__(self, office: Office, owner: str, name: str = "robot", **given: Any) -> None:
        number = int(office.people[owner].removeprefix("staff:"))

        def make(tx: Any) -> tuple[int, str]:
            key, value = api_keys.make(tx, name, number, **given)
            return key.id, value

        self.id, self.key = office.run(make)
        self._client = office.app.test_client()

    def ask(self, method: str, path: str, body: Any = None, **named: Any) -> Any:
        """Send a request, with the key and a JSON body."""
        headers = {"Authorization": f"Bearer {self.key}", **named.pop("headers", {})}
        return self._client.open(
            f"/api/v1{path}", method=method, json=body, headers=headers, **named
        )

    def get(self, path: str) -> Any:
        """Return what an address gives; it must be well."""
        answer = self.ask("GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json

    def post(self, path: str, **body: Any) -> Any:
        """Return what a command gives; it must be well."""
        answer = self.ask("POST", path, body)
        assert answer.status_code in (200, 201, 202, 204), answer.text
        return answer.json if answer.data else None
