"""Times of day and hours: 17g30, 5h, 17:30, 7h-11h30, 48h, 7 giờ 30, 8:00 AM, 2h/lần."""

from __future__ import annotations

import re
from dataclasses import dataclass

from edge.core.normalise_vi import context
from edge.core.normalise_vi.boundaries import ends_number
from edge.core.normalise_vi.context import GAP, TO
from edge.core.normalise_vi.figures import cardinal
from edge.core.normalise_vi.reading import Answer, Here, Manner, Piece, Reading, Refusal
from edge.core.normalise_vi.result import Accent, Kind
from edge.core.normalise_vi.units import divisor_after

_MARKED = rf"(?:{GAP}?(?:phút|PHÚT|ph|['’′]{{1,2}}|p)(?!\w))"
_SECOND = rf"(?:{GAP}?(?:phút|['’′]){GAP}?(?P<second>[0-9]{{2}})(?:\"|”|″|'{{2}}|{GAP}?giây))"
# 7h 30 người is seven o'clock and thirty people: minutes that stand apart need a word of time or nothing after them.
_APART_ENDS = (
    rf"(?={GAP}*(?:[.,;:!?)/–—-]|\Z|\n)|{GAP}(?:sáng|trưa|chiều|tối|đêm|khuya|hôm|ngày|cùng|đến|tới|thứ|chủ nhật|mai"
    r"|hàng|hằng|tại|ở|họp|tập trung|có mặt|bắt đầu|khai mạc|kết thúc|diễn ra|xuất phát|khởi hành|tổ chức|trở đi|là|sẽ"
    r"|mời|phát|tiêm|khám|cắt|ngừng|mất|làm lễ|và [0-9]{1,2} ?[hHgG])(?!\w))"
)
_MINUTES = rf"(?P<minute>[0-9]{{2}})(?:{_SECOND}|{_MARKED})?(?![\w])|(?P<few>[0-9]){_MARKED}"
_APART = rf"(?P<apart>[0-9]{{2}})(?:{_MARKED}|{_APART_ENDS})"
_CLOCK = re.compile(
    rf"(?P<hour>[0-9]{{1,3}})(?:{GAP}?[hHgG](?:{_MINUTES}|{GAP}{_APART}|{GAP}(?P<few_apart>[0-9]){_MARKED}|(?!\w))"
    rf"|:(?P<colon>[0-9]{{2}})(?::(?P<seconds>[0-9]{{2}}))?(?![\w:])['’′]?)(?:{GAP}?[hH](?!\w))?"
)
_BARE_HOUR = re.compile(rf"(?P<hour>[0-9]{{1,2}})(?={TO}[0-9]{{1,2}}{GAP}?(?:[hHgG:]|giờ))")
_WORDED = re.compile(
    rf"(?P<hour>[0-9]{{1,2}}){GAP}?(?:giờ|GIỜ|Giờ)"
    rf"(?:{GAP}?(?P<minute>[0-9]{{2}})(?:{GAP}?(?:phút|PHÚT)(?!\w)|(?!\w){_APART_ENDS}))?(?!\w)"
)
_HALF = re.compile(
    rf"(?P<hour>1[0-2]|0?[1-9])(?::(?P<minute>[0-5][0-9]))?{GAP}?(?P<half>AM|PM|[ap]\.m\.?|(?<=[0-9])[ap]m)(?!\w)"
)
_TO = re.compile(TO)
_NO_MINUTES = re.compile(rf"00(?![\w/:-]|[.,][0-9]|{GAP}{{0,2}}phút)")
_DATE_HANGS_ON = re.compile(r"/(?=(?:ngày )?[0-9]{1,2}/[0-9]{1,2}(?![0-9]))")  # 6h/22/11
_RATED = re.compile(r"/(?:ngày|lần|tuần|người|ca|tháng|buổi|đêm|hộ)(?!\w)")
_BARE_G = re.compile(rf"[0-9]+{GAP}?[gG]")
_COUNT_NEXT = re.compile(rf"{GAP}[0-9]{{1,3}}{GAP}(?:người|hộ|em|cháu|đồng chí|đại biểu|học sinh|con|xe|cán bộ)(?!\w)")
_ROUND = frozenset({"00", "15", "30", "45"})


@dataclass(frozen=True, slots=True)
class _Clock:
    end: int
    hour: str
    minute: str
    second: str
    mark: str  # the whole as written

    @property
    def sound(self) -> bool:
        """A time of day, or whole hours of any length."""
        if not self.minute:
            return True
        return (int(self.hour), int(self.minute)) <= (24, 0) and int(self.minute) < 60 and int(self.second or 0) < 60

    @property
    def maybe_grams(self) -> bool:
        """17g could be seventeen hours or seventeen grams."""
        return _BARE_G.fullmatch(self.mark) is not None

    @property
    def maybe_ratio(self) -> bool:
        """1:20 could be a time or a mixture."""
        early = ":" in self.mark and len(self.hour) == 1 and int(self.hour) < 5
        return early and self.minute not in _ROUND


def read_time(here: Here) -> Answer:
    """Reads a time or a span of times."""
    if here.left.endswith("# giờ") and _NO_MINUTES.match(here.text, here.at):
        return Reading(here.at + 2, (Piece("00", "", Manner.ZERO),), Kind.SILENT)
    if (half := _half_day(here)) is not None:
        return half
    first = _clock(here.text, here.at) or _bare_hour(here.text, here.at) or _worded(here.text, here.at)
    if first is None or (":" in first.mark and (context.SCALE.search(here.left) or context.MIXED.search(here.left))):
        return None
    second = _after(here.text, first.end)
    if second is None and (first.mark.isdigit() or ("giờ" in first.mark.lower() and not first.minute)):
        return None
    clocks = [first, second] if second else [first]
    end = clocks[-1].end
    if _DATE_HANGS_ON.match(here.text, end):
        return _answer(here, clocks, end, slash=1)
    if _RATED.match(here.text, end):
        return _rated(here, clocks)
    if not ends_number(here.text, end):
        return None
    return _weigh(here, clocks, end)


def _after(text: str, at: int) -> _Clock | None:
    """The other end of a span."""
    joint = _TO.match(text, at)
    return (_clock(text, joint.end()) or _worded(text, joint.end())) if joint else None


def _clock(text: str, at: int) -> _Clock | None:
    found = _CLOCK.match(text, at)
    if not found:
        return None
    part = found.groupdict()
    minute = part["minute"] or part["few"] or part["apart"] or part["few_apart"] or part["colon"] or ""
    return _Clock(found.end(), found["hour"], minute, part["second"] or part["seconds"] or "", found[0])


def _worded(text: str, at: int) -> _Clock | None:
    """7 giờ 30 phút, 7 giờ 30; whole hours in words need no reader but in a span (7 giờ - 9 giờ)."""
    found = _WORDED.match(text, at)
    return _Clock(found.end(), found["hour"], found["minute"] or "", "", found[0]) if found else None


def _bare_hour(text: str, at: int) -> _Clock | None:
    """The 7 of 7-11h."""
    found = _BARE_HOUR.match(text, at)
    return _Clock(found.end(), found["hour"], "", "", found[0]) if found else None


def _half_day(here: Here) -> Answer:
    """8:00 AM is eight in the morning; midnight and noon of the twelve-hour clock are mistaken too often."""
    found = _HALF.match(here.text, here.at)
    if not found or not ends_number(here.text, found.end()):
        return None
    hour = int(found["hour"])
    if hour == 12:
        return Refusal(found.end())
    evening = "tối" if hour > 6 else "chiều"
    clock = _Clock(found.end(), found["hour"], found["minute"] or "", "", found[0])
    part = Piece(found["half"], "sáng" if found["half"][0] in "aA" else evening)
    return Reading(found.end(), (*_say(clock, here.accent), part), Kind.TIME)


def _rated(here: Here, clocks: list[_Clock]) -> Answer:
    """7h-11h/ngày, 2h/lần: each day, each time."""
    end, divisor = divisor_after(here.text, clocks[-1].end, here.accent, each=True)
    answer = _answer(here, clocks, end)
    return Reading(end, (*answer.pieces, *divisor), Kind.TIME) if isinstance(answer, Reading) else answer


def _weigh(here: Here, clocks: list[_Clock], end: int) -> Answer:
    """A bare g is an hour, and 1:20 a time, only where the words around it say so."""
    if len(clocks) == 2 and _after(here.text, end):
        return Refusal(_after_all(here.text, end))
    asked = context.HOUR_SURE.search(here.left) or context.HOUR_NEXT.match(here.text, end)
    likely = context.HOUR_LEFT.search(here.left)
    if any(clock.maybe_ratio for clock in clocks) and not (asked or likely):
        return Refusal(end, (_words(_say(clocks[0], here.accent)),))
    if not any(clock.maybe_grams for clock in clocks) or any(clock.minute for clock in clocks):
        return _answer(here, clocks, end)
    return _grams_or_hours(here, clocks, end, sure=bool(asked or (likely and _quiet(here, end))))


def _quiet(here: Here, end: int) -> bool:
    return context.NOTHING_NEXT.match(here.text, end) is not None


def _grams_or_hours(here: Here, clocks: list[_Clock], end: int, *, sure: bool) -> Answer:
    if int(clocks[0].hour) > 24:
        return None
    if sure:
        return _answer(here, clocks, end)
    if clocks[0].mark.endswith("G"):
        return None
    hour = cardinal(clocks[0].hour, here.accent).words
    return Refusal(end, (f"{hour} giờ", f"{hour} gam"))


def _after_all(text: str, at: int) -> int:
    """The end of three times or more in a row, of which nobody knows which belong together."""
    while following := _after(text, at):
        at = following.end
    return at


def _answer(here: Here, clocks: list[_Clock], end: int, slash: int = 0) -> Answer:
    if not all(clock.sound for clock in clocks):
        return Refusal(end)
    pieces = _say(clocks[0], here.accent)
    if len(clocks) == 2:
        pieces = (*pieces, Piece("-", "đến"), *_say(clocks[1], here.accent))
    if not clocks[-1].minute and not slash and _COUNT_NEXT.match(here.text, end):
        pieces = (*pieces, Piece("", ","))  # 7h 30 người
    return Reading(end + slash, pieces, Kind.TIME)


def _say(clock: _Clock, accent: Accent) -> tuple[Piece, ...]:
    pieces = [cardinal(clock.hour, accent), Piece("h", "giờ")]
    if set(clock.minute) == {"0"} and not clock.second:
        return *pieces, Piece(clock.minute, "", Manner.ZERO)
    if clock.minute:
        pieces += [cardinal(clock.minute, accent), Piece("", "phút")]
    if clock.second:
        pieces += [cardinal(clock.second, accent), Piece("", "giây")]
    return tuple(pieces)


def _words(pieces: tuple[Piece, ...]) -> str:
    return " ".join(piece.words for piece in pieces if piece.words)
