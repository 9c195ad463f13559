from dataclasses import replace

import pytest

from edge.core.alert import Person, one_part
from edge.core.broadcast import Ack, AckState, OrderId, Outcome, Priority
from edge.core.incident import Incident, IncidentId, IncidentKind, Severity
from edge.core.moment import AtMs, Steady
from edge.core.place import EVERYWHERE, CameraId, HamletId, HornId, Point, StationId, ZoneId, inside
from edge.core.policy import airtime, alerting, flood, intrusion, reporting
from edge.core.policy.airtime import OnAir, Request, Verdict
from edge.core.policy.intrusion import ActiveHours, Ended, Now, Opened, ZoneRule
from edge.core.sensing import FloodLevels, Quality, Reading
from edge.core.vision import Box, Sighting, TrackId, TrackSeen

BANK = ZoneId("bank")
RULE = ZoneRule(BANK, min_hits=3, quiet_s=10.0)
PERSON = TrackSeen(TrackId(1), "person", 0.8, Box(0.1, 0.1, 0.2, 0.4), (BANK,), 1.0, 3)


def sighting(*tracks: TrackSeen) -> Sighting:
    return Sighting(CameraId("c1"), AtMs(0), Steady(0), tracks)


@pytest.mark.parametrize(
    ("track", "opens"),
    [
        (PERSON, True),
        (replace(PERSON, hits=2), False),
        (replace(PERSON, label="car"), False),
        (replace(PERSON, zones=()), False),
        (replace(PERSON, zones=(ZoneId("other"),)), False),
    ],
)
def test_only_a_confirmed_person_in_the_zone_opens_an_incident(track: TrackSeen, opens: bool) -> None:
    _, actions = intrusion.decide({}, sighting(track), (RULE,), Now(Steady(100), 0))
    assert bool(actions) is opens


def test_a_person_who_stays_opens_one_incident_and_leaving_ends_it_once() -> None:
    watch, actions = intrusion.decide({}, sighting(PERSON), (RULE,), Now(Steady(100), 0))
    assert actions == (Opened(BANK, PERSON),)
    watch, actions = intrusion.decide(watch, sighting(PERSON), (RULE,), Now(Steady(105), 0))
    assert actions == ()
    watch, actions = intrusion.decide(watch, None, (RULE,), Now(Steady(114), 0))
    assert actions == ()
    watch, actions = intrusion.decide(watch, None, (RULE,), Now(Steady(115), 0))
    assert actions == (Ended(BANK),)
    assert intrusion.decide(watch, None, (RULE,), Now(Steady(200), 0)) == ({}, ())


@pytest.mark.parametrize(
    ("hours", "minute", "holds"),
    [
        ("always", 0, True),
        ("22:00-05:00", 22 * 60, True),
        ("22:00-05:00", 4 * 60 + 59, True),
        ("22:00-05:00", 5 * 60, False),
        ("08:00-17:00", 7 * 60 + 59, False),
        ("08:00-17:00", 8 * 60, True),
    ],
)
def test_active_hours_may_cross_midnight(hours: str, minute: int, holds: bool) -> None:
    assert ActiveHours.parse(hours).hold(minute) is holds


def test_the_zone_is_watched_only_in_its_hours() -> None:
    rule = replace(RULE, active=ActiveHours.parse("22:00-05:00"))
    assert intrusion.decide({}, sighting(PERSON), (rule,), Now(Steady(0), 12 * 60))[1] == ()


EAST, WEST = frozenset({HamletId("dong")}), frozenset({HamletId("tay")})
PLAYING = OnAir("1-7", Priority.UU_TIEN, EAST, Steady(60))


@pytest.mark.parametrize(
    ("request_", "now", "verdict", "preempts"),
    [
        (Request(Priority.KHAN_CAP, EAST), 0, Verdict.NOW, ("1-7",)),
        (Request(Priority.UU_TIEN, EAST), 0, Verdict.WAIT, ()),
        (Request(Priority.THUONG, EAST), 0, Verdict.WAIT, ()),
        (Request(Priority.THUONG, WEST), 0, Verdict.NOW, ()),
        (Request(Priority.THUONG, frozenset({EVERYWHERE})), 0, Verdict.WAIT, ()),
        (Request(Priority.KHAN_CAP, frozenset({EVERYWHERE})), 0, Verdict.NOW, ("1-7",)),
        (Request(Priority.THUONG, EAST), 61, Verdict.NOW, ()),
    ],
)
def test_air_time_goes_to_the_stronger(
    request_: Request, now: float, verdict: Verdict, preempts: tuple[str, ...]
) -> None:
    decision = airtime.decide((PLAYING,), request_, Steady(now))
    assert (decision.verdict, decision.preempts) == (verdict, preempts)


DONE = Ack(OrderId(1, 1), HornId("h"), AckState.DONE, AtMs(0), rms_db=-18.0, amp_ma=900, played_ms=10_000)


@pytest.mark.parametrize(
    ("ack", "outcome"),
    [
        (DONE, Outcome.PLAYED),
        (None, Outcome.UNKNOWN),
        (replace(DONE, state=AckState.PLAYING), Outcome.UNKNOWN),
        (replace(DONE, state=AckState.REFUSED), Outcome.REFUSED),
        (replace(DONE, played_ms=4_000), Outcome.PARTIAL),
        (replace(DONE, rms_db=-70.0), Outcome.SILENT),
        (replace(DONE, rms_db=None), Outcome.SILENT),
        (replace(DONE, amp_ma=3), Outcome.SILENT),
        (replace(DONE, err="tăng âm không lên"), Outcome.SILENT),
        (replace(DONE, state=AckState.PREEMPTED, played_ms=2_000), Outcome.PARTIAL),
        (replace(DONE, state=AckState.PREEMPTED, played_ms=0), Outcome.SILENT),
        (replace(DONE, state=AckState.FAILED, played_ms=None), Outcome.SILENT),
    ],
)
def test_every_order_ends_in_the_outcome_that_its_evidence_shows(ack: Ack | None, outcome: Outcome) -> None:
    assert reporting.conclude(ack, 10_000)[0] is outcome


LEVELS = FloodLevels(StationId("lt"), "Lệ Thủy", (1.2, 2.2, 2.7), "", "")


def level(value: float, quality: Quality = Quality.GOOD) -> Reading:
    return Reading(StationId("lt"), "level", value, "m", AtMs(0), quality)


@pytest.mark.parametrize(
    ("before", "value", "after"),
    [(0, 1.1, 0), (0, 1.2, 1), (0, 2.9, 3), (1, 1.15, 1), (1, 1.09, 0), (3, 2.65, 3), (3, 2.55, 2), (3, 0.2, 0)],
)
def test_a_level_rises_at_its_mark_and_falls_ten_centimetres_below_it(before: int, value: float, after: int) -> None:
    standing, change = flood.decide(before, level(value), LEVELS)
    assert standing == after
    assert (change is None) is (before == after)


def test_a_bad_reading_decides_nothing() -> None:
    assert flood.decide(0, level(9.0, Quality.JUMP), LEVELS) == (0, None)


@pytest.mark.parametrize(
    ("value", "previous", "quality"),
    [(2.0, 1.9, Quality.GOOD), (2.0, None, Quality.GOOD), (99.0, 1.9, Quality.OUT_OF_RANGE), (4.0, 1.0, Quality.JUMP)],
)
def test_a_level_out_of_range_or_leaping_is_marked(value: float, previous: float | None, quality: Quality) -> None:
    assert flood.judge(value, (-1.0, 10.0), previous, 1.0) is quality


def incident(kind: IncidentKind = IncidentKind.INTRUSION) -> Incident:
    return Incident(
        IncidentId("1-1"), kind, Severity.SEVERE, "c1/bank", "bờ sông", "dong", "Báo động 2 tại Lệ Thủy", AtMs(0)
    )


def test_the_hamlets_own_people_are_told_before_the_communes() -> None:
    people = [
        Person("a", "An", "0900000001", "", "trực"),
        Person("b", "Bình", "0900000002", "dong", "trưởng thôn"),
        Person("c", "Chi", "0900000003", "tay", "trưởng thôn"),
    ]
    assert [person.id for person in alerting.recipients(IncidentKind.INTRUSION, {"dong"}, people)] == ["b", "a"]


@pytest.mark.parametrize("kind", list(IncidentKind))
def test_every_alarm_fits_one_sms(kind: IncidentKind) -> None:
    text = alerting.sms_text(incident(kind), 17, 5, "Thôn Đông Sơn Thượng Nguồn Xa Xôi Hẻo Lánh Vô Cùng")
    assert len(text) <= 70
    assert "17h05" in alerting.sms_text(incident(kind), 17, 5, "Thôn Đông")


def test_text_in_nfd_is_counted_as_people_count_it() -> None:
    nfd = "Nước lên"
    assert one_part(nfd) == "Nước lên"
    assert one_part("a " * 100).endswith("…")


def test_a_point_is_inside_its_polygon_only() -> None:
    square = (Point(0.2, 0.2), Point(0.8, 0.2), Point(0.8, 0.8), Point(0.2, 0.8))
    assert inside(Point(0.5, 0.5), square)
    assert not inside(Point(0.9, 0.5), square)
    assert not inside(Point(0.5, 0.1), square)
