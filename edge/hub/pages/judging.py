"""How a commune stands, in one word: what a colour, a shape and a sentence say of it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from edge.hub.pages.box_status import BoxStatus, Gauge
from edge.hub.pages.standing import Box, OpenAlarm, Water
from edge.hub.pages.words import decimal

SILENT_SIGNS = 4
"""A box that missed so many signs of life is worth a look."""
SHORTEST_SILENCE_MS = 120_000
STEADY_M = 0.02
"""Two centimetres in an hour are wind and waves."""
OLD_READING_MS = 3_600_000
OLD_STATUS_MS = 900_000


class State(IntEnum):
    """From well to worst. Each has a shape of its own on the map and in the table, and a word; colour says it again."""

    NEVER = 0
    WELL = 1
    NOTICE = 2
    SILENT = 3
    ALARM = 4
    GRAVE = 5

    @property
    def key(self) -> str:
        """The name of its shape and its class in the style sheet."""
        return self.name.lower()


WORDS = {
    State.NEVER: "chưa nối",
    State.WELL: "bình thường",
    State.NOTICE: "cần xem",
    State.SILENT: "mất liên lạc",
    State.ALARM: "có sự cố",
    State.GRAVE: "sự cố nặng",
}
SEVERITY_STATES = {"minor": State.ALARM, "moderate": State.ALARM, "severe": State.GRAVE, "extreme": State.GRAVE}
SEVERITY_ORDER = ("extreme", "severe", "moderate", "minor", "")


@dataclass(frozen=True, slots=True)
class Level:
    """A station's water: in m, which báo động it has reached (None: no levels known), and how fast it moves."""

    water: Water
    name: str
    bao_dong: int | None
    rate_m_h: float | None
    is_old: bool

    @property
    def trend(self) -> str:
        """``up``, ``down``, ``steady``; empty when nobody can tell."""
        if self.rate_m_h is None:
            return ""
        if abs(self.rate_m_h) < STEADY_M:
            return "steady"
        return "up" if self.rate_m_h > 0 else "down"

    @property
    def trend_words(self) -> str:
        """lên 12 cm/giờ."""
        if self.rate_m_h is None:
            return ""
        cm = abs(round(self.rate_m_h * 100))
        return {"up": f"lên {cm} cm/giờ", "down": f"xuống {cm} cm/giờ", "steady": "đứng"}[self.trend]

    @property
    def words(self) -> str:
        """2,31 m."""
        return f"{decimal(self.water.now.value)} {self.water.now.unit}"


@dataclass(frozen=True, slots=True)
class BoxView:
    """A box with all that the overview says of it. ``notices`` are Vietnamese sentences."""

    box: Box
    silent: bool
    state: State
    alarms: tuple[OpenAlarm, ...]
    levels: tuple[Level, ...]
    notices: tuple[str, ...]

    @property
    def real_alarms(self) -> tuple[OpenAlarm, ...]:
        """Without drills."""
        return tuple(alarm for alarm in self.alarms if not alarm.drill)

    @property
    def commune(self) -> str:
        """The id of its commune."""
        return commune_of(self.box.source)


def commune_of(source: str) -> str:
    """``/xa/<commune>/box/<n>``."""
    return source.split("/")[2]


def box_of(source: str) -> str:
    """Its number within the commune."""
    return source.rsplit("/", 1)[1]


def silent_after_ms(status: BoxStatus | None) -> int:
    """After how much silence a box is called silent: a box on a spent data budget calls more rarely."""
    sign_s = 0.0 if status is None else status.sign_of_life_s
    return max(SHORTEST_SILENCE_MS, round(sign_s * SILENT_SIGNS * 1000))


def view_of(box: Box, alarms: Sequence[OpenAlarm], waters: Sequence[Water], now_ms: int, *, faulty: bool) -> BoxView:
    """Judge one box by its own alarms and waters."""
    silent = now_ms - box.last_seen_ms > silent_after_ms(box.status)
    gauges = {gauge.id: gauge for gauge in (box.status.gauges if box.status else ())}
    levels = tuple(_level(water, gauges.get(water.now.station), now_ms) for water in waters)
    notices = tuple(_notices(box.status, now_ms, faulty=faulty))
    states = [_state_of(alarm) for alarm in alarms if not alarm.drill]
    states += [State.SILENT] if silent else []
    states += [State.NOTICE] if notices else []
    return BoxView(box, silent, max(states, default=State.WELL), tuple(alarms), levels, notices)


def _state_of(alarm: OpenAlarm) -> State:
    return SEVERITY_STATES.get(alarm.severity, State.ALARM)


def _level(water: Water, gauge: Gauge | None, now_ms: int) -> Level:
    now = water.now
    reached = None
    if gauge is not None and gauge.bao_dong_m and now.quality == "good":
        reached = sum(now.value >= level for level in gauge.bao_dong_m)
    rate = None
    if water.before is not None and now.at_ms > water.before[0] and now.quality == "good":
        rate = (now.value - water.before[1]) / ((now.at_ms - water.before[0]) / 3_600_000)
    name = gauge.name if gauge else now.station
    return Level(water, name, reached, rate, now_ms - now.at_ms > OLD_READING_MS)


def _notices(status: BoxStatus | None, now_ms: int, *, faulty: bool) -> list[str]:
    found = ["Trang này có thể thiếu: hãy chạy molang hub rebuild."] if faulty else []
    if status is None:
        return found
    if status.room in ("yellow", "red"):
        found.append(status.room_why or ("Hộp hết chỗ." if status.room == "red" else "Hộp sắp hết chỗ."))
    if status.dead:
        found.append(f"{status.dead} tin bị tỉnh từ chối, còn nằm ở hộp.")
    if status.horns is not None and status.horns.working < status.horns.all:
        found.append(f"{status.horns.all - status.horns.working} loa không trả lời.")
    if status.clock == "floor":
        found.append("Hộp không biết giờ.")
    if status.down:
        found.append(f"Không chạy: {', '.join(status.down)}.")
    return found


def worst(views: Sequence[BoxView]) -> State:
    """Of all boxes of a commune; NEVER without any."""
    return max((view.state for view in views), default=State.NEVER)
