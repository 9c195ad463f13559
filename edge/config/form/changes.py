"""What differs between two settings files, for people: each setting with its value before and after."""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from edge.config.form.explained import explained
from edge.config.form.hidden import hidden, is_secret, without_secrets
from edge.config.form.shape import plain
from edge.config.form.words import label_of, table_of

MOST_CHANGES = 200
MOST_LINES = 400
_NOTHING: Any = object()


@dataclass(frozen=True, slots=True)
class Change:
    """One setting. ``where``: "Camera cong"; ``name``: its key; ``before``/``after`` as text, None: it is not there."""

    where: str
    name: str
    label: str
    before: str | None
    after: str | None


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Every setting that differs, at most ``MOST_CHANGES``; secrets only say that they changed."""
    found: list[Change] = []
    for table in sorted({*before, *after}):
        for change in _of_table(table, before.get(table, _NOTHING), after.get(table, _NOTHING)):
            if len(found) >= MOST_CHANGES:
                return found
            found.append(change)
    return found


def lines(before: str, after: str) -> list[str]:
    """Only the lines of the file that change, with - or + before them and no secrets in them."""
    every = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    told = [without_secrets(line) for line in every if not line.startswith(("---", "+++", "@@"))]
    return told[:MOST_LINES]


def _of_table(table: str, before: Any, after: Any) -> Iterator[Change]:
    title = table_of(table).title
    if isinstance(before if after is _NOTHING else after, list):
        yield from _of_rows(table, [] if before is _NOTHING else before, [] if after is _NOTHING else after)
    else:
        yield from _of_values((table,), title, before, after)


def _of_rows(table: str, before: list[Any], after: list[Any]) -> Iterator[Change]:
    """Rows are known by their id, or by their place when they have none."""
    old, new = _named(before), _named(after)
    for key in dict.fromkeys((*old, *new)):
        where = f"{table_of(table).title}: {key}"
        yield from _of_values((table,), where, old.get(key, _NOTHING), new.get(key, _NOTHING))


def _named(rows: list[Any]) -> dict[str, Any]:
    return {str(_key(row) or f"số {index + 1}"): row for index, row in enumerate(rows)}


def _key(row: Any) -> Any:
    return (
        next((row[name] for name in ("id", "severity", "name") if name in row), None) if isinstance(row, dict) else None
    )


def _of_values(path: tuple[str, ...], where: str, before: Any, after: Any) -> Iterator[Change]:
    if before == after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in dict.fromkeys((*before, *after)):
            yield from _of_values((*path, name), where, before.get(name, _NOTHING), after.get(name, _NOTHING))
        return
    words = explained().get(path)
    label = label_of(path) or (words.label if words else "")
    if _is_rows(before) and _is_rows(after) and _named(before) != _named(after):  # else only their order changed
        yield from _of_inner_rows(path, f"{where} · {label}", before, after)
        return
    name = ".".join(path[1:])
    yield Change(where, name, label, _text(name, before), _text(name, after))


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, Mapping) for row in value)


def _of_inner_rows(path: tuple[str, ...], where: str, before: list[Any], after: list[Any]) -> Iterator[Change]:
    """Rows of a row, such as a camera's zones: only those that differ are told."""
    old, new = _named(before), _named(after)
    for key in dict.fromkeys((*old, *new)):
        yield from _of_values(path, f"{where} {key}", old.get(key, _NOTHING), new.get(key, _NOTHING))


def _text(name: str, value: Any) -> str | None:
    if value is _NOTHING:
        return None
    if is_secret(name.rpartition(".")[2]):
        return "không hiện"
    shown = plain(hidden(value))
    return without_secrets(shown if isinstance(shown, str) else _short(shown))


def _short(value: Any) -> str:
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, Mapping):
        return "; ".join(f"{name} = {_short(one)}" for name, one in value.items())
    if _is_shape(value):
        return f"{len(value)} góc: {', '.join(f'({across:g}; {down:g})' for across, down in value)}"
    return f"[{', '.join(_short(one) for one in value)}]" if isinstance(value, list) else str(value)


def _is_shape(value: Any) -> bool:
    """Corners of a drawing, each two numbers."""
    return isinstance(value, list) and bool(value) and all(_is_corner(one) for one in value)


def _is_corner(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(type(one) in (int, float) for one in value)
