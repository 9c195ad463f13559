"""One table or row of a settings file changed, its comments kept.

Only the lines of that table are written anew, by tomlkit; then the whole is read again. When it does not mean exactly
what was wished, nothing is proposed: an odd layout can be refused, never spoilt.
"""

import tomllib
from collections.abc import Mapping, MutableMapping
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT

from edge.config.blocks import Block, Group, blocks_of, groups_of, stripped, tail_of, text_of
from edge.core.errors import FinalError

Row = Mapping[str, Any]
UNSURE = "Không sửa chắc chắn được chỗ này của tệp cấu hình: hãy sửa bằng tay rồi chạy `molang check`."


def read_tree(text: str) -> dict[str, Any]:
    """The values of a settings text; raises FinalError with a sentence."""
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as cause:
        raise FinalError(f"Tệp cấu hình sai cú pháp TOML: {str(cause)[:200]}.") from cause


def with_table(text: str, table: str, value: Row) -> str:
    """The text whose single table ``[table]`` is ``value``; an empty one is left out."""
    wanted = {name: one for name, one in read_tree(text).items() if name != table}
    if value:
        wanted[table] = value
    groups = groups_of(blocks_of(text))
    at = next((index for index, group in enumerate(groups) if group[0].root == table), None)
    if at is None:
        groups.append(_new_group({table: dict(value)}))
    else:
        _put(groups, at, _changed(groups[at], table, value) if value else None)
    return _sure(text_of(groups), wanted)


def with_row(text: str, table: str, index: int | None, value: Row | None) -> str:
    """The text whose row ``[[table]]`` number ``index`` is ``value``; None: a new row; ``value`` None: it goes."""
    tree = read_tree(text)
    rows = list(tree.get(table, []))
    groups = groups_of(blocks_of(text))
    places = [at for at, group in enumerate(groups) if group[0].name == table]
    if len(places) != len(rows) or (index is not None and not 0 <= index < len(rows)):
        raise FinalError(UNSURE)
    if index is None:
        rows.append(value)
        _add(groups, places, _new_group({table: [dict(value or {})]}))
    else:
        rows[index : index + 1] = [] if value is None else [value]
        _put(groups, places[index], None if value is None else _changed(groups[places[index]], table, value))
    wanted = {**tree, table: rows} if rows else {name: one for name, one in tree.items() if name != table}
    return _sure(text_of(groups), wanted)


def _sure(after: str, wanted: Row) -> str:
    if read_tree(after) != wanted:
        raise FinalError(UNSURE)
    return after


def _new_group(value: Row) -> Group:
    return blocks_of(tomlkit.dumps(value).strip("\n"))[1:]


def _add(groups: list[Group], places: list[int], new: Group) -> None:
    """Behind the last row of its kind, before the comment of what comes next; without one, at the end."""
    if not places:
        groups.extend(([Block("", ("",))], new))
        return
    last = groups[places[-1]]
    tail = tail_of(last[-1].lines)
    groups[places[-1]] = [*last[:-1], Block(last[-1].name, stripped(last[-1].lines))]
    groups[places[-1] + 1 : places[-1] + 1] = [[Block("", ("",))], new, [Block("", tail)]]


def _put(groups: list[Group], at: int, new: Group | None) -> None:
    """``new`` in the place of a group, whose last comments stay: they head what comes next."""
    tail = tail_of(groups[at][-1].lines)
    groups[at] = [*(new or []), Block("", tail)]


def _changed(group: Group, table: str, value: Row) -> Group:
    lines = [line for block in group[:-1] for line in block.lines]
    lines += stripped(group[-1].lines)
    try:
        document = tomlkit.parse("\n".join(lines) + "\n")
    except TOMLKitError as cause:
        raise FinalError(UNSURE) from cause
    held: Any = document[table]
    _update(held[0] if isinstance(held, list) else held, value)
    return blocks_of(tomlkit.dumps(document).strip("\n"))[1:]


def _update(held: MutableMapping[str, Any], value: Row) -> None:
    """Only what differs is written, so that comments and the order of lines stay."""
    for name in [name for name in held if name not in value]:
        del held[name]
    for name, one in value.items():
        if name not in held:
            held[name] = one
        elif held[name] != one:
            _replace(held, name, one)


def _replace(held: MutableMapping[str, Any], name: str, one: Any) -> None:
    old = held[name]
    if isinstance(old, MutableMapping) and isinstance(one, Mapping):
        _update(old, one)
    elif isinstance(old, AoT) and all(isinstance(row, Mapping) for row in one):
        _update_rows(old, one)
    else:
        held[name] = one


def _update_rows(old: AoT, rows: list[Row]) -> None:
    """Rows of a row, such as a camera's zones: those that stay keep their comments."""
    for held, row in zip(list(old), rows, strict=False):
        _update(held, row)
    for row in rows[len(old) :]:
        old.append(tomlkit.item(dict(row)))
    for index in range(len(old) - 1, len(rows) - 1, -1):
        del old[index]
