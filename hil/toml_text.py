"""Settings written as TOML."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence

Value = str | int | float | bool | dt.date | Sequence[object] | Mapping[str, object]


def table(name: str, values: Mapping[str, Value]) -> str:
    """A table with its head; ``[name]`` with brackets of its own is one row of an array of tables."""
    return f"\n[{name}]\n{pairs(values)}"


def pairs(values: Mapping[str, Value]) -> str:
    """A line a key."""
    return "".join(f"{key} = {_value(value)}\n" for key, value in values.items())


def _value(value: object) -> str:
    """TOML of a value; its strings, numbers and booleans are written as JSON's."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{json.dumps(key)} = {_value(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(one) for one in value) + "]"
    if isinstance(value, dt.date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False)
