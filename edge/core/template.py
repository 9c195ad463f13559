"""Templates with blanks: words that were approved beforehand, and what a person may put between them.

``fill`` checks every value against its blank and gives the pieces to say, in order: fixed words, which were rendered
and approved beforehand, and filled blanks, which are rendered now (law 10). Every refusal is a Vietnamese sentence
that says what to change.
"""

import re
import unicodedata
from calendar import isleap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from edge.core.errors import FinalError

_HOLE = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_DECIMAL = re.compile(r"[+-]?\d{1,6}(?:[.,]\d{1,3})?")
_WHOLE = re.compile(r"\d{1,6}|\d{1,3}(?:\.\d{3})+")
"""A dot only before three digits: 1.200 is twelve hundred, and 2.5 is refused instead of becoming 25."""
_LASTING = re.compile(r"(?:(\d{1,3})\s*ngày)?\s*(?:(\d{1,3})\s*giờ)?\s*(?:(\d{1,4})\s*phút)?")
_CLOCK = re.compile(r"(\d{1,2})\s*(?:h|:|g|giờ)\s*(\d{1,2})?\s*(?:phút)?")
_DAY = re.compile(r"(?:ngày\s+)?(\d{1,2})[/-](\d{1,2})(?:[/-](\d{4}))?")
_STRANGE = re.compile(r"[^\w ,.;:()/+-]|_")
_LONGEST_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
MOST_TEXT = 200


class BlankKind(StrEnum):
    """What may stand in a blank."""

    LEVEL = "level"
    DISCHARGE = "discharge"
    COUNT = "count"
    TIME = "time"
    DATE = "date"
    DURATION = "duration"
    CHOICE = "choice"
    HAMLETS = "hamlets"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Blank:
    """One blank. ``low`` and ``high`` bound numbers (metres, m³/s, pieces, or minutes of a duration).

    ``step`` is how fine a number may be; 0: its kind's own. ``most`` bounds the letters of a text. ``choices`` are what
    a choice is taken from, and the names of the commune's hamlets.
    """

    name: str
    kind: BlankKind
    label: str
    low: float = 0.0
    high: float = 0.0
    step: float = 0.0
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
    said = {name: _said(blank, _typed(values.get(name, ""))) for name, blank in known.items()}
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
        case BlankKind.DURATION:
            return (f"{blank.low:.0f}", f"{blank.high:.0f}")
        case BlankKind.CHOICE:
            return blank.choices
        case BlankKind.HAMLETS:
            return (*blank.choices, ", ".join(blank.choices))
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


def _typed(value: str) -> str:
    """As one line, with letters and their accents in one."""
    return " ".join(unicodedata.normalize("NFC", value).split())


def _said(blank: Blank, value: str) -> str:
    if not value:
        raise FinalError(f"Chưa điền “{blank.label}”.")
    if len(value) > MOST_TEXT and blank.kind is not BlankKind.HAMLETS:
        raise FinalError(f"“{blank.label}” dài {len(value)} chữ, tối đa {MOST_TEXT}.")
    return _SAID[blank.kind](blank, value)


def _level(blank: Blank, value: str) -> str:
    metres = _decimal(blank, value.removesuffix("m").strip())
    sign = "+" if value.startswith("+") else ""
    return f"{sign}{metres:.2f} m".replace(".", ",")


def _discharge(blank: Blank, value: str) -> str:
    flow = re.sub(r"\s*m(3|³)/s$", "", value)
    return f"{_whole(blank, flow)} m³/s"


def _count(blank: Blank, value: str) -> str:
    return f"{_whole(blank, value)} {blank.unit}".rstrip()


def _decimal(blank: Blank, value: str) -> float:
    if not _DECIMAL.fullmatch(value):
        raise FinalError(f"“{blank.label}” phải là một số, ví dụ {_numbers(blank, 2)[1]}.")
    return _bounded(blank, float(value.replace(",", ".")), blank.step or 0.01)


def _whole(blank: Blank, value: str) -> int:
    if not _WHOLE.fullmatch(value):
        raise FinalError(f"“{blank.label}” phải là số nguyên, ví dụ {_numbers(blank, 0)[1]}.")
    return int(_bounded(blank, float(value.replace(".", "")), blank.step or 1))


def _bounded(blank: Blank, number: float, step: float) -> float:
    """A number that is said is the number that was typed: what is finer than the step is refused, never rounded."""
    if not blank.low <= number <= blank.high:
        raise FinalError(f"“{blank.label}” phải từ {_plain(blank.low)} đến {_plain(blank.high)}.")
    steps = number / step
    if abs(steps - round(steps)) > 1e-6:
        raise FinalError(f"“{blank.label}” chỉ lấy số chẵn đến {_plain(step)}: {_plain(number)} không được.")
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
    if not (1 <= month <= 12 and 1 <= day <= _longest(month, found[3] if found else None)):
        raise FinalError(f"“{blank.label}” phải là một ngày có thật, ví dụ 20/11/2026.")
    year = f"/{found[3]}" if found and found[3] else ""
    return f"ngày {day}/{month}{year}"


def _longest(month: int, year: str | None) -> int:
    """Days of a month; a February without a year may be of any."""
    return 28 if month == 2 and year and not isleap(int(year)) else _LONGEST_MONTH[month - 1]


def _duration(blank: Blank, value: str) -> str:
    """Minutes as a bare number, or days, hours and minutes as words."""
    found = _LASTING.fullmatch(f"{value} phút" if value.isdecimal() else value.lower())
    days, hours, minutes = (int(part or 0) for part in found.groups()) if found else (0, 0, 0)
    total = (days * 24 + hours) * 60 + minutes
    if not total:
        raise FinalError(f"“{blank.label}” phải là một khoảng thời gian, ví dụ 2 giờ 30 phút.")
    if not blank.low <= total <= blank.high:
        raise FinalError(f"“{blank.label}” phải từ {_lasting(blank.low)} đến {_lasting(blank.high)}.")
    return _lasting(total)


def _lasting(minutes: float) -> str:
    days, rest = divmod(round(minutes), 24 * 60)
    parts = [(days, "ngày"), (rest // 60, "giờ"), (rest % 60, "phút")]
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "0 phút"


def _hamlets(blank: Blank, value: str) -> str:
    """Names of hamlets, each once, in the order of the commune's list."""
    named = [name.strip() for name in value.split(",") if name.strip()]
    for name in named:
        if name not in blank.choices:
            raise FinalError(f"“{blank.label}”: không có thôn “{name[:40]}”.")
    if not named:
        raise FinalError(f"“{blank.label}”: chưa chọn thôn nào.")
    *before, last = [name for name in blank.choices if name in named]
    return f"{', '.join(before)} và {last}" if before else last


def _choice(blank: Blank, value: str) -> str:
    if value not in blank.choices:
        raise FinalError(f"“{blank.label}” phải là một trong: {', '.join(blank.choices)}.")
    return value


def _text(blank: Blank, value: str) -> str:
    if len(value) > blank.most:
        raise FinalError(f"“{blank.label}” dài {len(value)} chữ, tối đa {blank.most}: hãy viết ngắn hơn.")
    if _STRANGE.search(value):
        raise FinalError(f"“{blank.label}” có ký tự lạ; chỉ dùng chữ, số và dấu câu thường.")
    return value


_SAID: Mapping[BlankKind, Callable[[Blank, str], str]] = {
    BlankKind.LEVEL: _level,
    BlankKind.DISCHARGE: _discharge,
    BlankKind.COUNT: _count,
    BlankKind.TIME: _time,
    BlankKind.DATE: _date,
    BlankKind.DURATION: _duration,
    BlankKind.CHOICE: _choice,
    BlankKind.HAMLETS: _hamlets,
    BlankKind.TEXT: _text,
}
