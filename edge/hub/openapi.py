"""The hub's OpenAPI 3.1 document: every ``add_…_routes`` describes its routes beside them, as data.

``describe(app, "GET", "/v1/things", "What it is for.", answers={200: list[Thing]})`` adds a path; a schema is a type
that msgspec knows, or the JSON schema itself. ``tests/hub/test_openapi.py`` compares the document with the routes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from aiohttp import web

OPENAPI_PATH = "/v1/openapi.json"
JSON = "application/json"
_REF = "#/components/schemas/{name}"
_OPERATIONS = web.AppKey("operations", dict[tuple[str, str], "Operation"])
_WRITTEN = web.AppKey("written", dict[str, dict[str, Any]])
_WRITTEN = web.AppKey("written", dict[str, dict[str, Any]])
Schema = Any
"""A type for msgspec, or a JSON schema as a dict."""


class Refusal(msgspec.Struct, frozen=True):
    """Why a request was not granted, in Vietnamese."""

    error: str


@dataclass(frozen=True, slots=True)
class Content:
    """A body that is not JSON, or JSON under another name. Without schema: any bytes."""

    media_type: str
    schema: Schema | None = None


@dataclass(frozen=True, slots=True)
class Parameter:
    """Of the query, the path or the headers (``place``)."""

    name: str
    schema: Schema
    place: str = "query"
    required: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path. An answer is a schema, a Content, or None without a body."""

    summary: str
    answers: Mapping[int, Schema | Content | None]
    parameters: Sequence[Parameter] = ()
    body: Schema | Content | None = None


def describe(
    app: web.Application,
    method: str,
    path: str,
    summary: str,
    *,
    answers: Mapping[int, Schema | Content | None],
    parameters: Sequence[Parameter] = (),
    body: Schema | Content | None = None,
) -> None:
    """Put a path of this door into its document; ``path`` as in the route table. Refusals (403, 503) are added."""
    refusals: dict[int, Schema | Content | None] = {403: Refusal, 503: Refusal}
    app.setdefault(_OPERATIONS, {})[method.lower(), path] = Operation(
        summary, refusals | dict(answers), parameters, body
    )


def add_operations(app: web.Application, paths: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> None:
    """Put operations in OpenAPI's own words into the document of this door: by path and method."""
    written = app.setdefault(_WRITTEN, {})
    for path, methods in paths.items():
        written.setdefault(path, {}).update(methods)


def add_document_route(app: web.Application) -> None:
    """Serve the document of this door."""
    describe(app, "GET", OPENAPI_PATH, "This document.", answers={200: {"type": "object"}})
    app.router.add_get(OPENAPI_PATH, _serve)


def document(app: web.Application) -> dict[str, Any]:
    """The whole document of a door."""
    operations = app.get(_OPERATIONS, {})
    named = [one for operation in operations.values() for one in _schemas(operation) if not isinstance(one, Mapping)]
    shapes, components = msgspec.json.schema_components(named, ref_template=_REF)
    known = _Known(named, shapes)
    paths: dict[str, dict[str, Any]] = {path: dict(methods) for path, methods in app.get(_WRITTEN, {}).items()}
    for (method, path), operation in sorted(operations.items(), key=lambda item: item[0][1]):
        paths.setdefault(path, {})[method] = _written(method, path, operation, known)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Mõ Làng: the province's hub", "version": "1"},
        "paths": paths,
        "components": {"schemas": _ecma(components)},
    }


class _Known:
    """The JSON schema of each type that the operations name."""

    def __init__(self, named: Sequence[Any], shapes: Sequence[dict[str, Any]]) -> None:
        self._pairs = list(zip(named, shapes, strict=True))

    def shape(self, schema: Schema) -> Any:
        """As JSON."""
        if isinstance(schema, Mapping):
            return _ecma(dict(schema))
        return _ecma(next(shape for named, shape in self._pairs if named is schema))


async def _serve(request: web.Request) -> web.Response:
    return web.json_response(document(request.app))


def _schemas(operation: Operation) -> list[Schema]:
    bodies = [*operation.answers.values(), operation.body]
    found = [one.schema if isinstance(one, Content) else one for one in bodies]
    return [one for one in [*found, *(one.schema for one in operation.parameters)] if one is not None]


def _written(method: str, path: str, operation: Operation, known: _Known) -> dict[str, Any]:
    words = "".join(part.strip("{}.").replace(".", "_").capitalize() for part in path.split("/"))
    written: dict[str, Any] = {
        "operationId": method + (words or "Page"),
        "summary": operation.summary,
        "responses": {
            str(status): {"description": str(status)} | ({} if answer is None else _content(answer, known))
            for status, answer in sorted(operation.answers.items())
        },
    }
    if operation.parameters:
        written["parameters"] = [
            {"name": one.name, "in": one.place, "required": one.required, "schema": known.shape(one.schema)}
            for one in operation.parameters
        ]
    if operation.body is not None:
        written["requestBody"] = {"required": True} | _content(operation.body, known)
    return written


def _content(body: Schema | Content, known: _Known) -> dict[str, Any]:
    content = body if isinstance(body, Content) else Content(JSON, body)
    shape = {} if content.schema is None else {"schema": known.shape(content.schema)}
    return {"content": {content.media_type: shape}}


def _ecma(schema: Any) -> Any:
    r"""Patterns in the dialect of JSON schema: Python's ``\Z`` is its ``$``."""
    if isinstance(schema, dict):
        return {
            key: value.replace(r"\Z", "$") if key == "pattern" and isinstance(value, str) else _ecma(value)
            for key, value in schema.items()
        }
    return [_ecma(one) for one in schema] if isinstance(schema, list) else schema
