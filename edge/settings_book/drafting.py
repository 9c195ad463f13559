"""What a change of the settings would be: the new text, whether the box could run with it, and what differs."""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from edge.config.form.changes import Change, changes, lines
from edge.config.form.edit import read_tree, with_row, with_table
from edge.config.form.hidden import restored
from edge.config.form.shape import shape_of_tables, typed
from edge.config.form.words import FIXED, may_change, table_of
from edge.config.load import parse
from edge.config.schema import Config
from edge.core.errors import FinalError, MisconfiguredError

Check = Callable[[Config], object]
_PLACED = re.compile(r"[^:]*:(?P<line>\d+): (?P<path>[^:]{1,200}): (?P<sentence>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Wish:
    """A table or row as it shall be. ``row`` None: the single table, -1: a new row; ``value`` None: it goes."""

    table: str
    row: int | None
    value: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Draft:
    """A new text. ``problem``: why the box would not run with it, and where; None when it would."""

    text: str
    title: str
    changes: Sequence[Change]
    lines: Sequence[str]
    problem: Mapping[str, str] | None

    def shown(self) -> dict[str, Any]:
        """For the page."""
        return {
            "problem": self.problem,
            "changes": [asdict(change) for change in self.changes],
            "lines": list(self.lines),
        }


def sha_of(text: str) -> str:
    """What a text is called."""
    return hashlib.sha256(text.encode()).hexdigest()


def draft_of(text: str, wish: Wish, role: str, checks: Sequence[Check]) -> Draft:
    """The file with this wish in it; raises FinalError when the role may not or it cannot be done for sure."""
    shapes = shape_of_tables()
    if wish.table not in shapes:
        raise FinalError("Không có bảng thiết lập này.")
    after = _rows(text, wish) if shapes[wish.table]["kind"] == "list" else _table(text, wish)
    return compared(text, after, role, checks)


def compared(before: str, after: str, role: str, checks: Sequence[Check]) -> Draft:
    """The step from one text to another; raises FinalError when it touches what the role may not change."""
    old, new = read_tree(before), read_tree(after)
    touched = [table for table in dict.fromkeys((*old, *new)) if old.get(table) != new.get(table)]
    _check_rights(touched, old, new, role)
    found = changes(old, new)
    return Draft(after, _title(touched, found), found, lines(before, after), problem_of(after, checks))


def problem_of(text: str, checks: Sequence[Check]) -> dict[str, str] | None:
    """Why a box would not start with this text, and which setting stands in the way."""
    try:
        config = parse(text.encode(), "")
        for check in checks:
            check(config)
    except MisconfiguredError as error:
        placed = _PLACED.fullmatch(str(error))
        if placed is None:
            return {"path": "", "sentence": str(error)}
        return {"path": placed["path"], "sentence": placed["sentence"]}
    return None


def _table(text: str, wish: Wish) -> str:
    shape = shape_of_tables()[wish.table]
    if wish.value is None:
        return with_table(text, wish.table, {})
    old = read_tree(text).get(wish.table, {})
    return with_table(text, wish.table, _usable(shape, wish.value, old))


def _rows(text: str, wish: Wish) -> str:
    if wish.row is None:
        raise FinalError("Thiếu số thứ tự của dòng.")
    index = None if wish.row < 0 else wish.row
    rows = read_tree(text).get(wish.table, [])
    if wish.value is None:
        return with_row(text, wish.table, index, None)
    old = rows[index] if index is not None and index < len(rows) else {}
    return with_row(text, wish.table, index, _usable(shape_of_tables()[wish.table]["item"], wish.value, old))


def _usable(shape: Mapping[str, Any], value: Mapping[str, Any], old: Mapping[str, Any]) -> dict[str, Any]:
    """As TOML has it, secrets back in their places, and no line for what is as usual and was not written before."""
    usual = {field["name"]: field["default"] for field in shape["fields"] if not field["required"]}
    row: dict[str, Any] = typed(shape, restored(value, old))
    return {name: one for name, one in row.items() if name in old or name not in usual or not _same(one, usual[name])}


def _same(one: object, usual: object) -> bool:
    return one == (list(usual) if isinstance(usual, tuple) else usual)


def _check_rights(touched: Sequence[str], old: Mapping[str, Any], new: Mapping[str, Any], role: str) -> None:
    for table in touched:
        if not may_change(role, table):
            raise FinalError(f"Vai trò này không được đổi bảng “{table_of(table).title}”.")
    for table, name in FIXED:
        if old.get(table, {}).get(name) != new.get(table, {}).get(name):
            raise FinalError("Mã xã, số hộp và thư mục dữ liệu không đổi được ở đây: đổi là thành hộp khác.")


def _title(touched: Sequence[str], found: Sequence[Change]) -> str:
    """What a list of versions calls it."""
    where = list(dict.fromkeys(change.where for change in found))
    if len(where) == 1:
        return where[0]
    return ", ".join(table_of(table).title for table in touched)[:200]
