"""The pages as values: what each shows, in the order in which it shows it. Pure."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from edge.hub.pages.communes import ProvinceMap
from edge.hub.pages.drawing import Place, places_of
from edge.hub.pages.judging import (
    SEVERITY_ORDER,
    WORDS,
    BoxView,
    Level,
    State,
    box_of,
    commune_of,
    view_of,
    worst,
)
from edge.hub.pages.standing import OpenAlarm, Standing

MOST_LABELS = 40
"""With more communes than this only those that need somebody are named on the map: names would cover each other."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A commune on the map."""

    place: Place
    state: State
    words: str
    named: bool
    silent: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table: a box of a commune, or a commune that has never been heard (``view`` None)."""

    commune: str
    name: str
    box: str
    view: BoxView | None

    @property
    def state(self) -> State:
        """How it stands."""
        return State.NEVER if self.view is None else self.view.state

    @property
    def highest(self) -> Level | None:
        """The station that is furthest up: by báo động, then by how fast it rises."""
        levels = self.view.levels if self.view else ()
        return max(levels, key=lambda one: (one.bao_dong or 0, one.rate_m_h or 0.0), default=None)


@dataclass(frozen=True, slots=True)
class Overview:
    """The first page. ``tally``: how many communes are in each state, the worst first."""

    marks: tuple[Mark, ...]
    lines: tuple[Line, ...]
    tally: tuple[tuple[State, int], ...]
    alarms: tuple[tuple[Line, OpenAlarm], ...]
    sort: str
    down: bool


def _waiting(line: Line) -> int:
    return line.view.box.status.waiting if line.view and line.view.box.status else -1


def _dead(line: Line) -> int:
    return line.view.box.status.dead if line.view and line.view.box.status else -1


def _horns(line: Line) -> float:
    horns = line.view.box.status.horns if line.view and line.view.box.status else None
    return 2.0 if horns is None or not horns.all else horns.working / horns.all


def _level(line: Line) -> tuple[int, float]:
    highest = line.highest
    return (-1, 0.0) if highest is None else (highest.bao_dong or 0, highest.rate_m_h or 0.0)


SORTS: Mapping[str, tuple[str, Callable[[Line], Any], bool]] = {
    "tinh-trang": ("Tình trạng", lambda line: line.state, True),
    "xa": ("Xã", lambda line: line.name.casefold(), False),
    "nghe": ("Nghe lần cuối", lambda line: line.view.box.last_seen_ms if line.view else 0, False),
    "su-co": ("Sự cố mở", lambda line: len(line.view.real_alarms) if line.view else -1, True),
    "muc-nuoc": ("Mực nước", _level, True),
    "cho-gui": ("Chờ gửi", _waiting, True),
    "loa": ("Loa", _horns, False),
    "tu-choi": ("Bị từ chối", _dead, True),
}
"""By which the table is sorted: the head of the column, what is compared, whether the largest comes first."""


def boxes_of(standing: Standing, now_ms: int) -> tuple[BoxView, ...]:
    """Every box, judged by what is its own."""
    return tuple(
        view_of(
            box,
            [one for one in standing.alarms if one.source == box.source],
            [one for one in standing.waters if one.source == box.source],
            now_ms,
            faulty=box.source in standing.faults,
        )
        for box in standing.boxes
    )


def lines_of(province: ProvinceMap, views: Sequence[BoxView], *, whole: bool) -> tuple[Line, ...]:
    """One line a box; ``whole``: and one for each commune of the map that has none yet."""
    several = {view.commune for view in views if box_of(view.box.source) != "1"}
    lines = [
        Line(view.commune, province.name_of(view.commune), box_of(view.box.source) * (view.commune in several), view)
        for view in views
    ]
    known = {view.commune for view in views}
    unheard = [one for one in province.commune if one.id not in known] if whole else []
    return (*lines, *(Line(one.id, one.name, "", None) for one in unheard))


def overview_of(province: ProvinceMap, standing: Standing, now_ms: int, sort: str, *, whole: bool) -> Overview:
    """The first page, its table sorted (an unknown word sorts by state); ``whole``: the visitor sees all communes."""
    views = boxes_of(standing, now_ms)
    lines = lines_of(province, views, whole=whole)
    sort, down = sort.removesuffix("-nguoc"), sort.endswith("-nguoc")
    sort = sort if sort in SORTS else "tinh-trang"
    _, key, largest_first = SORTS[sort]
    by_name = sorted(lines, key=lambda line: (line.name.casefold(), line.box))
    shown = sorted(by_name, key=key, reverse=largest_first != down)
    marks = _marks(province, views, whole=whole)
    tally = _tally(marks, lines)
    line_of = {line.view.box.source: line for line in lines if line.view}
    alarms = tuple((line_of[one.source], one) for one in standing.alarms if one.source in line_of and not one.drill)
    return Overview(tuple(marks), tuple(shown), tally, alarms, sort, down)


def _tally(marks: Sequence[Mark], lines: Sequence[Line]) -> tuple[tuple[State, int], ...]:
    """A silent commune whose alarm is open counts for both."""
    pairs = [(mark.state, mark.silent) for mark in marks]
    pairs = pairs or [(line.state, line.view is not None and line.view.silent) for line in lines]
    counts = Counter(state for state, _ in pairs)
    counts[State.SILENT] = sum(silent for _, silent in pairs)
    return tuple((state, counts[state]) for state in sorted(State, reverse=True) if counts[state])


def _marks(province: ProvinceMap, views: Sequence[BoxView], *, whole: bool) -> list[Mark]:
    boxes: dict[str, list[BoxView]] = {}
    for view in views:
        boxes.setdefault(view.commune, []).append(view)
    few = len(province.commune) <= MOST_LABELS
    marks = []
    for place in places_of(province.commune):
        mine = boxes.get(place.commune.id, [])
        if mine or whole:
            state = worst(mine)
            silent = any(view.silent for view in mine)
            marks.append(
                Mark(place, state, _mark_words(state, mine, silent=silent), few or state >= State.SILENT, silent)
            )
    return sorted(marks, key=lambda mark: mark.state)


def _mark_words(state: State, views: Sequence[BoxView], *, silent: bool) -> str:
    words = WORDS[state]
    count = sum(len(view.real_alarms) for view in views)
    if state >= State.ALARM:
        words = f"{count} sự cố" + (", nặng" if state is State.GRAVE else "")
    return f"{words}, mất liên lạc" if silent and state is not State.SILENT else words


@dataclass(frozen=True, slots=True)
class Board:
    """The page of the officer on duty: every open alarm, the newest first, and who is silent."""

    alarms: tuple[tuple[Line, OpenAlarm], ...]
    drills: tuple[tuple[Line, OpenAlarm], ...]
    silent: tuple[Line, ...]
    heard: int


def board_of(province: ProvinceMap, standing: Standing, now_ms: int) -> Board:
    """Drills stand apart: nobody must take one for the real thing."""
    views = boxes_of(standing, now_ms)
    lines = lines_of(province, views, whole=False)
    line_of = {line.view.box.source: line for line in lines if line.view}
    told = [(line_of[one.source], one) for one in standing.alarms if one.source in line_of]
    silent = [line for line in lines if line.view and line.view.silent]
    return Board(
        tuple(pair for pair in told if not pair[1].drill),
        tuple(pair for pair in told if pair[1].drill),
        tuple(sorted(silent, key=_heard)),
        len(lines) - len(silent),
    )


def _heard(line: Line) -> int:
    return line.view.box.last_seen_ms if line.view else 0


def gravest(alarms: Sequence[OpenAlarm]) -> str:
    """The severity of the gravest; empty without any that says one."""
    found = {alarm.severity for alarm in alarms if not alarm.drill}
    return next((one for one in SEVERITY_ORDER if one in found), "")


def sources_of(standing: Standing, commune: str) -> list[str]:
    """The boxes of a commune."""
    return [box.source for box in standing.boxes if commune_of(box.source) == commune]
