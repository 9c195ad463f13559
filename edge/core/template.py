"""Templates with blanks: words that were approved beforehand, and what a person may put between them.

``fill`` checks every value against its blank and gives the pieces to say, in order: fixed words, which were rendered
and approved beforehand, and filled blanks, which are rendered now (law 10). Every refusal is a Vietnamese sentence
that says what to change.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from edge.core.errors import FinalError

_HOLE = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_DECIMAL = re.compile(r"[+-]?\d{1,6}(?:[.,]\d{1,3})?")
_CLOCK = re.compile(r"(\d{1,2})\s*(?:h|:|g|giờ)\s*(\d{1,2})?\s*(?:phút)?")
_DAY = re.compile(r"(?:ngày\s+)?(\d{1,2})[/-](\d{1,2})(?:[/-](\d{4}))?")
_ALLOWED = re.compile(r"[\w\s,.;:()/+-]*")
_LONGEST_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
MOST_TEXT = 200


class BlankKind(StrEnum):
    """What may stand in a blank."""

    LEVEL = "level"
    DISCHARGE = "discharge"
    COUNT = "count"
    TIME = "time"
    DATE = "date"
    CHOICE = "choice"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Blank:
    """One blank. ``low`` and ``high`` bound numbers (metres, m³/s or pieces); ``most`` bounds the letters of a text."""

    name: str
    kind: BlankKind
    label: str
    low: float = 0.0
    high: float = 0.0
    most: int = 60
    choices: tuple[str, ...] = ()
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """Words to say; ``blank`` names the blank that they fill, empty for fixed words."""

    text: str
    blank: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """A template: its text with ``{name}`` where a blank is."""

    text: str
    blanks: tuple[Blank, ...] = ()


def holes(text: str) -> tuple[str, ...]:
    """Names of the blanks of a text, in order."""
    return tuple(_HOLE.findall(text))


def fixed_pieces(words: Words) -> tuple[str, ...]:
    """What can be rendered before anybody fills a blank. A piece without a word is no piece."""
    return tuple(piece.text for piece in _cut(words.text) if not piece.blank and _has_words(piece.text))


def fill(words: Words, values: Mapping[str, str]) -> tuple[Piece, ...]:
    """The pieces to say; raises FinalError naming the blank that is missing, unknown or out of its bounds."""
    known = {blank.name: blank for blank in words.blanks}
    for name in values:
        if name not in known:
            raise FinalError(f"Mẫu tin không có chỗ trống “{name[:40]}”.")
    said = {name: _said(blank, values.get(name, "").strip()) for name, blank in known.items()}
    pieces = [Piece(said[piece.blank], piece.blank) if piece.blank else piece for piece in _cut(words.text)]
    return tuple(piece for piece in pieces if piece.blank or _has_words(piece.text))


def whole(pieces: Sequence[Piece]) -> str:
    """The text that people read."""
    text = " ".join(piece.text.strip() for piece in pieces)
    return re.sub(r"\s+([,.;:!?])", r"\1", text)


def extremes(blank: Blank) -> tuple[str, ...]:
    """Values at the ends of what the blank takes: each must be readable aloud."""
    match blank.kind:
        case BlankKind.LEVEL:
            return _numbers(blank, 2)
        case BlankKind.DISCHARGE | BlankKind.COUNT:
            return _numbers(blank, 0)
        case BlankKind.TIME:
            return ("0h05", "12h", "23h59")
        case BlankKind.DATE:
            return ("1/1", "31/12/2030")
        case BlankKind.CHOICE:
            return blank.choices
        case BlankKind.TEXT:
            return ("nhà văn hóa thôn",)


def _numbers(blank: Blank, digits: int) -> tuple[str, ...]:
    return tuple(f"{value:.{digits}f}".replace(".", ",") for value in (blank.low, blank.high))


def _cut(text: str) -> list[Piece]:
    """Fixed words and holes in turn. A mark that follows a hole goes with what comes after it."""
    parts = _HOLE.split(text)
    return [
        Piece("", part) if odd % 2 else Piece(part.strip()) for odd, part in enumerate(parts) if part.strip() or odd % 2
    ]


def _has_words(text: str) -> bool:
    return any(letter.isalnum() for letter in text)


def _said(blank: Blank, value: str) -> str:
    if not value:
        raise FinalError(f"Chưa điền “{blank.label}”.")
    if len(value) > MOST_TEXT:
        raise FinalError(f"“{blank.label}” dài {len(value)} chữ, tối đa {MOST_TEXT}.")
    return _SAID[blank.kind](blank, value)


def _level(blank: Blank, value: str) -> str:
    metres = _number(blank, value.removesuffix("m").strip())
    sign = "+" if value.startswith("+") else ""
    return f"{sign}{metres:.2f} m".replace(".", ",")


def _discharge(blank: Blank, value: str) -> str:
    flow = _number(blank, re.sub(r"\s*m(3|³)/s$", "", value).replace(".", ""))
    return f"{round(flow)} m³/s"


def _count(blank: Blank, value: str) -> str:
    number = _number(blank, value.replace(".", ""))
    if number != int(number):
        raise FinalError(f"“{blank.label}” phải là số nguyên.")
    return f"{int(number)} {blank.unit}".rstrip()


def _number(blank: Blank, value: str) -> float:
    if not _DECIMAL.fullmatch(value):
        raise FinalError(f"“{blank.label}” phải là một số, ví dụ {_numbers(blank, 2)[1]}.")
    number = float(value.replace(",", "."))
    if not blank.low <= number <= blank.high:
        raise FinalError(f"“{blank.label}” phải từ {_plain(blank.low)} đến {_plain(blank.high)}.")
    return number


def _plain(number: float) -> str:
    return f"{number:g}".replace(".", ",")


def _time(blank: Blank, value: str) -> str:
    found = _CLOCK.fullmatch(value.lower())
    hour, minute = (int(found[1]), int(found[2] or 0)) if found else (99, 99)
    if hour > 23 or minute > 59:
        raise FinalError(f"“{blank.label}” phải là giờ trong ngày, ví dụ 17h30.")
    return f"{hour} giờ {minute:02d}" if minute else f"{hour} giờ"


def _date(blank: Blank, value: str) -> str:
    found = _DAY.fullmatch(value.lower())
    day, month = (int(found[1]), int(found[2])) if found else (0, 0)
    if not (1 <= month <= 12 and 1 <= day <= _LONGEST_MONTH[month - 1]):
        raise FinalError(f"“{blank.label}” phải là một ngày có thật, ví dụ 20/11/2026.")
    year = f"/{found[3]}" if found and found[3] else ""
    return f"ngày {day}/{month}{year}"


def _choice(blank: Blank, value: str) -> str:
    if value not in blank.choices:
        raise FinalError(f"“{blank.label}” phải là một trong: {', '.join(blank.choices)}.")
    return value


def _text(blank: Blank, value: str) -> str:
    if len(value) > blank.most:
        raise FinalError(f"“{blank.label}” dài {len(value)} chữ, tối đa {blank.most}: hãy viết ngắn hơn.")
    if not _ALLOWED.fullmatch(value) or "{" in value:
        raise FinalError(f"“{blank.label}” có ký tự lạ; chỉ dùng chữ, số và dấu câu thường.")
    return value


_SAID: Mapping[BlankKind, Callable[[Blank, str], str]] = {
    BlankKind.LEVEL: _level,
    BlankKind.DISCHARGE: _discharge,
    BlankKind.COUNT: _count,
    BlankKind.TIME: _time,
    BlankKind.DATE: _date,
    BlankKind.CHOICE: _choice,
    BlankKind.TEXT: _text,
}
