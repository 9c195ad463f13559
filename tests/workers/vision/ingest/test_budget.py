"""Mobile links: what is given up, in which order, and when it comes back."""

from edge.workers.vision.ingest.budget import ON_S, ROOM, Budget
from edge.workers.vision.ingest.sessions import Rank

BYTES_PER_KBIT = 125


class Link:
    """A camera that sends at steady rates, watched and recorded as its budget allows."""

    def __init__(self, limit_kbit_s: int, watch_kbit_s: int, record_kbit_s: int) -> None:
        self.budget = Budget(limit_kbit_s)
        self.watch_kbit_s = watch_kbit_s
        self.record_kbit_s = record_kbit_s
        self.now = 1000.0
        self.sent = 0
        self.recorded_s = 0
        self._opened = self.now
        self._came = 0
        self._closed_until = 0.0

    def run(self, seconds: int) -> float:
        """So many seconds; returns the average rate."""
        before = self.sent
        for _ in range(seconds):
            self.now += 1
            if self.budget.may_record(self.now):
                self.recorded_s += 1
                self._bring(Rank.RECORD, self.record_kbit_s)
            if self.now >= self._closed_until:
                self._watch()
        return (self.sent - before) / BYTES_PER_KBIT / seconds

    def _watch(self) -> None:
        self._came += self._bring(Rank.WATCH, self.watch_kbit_s)
        rest_s = self.budget.rest_s(self._came, self.now - self._opened, self.now)
        if rest_s:
            self._closed_until = self._opened = self.now + rest_s
            self._came = 0

    def _bring(self, rank: Rank, kbit_s: int) -> int:
        size = kbit_s * BYTES_PER_KBIT
        self.budget.spend(rank, size, self.now)
        self.sent += size
        return size


def test_camera_within_its_budget_is_left_alone() -> None:
    link = Link(500, watch_kbit_s=200, record_kbit_s=250)
    assert link.run(300) == 450
    assert not link.budget.over(link.now)


def test_no_limit_is_no_limit() -> None:
    link = Link(0, watch_kbit_s=9000, record_kbit_s=9000)
    link.run(100)
    assert not link.budget.over(link.now)


def test_recording_is_given_up_first() -> None:
    link = Link(500, watch_kbit_s=300, record_kbit_s=2000)
    link.run(90)
    assert link.budget.over(link.now)
    assert not link.budget.may_record(link.now)
    assert link.run(600) == 300
    assert not link.budget.by_turns


def test_recording_comes_back_when_there_is_room_again() -> None:
    link = Link(500, watch_kbit_s=450, record_kbit_s=150)
    link.run(120)
    assert not link.budget.may_record(link.now)
    link.watch_kbit_s = 200
    recorded = link.recorded_s
    link.run(180)
    assert link.recorded_s > recorded
    assert not link.budget.over(link.now)


def test_stream_that_is_too_much_alone_is_watched_by_turns_within_the_budget() -> None:
    link = Link(400, watch_kbit_s=1600, record_kbit_s=0)
    link.run(120)
    assert link.budget.by_turns
    assert 0.6 * 400 < link.run(1800) <= 400
    assert link.budget.over(link.now)


def test_watching_by_turns_ends_when_the_camera_sends_less() -> None:
    link = Link(400, watch_kbit_s=1600, record_kbit_s=0)
    link.run(300)
    link.watch_kbit_s = 300
    link.run(900)
    assert not link.budget.by_turns
    assert link.run(300) == 300


def test_turns_aim_below_the_limit() -> None:
    assert ROOM < 1.0
    assert ON_S >= 5.0  # shorter turns show nobody who walks by
