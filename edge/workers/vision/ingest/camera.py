"""One camera's thread: it keeps the stream that is watched open and hands its packets to the camera's sight."""

from dataclasses import replace

from edge.core.vision import CameraState
from edge.kernel.clock import Clock
from edge.kernel.wire.vision import CameraSetup
from edge.workers.vision import words
from edge.workers.vision.decode.sight import Sight
from edge.workers.vision.ingest.budget import Budget
from edge.workers.vision.ingest.keeper import StreamKeeper
from edge.workers.vision.ingest.reader import Reader
from edge.workers.vision.ingest.report import CameraReport
from edge.workers.vision.ingest.sessions import Rank, Sessions, Ticket
from edge.workers.vision.ingest.stream import Stream
from edge.workers.vision.ingest.tape import Tape
from edge.workers.vision.ingest.trouble import CameraTroubleError
from edge.workers.vision.pulse import Pulse

TICK_S = 1.0


def camera_thread(camera: str) -> str:
    """The name of the thread that watches a camera, under which it makes its promises."""
    return f"camera:{camera}"


class CameraThread(StreamKeeper):
    """Watches one camera for ever. ``tape`` takes the packets too when the same stream is recorded."""

    def __init__(
        self,
        camera: CameraSetup,
        sight: Sight,
        report: CameraReport,
        sessions: Sessions,
        budget: Budget,
        tape: Tape | None,
        pulse: Pulse,
        clock: Clock,
    ) -> None:
        super().__init__(camera_thread(camera.id), camera.url, camera.transport, Rank.WATCH, sessions, pulse, clock)
        self._sight = sight
        self._report = report
        self._budget = budget
        self._tape = tape

    def run(self) -> None:
        """Watch for ever."""
        self._report.connecting()
        super().run()

    def unwanted(self) -> str:
        """A camera is always watched."""
        return ""

    def waits(self, reason: str) -> None:
        """Its login has no place for it now: the camera says no."""
        self._report.failed(CameraState.REFUSED, reason, self._clock.steady())

    def failed(self, trouble: CameraTroubleError) -> float:
        """Tell the trouble, if it is news."""
        if self._tape is not None:
            self._report.recording(str(trouble))
        return self._report.failed(trouble.state, str(trouble), self._clock.steady())

    def read(self, stream: Stream, ticket: Ticket) -> float:
        """Read until there is trouble, or until the budget of a mobile link asks for a rest of so many seconds."""
        reader = Reader(stream, lambda: self._sight.hurry, self._pulse, self.name, self._clock)
        visit = _Visit(stream.video.codec_context.name, reader, self._clock.steady())
        tape = self._tape
        self._sight.opened(stream.video, visit.began)
        if tape is not None:
            tape.opened(stream.video)
        try:
            for packet, steady in reader.packets():
                self._sight.packet(packet, steady)
                if tape is not None:
                    tape.add(packet, steady)
                if steady >= visit.tick_due and (rest_s := self._tick(visit, steady)):
                    return rest_s
        finally:
            self._sight.closed()
            if tape is not None:
                tape.closed()
        return 0.0

    def _tick(self, visit: "_Visit", steady: float) -> float:
        """Once a second, and at every packet until the first picture; returns how long to close the stream."""
        figures = self._sight.figures(steady)
        if self._budget.by_turns:
            figures = replace(figures, guaranteed_seen_s=0.0)
        if not self._report.is_online:
            if figures.width:
                self._report.online(visit.codec, figures, self._amiss(steady), steady)
            return 0.0
        visit.tick_due = steady + TICK_S
        self._budget.spend(Rank.WATCH, visit.fresh_bytes(), steady)
        rest_s = self._budget.rest_s(visit.reader.bytes_read, steady - visit.began, steady)
        if rest_s:
            self._report.closed(self._amiss(steady), steady)
        elif self._report.due(steady):
            self._report.figures(figures, *visit.rates(steady), self._amiss(steady), steady)
        return rest_s

    def _amiss(self, steady: float) -> str:
        """What people should know of a camera that is online; empty: nothing."""
        if not self._budget.over(steady):
            return ""
        text = words.WATCHED_BY_TURNS if self._budget.by_turns else words.OVER_BUDGET
        return text.format(kbit_s=self._budget.asked_kbit_s(steady), limit=self._budget.limit_kbit_s)


class _Visit:
    """What one connection brought so far."""

    def __init__(self, codec: str, reader: Reader, steady: float) -> None:
        self.codec = codec
        self.reader = reader
        self.began = steady
        self.tick_due = 0.0
        self._counted = 0
        self._since = (steady, 0, 0)

    def fresh_bytes(self) -> int:
        """Bytes since it was last asked."""
        fresh = self.reader.bytes_read - self._counted
        self._counted = self.reader.bytes_read
        return fresh

    def rates(self, steady: float) -> tuple[float, float]:
        """Packets and kbit a second since it was last asked."""
        since, packets, size = self._since
        self._since = (steady, self.reader.packets_read, self.reader.bytes_read)
        passed_s = max(steady - since, 0.001)
        return (self.reader.packets_read - packets) / passed_s, (self.reader.bytes_read - size) * 8 / 1000 / passed_s
