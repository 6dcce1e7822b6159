"""How a function becomes an address of the API: what it takes and gives is said once, checked and documented."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from flask import Blueprint, Response, request
from marshmallow import RAISE, Schema, ValidationError

from web import json_values, rights
from web.api import once, problems

api = Blueprint("api", __name__, url_prefix="/api/v1")
View = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Route:
    """One operation: its address (`/jobs/<int:job_id>/complete`), what it takes, gives and asks for."""

    name: str
    method: str
    path: str
    noun: str
    says: str
    takes: type[Schema] | None
    asks: type[Schema] | None
    gives: type[Schema] | None
    status: int
    needs: str
    sends: str | None = None
    is_once: bool = False


ROUTES: list[Route] = []


def route(
    method: str,
    path: str,
    *,
    takes: type[Schema] | None = None,
    asks: type[Schema] | None = None,
    gives: type[Schema] | None = None,
    status: int = 200,
    needs: str = rights.PERSON,
    sends: str | None = None,
) -> Callable[[View], View]:
    """Register a view: it gets its checked body as `given`, its checked query as `asked`.

    What it returns is written by `gives`; without that it returns nothing (204). `needs` is the
    right that the key must have. What `sends` a media type returns its answer itself.
    """

    def register(view: View) -> View:
        says, noun = " ".join((view.__doc__ or "").split()), view.__module__.rpartition(".")[2]
        code = status if gives or sends else 204
        told = Route(
            view.__name__, method, path, noun, says, takes, asks, gives, code, needs, sends,
            once.is_once(view),
        )  # fmt: skip
        ROUTES.append(told)
        answer = functools.wraps(view)(functools.partial(_answer, told, view))
        rights.holding(needs)(answer)
        api.add_url_rule(path, endpoint=view.__name__, view_func=answer, methods=[method])
        return view

    return register


def _answer(told: Route, view: View, **arguments: Any) -> Response:
    """Check what was sent, call the view, and write what it returns; or write its first answer again."""
    kept = once.find() if told.is_once else None
    if kept is not None:
        answer = _written(told, kept.answer)
        answer.headers[once.REPLAYED] = "true"
        return answer
    if told.takes is not None:
        arguments["given"] = _checked(told.takes, _body(), "body")
    if told.asks is not None:
        arguments["asked"] = _checked(told.asks, request.args.to_dict(), "query")
    found = view(**arguments)
    return cast("Response", found) if told.sends is not None else _written(told, found)


def _written(told: Route, found: Any) -> Response:
    if told.gives is None:
        return Response(status=204)
    body = json_values.write(told.gives().dump(found))
    return Response(body, status=told.status, content_type="application/json")


def _body() -> Any:
    """Return the request's body as JSON; an empty one counts as an empty object."""
    text = request.get_data()
    if not text:
        return {}
    if not request.is_json:
        raise problems.Malformed(
            415, "Expected a body with the header Content-Type: application/json"
        )
    try:
        found = json_values.parse(text)
    except ValueError as fault:
        raise problems.Malformed(400, f"Expected a body of JSON, but {fault}") from fault
    if not isinstance(found, dict):
        raise problems.Malformed(
            400, 'Expected a JSON object such as {"name": "value"} as the body'
        )
    return found


def _checked(schema: type[Schema], given: Any, where: str) -> Any:
    try:
        return schema(unknown=RAISE).load(given)
    except ValidationError as refused:
        wrong = [{"field": place, "problem": words} for place, words in _places(refused.messages)]
        named = "; ".join(f"{one['field']}: {one['problem']}" for one in wrong[:3])
        raise problems.Malformed(422, f"Expected another {where}: {named}", wrong) from refused


def _places(messages: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Yield each fault with its place, written as `results.3.lease`."""
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            yield from _places(inner, path if name == "_schema" else (*path, str(name)))
        return
    for words in messages if isinstance(messages, list) else [messages]:
        yield ".".join(path), str(words)
