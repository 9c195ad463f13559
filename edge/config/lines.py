"""Which line of a TOML text a setting stands on, so that an error can say so.

``tomllib`` gives values without places. This walks a text that ``tomllib`` has accepted already and remembers where
every table, key and array item begins; it never has to judge a value.
"""

import bisect
import re
import tomllib
from collections import Counter
from collections.abc import Callable

Key = str | int
PathKey = tuple[Key, ...]

_BLANK = re.compile(r"[ \t]*")
_GAP = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_KEY = re.compile(r'"(?:\\.|[^"\\])*"|\'[^\']*\'|[\w-]+')
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"""(?:"{0,2})|\'\'\'.*?\'\'\'(?:\'{0,2})|"(?:\\.|[^"\\])*"|\'[^\']*\'', re.DOTALL
)
_PLAIN = re.compile(r"[^,\]}#\r\n]*")


def line_table(text: str) -> dict[PathKey, int]:
    """Line number of every table, key and item, by its path: ("camera", 2, "zone", 0, "polygon", 1)."""
    return _Walk(text).table()


def line_of(table: dict[PathKey, int], path: PathKey) -> int | None:
    """The line of the setting, or of the nearest table around it."""
    for length in range(len(path), 0, -1):
        if path[:length] in table:
            return table[path[:length]]
    return None


class _Walk:
    """One walk through a valid text, from its first character to its last."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._newlines = [match.start() for match in re.finditer("\n", text)]
        self._table: dict[PathKey, int] = {}
        self._rows: Counter[PathKey] = Counter()

    def table(self) -> dict[PathKey, int]:
        """The lines of everything."""
        here: PathKey = ()
        self._skip(_GAP)
        while self._at < len(self._text):
            if self._text[self._at] == "[":
                here = self._header()
            else:
                self._assignment(here)
            self._skip(_GAP)
        return self._table

    def _header(self) -> PathKey:
        """``[a.b]`` or ``[[a.b]]``: the path that the keys below it belong to."""
        line = self._line()
        is_array = self._text.startswith("[[", self._at)
        self._at += 2 if is_array else 1
        *parents, last = self._dotted()
        self._at += 2 if is_array else 1
        path: PathKey = ()
        for name in parents:
            path = self._newest_row((*path, name))
        path = (*path, last)
        if is_array:
            self._rows[path] += 1
            self._mark(path, line)
            path = self._newest_row(path)
        self._mark(path, line)
        return path

    def _newest_row(self, path: PathKey) -> PathKey:
        rows = self._rows[path]
        return (*path, rows - 1) if rows else path

    def _assignment(self, here: PathKey) -> None:
        line = self._line()
        path = here
        for name in self._dotted():
            path = (*path, name)
            self._mark(path, line)
        self._at += 1  # the equals sign
        self._skip(_BLANK)
        self._value(path)

    def _value(self, path: PathKey) -> None:
        first = self._text[self._at]
        if first == "[":
            self._array(path)
        elif first == "{":
            self._inline_table(path)
        elif first in "\"'":
            self._skip(_STRING)
        else:
            self._skip(_PLAIN)

    def _array(self, path: PathKey) -> None:
        index = 0

        def item() -> None:
            nonlocal index
            self._mark((*path, index), self._line())
            self._value((*path, index))
            index += 1

        self._between("]", item)

    def _inline_table(self, path: PathKey) -> None:
        self._between("}", lambda: self._assignment(path))

    def _between(self, closing: str, item: Callable[[], None]) -> None:
        """Items between an opening bracket, here, and its closing one."""
        self._at += 1
        self._skip(_GAP)
        while self._text[self._at] != closing:
            item()
            self._skip(_GAP)
            if self._text[self._at] == ",":
                self._at += 1
                self._skip(_GAP)
        self._at += 1

    def _dotted(self) -> list[str]:
        """``a . "b c"`` up to what follows the key."""
        names = []
        while True:
            self._skip(_BLANK)
            names.append(_bare(self._skip(_KEY)))
            self._skip(_BLANK)
            if self._text[self._at] != ".":
                return names
            self._at += 1

    def _mark(self, path: PathKey, line: int) -> None:
        self._table.setdefault(path, line)

    def _line(self) -> int:
        return bisect.bisect_left(self._newlines, self._at) + 1

    def _skip(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self._text, self._at)
        assert found is not None, f"not TOML at character {self._at}"
        self._at = found.end()
        return found[0]


def _bare(key: str) -> str:
    """A key without its quotes and escapes."""
    if key[0] not in "\"'":
        return key
    value: str = tomllib.loads(f"k = {key}")["k"]
    return value
