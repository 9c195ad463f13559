"""The pages' doors as an OpenAPI document, for a generator of inputs."""

from collections.abc import Iterable, Mapping
from typing import Any

from hil.prove.people.routes_of import Route, schema_of

_KINDS: Mapping[str, Mapping[str, Any]] = {
    "uuid": {"type": "string", "format": "uuid"},
    "int": {"type": "integer", "minimum": 0},
    "string": {"type": "string", "minLength": 1, "maxLength": 120},
    "path": {"type": "string", "minLength": 1, "maxLength": 200},
}


def document_of(doors: Iterable[Route]) -> dict[str, Any]:
    """OpenAPI 3.1 with one operation a route; ``x-rule`` is the route as Flask writes it."""
    paths: dict[str, dict[str, Any]] = {}
    for route in doors:
        path = route.path({name: f"{{{name}}}" for name in route.parts})
        paths.setdefault(path, {})[route.method.lower()] = _operation(route)
    return {"openapi": "3.1.0", "info": {"title": "Mõ Làng", "version": "1"}, "paths": paths}


def _operation(route: Route) -> dict[str, Any]:
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": _KINDS[kind]} for name, kind in route.parts.items()
    ]
    operation: dict[str, Any] = {"x-rule": route.rule, "responses": {"200": {"description": "as wanted"}}}
    if route.query is not None:
        parameters += _query(schema_of(route.query))
    if route.body is not None:
        content = {"application/json": {"schema": schema_of(route.body)}}
        operation["requestBody"] = {"required": True, "content": content}
    return {**operation, "parameters": parameters}


def _query(schema: Mapping[str, Any]) -> list[dict[str, Any]]:
    wanted = set(schema.get("required", ()))
    return [
        {"name": name, "in": "query", "required": name in wanted, "schema": one}
        for name, one in schema["properties"].items()
    ]
