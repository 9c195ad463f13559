"""Which line of a TOML text a setting stands on, so that an error can say so."""

import re
from collections import Counter

Key = str | int
PathKey = tuple[Key, ...]

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(#.*)?$")
_ASSIGN = re.compile(r"""^\s*((?:"[^"]*"|'[^']*'|[\w.-])+)\s*=""")
_STRINGS = re.compile(r'"(?:\\.|[^"\\])*"|\'[^\']*\'|#.*$')


def line_table(text: str) -> dict[PathKey, int]:
    """Line number of every table and key, by its path: ("camera", 2, "zone", 0, "polygon")."""
    table: dict[PathKey, int] = {}
    seen: Counter[PathKey] = Counter()
    here: PathKey = ()
    depth = 0
    for number, line in enumerate(text.splitlines(), 1):
        header = _HEADER.match(line) if depth == 0 else None
        if header:
            here = _enter(_split(header[2]), header[1] == "[[", seen)
            table.setdefault(here, number)
            continue
        assign = _ASSIGN.match(line) if depth == 0 else None
        if assign:
            table.setdefault(here + _split(assign[1]), number)
        bare = _STRINGS.sub("", line)
        depth = max(0, depth + bare.count("[") + bare.count("{") - bare.count("]") - bare.count("}"))
    return table


def line_of(table: dict[PathKey, int], path: PathKey) -> int | None:
    """The line of the setting, or of the nearest table around it."""
    for length in range(len(path), 0, -1):
        if path[:length] in table:
            return table[path[:length]]
    return None


def _split(dotted: str) -> PathKey:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))


def _enter(names: PathKey, is_array: bool, seen: Counter[PathKey]) -> PathKey:
    path: PathKey = ()
    for name in names[:-1]:
        path += (name,)
        if seen[path]:
            path += (seen[path] - 1,)
    path += (names[-1],)
    if is_array:
        seen[path] += 1
        path += (seen[path] - 1,)
    return path
