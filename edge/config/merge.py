"""A fragment of settings put into a settings file, its comments kept; and the difference, for people to read.

The text is changed block by block, then read again: when it does not mean exactly the file's tables with those of the
fragment in them, nothing is proposed. So an odd layout can only be refused, never spoilt.
"""

import datetime as dt
import difflib
import json
import re
import tomllib
from collections.abc import Mapping
from typing import Any

from edge.config.blocks import Block, blocks_of, groups_of, stripped, tail_of
from edge.core.errors import FinalError

ROWS = frozenset(
    {"hamlet", "recorder", "camera", "horn", "feed", "gauge", "person", "shift", "ladder", "template", "group", "radio",
     "flood_rule", "shelter"}
)  # fmt: skip
TABLES = frozenset({"vision", "recording", "speech", "station", "self_test"})
FROM_OUTSIDE = (ROWS | TABLES) - {"template", "person"}
"""What a fragment of the province may touch: no keys, no passwords, no doors, nobody who may set off an alarm
(``cap``), not who the province is. Words and people come as offers of their own kind."""
_KEY = re.compile(r"[ \t]*([A-Za-z0-9_-]+)[ \t]*=")
Tree = Mapping[str, Any]


def merged(text: str, fragment: str) -> str:
    """``text`` with the tables of ``fragment``: rows take the place of those with their id, or come last.

    Raises FinalError with a sentence when it cannot be done for sure.
    """
    before, new = _tree(text, "tệp cấu hình"), _tree(fragment, "đoạn đề nghị")
    wanted = _merged_tree(before, new)
    groups = groups_of(blocks_of(text))
    for group in groups_of(blocks_of(fragment)):
        _put(groups, group)
    after = "\n".join(line for group in groups for block in group for line in block.lines).rstrip("\n") + "\n"
    if _tree(after, "tệp ghép") != wanted:
        raise FinalError("Không ghép chắc chắn được đoạn này vào tệp cấu hình: hãy sửa bằng tay.")
    return after


def is_in(text: str, fragment: str) -> bool:
    """Whether the file says already what the fragment says."""
    before = _tree(text, "tệp cấu hình")
    return _merged_tree(before, _tree(fragment, "đoạn đề nghị")) == before


def check_tables(fragment: str, allowed: frozenset[str]) -> None:
    """Raises FinalError for a fragment that is no TOML, is empty, or touches what it may not."""
    tree = _tree(fragment, "đoạn đề nghị")
    if not tree:
        raise FinalError("Đoạn đề nghị không có gì.")
    for name in tree:
        if name not in allowed:
            raise FinalError(f"Tỉnh không được đổi bảng [{name[:40]}].")


def difference(before: str, after: str) -> str:
    """Only the lines that change, each with - or + before it: lines around them may hold passwords."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return "\n".join(line for line in lines if not line.startswith(("---", "+++")))


def row_text(table: str, row: Tree) -> str:
    """One flat row as TOML."""
    lines = [f"{name} = {_value(value)}" for name, value in row.items()]
    return "\n".join([f"[[{table}]]", *lines]) + "\n"


def rows_of(text: str, table: str) -> dict[str, Tree]:
    """The rows of a table of the file, by id."""
    return {str(row.get("id")): row for row in _tree(text, "tệp cấu hình").get(table, [])}


def _value(value: Any) -> str:
    """JSON writes strings, numbers and lists of them as TOML does."""
    return value.isoformat() if isinstance(value, dt.date) else json.dumps(value, ensure_ascii=False)


def _tree(text: str, what: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as cause:
        raise FinalError(f"Sai cú pháp TOML trong {what}: {str(cause)[:200]}.") from cause


def _merged_tree(before: Tree, new: Tree) -> dict[str, Any]:
    after = dict(before)
    for name, value in new.items():
        if name in ROWS and isinstance(value, list):
            after[name] = _merged_rows(after.get(name, []), value)
        elif name in TABLES and isinstance(value, dict):
            after[name] = {**after.get(name, {}), **value}
        else:
            raise FinalError(f"Không ghép được bảng [{name[:40]}].")
    return after


def _merged_rows(before: list[Any], new: list[Any]) -> list[Any]:
    rows = list(before)
    places = {row.get("id"): index for index, row in enumerate(rows) if row.get("id") is not None}
    for row in new:
        index = places.get(row.get("id")) if row.get("id") is not None else None
        if index is None:
            rows.append(row)
        else:
            rows[index] = row
    return rows


def _put(groups: list[list[Block]], new: list[Block]) -> None:
    name = new[0].name
    if not name:
        return
    for index, group in enumerate(groups):
        if group[0].name != name:
            continue
        if name in TABLES:
            groups[index] = [_changed(group[0], new[0]), *group[1:]]
            return
        if (known := _id_of(group[0])) is not None and known == _id_of(new[0]):
            groups[index] = [*new[:-1], Block(new[-1].name, (*stripped(new[-1].lines), *tail_of(group[-1].lines)))]
            return
    if groups[-1][-1].lines and groups[-1][-1].lines[-1].strip():
        groups.append([Block("", ("",))])
    groups.append(new)


def _changed(old: Block, new: Block) -> Block:
    """A single table with the keys of another: those that it has are replaced where they stand."""
    values = {key[1]: line for line in new.lines if (key := _KEY.match(line))}
    lines = [values.pop(key[1], line) if (key := _KEY.match(line)) else line for line in old.lines]
    tail = tail_of(tuple(lines))
    return Block(old.name, (*lines[: len(lines) - len(tail)], *values.values(), *tail))


def _id_of(block: Block) -> str | None:
    body = "\n".join(block.lines[1:])
    try:
        found = tomllib.loads(body).get("id")
    except tomllib.TOMLDecodeError:
        return None
    return found if isinstance(found, str) else None
