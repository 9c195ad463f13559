"""Arrivals and rests of a reader that sleeps, against a camera and a kernel made of numbers."""

import random
from collections import deque

import pytest

from edge.workers.vision.ingest.bursts import LONGEST_REST_S, PROOF_S, Bursts

MOST_WAITING = 64_000
TICK_S = 1 / 90_000
FPS = 15
COST_S = 0.0001


class Line:
    """A camera that sends at even times and a reader that sleeps as `Bursts` says; time is a number."""

    def __init__(self, bursts: Bursts, sizes: list[int], stamp_of: "list[int | None]") -> None:
        self.bursts = bursts
        self.now = 0.0
        self._coming = deque(
            (index / FPS, stamp, size) for index, (size, stamp) in enumerate(zip(sizes, stamp_of, strict=True))
        )
        self.late: list[float] = []
        self.wrong: list[float] = []
        self.rests: list[float] = []
        self.most_waiting = 0
        self._read = 0

    def run(self, group: int) -> None:
        """Read everything; a key frame every ``group`` pictures."""
        index = 0
        while self._coming:
            sent, stamp, size = self._coming.popleft()
            asked, self.now = self.now, max(self.now + COST_S, sent + 1 / FPS)  # as FFmpeg's parser gives it out
            arrived = self.bursts.arrived(stamp, asked, self.now)
            self.wrong.append(arrived - sent)
            self.late.append(self.now - sent)
            self._read += size
            if index % group == 0:
                self.bursts.key(arrived)
            index += 1
            if self.bursts.caught_up:
                self._rest()

    def _rest(self) -> None:
        until = self.bursts.rest_until(self.now, self._read)
        self.rests.append(until - self.now)
        self.now, self._read = until, 0
        waiting = sum(size for sent, _, size in self._coming if sent + 1 / FPS <= self.now)
        self.most_waiting = max(self.most_waiting, waiting)


def even(count: int) -> "list[int | None]":
    """Time stamps of an honest camera."""
    return [1000 + index * 90_000 // FPS for index in range(count)]


def test_reader_sleeps_for_a_second_and_still_knows_when_each_packet_came() -> None:
    line = Line(Bursts(TICK_S, 0.0, MOST_WAITING, held_back=True), [2000] * 900, even(900))
    line.run(group=30)
    assert max(line.rests) == pytest.approx(LONGEST_REST_S)
    assert len(line.rests) < 900 / FPS / LONGEST_REST_S * 1.6
    assert max(map(abs, line.wrong[2:])) < 0.01


def test_key_frames_are_read_soon_after_they_came() -> None:
    line = Line(Bursts(TICK_S, 0.0, MOST_WAITING, held_back=True), [2000] * 900, even(900))
    line.run(group=30)
    assert max(line.late[90::30]) < 1 / FPS + 0.1


def test_large_pictures_shorten_the_sleep_until_the_kernel_can_hold_them() -> None:
    line = Line(Bursts(TICK_S, 0.0, MOST_WAITING, held_back=True), [16_000] * 900, even(900))
    line.run(group=30)
    assert max(line.rests[-50:]) < LONGEST_REST_S
    assert line.most_waiting < 2 * MOST_WAITING


@pytest.mark.parametrize("jump", [3600 * 90_000, -1800 * 90_000, -(2**32), 2**33])
def test_jump_of_the_stamps_is_wrong_by_one_rest_at_most(jump: int) -> None:
    stamps = even(600)
    stamps[300:] = [stamp + jump for stamp in stamps[300:] if stamp is not None]
    line = Line(Bursts(TICK_S, 0.0, MOST_WAITING, held_back=True), [2000] * 600, stamps)
    line.run(group=30)
    assert max(map(abs, line.wrong)) <= LONGEST_REST_S
    assert max(map(abs, line.wrong[400:])) < 0.01


def test_packets_without_stamps_came_when_they_were_read_at_the_latest() -> None:
    line = Line(Bursts(TICK_S, 0.0, MOST_WAITING, held_back=True), [2000] * 100, [None] * 100)
    line.run(group=30)
    assert all(0.0 <= wrong <= LONGEST_REST_S + 1 / FPS for wrong in line.wrong)


def test_clock_that_drifts_is_followed() -> None:
    stamps: list[int | None] = [round(index * 90_000 / FPS * 1.001) for index in range(3000)]
    line = Line(Bursts(TICK_S, 0.0, MOST_WAITING, held_back=True), [2000] * 3000, stamps)
    line.run(group=30)
    assert max(map(abs, line.wrong)) < 0.001 * PROOF_S + 1 / FPS


def test_arrivals_never_go_back() -> None:
    chance = random.Random(7)
    bursts, now, last = Bursts(TICK_S, 0.0, MOST_WAITING, held_back=True), 0.0, 0.0
    for _ in range(5000):
        asked, now = now, now + chance.expovariate(20)
        arrived = bursts.arrived(chance.choice([None, chance.randrange(2**33)]), asked, now)
        assert last <= arrived <= now
        last = arrived
        if bursts.caught_up:
            now = max(now, bursts.rest_until(now, chance.randrange(200_000)))
