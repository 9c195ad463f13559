"""One measured value in one line of settings, so that a station can have several: `level m register=0 scale=0.001`.

First the quantity, then its unit, then options; what has blanks in it stands in quotes: `field="Mực nước"`.
"""

from __future__ import annotations

import math
import re
import shlex
from collections.abc import Sequence

from drivers.base import MisconfiguredDriverError

QUANTITY = re.compile(r"[a-z][a-z0-9_]{0,39}")
LONGEST_UNIT = 12
MOST_VALUES = 8


def value_lines(kind: str, settings: object) -> tuple[tuple[str, str], ...]:
    """Of a device's settings `value_1` to `value_8` those that are given: name of the setting and line."""
    names = (f"value_{number}" for number in range(1, MOST_VALUES + 1))
    return tuple((f"{kind}.{name}", line) for name in names if (line := getattr(settings, name)) is not None)


class ValueLine:
    """Hands out the words of a line, each typed and bounded; `done` refuses what nobody asked for.

    Every method raises `MisconfiguredDriverError` naming the setting.
    """

    def __init__(self, setting: str, text: str) -> None:
        self._setting = setting
        words = self._split(text)
        if len(words) < 2 or not QUANTITY.fullmatch(words[0]) or len(words[1]) > LONGEST_UNIT or "=" in words[1]:
            raise self.wrong(f"{text!r} does not begin with a quantity (a-z, 0-9, _) and its unit")
        self.quantity, self.unit = words[:2]
        self._options = self._pairs(words[2:])

    def wrong(self, why: str) -> MisconfiguredDriverError:
        """The error to raise."""
        return MisconfiguredDriverError(f"{self._setting}: {why}")

    def text(self, key: str) -> str | None:
        """What was given for this key, once."""
        return self._options.pop(key, None)

    def one_of(self, key: str, choices: Sequence[str]) -> str:
        """One of the choices; the first where nothing is given."""
        given = self.text(key)
        if given is not None and given not in choices:
            raise self.wrong(f"{key}={given} is not one of {', '.join(choices)}")
        return given or choices[0]

    def whole(self, key: str, low: int, high: int) -> int | None:
        """A whole number from `low` to `high`."""
        number = self.number(key, low, high)
        if number is not None and number != int(number):
            raise self.wrong(f"{key}={number} is not a whole number")
        return None if number is None else int(number)

    def number(self, key: str, low: float, high: float) -> float | None:
        """A number from `low` to `high`."""
        given = self.text(key)
        if given is None:
            return None
        try:
            number = float(given)
        except ValueError:
            number = math.nan
        if not low <= number <= high:
            raise self.wrong(f"{key}={given} is not a number from {low:g} to {high:g}")
        return number

    def scaling(self) -> tuple[float, float]:
        """`scale` and `offset` of value = offset + raw x scale: 1 and 0 where nothing is given."""
        scale, offset = self.number("scale", -1e6, 1e6), self.number("offset", -1e6, 1e6)
        if scale == 0:
            raise self.wrong("scale=0 measures nothing")
        return 1.0 if scale is None else scale, 0.0 if offset is None else offset

    def done(self) -> None:
        """Nothing may be left over."""
        if self._options:
            raise self.wrong(f"no such option: {', '.join(sorted(self._options))}")

    def _split(self, text: str) -> list[str]:
        try:
            return shlex.split(text)
        except ValueError as error:
            raise self.wrong(f"{text!r}: {error}") from error

    def _pairs(self, words: list[str]) -> dict[str, str]:
        pairs: dict[str, str] = {}
        for word in words:
            key, equals, value = word.partition("=")
            if not (key and equals and value) or key in pairs:
                raise self.wrong(f"{word!r} is not key=value, or stands twice")
            pairs[key] = value
        return pairs
