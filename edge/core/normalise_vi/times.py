"""Times of day and hours: 17g30, 5h, 17:30, 7h-11h30, 48h."""

from __future__ import annotations

import re
from dataclasses import dataclass

from edge.core.normalise_vi import context
from edge.core.normalise_vi.boundaries import ends_number
from edge.core.normalise_vi.context import GAP, TO
from edge.core.normalise_vi.figures import cardinal
from edge.core.normalise_vi.reading import Answer, Here, Manner, Piece, Reading, Refusal
from edge.core.normalise_vi.result import Accent, Kind

_MINUTES = rf"(?P<minute>[0-9]{{2}})(?:{GAP}?(?:phút|PHÚT|ph|['’′p])(?!\w))?(?!\w)"
_CLOCK = re.compile(
    rf"(?P<hour>[0-9]{{1,3}})(?:{GAP}?[hHgG](?!\w)|{GAP}?[hHgG]{_MINUTES}|:(?P<colon>[0-9]{{2}})"
    rf"(?::(?P<second>[0-9]{{2}}))?(?![\w:]))(?:{GAP}?[hH](?!\w))?"
)
_BARE_HOUR = re.compile(rf"(?P<hour>[0-9]{{1,2}})(?={TO}[0-9]{{1,2}}{GAP}?(?:[hHgG:]|giờ))")
_WORDED = re.compile(rf"(?P<hour>[0-9]{{1,2}}){GAP}?giờ(?:{GAP}(?P<minute>[0-9]{{2}})(?:{GAP}?phút)?)?(?!\w)")
_TO = re.compile(TO)
_NO_MINUTES = re.compile(rf"00(?![\w/:-]|[.,][0-9]|{GAP}{{0,2}}phút)")
_DATE_HANGS_ON = re.compile(r"/(?=[0-9]{1,2}/[0-9]{1,2}(?![0-9]))")  # 6h/22/11
_BARE_G = re.compile(rf"[0-9]+{GAP}?[gG]")


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


def read_time(here: Here) -> Answer:
    """Reads a time or a span of times."""
    if here.left.endswith("# giờ") and _NO_MINUTES.match(here.text, here.at):
        return Reading(here.at + 2, (Piece("00", "", Manner.ZERO),), Kind.SILENT)
    first = _clock(here.text, here.at) or _bare_hour(here.text, here.at) or _worded(here.text, here.at)
    if first is None or (":" in first.mark and context.SCALE.search(here.left)):
        return None
    joint = _TO.match(here.text, first.end)
    second = (_clock(here.text, joint.end()) or _worded(here.text, joint.end())) if joint else None
    if second is None and (first.mark.isdigit() or "giờ" in first.mark):
        return None
    clocks = [first, second] if second else [first]
    end = clocks[-1].end
    if _DATE_HANGS_ON.match(here.text, end):
        return _answer(here, clocks, end, slash=1)
    if not ends_number(here.text, end):
        return None
    if any(clock.maybe_grams for clock in clocks):
        return _weigh(here, clocks, end)
    return _answer(here, clocks, end)


def _clock(text: str, at: int) -> _Clock | None:
    found = _CLOCK.match(text, at)
    if not found:
        return None
    minute = found["minute"] or found["colon"] or ""
    return _Clock(found.end(), found["hour"], minute, found["second"] or "", found[0])


def _worded(text: str, at: int) -> _Clock | None:
    """7 giờ 30 phút, of which only a span (7 giờ - 9 giờ 30) needs to be read together."""
    found = _WORDED.match(text, at)
    return _Clock(found.end(), found["hour"], found["minute"] or "", "", found[0]) if found else None


def _bare_hour(text: str, at: int) -> _Clock | None:
    """The 7 of 7-11h."""
    found = _BARE_HOUR.match(text, at)
    return _Clock(found.end(), found["hour"], "", "", found[0]) if found else None


def _weigh(here: Here, clocks: list[_Clock], end: int) -> Answer:
    """A bare g is an hour only where the words around it say so."""
    if int(clocks[0].hour) > 24:
        return None
    asked = context.HOUR_SURE.search(here.left) or context.HOUR_NEXT.match(here.text, end)
    quiet = context.NOTHING_NEXT.match(here.text, end) and context.HOUR_LEFT.search(here.left)
    if asked or quiet or any(clock.minute for clock in clocks):
        return _answer(here, clocks, end)
    if clocks[0].mark.endswith("G"):
        return None
    hour = cardinal(clocks[0].hour, here.accent).words
    return Refusal(end, (f"{hour} giờ", f"{hour} gam"))


def _answer(here: Here, clocks: list[_Clock], end: int, slash: int = 0) -> Answer:
    if not all(clock.sound for clock in clocks):
        return Refusal(end)
    pieces = _say(clocks[0], here.accent)
    if len(clocks) == 2:
        pieces = (*pieces, Piece("-", "đến"), *_say(clocks[1], here.accent))
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
