"""Which mode a camera is in, and what it may promise."""

import pytest

from edge.core.vision import DecodeMode
from edge.workers.vision.decode.arrival import Arrivals
from edge.workers.vision.decode.governor import CALM_S, Governor
from edge.workers.vision.decode.motion_log import MotionLog
from edge.workers.vision.decode.wakes import FRUITLESS_S, Wakes


def governor(*, gop_s: float, always: bool = False, seen_s: float = 0.0, records: bool = False) -> Governor:
    """One that has seen 30 key frames, the last at 100 s, and is calm."""
    made = Governor(always=always, records=records, detect_fps=5.0, seen_s=seen_s)
    made.opened(100 - 30 * gop_s)
    for number in range(30):
        made.key(100 - (29 - number) * gop_s)
    return made


@pytest.mark.parametrize(
    ("gop_s", "seen_s", "mode", "promise_s"),
    [
        (0.5, 0.0, DecodeMode.KEYS, 1.0),
        (1.0, 0.0, DecodeMode.KEYS, 1.1),
        (2.0, 0.0, DecodeMode.KEYS, 2.1),
        (4.0, 0.0, DecodeMode.KEYS, 4.1),
        (4.3, 0.0, DecodeMode.FULL, 1.0),
        (10.0, 0.0, DecodeMode.FULL, 1.0),
        (2.0, 1.0, DecodeMode.FULL, 1.0),
        (2.0, 3.0, DecodeMode.KEYS, 2.1),
        (10.0, 20.0, DecodeMode.FULL, 1.0),
        (0.5, 1.0, DecodeMode.KEYS, 1.0),
    ],
)
def test_mode_and_promise_follow_the_key_interval_and_what_rules_ask(
    gop_s: float, seen_s: float, mode: DecodeMode, promise_s: float
) -> None:
    made = governor(gop_s=gop_s, seen_s=seen_s)
    assert made.mode(100.1, detects=True) is mode
    assert made.guaranteed_seen_s(detects=True) == pytest.approx(promise_s)


def test_demand_holds_until_it_is_withdrawn() -> None:
    made = governor(gop_s=2.0)
    made.demand(1.0)
    assert made.mode(100.1, detects=True) is DecodeMode.FULL
    assert made.guaranteed_seen_s(detects=True) == 1.0
    made.demand(0.0)
    assert made.mode(100.1, detects=True) is DecodeMode.KEYS


def test_always_decodes_everything() -> None:
    assert governor(gop_s=1.0, always=True).mode(100.1, detects=True) is DecodeMode.FULL


def test_late_key_frame_makes_it_decode_everything_until_it_comes() -> None:
    made = governor(gop_s=2.0)
    assert made.mode(102.05, detects=True) is DecodeMode.KEYS
    assert made.mode(102.15, detects=True) is DecodeMode.FULL
    made.key(102.4)
    assert made.mode(102.5, detects=True) is DecodeMode.KEYS
    assert made.guaranteed_seen_s(detects=True) == pytest.approx(2.5)


def test_without_a_detector_nothing_is_promised() -> None:
    assert governor(gop_s=2.0).mode(100.1, detects=False) is DecodeMode.PACKETS
    assert governor(gop_s=2.0, records=True).mode(100.1, detects=False) is DecodeMode.KEYS
    assert governor(gop_s=2.0).guaranteed_seen_s(detects=False) == 0.0


def test_unknown_key_interval_promises_nothing_and_decodes_everything() -> None:
    made = Governor(always=False, records=False, detect_fps=5.0, seen_s=0.0)
    made.opened(100.0)
    made.key(100.1)
    assert made.guaranteed_seen_s(detects=True) == 0.0
    assert made.mode(150.0, detects=True) is DecodeMode.FULL


def test_wake_lasts_until_it_was_calm() -> None:
    made = governor(gop_s=2.0)
    made.wake(100.0)
    for second in range(10):
        made.key(100.0 + second)
    assert made.mode(100.0 + CALM_S - 0.1, detects=True) is DecodeMode.FULL
    assert made.mode(109.5, detects=True) is DecodeMode.KEYS


def test_wakes_for_nothing_are_at_most_six_in_any_hour() -> None:
    wakes = Wakes()
    woken = []
    for steady in range(0, 6 * 3600, 2):
        if wakes.allowed(steady):
            wakes.begin(steady)
            wakes.end()
            woken.append(steady)
    assert max(sum(begin <= each < begin + 3600 for each in woken) for begin in woken) <= 6


def test_wakes_that_found_something_are_free() -> None:
    wakes = Wakes()
    for steady in range(100):
        assert wakes.allowed(steady)
        wakes.begin(steady)
        wakes.found()
        wakes.end()


def test_motion_without_a_track_is_fruitless_after_a_while() -> None:
    wakes = Wakes()
    wakes.begin(100.0)
    assert not wakes.fruitless(100.0 + FRUITLESS_S)
    assert wakes.fruitless(100.1 + FRUITLESS_S)
    wakes.found()
    assert not wakes.fruitless(200.0)


class TestArrivals:
    def test_bursts_do_not_move_the_time_of_pictures(self) -> None:
        arrivals = Arrivals(1 / 90_000)
        times = []
        for number in range(600):
            taken = number / 15
            burst = -(-taken // 0.5) * 0.5
            times.append(arrivals.add(round(taken * 90_000), 1000 + burst) - 1000 - taken)
        assert max(times[60:]) - min(times[60:]) < 0.03

    def test_jump_of_the_cameras_clock_begins_anew(self) -> None:
        arrivals = Arrivals(1 / 90_000)
        arrivals.add(0, 1000.0)
        for dts, steady in ((1 << 33, 1001.0), (5, 1002.0), (90_000 * 3600, 1003.0)):
            assert arrivals.add(dts, steady) == steady
            assert arrivals.at(dts, steady) == pytest.approx(steady)

    def test_packet_without_a_time_arrived_now(self) -> None:
        assert Arrivals(1 / 90_000).add(None, 1000.0) == 1000.0


class TestMotionLog:
    def test_share_counts_the_spans_that_end_in_a_moving_picture(self) -> None:
        log = MotionLog()
        for steady in range(100, 121, 2):
            log.add(steady, moved=104 < steady <= 110, tracked=steady == 112)
        assert log.share(100, 120) == pytest.approx(0.3)
        assert log.share(104, 110) == 1.0
        assert log.share(112, 120) == 0.0
        assert log.tracked(100, 120)
        assert not log.tracked(114, 120)

    def test_pause_is_no_motion(self) -> None:
        log = MotionLog()
        log.add(100, moved=True, tracked=True)
        log.add(200, moved=True, tracked=True)
        assert log.share(100, 200) == 0.0
