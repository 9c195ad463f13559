"""What the typed schema says of a table, as values that a page can draw a form from.

A shape is a dict with ``kind``: text, int, float, bool, choice, date, list, fixed, table, map. ``optional``: it may be
left out though it has no default. A table has ``fields``: name, label, help, required, default, and the shape.
"""

import datetime as dt
from collections.abc import Mapping
from functools import cache
from typing import Any

import msgspec
from msgspec import inspect

from edge.config.form.explained import explained
from edge.config.form.hidden import is_secret
from edge.config.form.words import FIXED, REFERENCES, label_of
from edge.config.schema import Config

Shape = Mapping[str, Any]
_BOUNDS = ("ge", "le", "multiple_of", "min_length", "max_length", "pattern")


@cache
def shape_of_tables() -> Mapping[str, Shape]:
    """Every table of the file by its name; a table of rows is a ``list`` of tables."""
    found = _shape(inspect.type_info(Config), ())
    return {field["name"]: {**field["shape"], "required": field["required"]} for field in found["fields"]}


def typed(shape: Shape, value: Any) -> Any:
    """A value as JSON carries it, as TOML has it: dates are dates, whole metres are numbers with a point.

    What does not fit is left as it is: the loader finds it and says so.
    """
    kind = shape["kind"]
    if kind == "date" and isinstance(value, str):
        return _date(value)
    if kind == "float" and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if kind == "list" and isinstance(value, list):
        return [typed(shape["item"], one) for one in value]
    if kind == "fixed" and isinstance(value, list):
        return [typed(one, part) for one, part in zip(shape["items"], value, strict=False)]
    if kind == "table" and isinstance(value, dict):
        return _typed_table(shape, value)
    return value


def plain(value: Any) -> Any:
    """A value of TOML as JSON carries it."""
    if isinstance(value, Mapping):
        return {name: plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    return value.isoformat() if isinstance(value, dt.date | dt.time) else value


def _typed_table(shape: Shape, value: Mapping[str, Any]) -> dict[str, Any]:
    """Left out: what is null. Unknown names stay, so that the loader refuses them."""
    shapes = {field["name"]: field["shape"] for field in shape["fields"]}
    return {name: typed(shapes[name], one) if name in shapes else one for name, one in value.items() if one is not None}


def _date(value: str) -> dt.date | str:
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        return value


def _shape(node: inspect.Type, path: tuple[str, ...]) -> dict[str, Any]:
    if isinstance(node, inspect.UnionType):
        return _union(node, path)
    if isinstance(node, inspect.Metadata):
        return _shape(node.type, path)
    if isinstance(node, inspect.StructType):
        return {"kind": "table", "fields": [_field(field, path) for field in node.fields]}
    if isinstance(node, inspect.VarTupleType):
        return {"kind": "list", "item": _shape(node.item_type, path), **_bounds(node)}
    if isinstance(node, inspect.TupleType):
        return {"kind": "fixed", "items": [_shape(item, path) for item in node.item_types]}
    return _leaf(node)


def _leaf(node: inspect.Type) -> dict[str, Any]:
    if isinstance(node, inspect.LiteralType):
        return {"kind": "choice", "values": list(node.values)}
    for kind, of in _LEAVES.items():
        if isinstance(node, of):
            return {"kind": kind, **_bounds(node)}
    raise TypeError(f"no form for {node}")


_LEAVES: Mapping[str, type[inspect.Type]] = {
    "bool": inspect.BoolType,
    "int": inspect.IntType,
    "float": inspect.FloatType,
    "text": inspect.StrType,
    "date": inspect.DateType,
    "map": inspect.DictType,
}


def _union(node: inspect.UnionType, path: tuple[str, ...]) -> dict[str, Any]:
    """With nothing: it may be left out. Several lists of words are one."""
    real = [one for one in node.types if not isinstance(one, inspect.NoneType)]
    optional = {"optional": True} if len(real) < len(node.types) else {}
    words = [word for one in real if isinstance(one, inspect.LiteralType) for word in one.values]
    return {**({"kind": "choice", "values": words} if words else _shape(real[0], path)), **optional}


def _bounds(node: object) -> dict[str, Any]:
    given = {name: getattr(node, name, None) for name in _BOUNDS}
    return {name: value for name, value in given.items() if value is not None}


def _field(field: inspect.Field, path: tuple[str, ...]) -> dict[str, Any]:
    here = (*path, field.encode_name)
    words = explained().get(here)
    return {
        "name": field.encode_name,
        "label": label_of(here) or (words.label if words else field.encode_name),
        "help": words.help if words else "",
        "required": field.required,
        "default": _default(field),
        "secret": is_secret(field.encode_name),
        "fixed": here in FIXED,
        "refers": REFERENCES.get(field.encode_name, ""),
        "shape": _shape(field.type, here),
    }


def _default(field: inspect.Field) -> Any:
    if field.default_factory is not msgspec.NODEFAULT:
        return plain(msgspec.to_builtins(field.default_factory()))
    return None if field.default is msgspec.NODEFAULT else plain(msgspec.to_builtins(field.default))
