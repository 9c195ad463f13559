"""The node's own clock, and how it is kept: by the box's time server, by a clock chip, or not at all.

``synced``: it heard the box's server, and by its own crystal cannot be a second off since. ``rtc``: a chip or the
crystal alone kept it within two minutes. ``floor``: unknown. A time before the last one known is never believed,
whoever says it.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from edge.core.errors import TransientError
from edge.core.moment import AtMs, ClockState, Moment, Steady
from edge.core.timing import (
    GOOD_BASE_S,
    RTC_PPM,
    Course,
    TimeSample,
    corrected,
    error_ms,
    fastest,
    line_through,
    trust,
)
from edge.kernel.clock import Clock
from edge.kernel.disk import write_atomically
from edge.kernel.wire.node import NodeSetup
from edge.node.rtc import Rtc
from edge.node.sntp import NTP_PORT, ask_time

log = logging.getLogger(__name__)

BURST = 8
BETWEEN_S = 0.1
FIRST_POLL_S, SLOWEST_POLL_S = 1.0, 64.0
POINTS = 32
KEEP_EVERY_S = 600.0
FLOOR_SLACK_MS = 60_000
"""The box's own clock may be put right by this much without a node refusing it."""
WORST_DELAY_S = 1.5
BACKWARDS = "Máy chủ giờ đưa giờ cũ hơn giờ nút đã biết."


class _Kept(msgspec.Struct, frozen=True):
    """``clock.json``: the last time that was known, what the chip said at ``rtc_at_ms``, how fast the crystal goes."""

    at_ms: int
    rtc_s: int | None = None
    rtc_at_ms: int = 0
    rate: float = 1.0
    base_s: float = 0.0


@dataclass(frozen=True, slots=True)
class _Heard:
    """When the clock was last set by something else, and how exactly (``worst_ms``); ``base_s`` of its rate."""

    steady: float
    worst_ms: float
    base_s: float


class NodeClock:
    """A ``Clock`` on the steady clock of ``raw``; one that is not its own passes on what ``raw`` says."""

    def __init__(self, raw: Clock, *, own: bool) -> None:
        self._raw = raw
        self._own = own
        self._course: Course | None = None
        self._heard = _Heard(0.0, 0.0, 0.0)
        self._best = ClockState.SYNCED
        self.known_ms = 0

    def now(self) -> Moment:
        """This instant, with how far it can be trusted."""
        if not self._own:
            return self._raw.now()
        steady = self._raw.steady()
        if self._course is None:
            return Moment(AtMs(max(self._raw.now().at_ms, self.known_ms)), steady, ClockState.FLOOR)
        return Moment(AtMs(int(self._course.at(steady))), steady, self._state(steady))

    def steady(self) -> Steady:
        """This instant on the monotonic clock alone."""
        return self._raw.steady()

    def steady_of(self, at_ms: int) -> float:
        """The steady instant at which it will be that late, as far as is known now."""
        if self._course is not None:
            return self._course.steady_of(at_ms)
        now = self.now()
        return now.steady + (at_ms - now.at_ms) / 1000

    def set(self, wanted: Course, worst_ms: float, base_s: float, *, may_step: bool, chip: bool = False) -> float:
        """Follow this course from now on; returns by how many milliseconds it was wrong until now."""
        steady = self._raw.steady()
        now, self._best = self._course, ClockState.RTC if chip else ClockState.SYNCED
        self._course = wanted if now is None else corrected(now, wanted, steady, may_step=may_step)
        self._heard = _Heard(steady, worst_ms, base_s)
        return 0.0 if now is None else wanted.at(steady) - now.at(steady)

    def _state(self, steady: float) -> ClockState:
        heard = self._heard
        state = trust(heard.worst_ms + error_ms(0.0, steady - heard.steady, heard.base_s))
        return self._best if state is ClockState.SYNCED else state


class Timekeeper:
    """Keeps a ``NodeClock``. ``off_ms`` is how wrong it was when it last heard the server, ``fault`` a sentence."""

    def __init__(self, setup: NodeSetup, raw: Clock, sounds: Callable[[], bool], changed: Callable[[], None]) -> None:
        host, _, port = setup.time_server.partition(":")
        self._server = (host, int(port or NTP_PORT))
        self._sounds = sounds
        self._changed = changed
        self._path = Path(setup.data_folder) / "clock.json"
        self._rtc = Rtc(Path(setup.rtc)) if setup.rtc else None
        self._kept = _load(self._path)
        self._points: deque[TimeSample] = deque(maxlen=POINTS)
        self._kept_steady = 0.0
        self.clock = NodeClock(raw, own=bool(host))
        self.clock.known_ms = self._kept.at_ms
        self.off_ms: float | None = None
        self.fault = ""

    async def run(self) -> None:
        """Keep the clock until cancelled; without a server the machine's own clock is believed."""
        if not self._server[0]:
            await asyncio.Event().wait()
        await self._ask_the_chip()
        wait_s = FIRST_POLL_S
        while True:
            heard = await self._ask_the_server()
            await self._keep()
            await asyncio.sleep(wait_s)
            wait_s = min(wait_s * 2, SLOWEST_POLL_S) if heard else min(wait_s * 2, SLOWEST_POLL_S / 4)

    async def _ask_the_chip(self) -> None:
        """A DS3231 that was read beside a known time tells it after a power cut."""
        kept = self._kept
        if self._rtc is None or kept.rtc_s is None:
            return
        try:
            rtc_s = await self._rtc.on_the_second()
        except TransientError as error:
            log.warning("clock chip: %s", error)
            return
        age_s = rtc_s - kept.rtc_s
        worst_ms = 1_000 + age_s * RTC_PPM / 1000
        if age_s >= 0 and trust(worst_ms) is not ClockState.FLOOR:
            course = Course(self.clock.steady(), kept.rtc_at_ms + age_s * 1000, kept.rate)
            self.clock.set(course, worst_ms, kept.base_s, may_step=True, chip=True)
            log.info("time from the clock chip, kept for %d s", age_s)
            self._changed()

    async def _ask_the_server(self) -> bool:
        try:
            point = fastest(await self._burst())
            self._take(point)
        except TransientError as error:
            self._tell_fault(str(error))
            return False
        self._tell_fault("")
        return True

    async def _burst(self) -> list[TimeSample]:
        samples: list[TimeSample] = []
        for _ in range(BURST):
            try:
                samples.append(await ask_time(*self._server, self.clock))
            except TransientError:
                if not samples:
                    raise
            await asyncio.sleep(BETWEEN_S)
        return samples

    def _take(self, point: TimeSample) -> None:
        """Set the clock by the points so far; raises TransientError when this one cannot be believed."""
        if point.delay_s > WORST_DELAY_S:
            raise TransientError("Máy chủ giờ trả lời quá chậm để chỉnh giờ.")
        if point.at_ms < self.clock.known_ms - FLOOR_SLACK_MS:
            raise TransientError(BACKWARDS)
        before = self.clock.now().clock
        if self._points and _is_another_time(self._points[-1], point):
            self._points.clear()  # the box's own clock was set: the old points say nothing any more
        self._points.append(point)
        base_s = point.steady - self._points[0].steady
        course = line_through(self._points, self._kept.rate)
        known_s = max(base_s, self._kept.base_s)
        self.off_ms = round(self.clock.set(course, point.delay_s * 500, known_s, may_step=not self._sounds()), 3)
        if base_s >= GOOD_BASE_S:
            self._kept = msgspec.structs.replace(self._kept, rate=course.rate, base_s=base_s)
        if before is not ClockState.SYNCED:
            log.info("clock synchronised, it was %s", before)
            self._kept_steady = -KEEP_EVERY_S
            self._changed()

    async def _keep(self) -> None:
        """Put the time on the disk now and then: what is known never gets less."""
        now = self.clock.now()
        if now.clock is ClockState.FLOOR or now.steady - self._kept_steady < KEEP_EVERY_S:
            return
        self._kept_steady = now.steady
        if self._rtc is not None and now.clock is ClockState.SYNCED:
            await self._look_at_the_chip(self._rtc)
        self.clock.known_ms = max(self.clock.known_ms, now.at_ms)
        self._kept = msgspec.structs.replace(self._kept, at_ms=self.clock.known_ms)
        try:
            await asyncio.to_thread(write_atomically, self._path, msgspec.json.encode(self._kept))
        except OSError as error:
            self._tell_fault(f"Không ghi được giờ ra đĩa: {error}.")

    async def _look_at_the_chip(self, rtc: Rtc) -> None:
        try:
            rtc_s = await rtc.on_the_second()
        except TransientError as error:
            log.warning("clock chip: %s", error)
        else:
            self._kept = msgspec.structs.replace(self._kept, rtc_s=rtc_s, rtc_at_ms=self.clock.now().at_ms)

    def _tell_fault(self, fault: str) -> None:
        if bool(fault) != bool(self.fault):
            log.log(logging.WARNING if fault else logging.INFO, "time server: %s", fault or "answers again")
            self._changed()
        self.fault = fault


def _is_another_time(before: TimeSample, after: TimeSample) -> bool:
    """Whether the server's clock was set in between: no crystal goes that wrong."""
    passed_ms = (after.steady - before.steady) * 1000
    return abs(after.at_ms - before.at_ms - passed_ms) > 50 + passed_ms * 1e-3 + (before.delay_s + after.delay_s) * 1000


def _load(path: Path) -> _Kept:
    try:
        return msgspec.json.decode(path.read_bytes(), type=_Kept)
    except FileNotFoundError:
        return _Kept(0)
    except (msgspec.MsgspecError, UnicodeDecodeError, OSError) as cause:
        log.error("%s is damaged (%s): the last known time is lost", path, cause)  # noqa: TRY400 - the trace adds nothing
        return _Kept(0)
