import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.core.airlog import AWAITED, Airing, HornEnd, evidence, outcomes
from edge.core.airreport import Change, month_span, report
from edge.core.broadcast import Outcome, Priority
from edge.core.report.lasting import OFFLINE, ONLINE, UNWATCHED

SINCE, UNTIL = month_span(2026, 11)
HAMLETS = {"loa-1": "dong", "loa-2": "dong", "loa-3": "tay"}
HOUR = 3_600_000


def airing(*ends: HornEnd, number: str = "1-1", began_ms: int = SINCE + 8 * HOUR, op: str = "play") -> Airing:
    return Airing(
        number, op, Priority.THUONG, "Họp thôn", ("dong",), began_ms, 10_000, "Lan", "Lan", "Minh", "", ("aa",), ends
    )


def played(horn: str, seconds: float) -> HornEnd:
    return HornEnd(horn, Outcome.PLAYED, played_ms=int(seconds * 1000))


def test_a_month_is_that_of_the_local_calendar() -> None:
    assert dt.datetime.fromtimestamp(SINCE / 1000, dt.UTC) == dt.datetime(2026, 10, 31, 17, tzinfo=dt.UTC)
    assert month_span(2026, 12)[1] == month_span(2027, 1)[0]


def test_two_horns_of_a_hamlet_are_one_play_and_the_longest_of_them() -> None:
    seen = report([airing(played("loa-1", 9), played("loa-2", 10), played("loa-3", 8))], [], HAMLETS, SINCE, UNTIL)
    assert (seen.by_hamlet["dong"].plays, seen.by_hamlet["dong"].seconds) == (1, 10)
    assert (seen.by_hamlet["tay"].plays, seen.by_hamlet["tay"].seconds) == (1, 8)
    assert (seen.total.plays, seen.total.seconds) == (2, 18)


def test_a_hamlet_that_heard_nothing_has_faults_and_no_play() -> None:
    ends = (HornEnd("loa-1", Outcome.SILENT), HornEnd("loa-2", Outcome.UNKNOWN), played("loa-3", 8))
    seen = report([airing(*ends)], [], HAMLETS, SINCE, UNTIL)
    assert (seen.by_hamlet["dong"].plays, seen.by_hamlet["dong"].faults) == (0, 2)
    assert seen.by_hamlet["tay"].faults == 0


def test_what_broke_off_is_a_play_of_its_own_length_and_no_fault() -> None:
    end = HornEnd("loa-1", Outcome.PARTIAL, played_ms=3000)
    seen = report([airing(end, HornEnd("loa-2", AWAITED))], [], HAMLETS, SINCE, UNTIL)
    assert (seen.total.plays, seen.total.seconds, seen.total.faults) == (1, 3, 0)


def test_tests_count_for_the_horn_and_not_for_the_hamlet() -> None:
    seen = report([airing(played("loa-1", 2), op="test")], [], HAMLETS, SINCE, UNTIL)
    assert seen.total.plays == 0
    assert [(month.horn, month.ordered, month.tests, month.heard) for month in seen.horns][0] == ("loa-1", 1, 1, 1)


def test_lines_are_by_day_hamlet_and_item() -> None:
    twice = [airing(played("loa-1", 5), number=f"1-{n}", began_ms=SINCE + n * HOUR) for n in (1, 2, 30)]
    seen = report(twice, [], HAMLETS, SINCE, UNTIL)
    assert [(line.day.day, line.hamlet, line.sum.plays) for line in seen.lines] == [(1, "dong", 2), (2, "dong", 1)]


def test_a_horn_that_the_config_lost_is_still_told() -> None:
    seen = report([airing(played("cu", 5))], [], HAMLETS, SINCE, UNTIL)
    assert seen.by_hamlet[""].plays == 1
    assert seen.horns[-1].horn == "cu"


@pytest.mark.parametrize(
    ("changes", "online_h", "offline_h", "outages", "online_pct"),
    [
        ([], 0, 0, 0, None),
        ([(0, ONLINE)], 720, 0, 0, 100),
        ([(-5, ONLINE)], 720, 0, 0, 100),
        ([(-5, OFFLINE), (180, ONLINE)], 540, 180, 0, 75),
        ([(-5, ONLINE), (360, OFFLINE), (540, ONLINE)], 540, 180, 1, 75),
        ([(0, ONLINE), (360, UNWATCHED)], 360, 0, 0, 100),
        ([(0, ONLINE), (800, OFFLINE)], 720, 0, 0, 100),
    ],
)
def test_time_online_counts_only_what_was_watched(
    changes: list[tuple[int, str]], online_h: int, offline_h: int, outages: int, online_pct: float | None
) -> None:
    rows = [Change("loa-1", SINCE + hour * HOUR, state) for hour, state in changes]
    month = report([], rows, HAMLETS, SINCE, UNTIL).horns[0]
    assert (month.online_ms / HOUR, month.offline_ms / HOUR, month.outages) == (online_h, offline_h, outages)
    assert month.online_pct == online_pct


@given(st.lists(st.tuples(st.integers(-100, 900), st.sampled_from([ONLINE, OFFLINE, UNWATCHED]))))
def test_every_millisecond_of_the_month_is_counted_once(changes: list[tuple[int, str]]) -> None:
    rows = [Change("loa-1", SINCE + hour * HOUR, state) for hour, state in changes]
    month = report([], rows, HAMLETS, SINCE, UNTIL).horns[0]
    assert month.online_ms + month.offline_ms + month.unwatched_ms == UNTIL - SINCE


def test_the_worst_end_is_named_first_and_measures_are_told_in_words() -> None:
    one = airing(played("loa-1", 9), HornEnd("loa-2", Outcome.SILENT, "không dòng"), HornEnd("loa-3", AWAITED))
    assert list(one.counts.items()) == [(Outcome.SILENT, 1), (AWAITED, 1), (Outcome.PLAYED, 1)]
    assert (one.worst, one.seconds, airing().worst) == (Outcome.SILENT, 9, AWAITED)
    assert outcomes([one, one]) == {Outcome.SILENT: 2, AWAITED: 2, Outcome.PLAYED: 2}
    assert evidence(HornEnd("a", Outcome.PLAYED, "", -18.2, 900, -12.0, 9500)) == (
        "tiếng -18 dB, dòng 900 mA, mức loa -12 dB, 9,5 giây"
    )
