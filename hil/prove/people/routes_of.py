"""What the pages listen to, read off the application itself: routes, and the kind of body or query that each reads."""

import inspect
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from flask import Flask
from msgspec.structs import FieldInfo, fields

from web.bodies import Body

_READS = re.compile(r"read_(body|query)\((\w+)\)")
_PART = re.compile(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>")


@dataclass(frozen=True, slots=True)
class Route:
    """``rule`` as Flask writes it; ``body`` and ``query`` are what its function reads, if it reads any."""

    endpoint: str
    method: str
    rule: str
    body: type[Body] | None
    query: type[Body] | None

    @property
    def parts(self) -> Mapping[str, str]:
        """Names in the address, and their converter."""
        return {name: kind or "string" for kind, name in _PART.findall(self.rule)}

    def path(self, values: Mapping[str, object]) -> str:
        """The address with its parts filled, each by its name, or by its endpoint's own."""
        return _PART.sub(lambda found: str(values.get(f"{self.endpoint}.{found[2]}", values.get(found[2]))), self.rule)


def routes_of(app: Flask) -> list[Route]:
    """Every route and method but HEAD and OPTIONS, which Flask adds."""
    found = []
    for rule in app.url_map.iter_rules():
        function = inspect.unwrap(app.view_functions[rule.endpoint])
        kinds = {kind: function.__globals__[name] for kind, name in _READS.findall(_source(function))}
        methods = sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        found += [Route(rule.endpoint, one, rule.rule, kinds.get("body"), kinds.get("query")) for one in methods]
    return sorted(found, key=lambda route: (route.rule, route.method))


def filled(kind: type[Body] | None, things: Mapping[str, object]) -> dict[str, Any]:
    """A body or query that is valid: what must be there, by the names of the things of this commune."""
    if kind is None:
        return {}
    return {field.encode_name: _value(kind, field, things) for field in fields(kind) if field.required}


def _value(kind: type[Body], field: FieldInfo, things: Mapping[str, object]) -> object:
    if field.encode_name in ("id", "press"):
        return str(uuid.uuid4())
    for name in (f"{kind.__name__}.{field.encode_name}", field.encode_name):
        if name in things:
            return things[name]
    raise LookupError(f"no sample of {field.encode_name!r} ({field.type}) in hil.prove.people.things")


def _source(function: Any) -> str:
    try:
        return inspect.getsource(function)
    except (OSError, TypeError):  # Flask's own static files
        return ""


def schema_of(kind: type[Body]) -> dict[str, Any]:
    """JSON Schema with its parts in place, for generators; Python's end of a text is written as everybody's ``$``."""
    (schema,), parts = msgspec.json.schema_components([kind], ref_template="{name}")
    whole: dict[str, Any] = _inlined(schema, parts)
    return whole


def _inlined(value: Any, parts: Mapping[str, Any]) -> Any:
    if isinstance(value, dict):
        if "$ref" in value:
            return _inlined(parts[value["$ref"]], parts)
        return {key: _inlined(one, parts) for key, one in value.items()}
    if isinstance(value, list):
        return [_inlined(one, parts) for one in value]
    return value.replace(r"\Z", "$") if isinstance(value, str) else value
