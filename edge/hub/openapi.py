"""What the hub offers, as OpenAPI 3.1: written beside the routes, and compared with them by a test."""

from typing import Any

from edge.hub.media.described import OPERATIONS as MEDIA
from edge.kernel.wire.event import BATCH_PATH, BATCH_TYPE, MAX_EVENTS, MAX_PACKED_BYTES

_SOURCE = {"type": "string", "pattern": r"^/xa/[a-z0-9]+(-[a-z0-9]+)*/box/[1-9][0-9]?$", "maxLength": 60}
_COUNT = {"type": "integer", "minimum": 0}
_PATHS: dict[str, dict[str, Any]] = {}


def describe(path: str, method: str, operation: dict[str, Any]) -> None:
    """Add one operation; each subject describes its own routes."""
    _PATHS.setdefault(path, {})[method] = operation


def document() -> dict[str, Any]:
    """The whole description: what stands here, and what the other subjects say of their own doors."""
    paths = {path: dict(methods) for path, methods in (*MEDIA.items(), *_PATHS.items())}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Mõ Làng hub", "version": "1", "license": {"name": "AGPL-3.0-or-later"}},
        "paths": paths,
    }


def answers(summary: str, **codes: str) -> dict[str, Any]:
    """Responses by their code: ``ok="…"`` is 200, ``c403="…"`` is 403."""
    told = {
        ("200" if code == "ok" else code.removeprefix("c")): {"description": words} for code, words in codes.items()
    }
    return {"summary": summary, "responses": told}


def query(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    """An optional parameter behind the question mark."""
    return {"name": name, "in": "query", "required": False, "schema": schema}


describe("/", "get", answers("The province's page", ok="HTML", c403="the certificate may not"))
describe("/v1/status", "get", answers("Totals of each box", ok="a list", c403="the certificate may not"))
describe("/v1/openapi.json", "get", answers("This document", ok="OpenAPI 3.1"))
describe("/metrics", "get", answers("For Prometheus", ok="text exposition format", c403="the certificate may not"))
describe(
    BATCH_PATH,
    "get",
    answers("Events by arrival", ok="a list", c400="no number", c403="another box")
    | {
        "parameters": [
            query("source", _SOURCE),
            query("after", _COUNT | {"maximum": 10**18 - 1}),
            query("limit", _COUNT | {"maximum": 1000}),
        ]
    },
)
describe(
    BATCH_PATH,
    "post",
    answers(
        f"At most {MAX_EVENTS} events, gzip, {MAX_PACKED_BYTES} bytes",
        ok="kept, durably",
        c400="no batch",
        c403="not this box",
        c413="too large",
        c415="not gzip, or not a batch",
        c503="busy: Retry-After says how long",
    )
    | {
        "parameters": [
            {
                "name": "Content-Encoding",
                "in": "header",
                "required": True,
                "schema": {"type": "string", "enum": ["gzip"]},
            }
        ],
        "requestBody": {
            "required": True,
            "content": {BATCH_TYPE: {"schema": {"type": "string", "format": "binary", "maxLength": MAX_PACKED_BYTES}}},
        },
    },
)
