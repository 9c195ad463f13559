"""The figures of a commune's report, by tables: what is due, what counts, how a chart is laid out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.core.airreport import report
from edge.core.errors import FinalError
from edge.core.indicator.values import Indicator
from edge.core.indicator.values import Measured as Value
from edge.core.moment import ClockState
from edge.core.policy.flood.levels import Direction
from edge.core.report.cells import written
from edge.core.report.devices import Silence, silence
from edge.core.report.document import As, Chart, Column, Letterhead, Table, Where, on_paper, on_sheet
from edge.core.report.drawing import HIGH, WIDE, Area, Words, drawn
from edge.core.report.facts import (
    Facts,
    GaugeFacts,
    IncidentRow,
    IndicatorFacts,
    LevelFacts,
    Names,
    RainFacts,
    Unreached,
)
from edge.core.report.incidents import sentence, tally, unreached
from edge.core.report.lasting import OFFLINE, ONLINE, Lasting, lasting
from edge.core.report.period import DAY_MS, LONGEST_AWAY_MS, Kind, due, is_known, period_of
from edge.core.report.water import MOST_POINTS, course, rainfall, thinned
from edge.core.report.whole import Frame, commune_report

DAY = period_of(Kind.DAY, "2026-11-27")
HOUR = 3_600_000
NAMES = Names(
    hamlets={"dong": "Thôn Đông"},
    horns={"loa": ("Loa Đông", "dong")},
    gauges={"song": "sông Gianh"},
    duties={"an": "Trưởng thôn Đông"},
)


def incident(number: int = 1, **fields: object) -> IncidentRow:
    given_fields = {
        "id": f"i-{number}", "kind": "intrusion", "rule_kind": "", "severity": "moderate", "hamlet": "dong",
        "place": "", "title": "Có người", "began_ms": DAY.since_ms, "made_ms": DAY.since_ms, "ended_ms": None,
        "taken_ms": None, "drill": False, "verdict": "",
    }  # fmt: skip
    return IncidentRow(**{**given_fields, **fields})  # type: ignore[arg-type]  # a table of fields


def facts(**fields: object) -> Facts:
    air = report((), (), {"loa": "dong"}, DAY.since_ms, DAY.until_ms)
    base: dict[str, object] = {
        "since_ms": DAY.since_ms, "until_ms": DAY.until_ms, "names": NAMES, "incidents": (), "unreached": (),
        "airings": (), "air": air, "outages": (), "levels": (), "rain": (), "gauges": (), "states": {},
        "measured": (),
    }  # fmt: skip
    return Facts(**{**base, **fields})  # type: ignore[arg-type]  # a table of fields


CASHLESS = Indicator("khong-tien-mat", "Hộ không dùng tiền mặt", "hộ", total=2115, target_pct=80, group="Kinh tế số")


def test_indicators_are_told_with_their_target_and_what_stood_when_the_period_began() -> None:
    began, now = (Value(value, at_ms, at_ms) for value, at_ms in ((1600, DAY.since_ms), (1632, DAY.until_ms - 1)))
    bare = Indicator("ocop", "Sản phẩm OCOP")
    told = facts(indicators=(IndicatorFacts(CASHLESS, now, began), IndicatorFacts(bare, None, None)))
    document = commune_report(Frame("Xã", DAY, DAY.until_ms, "", Letterhead("UBND")), told)
    section = next(one for one in document.sections if one.id == "indicators")
    assert section.sentences == ("2 chỉ tiêu: 1 chưa đạt, 1 chưa có số liệu.",)
    (table,) = section.tables
    assert table.marked == (0,)
    first = on_paper(table)[1][0]
    assert first[:2] == ("Hộ không dùng tiền mặt", "1.632/2.115 hộ")
    assert first[3:6] == ("1.692 hộ", "chưa đạt", "1.600/2.115 hộ")
    assert document.figures["indicator/khong-tien-mat"] == 1632
    assert "indicator/ocop" not in document.figures


def test_a_commune_without_indicators_has_no_such_section() -> None:
    document = commune_report(Frame("Xã", DAY, DAY.until_ms, "", Letterhead("UBND")), facts())
    assert "indicators" not in {section.id for section in document.sections}


def test_a_day_is_that_of_the_local_calendar() -> None:
    assert DAY.until_ms - DAY.since_ms == DAY_MS
    assert (DAY.since_ms + 7 * HOUR) % DAY_MS == 0
    assert (DAY.words, DAY.stem) == ("ngày 27/11/2026", "ngay-2026-11-27")
    assert period_of(Kind.MONTH, "2026-11").words == "tháng 11/2026"


@pytest.mark.parametrize(("kind", "key"), [(Kind.DAY, "2026-02-30"), (Kind.DAY, "2026-11"), (Kind.MONTH, "2026-13")])
def test_what_is_no_day_and_no_month_is_refused(kind: Kind, key: str) -> None:
    with pytest.raises(FinalError):
        period_of(kind, key)


SIX = 6 * 60
FIRST = DAY.since_ms
DECEMBER = DAY.until_ms + 3 * DAY_MS


@pytest.mark.parametrize(
    ("now_ms", "first_ms", "done", "expected"),
    [
        (DAY.until_ms + 6 * HOUR - 1, FIRST, set(), []),
        (DAY.until_ms + 6 * HOUR, FIRST, set(), ["2026-11-27"]),
        (DAY.until_ms + 6 * HOUR, FIRST, {("day", "2026-11-27")}, []),
        (DAY.until_ms + DAY_MS + 6 * HOUR, FIRST, set(), ["2026-11-28", "2026-11-27"]),
        (DAY.until_ms + 6 * HOUR, DAY.until_ms, set(), []),
        (DECEMBER + 6 * HOUR, DECEMBER - DAY_MS - 1, set(), ["2026-11-30", "2026-11-29", "2026-11"]),
    ],
)
def test_what_is_due_is_whole_days_and_months_since_the_box_began(
    now_ms: int, first_ms: int, done: set[tuple[str, str]], expected: list[str]
) -> None:
    assert [period.key for period in due(now_ms, SIX, first_ms, done)] == expected


def test_a_box_that_was_off_for_a_year_makes_a_month_of_days_and_three_months() -> None:
    found = due(DAY.until_ms + 365 * DAY_MS + 6 * HOUR, SIX, FIRST, set())
    assert sum(one.kind is Kind.DAY for one in found) == 31
    assert sum(one.kind is Kind.MONTH for one in found) == 3


@pytest.mark.parametrize(
    ("clock", "now_ms", "last_ms", "known"),
    [
        (ClockState.SYNCED, 5, 10**13, True),
        (ClockState.FLOOR, 10**13, 0, False),
        (ClockState.RTC, 10, 0, True),
        (ClockState.RTC, 10, 11, False),
        (ClockState.RTC, 11 + LONGEST_AWAY_MS, 11, True),
        (ClockState.RTC, 12 + LONGEST_AWAY_MS, 11, False),
    ],
)
def test_a_clock_that_nothing_confirms_is_believed_only_a_little_after_it_was_known(
    clock: ClockState, now_ms: int, last_ms: int, known: bool
) -> None:
    assert is_known(clock, now_ms, last_ms) is known


def test_a_start_is_no_restart_and_an_absence_is_one() -> None:
    changes = [(0, ONLINE), (10, OFFLINE), (10, OFFLINE), (30, ONLINE)]
    assert lasting(changes, 0, 100) == Lasting(80, 20, 0, 1, 1, 20)


def test_how_fast_people_took_is_counted_and_who_took_before_took_at_once() -> None:
    rows = [incident(1, taken_ms=DAY.since_ms + 60_000), incident(2, taken_ms=DAY.since_ms - 5), incident(3)]
    found = tally(rows)
    assert (found.count, found.taken, found.middle_s, found.longest_s) == (3, 2, 30.0, 60.0)


def test_people_who_were_not_reached_are_told_by_their_duty_and_drills_are_left_out() -> None:
    missed = (Unreached("i-1", "an"), Unreached("i-1", "weg"), Unreached("i-2", "an"))
    seen = facts(incidents=(incident(1), incident(2, drill=True)), unreached=missed)
    assert unreached(seen) == {"Trưởng thôn Đông": 1, "người không còn trong danh sách": 1}
    assert sentence(seen) == (
        "1 sự cố (không kể 1 của diễn tập); chưa sự cố nào có người nhận; không liên lạc được 2 lần."
    )


def test_a_wave_on_the_water_crosses_once() -> None:
    at = [DAY.since_ms + step * 15 * 60_000 for step in range(6)]
    values = (5.9, 6.01, 5.97, 6.02, 5.85, 5.84)
    seen = course(LevelFacts("song", tuple(zip(at, values, strict=True)), levels=(6.0, 9.0, 13.0)))
    assert [(one.level, one.direction) for one in seen.crossings] == [(1, Direction.UP), (1, Direction.DOWN)]
    assert (seen.crest, seen.level, seen.lowest) == ((at[3], 6.02), 1, 5.84)


def test_water_that_was_high_before_the_day_does_not_rise_again_at_midnight() -> None:
    before = (DAY.since_ms - HOUR, 7.0)
    seen = course(LevelFacts("song", ((DAY.since_ms, 7.1),), levels=(6.0, 9.0, 13.0), before=before))
    assert seen.crossings == ()


def test_rain_is_summed_inside_the_span_and_the_wettest_hours_are_found() -> None:
    told = tuple((DAY.since_ms + (hour + 1) * HOUR, 10.0 if hour in (3, 4) else 0.0) for hour in range(24))
    seen = rainfall(RainFacts("mua", "rain", told), DAY.since_ms, DAY.until_ms)
    assert (seen.mm, dict(seen.most)) == (20.0, {1: 10.0, 3: 20.0, 6: 20.0, 12: 20.0, 24: 20.0})
    assert len(seen.bars) == 24


def test_a_gauge_is_silent_when_it_missed_three_readings_and_ten_minutes() -> None:
    told = tuple(range(DAY.since_ms, DAY.since_ms + 12 * HOUR, 60_000)) + (DAY.until_ms - 60_000,)
    seen = silence(GaugeFacts("g", told, 60.0, 0), DAY.since_ms, DAY.until_ms, Lasting())
    assert seen == Silence(1, 12 * HOUR, 12 * HOUR)


def test_a_commune_without_gauges_has_no_section_of_water() -> None:
    frame = Frame("Xã", DAY, DAY.until_ms, "hộp", Letterhead("UBND"))
    document = commune_report(frame, facts())
    assert [one.id for one in document.sections] == ["incidents", "air", "devices"]
    assert document.summary[0] == "Sự cố: không có sự cố nào."


def test_the_figures_for_the_province_hold_no_words_of_people() -> None:
    frame = Frame("Xã", DAY, DAY.until_ms, "Lan", Letterhead("UBND"))
    told = commune_report(frame, facts(incidents=(incident(taken_ms=DAY.since_ms + 1),))).figures
    assert all(isinstance(value, int | float | None) for value in told.values())


def test_paper_has_less_than_the_workbook_and_says_its_own_words() -> None:
    columns = (Column("a"), Column("p", where=Where.PAPER), Column("s", As.COUNT, where=Where.SHEET))
    table = Table("x", columns, (("1", "ngắn", 7), ("2", "dài", 8)), most=1)
    assert on_paper(table) == (columns[:2], (("1", "ngắn"),), ())
    assert on_sheet(table) == ((columns[0], columns[2]), (("1", 7), ("2", 8)))


@pytest.mark.parametrize(
    ("kind", "cell", "words"),
    [
        (As.COUNT, 12345, "12.345"), (As.METRES, 12.346, "12,35"), (As.MS, 5_400_000, "1,5 giờ"),
        (As.MS, 65_000, "1 phút 05 giây"), (As.DAY, "2026-11-27", "27/11/2026"), (As.TEXT, None, "–"),
        (As.INSTANT, DAY.since_ms, "27/11 00:00"), (As.GB, 3.5e9, "3,5"), (As.PERCENT, 99.99, "99,9 %"),
    ],
)  # fmt: skip
def test_a_cell_is_written_as_people_write_it(kind: As, cell: str | float | None, words: str) -> None:
    assert written(kind, cell) == words


@given(st.lists(st.floats(-5, 60, allow_nan=False), min_size=1, max_size=900), st.booleans())
def test_a_chart_stays_inside_its_field_whatever_the_water_does(values: list[float], bars: bool) -> None:
    points = tuple((DAY.since_ms + at * 90_000, value) for at, value in enumerate(values))
    kept = thinned(points, DAY.since_ms, DAY.until_ms)
    assert len(kept) <= MOST_POINTS + 2
    assert max(value for _, value in kept) == max(values)
    bar_ms = HOUR if bars else 0
    chart = Chart("x", "m", DAY.since_ms, DAY.until_ms, kept, (("BĐ1", 6.0),), bar_ms, 2 * HOUR)
    for shape in drawn(chart):
        corners = ((shape.x, shape.y),) if isinstance(shape, Words) else shape.points
        assert all(-1 <= x <= WIDE + 1 and -1 <= y <= HIGH + 1 for x, y in corners), (shape, isinstance(shape, Area))
