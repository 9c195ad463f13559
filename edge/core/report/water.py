"""Rivers and rain of a span: the crest, every báo động that the water went through, how much rain fell when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from edge.core.decimals import decimal
from edge.core.local_time import local
from edge.core.moment import AtMs
from edge.core.place import StationId
from edge.core.policy.flood.levels import Crossing, Direction, Standing, follow, reaches
from edge.core.policy.flood.limits import HOUR_MS
from edge.core.policy.flood.rain import HOURS, Spell, share_of, spells
from edge.core.report.document import As, Cell, Chart, Column, Section, Table, Where
from edge.core.report.facts import Facts, LevelFacts, RainFacts
from edge.core.report.period import DAY_MS
from edge.core.report.words import capital
from edge.core.sensing import LEVEL, Quality, Reading

MOST_POINTS = 480
MOST_CHARTS = 12
SHORT_SPAN_MS = 2 * DAY_MS
GAP_MS = 2 * HOUR_MS
LEVEL_NAMES = ("BĐ1", "BĐ2", "BĐ3")
_WAYS = {Direction.UP: "lên", Direction.DOWN: "xuống"}


@dataclass(frozen=True, slots=True)
class Course:
    """What the water did at a station. ``crest`` is (UTC ms, m) of the highest good reading, None without any."""

    facts: LevelFacts
    crest: tuple[int, float] | None
    lowest: float | None
    last: tuple[int, float] | None
    crossings: tuple[Crossing, ...]

    @property
    def level(self) -> int:
        """The highest báo động that the crest reached; 0: none."""
        return sum(reaches(self.crest[1], level) for level in self.facts.levels) if self.crest else 0


def course(facts: LevelFacts) -> Course:
    """By the rule that the wall goes by: up at once, down when it is clear (core.policy.flood.levels)."""
    standing = Standing()
    if facts.before is not None and facts.levels:
        standing, _ = follow(standing, _reading(facts.station, *facts.before), facts.levels)
    crossings: list[Crossing] = []
    for at_ms, value in facts.readings if facts.levels else ():
        standing, crossed = follow(standing, _reading(facts.station, at_ms, value), facts.levels)
        crossings.extend(crossed)
    if not facts.readings:
        return Course(facts, None, None, None, ())
    crest = max(facts.readings, key=lambda one: one[1])
    return Course(facts, crest, min(one[1] for one in facts.readings), facts.readings[-1], tuple(crossings))


def _reading(station: str, at_ms: int, value: float) -> Reading:
    return Reading(StationId(station), LEVEL, value, "m", AtMs(at_ms), Quality.GOOD)


@dataclass(frozen=True, slots=True)
class Rainfall:
    """Rain at a station: the whole of the span, and the most that fell in so many hours running."""

    facts: RainFacts
    mm: float
    most: tuple[tuple[int, float], ...]
    bars: tuple[tuple[int, float], ...]
    bar_ms: int


def rainfall(facts: RainFacts, since_ms: int, until_ms: int) -> Rainfall:
    """Sums of the spells inside the span; rain of a spell that reaches over an edge counts by its share."""
    fell = [one for one in spells(facts.quantity, facts.readings) if one.until_ms > since_ms]
    bar_ms = HOUR_MS if until_ms - since_ms <= SHORT_SPAN_MS else DAY_MS
    hourly = _bars(fell, since_ms, until_ms, HOUR_MS)
    wide = _bars(fell, since_ms, until_ms, bar_ms)
    most = tuple((hours, _most(hourly, hours)) for hours in HOURS)
    total = sum(one.mm * share_of(one, since_ms, until_ms) for one in fell)
    return Rainfall(facts, round(total, 1), most, wide, bar_ms)


def _bars(fell: Sequence[Spell], since_ms: int, until_ms: int, wide_ms: int) -> tuple[tuple[int, float], ...]:
    """Each spell is spread over the bars that it touches: one walk, whatever the number of readings."""
    sums = [0.0] * max(1, -(-(until_ms - since_ms) // wide_ms))
    for one in fell:
        first = max(0, (one.since_ms - since_ms) // wide_ms)
        last = min(len(sums) - 1, (min(one.until_ms, until_ms) - 1 - since_ms) // wide_ms)
        for number in range(first, last + 1) if one.mm else ():
            begin = since_ms + number * wide_ms
            sums[number] += one.mm * share_of(one, begin, min(begin + wide_ms, until_ms))
    return tuple((since_ms + number * wide_ms, round(mm, 1)) for number, mm in enumerate(sums))


def _most(hourly: Sequence[tuple[int, float]], hours: int) -> float:
    values = [mm for _, mm in hourly]
    return round(max(sum(values[at : at + hours]) for at in range(max(1, len(values) - hours + 1))), 1)


def water_section(facts: Facts) -> Section | None:
    """The section; None for a commune that measures nothing."""
    if not facts.levels and not facts.rain:
        return None
    courses = [course(one) for one in facts.levels]
    rains = [rainfall(one, facts.since_ms, facts.until_ms) for one in facts.rain]
    names = facts.names.gauges
    charts = [_level_chart(one, facts) for one in courses if one.crest] + [_rain_chart(one, facts) for one in rains]
    return Section(
        "water",
        "Nước và mưa",
        sentences(courses, rains, names),
        (_levels(courses, names), _crossings(courses, names), _rain(rains, names)),
        tuple(charts[:MOST_CHARTS]),
        note=(
            "Chỉ tính số đo tốt. Lên một mức ngay khi chạm mức; xuống khi thấp hơn mức hơn 10 cm và đã qua 10 phút."
            " Mưa nhiều nhất trong 1, 3, 6, 12, 24 giờ tính theo giờ tròn."
        ),
    )


def sentences(courses: Sequence[Course], rains: Sequence[Rainfall], names: Mapping[str, str]) -> tuple[str, ...]:
    """Water in a sentence, rain in another."""
    crests = sorted((one for one in courses if one.crest), key=lambda one: -one.level)
    told = [_crest(one, names.get(one.facts.station, one.facts.station)) for one in crests[:4]]
    water = (f"{capital('; '.join(told))}.",) if told else ("Không có số đo mực nước.",) if courses else ()
    wettest = max(rains, key=lambda one: one.mm, default=None)
    if wettest is None:
        return water
    if wettest.mm == 0:
        return (*water, "Không mưa.")
    place = names.get(wettest.facts.station, wettest.facts.station)
    day = dict(wettest.most)[1]
    return (*water, f"Mưa nhiều nhất ở {place}: {decimal(wettest.mm, 1)} mm, một giờ nhiều nhất {decimal(day, 1)} mm.")


def _crest(one: Course, name: str) -> str:
    assert one.crest is not None
    at = local(AtMs(one.crest[0]))
    reached = f", trên báo động {one.level}" if one.level else ", dưới báo động 1" if one.facts.levels else ""
    return f"{name} cao nhất {decimal(one.crest[1])} m lúc {at:%H:%M} ngày {at:%d/%m}{reached}"


def _levels(courses: Sequence[Course], names: Mapping[str, str]) -> Table:
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            names.get(one.facts.station, one.facts.station),
            len(one.facts.readings),
            one.facts.bad,
            one.crest[1] if one.crest else None,
            one.crest[0] if one.crest else None,
            one.lowest,
            one.last[1] if one.last else None,
            f"BĐ{one.level}" if one.level else "",
            sum(crossing.direction is Direction.UP for crossing in one.crossings),
            *(one.facts.levels or (None, None, None)),
        )
        for one in courses
    )
    columns = (
        Column("Trạm", share=2.2),
        Column("Số đo tốt", As.COUNT, 0.8),
        Column("Số đo loại", As.COUNT, 0.8),
        Column("Cao nhất (m)", As.METRES, 0.9),
        Column("Lúc", As.INSTANT, 1.1),
        Column("Thấp nhất (m)", As.METRES, 0.9),
        Column("Cuối kỳ (m)", As.METRES, 0.9),
        Column("Tới mức", share=0.7),
        Column("Lần vượt lên", As.COUNT, 0.8),
        *(Column(f"{level} (m)", As.METRES, where=Where.SHEET) for level in LEVEL_NAMES),
    )
    return Table("Mực nước", columns, rows, tuple(at for at, one in enumerate(courses) if one.level))


def _crossings(courses: Sequence[Course], names: Mapping[str, str]) -> Table:
    found = sorted(
        ((crossing, one.facts.station) for one in courses for crossing in one.crossings), key=lambda two: two[0].at_ms
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            int(crossing.at_ms),
            names.get(station, station),
            f"báo động {crossing.level}",
            _WAYS[crossing.direction],
            crossing.threshold_m,
            crossing.value,
        )
        for crossing, station in found
    )
    columns = (
        Column("Lúc", As.INSTANT),
        Column("Trạm", share=2),
        Column("Mức", share=1),
        Column("Hướng", share=0.7),
        Column("Ngưỡng (m)", As.METRES, 0.8),
        Column("Số đo (m)", As.METRES, 0.8),
    )
    return Table("Qua mức báo động", columns, rows, most=60)


def _rain(rains: Sequence[Rainfall], names: Mapping[str, str]) -> Table:
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (names.get(one.facts.station, one.facts.station), one.mm, *(mm for _, mm in one.most)) for one in rains
    )
    columns = (
        Column("Trạm", share=2.2),
        Column("Cả kỳ (mm)", As.MM),
        *(Column(f"{hours} giờ nhiều nhất (mm)", As.MM) for hours in HOURS),
    )
    warned = [
        at
        for at, one in enumerate(rains)
        if any(mm >= warning for (_, mm), warning in zip(one.most, one.facts.warning_mm, strict=False))
    ]
    return Table("Mưa", columns, rows, tuple(warned))


def _level_chart(one: Course, facts: Facts) -> Chart:
    name = facts.names.gauges.get(one.facts.station, one.facts.station)
    levels = tuple(zip(LEVEL_NAMES, one.facts.levels, strict=False))
    points = thinned(one.facts.readings, facts.since_ms, facts.until_ms)
    stretch_ms = max(GAP_MS, 3 * (facts.until_ms - facts.since_ms) // MOST_POINTS)
    return Chart(f"Mực nước {name}", "m", facts.since_ms, facts.until_ms, points, levels, gap_ms=stretch_ms)


def _rain_chart(one: Rainfall, facts: Facts) -> Chart:
    name = facts.names.gauges.get(one.facts.station, one.facts.station)
    each = "mỗi giờ" if one.bar_ms == HOUR_MS else "mỗi ngày"
    return Chart(f"Mưa {each}, {name}", "mm", facts.since_ms, facts.until_ms, one.bars, bar_ms=one.bar_ms)


def thinned(points: Sequence[tuple[int, float]], since_ms: int, until_ms: int) -> tuple[tuple[int, float], ...]:
    """The highest point of each stretch: a crest is never thinned away. The newest stays."""
    if len(points) <= MOST_POINTS:
        return tuple(points)
    stretch_ms = max(1, (until_ms - since_ms) // MOST_POINTS)
    highest: dict[int, tuple[int, float]] = {}
    for point in points:
        key = (point[0] - since_ms) // stretch_ms
        if key not in highest or point[1] > highest[key][1]:
            highest[key] = point
    kept = tuple(highest.values())
    return kept if kept[-1] == points[-1] else (*kept, points[-1])
