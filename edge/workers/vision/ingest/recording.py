"""The thread of a main stream that is only recorded."""

from edge.kernel.clock import Clock
from edge.kernel.wire.vision import CameraSetup
from edge.workers.vision import words
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
AGAIN_S = 1.0


class RecordThread(StreamKeeper):
    """Records one camera's main stream. It gives way where the login or a mobile link has no room for both streams."""

    def __init__(
        self,
        camera: CameraSetup,
        report: CameraReport,
        sessions: Sessions,
        budget: Budget,
        tape: Tape,
        pulse: Pulse,
        clock: Clock,
    ) -> None:
        name = f"record:{camera.id}"
        super().__init__(name, camera.record_url, camera.transport, Rank.RECORD, sessions, pulse, clock)
        self._report = report
        self._budget = budget
        self._tape = tape
        self._since: float | None = None

    def unwanted(self) -> str:
        """A mobile link without room for it."""
        if self._budget.may_record(self._clock.steady()):
            return ""
        return words.RECORDING_OVER_BUDGET.format(limit=self._budget.limit_kbit_s)

    def waits(self, reason: str) -> None:
        """Tell why nothing is recorded."""
        self._report.recording(reason)

    def failed(self, trouble: CameraTroubleError) -> float:
        """Tell the trouble; the camera itself may be well."""
        self._report.recording(str(trouble))
        since, self._since = self._since, None
        return 0.0 if since is None else self._clock.steady() - since

    def read(self, stream: Stream, ticket: Ticket) -> float:
        """Record until there is trouble, or somebody with more right needs the place or the link."""
        reader = Reader(stream, lambda: False, self._pulse, self.name, self._clock)
        self._tape.opened(stream.video)
        self._since = self._clock.steady()
        counted, due = 0, self._since + TICK_S
        try:
            for packet, steady in reader.packets():
                self._tape.add(packet, steady)
                if steady < due:
                    continue
                self._budget.spend(Rank.RECORD, reader.bytes_read - counted, steady)
                counted, due = reader.bytes_read, steady + TICK_S
                if ticket.recalled or self.unwanted():
                    return AGAIN_S
        finally:
            self._tape.closed()
        return 0.0
