"""The media doors in the words of OpenAPI 3.1, path by path and method by method."""

from collections.abc import Mapping
from typing import Any

from edge.hub.media.asked import MOST_DIGITS
from edge.kernel.wire.upload import BODY_TYPE, MAX_METADATA_BYTES, MEDIA_PATH, UPLOADS_PATH, VERSION

Operation = Mapping[str, Any]


def _header(name: str, schema: Mapping[str, Any], *, required: bool = True) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": required, "schema": dict(schema)}


def _query(name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": dict(schema)}


def _path(name: str, pattern: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string", "pattern": pattern}}


def _answers(good: int, said: str, *refusals: int) -> dict[str, Any]:
    found: dict[str, Any] = {str(good): {"description": said}}
    return found | {str(status): {"description": _REFUSALS[status]} for status in refusals}


_REFUSALS = {
    200: "how much has arrived",
    206: "the part",
    400: "a header that cannot be understood",
    403: "this certificate may not",
    404: "there is none, or it belongs to another box",
    405: "X-HTTP-Method-Override names no method of an upload",
    408: "the connection broke; what arrived is kept",
    409: "Upload-Offset is not what the hub has",
    410: "nobody went on with it for a week",
    412: "another version of tus",
    413: "longer than allowed, or than announced",
    415: "another content type, or compressed",
    416: "no such range",
    423: "another connection is writing it",
    429: "too many unfinished uploads of this box",
    460: "another checksum: thrown away",
    503: "the hub is busy: Retry-After",
    507: "no room on the disk, or the box's quota is used up: Retry-After",
}
_NUMBER = {"type": "string", "pattern": f"^[0-9]{{1,{MOST_DIGITS}}}$"}
_VERSION = _header("Tus-Resumable", {"type": "string", "const": VERSION})
_CHECKSUM = _header(
    "Upload-Checksum", {"type": "string", "pattern": "^(sha1|sha256) [A-Za-z0-9+/]+=*$"}, required=False
)
_BODY = {"required": True, "content": {BODY_TYPE: {"schema": {"type": "string", "format": "binary"}}}}
_UPLOAD = _path("upload", "^[0-9a-f]{32}$")
_LIMIT = {"type": "integer", "minimum": 0, "maximum": 500}

OPERATIONS: Mapping[str, Mapping[str, Operation]] = {
    UPLOADS_PATH: {
        "options": {"summary": "What this tus server can", "responses": _answers(204, "told in headers")},
        "post": {
            "summary": "Begin an upload; with a body also its first piece",
            "parameters": [
                _VERSION,
                _header("Upload-Length", _NUMBER),
                _header("Upload-Metadata", {"type": "string", "maxLength": MAX_METADATA_BYTES}),
                _CHECKSUM,
            ],
            "requestBody": {**_BODY, "required": False},
            "responses": _answers(201, "Location", 400, 403, 408, 412, 413, 415, 423, 429, 460, 503, 507),
        },
    },
    UPLOADS_PATH + "/{upload}": {
        "options": {
            "summary": "What this tus server can",
            "parameters": [_UPLOAD],
            "responses": _answers(204, "told in headers"),
        },
        "head": {
            "summary": "How much has arrived",
            "parameters": [_UPLOAD, _VERSION],
            "responses": _answers(200, "Upload-Offset", 403, 404, 410, 412, 423, 460, 503, 507),
        },
        "patch": {
            "summary": "The next piece",
            "parameters": [_UPLOAD, _VERSION, _header("Upload-Offset", _NUMBER), _CHECKSUM],
            "requestBody": _BODY,
            "responses": _answers(
                204, "Upload-Offset", 400, 403, 404, 408, 409, 410, 412, 413, 415, 423, 460, 503, 507
            ),
        },
        "delete": {
            "summary": "Take back an upload, or a file of one's own",
            "parameters": [_UPLOAD, _VERSION],
            "responses": _answers(204, "forgotten", 403, 404, 410, 412, 423, 503),
        },
        "post": {
            "summary": "Another method behind a proxy that knows only POST",
            "parameters": [
                _UPLOAD,
                _VERSION,
                _header("X-HTTP-Method-Override", {"type": "string", "enum": ["PATCH", "DELETE", "HEAD"]}),
                _header("Upload-Offset", _NUMBER, required=False),
                _CHECKSUM,
            ],
            "requestBody": {**_BODY, "required": False},
            "responses": _answers(
                204, "as the other method", 200, 400, 403, 404, 405, 408, 409, 410, 412, 413, 415, 423, 460, 503, 507
            ),
        },
    },
    MEDIA_PATH: {
        "get": {
            "summary": "Whole files, newest first",
            "parameters": [
                _query("source", {"type": "string"}),
                _query("subject", {"type": "string"}),
                _query("after_ms", {"type": "integer", "minimum": 0, "maximum": 10**15 - 1}),
                _query("limit", _LIMIT),
            ],
            "responses": _answers(200, "rows as JSON", 400, 403, 503),
        }
    },
    MEDIA_PATH + "/{sha256}": {
        "get": {
            "summary": "A file, or the part that Range asks for",
            "parameters": [
                _path("sha256", "^[0-9a-f]{64}$"),
                _header("Range", {"type": "string", "pattern": "^bytes=[0-9]+-[0-9]*$"}, required=False),
            ],
            "responses": _answers(200, "the file", 206, 403, 404, 416, 503),
        }
    },
}

READING: Mapping[str, Mapping[str, Operation]] = {
    path: {"get": methods["get"]} for path, methods in OPERATIONS.items() if "get" in methods
}
"""What a door offers that only looks."""
