"""The OpenAPI 3.1 document, made from the same schemas that check requests; also a page for people."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from flask import Response
from marshmallow import Schema, fields, validate

from web import json_values, rights
from web.api import once, problems, values
from web.api.routes import ROUTES, Route, api

TYPES: Mapping[type[fields.Field[Any]], dict[str, Any]] = {
    fields.Boolean: {"type": "boolean"},
    fields.Integer: {"type": "integer"},
    fields.AwareDateTime: {"type": "string", "format": "date-time"},
    fields.String: {"type": "string"},
    fields.Dict: {"type": "object"},
    values.Variables: {"type": "object", "additionalProperties": True},
}
CONVERTED = re.compile(r"<int:(\w+)>")
VERSION = "1.0.0"
ABOUT = (
    "Programs act here through the same commands as people. Each request carries an API key in its "
    "Authorization header. Values are plain JSON: whole and decimal numbers keep all their digits, dates, "
    'times and durations are ISO 8601 texts. A typed value can be given as {"$date": "2026-03-01"}, '
    '{"$datetime": …}, {"$time": …}, {"$duration": …} or {"$decimal": "12.30"}.'
)
ONCE = (
    "A name of your own for this request. Sent again under it within 24 hours, the request is answered "
    "as it was the first time and nothing is done twice."
)
PROBLEM = {
    "type": "object",
    "description": "What went wrong (RFC 9457).",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {
            "type": "string",
            "description": "What was expected, what was found, what to do.",
        },
        "field": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"field": {"type": "string"}, "problem": {"type": "string"}},
            },
        },
        "request": {"type": "string", "description": "The request's name in the program's log."},
    },
    "required": ["type", "title", "status"],
}


@api.get("/openapi.json")
@rights.public
def openapi() -> Response:
    """Give the document."""
    return Response(
        json_values.write(document()), content_type="application/vnd.oai.openapi+json;version=3.1"
    )


def document() -> dict[str, Any]:
    """Return the document of every route."""
    paths: dict[str, dict[str, Any]] = {}
    for route in ROUTES:
        path = CONVERTED.sub(r"{\1}", route.path)
        paths.setdefault(path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Kontor", "version": VERSION, "description": ABOUT},
        "servers": [{"url": "/api/v1"}],
        "security": [{"key": []}],
        "tags": [{"name": noun} for noun in dict.fromkeys(route.noun for route in ROUTES)],
        "paths": paths,
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "schemas": {"Problem": PROBLEM, **dict(_schemas())},
        },
    }


def _operation(route: Route) -> dict[str, Any]:
    first, _, rest = route.says.partition(". ")
    told: dict[str, Any] = {
        "operationId": route.name,
        "tags": [route.noun],
        "summary": first.rstrip("."),
        "parameters": [*_path_parameters(route), *_query_parameters(route), *_headers(route)],
        "responses": {str(route.status): _answer(route), "default": _problem()},
    }
    if rest:
        told["description"] = rest
    if route.takes is not None:
        content = {"application/json": {"schema": _reference(route.takes)}}
        told["requestBody"] = {"required": True, "content": content}
    return told


def _answer(route: Route) -> dict[str, Any]:
    if route.sends is not None:
        file = {"schema": {"type": "string", "format": "binary"}}
        return {"description": "The file.", "content": {route.sends: file}}
    if route.gives is None:
        return {"description": "Done."}
    content = {"application/json": {"schema": _reference(route.gives)}}
    return {"description": _words(route.gives), "content": content}


def _problem() -> dict[str, Any]:
    content = {problems.KIND: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": "What went wrong.", "content": content}


def _path_parameters(route: Route) -> Iterator[dict[str, Any]]:
    for name in CONVERTED.findall(route.path):
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "integer"}}


def _query_parameters(route: Route) -> Iterator[dict[str, Any]]:
    for name, field in _fields(route.asks) if route.asks else ():
        yield {"name": name, "in": "query", "required": field.required, "schema": _field(field)}


def _headers(route: Route) -> Iterator[dict[str, Any]]:
    if route.is_once:
        yield {
            "name": once.HEADER,
            "in": "header",
            "schema": {"type": "string"},
            "description": ONCE,
        }


def _schemas() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every schema that a route takes or gives, and those inside them."""
    waiting = [one for route in ROUTES for one in (route.takes, route.gives) if one is not None]
    seen: set[str] = set()
    while waiting:
        schema = waiting.pop(0)
        if schema.__name__ in seen:
            continue
        seen.add(schema.__name__)
        yield schema.__name__, _schema(schema)
        waiting += [type(one.schema) for one in _nested(schema) if not one.schema.exclude]


def _nested(schema: type[Schema]) -> Iterator[fields.Nested]:
    for _, field in _fields(schema):
        inner = field.inner if isinstance(field, fields.List) else field
        if isinstance(inner, fields.Nested):
            yield inner


def _schema(schema: type[Schema] | Schema) -> dict[str, Any]:
    known = dict(_fields(schema))
    required = [name for name, field in known.items() if field.required]
    told: dict[str, Any] = {
        "type": "object",
        "description": _words(schema if isinstance(schema, type) else type(schema)),
        "properties": {name: _field(field) for name, field in known.items()},
    }
    return {**told, "required": required} if required else told


def _fields(schema: type[Schema] | Schema) -> Iterator[tuple[str, fields.Field[Any]]]:
    made = schema() if isinstance(schema, type) else schema
    for name, field in made.fields.items():
        yield field.data_key or name, field


def _field(field: fields.Field[Any]) -> dict[str, Any]:
    if isinstance(field, fields.List):
        told: dict[str, Any] = {"type": "array", "items": _field(field.inner)}
    elif isinstance(field, fields.Nested):
        told = _schema(field.schema) if field.schema.exclude else _reference(type(field.schema))
    else:
        told = dict(next(TYPES[kind] for kind in type(field).__mro__ if kind in TYPES))
    for rule in field.validators:
        told |= _rule(rule, told)
    if field.allow_none and "type" in told:
        told["type"] = [told["type"], "null"]
    if field.load_default not in (None, dict) and isinstance(field.load_default, int | str):
        told["default"] = field.load_default
    if "example" in field.metadata:
        told["examples"] = [field.metadata["example"]]
    return told | {
        name: field.metadata[name] for name in ("description",) if name in field.metadata
    }


def _rule(rule: Any, told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a validator of marshmallow means in JSON Schema."""
    if isinstance(rule, validate.OneOf):
        return {"enum": list(rule.choices)}
    if isinstance(rule, validate.Regexp):
        return {"pattern": f"^(?:{rule.regex.pattern!s})$"}
    if isinstance(rule, validate.Range):
        limits = {"minimum": rule.min, "maximum": rule.max}
    else:
        noun = "Items" if told.get("type") == "array" else "Length"
        limits = {f"min{noun}": rule.min, f"max{noun}": rule.max}
    return {name: limit for name, limit in limits.items() if limit is not None}


def _reference(schema: type[Schema]) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{schema.__name__}"}


def _words(schema: type[Schema]) -> str:
    return " ".join((schema.__doc__ or "").split())
