"""Dates: 22/11, 22/11/2026, 22-25/11, 11/2026, 2026-11-22. A day that does not exist is refused."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, replace

from edge.core.normalise_vi import context
from edge.core.normalise_vi.boundaries import ends_number
from edge.core.normalise_vi.context import GAP, TO
from edge.core.normalise_vi.figures import cardinal, ordinal
from edge.core.normalise_vi.reading import Answer, Here, Piece, Reading, Refusal
from edge.core.normalise_vi.result import Accent, Kind

_YEAR = r"(?:1[89]|20|21)[0-9]{2}"
_DMY = re.compile(
    rf"(?P<day>[0-9]{{1,2}})(?P<mark>[/.-]|{GAP}[/-]{GAP})(?P<month>[0-9]{{1,2}})(?P=mark)(?P<year>{_YEAR})(?![0-9])"
)
_ISO = re.compile(rf"(?P<year>{_YEAR})-(?P<month>[0-9]{{2}})-(?P<day>[0-9]{{2}})(?![0-9])")
_SPACED = re.compile(rf"(?P<day>[0-9]{{1,2}}){GAP}/{GAP}(?P<month>[0-9]{{1,2}})(?![0-9]|{GAP}?/)")
_DM = re.compile(r"(?P<day>[0-9]{1,2})/(?P<month>[0-9]{1,2})(?![0-9/])")
_MY = re.compile(rf"(?P<month>[0-9]{{1,2}})[/-](?P<year>{_YEAR})(?![0-9/])")
_MONTHS = re.compile(
    rf"(?P<first>[0-9]{{1,2}})(?:/(?P<from>{_YEAR}))?(?P<joint>{TO}|{GAP}?\+{GAP}?)(?:tháng )?"
    rf"(?P<last>[0-9]{{1,2}})/(?P<year>{_YEAR})(?![0-9/])"
)
_SHORT_YEAR = re.compile(r"[0-9]{1,2}([/.-])[0-9]{1,2}\1[0-9]{2}(?![0-9])")
_DAYS = re.compile(rf"(?P<day>[0-9]{{1,2}}){TO}(?=[0-9]{{1,2}}/[0-9])")
_DAY_LIST = re.compile(r"(?:[0-9]{1,2},){1,6}(?=[0-9]{1,2}/[0-9])")
_DASHED = re.compile(r"(?P<day>[0-9]{1,2})-(?P<month>[0-9]{1,2})(?![0-9/-])")
_TO = re.compile(TO)
_DOTTED = re.compile(r"(?P<day>[0-9]{1,2})\.(?P<month>[0-9]{1,2})(?![0-9.])")


@dataclass(frozen=True, slots=True)
class Day:
    """A day as written; without a year the 29th of February is possible."""

    end: int
    day: str
    month: str
    year: str = ""
    year_first: bool = False

    @property
    def exists(self) -> bool:
        """It is in the calendar."""
        month, year = int(self.month), int(self.year or 2000)
        return 1 <= month <= 12 and 1 <= int(self.day) <= monthrange(year, month)[1]


def read_date(here: Here) -> Answer:
    """Reads what can only be a date, or is one by the words before it."""
    for reader in (
        _day_list,
        _days_or_full,
        _months,
        _month_and_year,
        _dashed_day,
        _spaced_day,
        _dotted_day,
        _two_digit_year,
    ):
        if (answer := reader(here)) is not None:
            return answer
    return None


def full_day(text: str, at: int) -> Day | None:
    """A day with a year that starts at `at`."""
    if found := _DMY.match(text, at):
        return Day(found.end(), found["day"], found["month"], found["year"])
    if found := _ISO.match(text, at):
        return Day(found.end(), found["day"], found["month"], found["year"], year_first=True)
    return None


def short_day(text: str, at: int) -> Day | None:
    """A day with a month only."""
    found = _DM.match(text, at)
    return Day(found.end(), found["day"], found["month"]) if found else None


def _days_or_full(here: Here) -> Answer:
    """22/11/2026, 22/11-25/11/2026, 22-25/11, 22-25/11/2026."""
    first = full_day(here.text, here.at) or short_day(here.text, here.at) or _lone_day(here.text, here.at)
    if first is None:
        return None
    joint = None if first.month == "" else _TO.match(here.text, first.end)
    start = first.end if first.month == "" else joint.end() if joint else -1
    last = (full_day(here.text, start) or short_day(here.text, start)) if start >= 0 else None
    if last is None:
        return _answer(here, (first,)) if first.year else None
    if not first.year and not last.year and context.SHARE_NEXT.match(here.text, last.end):
        return None if first.month else Refusal(last.end)
    return _answer(here, (first, last))


def _day_list(here: Here) -> Answer:
    """The 1,2,3/11 of `ngày 1,2,3/11`: days of one month."""
    found = _DAY_LIST.match(here.text, here.at) if context.DAY_SAID.search(here.left) else None
    if not found:
        return None
    last = full_day(here.text, found.end()) or short_day(here.text, found.end())
    if last is None or not ends_number(here.text, last.end):
        return None
    days = [Day(last.end, day, last.month, last.year) for day in found[0].rstrip(",").split(",")]
    if not all(day.exists for day in (*days, last)):
        return Refusal(last.end)
    spoken = [piece for day in days for piece in (cardinal(day.day, here.accent), Piece(",", ","))]
    return Reading(last.end, (*spoken, *say_day(last, here.accent)), Kind.DATE)


def _lone_day(text: str, at: int) -> Day | None:
    """The 22 of 22-25/11."""
    found = _DAYS.match(text, at)
    return Day(found.end(), found["day"], "") if found else None


def _months(here: Here) -> Answer:
    """The 9/2026-12/2026 and 9-12/2026 of months."""
    found = _MONTHS.match(here.text, here.at) if here.left.endswith("tháng") else None
    if not found or not ends_number(here.text, found.end()):
        return None
    first, last = int(found["first"]), int(found["last"])
    runs_on = (int(found["from"] or found["year"]), first) < (int(found["year"]), last)
    if not (1 <= first <= 12 and 1 <= last <= 12 and runs_on):
        return Refusal(found.end())
    started = say_year(found["from"], here.accent) if found["from"] else ()
    end = (Piece("", "tháng"), ordinal(found["last"], here.accent), *say_year(found["year"], here.accent))
    head = ordinal(found["first"], here.accent)
    return Reading(found.end(), (head, *started, Piece("-", "và" if "+" in found["joint"] else "đến"), *end), Kind.DATE)


def _month_and_year(here: Here) -> Answer:
    found = _MY.match(here.text, here.at)
    if not found or not ends_number(here.text, found.end()) or context.DOCUMENT.search(here.left):
        return None
    if context.SCALE.search(here.left) or "-" in found[0]:
        return None
    if not 1 <= int(found["month"]) <= 12:
        return Refusal(found.end()) if here.left.endswith("tháng") else None
    number, year = ordinal(found["month"], here.accent), say_year(found["year"], here.accent)
    if context.SERIES.search(here.left) or here.left.endswith("tháng"):
        return Reading(found.end(), (_in_series(here, found["month"]), *year), Kind.DATE)
    if here.left.strip(" ,") and not here.left.endswith(",") and not context.MONTH_LEFT.search(here.left):
        return Refusal(found.end(), (f"tháng {_words((number, *year))}", _words((number, Piece("", "trên"), year[1]))))
    return Reading(found.end(), (Piece("", "tháng"), number, *year), Kind.DATE)


def _in_series(here: Here, number: str) -> Piece:
    """Four is tư for a month and a quarter, bốn for the fourth round."""
    return (ordinal if context.ORDINAL.search(here.left) else cardinal)(number, here.accent)


def _dashed_day(here: Here) -> Answer:
    """After ngày, 30-4 is the thirtieth of April and 2-9 may be two to nine; after quốc khánh both are dates."""
    found = _DASHED.match(here.text, here.at)
    if not found or not ends_number(here.text, found.end()):
        return None
    known = found[0].replace("-", "/") in context.HOLIDAYS and context.HOLIDAY_NAMED.search(here.left)
    holiday = known or context.HOLIDAY.search(here.left)
    if not (holiday or context.DAY_SAID.search(here.left) or context.WEEKDAY_LEFT.search(here.left)):
        return None
    if context.MONTH_NEXT.match(here.text, found.end()):
        return _days_of_month(here, found)
    day = Day(found.end(), found["day"], found["month"])
    if not day.exists:
        return None
    if holiday or int(day.day) >= int(day.month):
        return _answer(here, (day,))
    first, second = cardinal(day.day, here.accent).words, cardinal(day.month, here.accent).words
    return Refusal(found.end(), (_words(say_day(day, here.accent)), f"{first} đến {second}"))


def _days_of_month(here: Here, found: re.Match[str]) -> Answer:
    """The 10-12 of `ngày 10-12 tháng 10`."""
    first, last = cardinal(found["day"], here.accent), cardinal(found["month"], here.accent)
    if not 0 < int(found["day"]) < int(found["month"]) <= 31:
        return Refusal(found.end())
    return Reading(found.end(), (first, Piece("-", "đến"), Piece("", "ngày"), last), Kind.DATE)


def _dotted_day(here: Here) -> Answer:
    """22.11 is a date only right after ngày."""
    found = _DOTTED.match(here.text, here.at)
    if not found or not context.DAY_SAID.search(here.left) or not ends_number(here.text, found.end()):
        return None
    return _answer(here, (Day(found.end(), found["day"], found["month"]),))


def _spaced_day(here: Here) -> Answer:
    """22 / 11 is a date only right after ngày."""
    found = _SPACED.match(here.text, here.at)
    if not found or not context.DAY_SAID.search(here.left):
        return None
    return _answer(here, (Day(found.end(), found["day"], found["month"]),))


def _two_digit_year(here: Here) -> Answer:
    """5/9/26 lacks its century, and abroad its order is another: never guessed."""
    found = _SHORT_YEAR.match(here.text, here.at)
    if not found or not ends_number(here.text, found.end()):
        return None
    number, month, year = re.split(r"[/.-]", found[0])
    day = Day(found.end(), number, month, f"20{year}")
    return Refusal(found.end(), (_words(say_day(day, here.accent)),) if day.exists else ())


def _answer(here: Here, days: tuple[Day, ...]) -> Answer:
    end = days[-1].end
    if not ends_number(here.text, end):
        return None
    if not all(_possible(day, days[-1]) for day in days) or not _in_order(days):
        return Refusal(end)
    return Reading(end, say_days(here, days), Kind.DATE)


def _possible(day: Day, last: Day) -> bool:
    return (day if day.month else Day(day.end, day.day, last.month, last.year)).exists


def _in_order(days: tuple[Day, ...]) -> bool:
    """A span of days within one month runs forward; 28/12-3/1 crosses a year and is fine."""
    return days[0].month != "" or int(days[0].day) < int(days[-1].day)


def say_days(here: Here, days: tuple[Day, ...]) -> tuple[Piece, ...]:
    """One day, or the first and last of a span; says ngày unless it was just said."""
    head = () if context.DAY_SAID.search(here.left) else (Piece("", "ngày"),)
    spoken = [say_day(day, here.accent) for day in days]
    return (
        (*head, *spoken[0]) if len(days) == 1 else (*head, *spoken[0], Piece("-", "đến"), *_later(days[1], spoken[1]))
    )


def _later(day: Day, spoken: tuple[Piece, ...]) -> tuple[Piece, ...]:
    return (Piece("", "ngày"), *spoken) if day.month else spoken


def say_day(day: Day, accent: Accent) -> tuple[Piece, ...]:
    """Day, month and year as far as they are written, always said in this order."""
    pieces: tuple[Piece, ...] = (cardinal(day.day, accent),)
    if day.month:
        pieces = (*pieces, Piece("/", "tháng"), ordinal(day.month, accent))
    if day.year:
        pieces = (*pieces, *say_year(day.year, accent))
    return tuple(replace(piece, place=-i) for i, piece in enumerate(pieces)) if day.year_first else pieces


def say_year(year: str, accent: Accent) -> tuple[Piece, ...]:
    """`năm` and the year as a number."""
    return Piece("/", "năm"), cardinal(year, accent)


def _words(pieces: tuple[Piece, ...]) -> str:
    return " ".join(piece.words for piece in pieces)
