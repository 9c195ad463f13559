"""Enrolment and commands in the words of OpenAPI 3.1, path by path and method by method."""

from collections.abc import Mapping
from typing import Any

from edge.hub.commands.routes import LIST as COMMANDS_LIST
from edge.hub.commands.routes import MAKE, POLL
from edge.hub.enrolment.routes import APPROVE, LIST, ME, REFUSE, RENEWAL
from edge.hub.guarded import Route

Operation = Mapping[str, Any]
_ID = {
    "name": "id", "in": "path", "required": True, "schema": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
}  # fmt: skip
_REFUSALS = {
    "400": "the message cannot be understood",
    "403": "this certificate may not",
    "404": "there is none",
    "409": "it was decided already",
    "503": "the record, or the key, is elsewhere",
}


def _said(summary: str, *codes: str, **more: Any) -> dict[str, Any]:
    told = {"200": {"description": "JSON"}} | {code: {"description": _REFUSALS[code]} for code in codes}
    return {"summary": summary, "responses": told, **more}


def _query(name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": dict(schema)}


def _body(properties: Mapping[str, Any], *required: str) -> dict[str, Any]:
    schema = {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}
    return {"required": True, "content": {"application/json": {"schema": schema}}}


_TEXT = {"type": "string"}
_COUNT = {"type": "integer", "minimum": 0, "maximum": 10**15}
_SAID: Mapping[Route, Operation] = {
    ME: _said("Who the hub takes the caller for", "403", "503"),
    RENEWAL: _said(
        "Another certificate for a new key", "400", "403", "503", requestBody=_body({"request": _TEXT}, "request")
    ),
    LIST: _said(
        "Boxes that ask to be enrolled", "403", "503",
        parameters=[_query("state", {"type": "string", "enum": ["pending", "approved", "refused"]})],
    ),
    APPROVE: _said("A person says yes", "403", "404", "409", "503", parameters=[_ID]),
    REFUSE: _said(
        "A person says no", "400", "403", "404", "409", "503", parameters=[_ID], requestBody=_body({"reason": _TEXT})
    ),
    POLL: _said(
        "Commands for the calling box", "400", "403", "503",
        parameters=[_query("after", _COUNT), _query("wait", {"type": "integer", "minimum": 0, "maximum": 25})],
    ),
    MAKE: _said(
        "Make a command for some boxes", "400", "403", "503",
        requestBody=_body(
            {
                "id": {"type": "string", "pattern": "^[0-9a-z][0-9a-z-]{7,47}$"},
                "sources": {"type": "array", "items": _TEXT, "minItems": 1, "maxItems": 200},
                "order": {"type": "object", "required": ["kind"]},
                "life_ms": {"type": "integer", "minimum": 60_000, "maximum": 39 * 86_400_000},
            },
            "id", "sources", "order",
        ),
    ),
    COMMANDS_LIST: _said("Commands and what became of them", "403", "503", parameters=[_query("source", _TEXT)]),
}  # fmt: skip


def operations() -> dict[str, dict[str, Operation]]:
    """By path and method."""
    found: dict[str, dict[str, Operation]] = {}
    for route, operation in _SAID.items():
        found.setdefault(route.path, {})[route.method.lower()] = operation
    return found
