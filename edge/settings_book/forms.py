"""The settings as forms: which tables there are, and one of them with its values, secrets as dots."""

from collections.abc import Mapping
from typing import Any

from edge.config.form.edit import read_tree
from edge.config.form.hidden import hidden
from edge.config.form.shape import plain, shape_of_tables
from edge.config.form.words import REFERENCES, TABLES, may_change, table_of
from edge.core.errors import FinalError
from edge.settings_book.drafting import sha_of

_TITLES = ("name", "title", "id", "severity", "sender")


def outline(text: str, role: str) -> dict[str, Any]:
    """Every table with how much stands in it."""
    tree, shapes = read_tree(text), shape_of_tables()
    ordered = [*(name for name in TABLES if name in shapes), *(name for name in shapes if name not in TABLES)]
    return {"base": sha_of(text), "tables": [_line(name, shapes[name], tree, role) for name in ordered]}


def form(text: str, table: str, row: int | None, role: str) -> dict[str, Any]:
    """One table; raises FinalError for one that is not there."""
    tree, shape = read_tree(text), shape_of_tables().get(table)
    if shape is None:
        raise FinalError("Không có bảng thiết lập này.")
    is_rows = shape["kind"] == "list"
    held = tree.get(table, [] if is_rows else {})
    words = table_of(table)
    return {
        "base": sha_of(text),
        "table": table,
        "part": words.part,
        "title": words.title,
        "row_word": words.row,
        "may_change": may_change(role, table),
        "is_set": table in tree,
        "required": shape["required"],
        "shape": shape["item"] if is_rows else shape,
        "rows": [_row(index, one) for index, one in enumerate(held)] if is_rows else None,
        "value": plain(hidden(_value(held, row) if is_rows else held)),
        "choices": _choices(tree),
    }


def _line(name: str, shape: Mapping[str, Any], tree: Mapping[str, Any], role: str) -> dict[str, Any]:
    words = table_of(name)
    rows = len(tree.get(name, [])) if shape["kind"] == "list" else None
    return {
        "name": name,
        "part": words.part,
        "title": words.title,
        "row": words.row,
        "rows": rows,
        "set": name in tree,
        "may_change": may_change(role, name),
    }


def _value(rows: list[Mapping[str, Any]], row: int | None) -> Mapping[str, Any]:
    if row is None or row < 0:
        return {}
    if row >= len(rows):
        raise FinalError("Không có dòng này: có người vừa đổi. Hãy tải lại trang.")
    return rows[row]


def _row(index: int, value: Mapping[str, Any]) -> dict[str, Any]:
    titles = [str(value[name]) for name in _TITLES if name in value]
    if "who" in value:
        titles = [", ".join(value["who"])]
    return {
        "index": index,
        "key": str(value.get("id", "")),
        "title": titles[0] if titles else f"số {index + 1}",
        "place": str(value.get("hamlet", "")),
    }


def _choices(tree: Mapping[str, Any]) -> dict[str, list[list[str]]]:
    """Ids and names of the tables that others point to."""
    found: dict[str, list[list[str]]] = {}
    for table in sorted(set(REFERENCES.values())):
        rows = tree.get(table, [])
        found[table] = [[row["id"], str(row.get("name", row.get("title", row["id"])))] for row in rows if "id" in row]
    return found
