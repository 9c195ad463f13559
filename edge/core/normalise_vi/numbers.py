"""Whole numbers as Vietnamese words, and back.

The two directions share no logic but the ten digit words: the way back is a grammar, so that reading a number
back is a real check of what will be heard. Source: the reading rules taught in primary school (SGK Toán 4);
the south says ngàn, lẻ and bốn where the north says nghìn, linh and tư.
"""

from __future__ import annotations

import re

from edge.core.normalise_vi.result import Accent

LARGEST = 10**15 - 1
DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_VALUE = {word: digit for digit, word in enumerate(DIGITS)}
_UNIT_VALUE = _VALUE | {"mốt": 1, "tư": 4, "lăm": 5}

_THOUSAND = {Accent.NORTH: "nghìn", Accent.SOUTH: "ngàn"}
_AND = {Accent.NORTH: "linh", Accent.SOUTH: "lẻ"}
_FOUR = {Accent.NORTH: "tư", Accent.SOUTH: "bốn"}


def thousand(accent: Accent) -> str:
    """The accent's word for a thousand."""
    return _THOUSAND[accent]


def number_to_words(n: int, accent: Accent = Accent.NORTH) -> str:
    """Speaks 0 <= n < 10^15; ValueError outside."""
    if not 0 <= n <= LARGEST:
        raise ValueError(f"{n} is outside 0..{LARGEST}")
    if n == 0:
        return DIGITS[0]
    billions, rest = divmod(n, 10**9)
    words = [*_below_billion(billions, accent, inner=False), "tỷ"] if billions else []
    return " ".join(words + _below_billion(rest, accent, inner=bool(billions)))


def _below_billion(n: int, accent: Accent, *, inner: bool) -> list[str]:
    """Words of n < 10^9; `inner` when a greater part was already said, which makes the zeros audible."""
    words: list[str] = []
    for size, name in ((10**6, "triệu"), (10**3, _THOUSAND[accent]), (1, "")):
        group = n // size % 1000
        if group:
            words += _group(group, accent, inner=inner or bool(words))
            words += [name] if name else []
    return words


def _group(n: int, accent: Accent, *, inner: bool) -> list[str]:
    hundreds, rest = divmod(n, 100)
    head = [DIGITS[hundreds], "trăm"] if hundreds or inner else []
    return head + _tens(rest, accent, after_hundred=bool(head))


def _tens(n: int, accent: Accent, *, after_hundred: bool) -> list[str]:
    tens, unit = divmod(n, 10)
    if n == 0:
        return []
    if tens == 0:
        return [_AND[accent], _FOUR[accent] if unit == 4 else DIGITS[unit]] if after_hundred else [DIGITS[unit]]
    head = ["mười"] if tens == 1 else [DIGITS[tens], "mươi"]
    return head + _unit_after_ten(unit, accent, teen=tens == 1)


def _unit_after_ten(unit: int, accent: Accent, *, teen: bool) -> list[str]:
    if unit == 0:
        return []
    if unit == 5:
        return ["lăm"]
    if teen:
        return [DIGITS[unit]]
    return [{1: "mốt", 4: _FOUR[accent]}.get(unit, DIGITS[unit])]


_DIGIT = "|".join(DIGITS)
_NOT_ZERO = "|".join(DIGITS[1:])
_HEARD_GROUP = re.compile(
    rf"(?:(?P<hundreds>{_DIGIT}) trăm(?= |$) ?)?"
    rf"(?:(?:linh|lẻ) (?P<lone>tư|{_NOT_ZERO})"
    r"|(?P<ten>mười)(?: (?P<teen>một|hai|ba|bốn|lăm|sáu|bảy|tám|chín))?"
    r"|(?P<tens>hai|ba|bốn|năm|sáu|bảy|tám|chín) mươi(?: (?P<unit>mốt|hai|ba|tư|bốn|lăm|sáu|bảy|tám|chín))?"
    rf"|(?P<single>{_DIGIT}))?"
)


def words_to_number(words: str) -> int:
    """Hears a number in either accent; ValueError for anything that is not exactly one well-formed number."""
    if words == DIGITS[0]:
        return 0
    head, billion, tail = _cut(words, "tỷ", "tỉ")
    if not billion:
        return _hear_below_billion(tail, inner=False)
    billions = _hear_below_billion(head, inner=False)
    if billions >= 10**6:
        raise ValueError(f"too many billions: {words!r}")
    return billions * 10**9 + (_hear_below_billion(tail, inner=True) if tail else 0)


def _hear_below_billion(words: str, *, inner: bool) -> int:
    total, rest = 0, words
    for size, names in ((10**6, ("triệu",)), (10**3, ("nghìn", "ngàn"))):
        head, name, rest = _cut(rest, *names)
        if name:
            total += size * _hear_group(head, inner=inner or bool(total))
    if rest:
        total += _hear_group(rest, inner=inner or bool(total))
    if total == 0:
        raise ValueError(f"not a number: {words!r}")
    return total


def _cut(words: str, *names: str) -> tuple[str, str, str]:
    """Splits at the one place a scale is named: (before, name, after), or ("", "", words) when it is not."""
    tokens = words.split(" ")
    at = [i for i, token in enumerate(tokens) if token in names]
    if not at:
        return "", "", words
    if len(at) > 1 or at[0] == 0:
        raise ValueError(f"misplaced {names[0]}: {words!r}")
    return " ".join(tokens[: at[0]]), tokens[at[0]], " ".join(tokens[at[0] + 1 :])


def _hear_group(words: str, *, inner: bool) -> int:
    heard = _HEARD_GROUP.fullmatch(words)
    if not heard or not words or words.endswith(" "):
        raise ValueError(f"not a number: {words!r}")
    part = heard.groupdict()
    if not _well_joined(part, inner=inner):
        raise ValueError(f"badly joined number: {words!r}")
    value = 100 * _VALUE[part["hundreds"] or DIGITS[0]] + _hear_tens(part)
    if value == 0:
        raise ValueError(f"empty group: {words!r}")
    return value


def _well_joined(part: dict[str, str | None], *, inner: bool) -> bool:
    """Inside a number the hundreds are always said, at its front never as không; linh only after them."""
    if part["hundreds"] is None:
        return not inner and part["lone"] is None
    return part["single"] is None and (inner or part["hundreds"] != DIGITS[0])


def _hear_tens(part: dict[str, str | None]) -> int:
    if part["tens"]:
        return 10 * _VALUE[part["tens"]] + _UNIT_VALUE[part["unit"] or DIGITS[0]]
    if part["lone"] or part["single"]:
        return _UNIT_VALUE[part["lone"] or part["single"] or DIGITS[0]]
    return 10 + _UNIT_VALUE[part["teen"] or DIGITS[0]] if part["ten"] else 0


def digits_to_words(digits: str) -> str:
    """Speaks ASCII digits one by one, as a phone number is read."""
    return " ".join(DIGITS[int(digit)] for digit in digits)


def words_to_digits(words: str) -> str:
    """Hears digits spoken one by one; ValueError for any other word."""
    try:
        return "".join(str(_VALUE[word]) for word in words.split())
    except KeyError as error:
        raise ValueError(f"not a digit: {error.args[0]!r}") from error
