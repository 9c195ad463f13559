"""One camera's thread: connect, read, decode, and try again for ever."""

import threading
import time

from edge.kernel.clock import Clock
from edge.kernel.wire.vision import CameraSetup
from edge.workers.vision.decode.sight import Sight
from edge.workers.vision.ingest.backoff import LONGEST_S, Backoff
from edge.workers.vision.ingest.report import CameraReport
from edge.workers.vision.ingest.stream import OPEN_S, READ_S, RtspStream
from edge.workers.vision.ingest.trouble import ASK_S, CameraTroubleError
from edge.workers.vision.pulse import Pulse

NAME_LOOKUP_S = 30.0
"""The resolver has deadlines of its own that FFmpeg cannot interrupt."""
CONNECT_ALLOWED_S = LONGEST_S + NAME_LOOKUP_S + 2 * OPEN_S + 2 * ASK_S
READ_ALLOWED_S = 3 * READ_S + 2 * ASK_S + NAME_LOOKUP_S


class CameraThread(threading.Thread):
    """Reads one camera for ever; its troubles are states and waits, never errors."""

    def __init__(self, camera: CameraSetup, sight: Sight, report: CameraReport, pulse: Pulse, clock: Clock) -> None:
        super().__init__(name=f"camera:{camera.id}", daemon=True)
        self._url = camera.url
        self._sight = sight
        self._report = report
        self._pulse = pulse
        self._clock = clock

    def run(self) -> None:
        """Connect again and again, waiting longer after each failure."""
        backoff = Backoff()
        self._report.connecting()
        while True:
            self._pulse.promise(self.name, CONNECT_ALLOWED_S)
            wait_s = backoff.next_s(self._one_connection())
            self._pulse.promise(self.name, wait_s + CONNECT_ALLOWED_S)
            time.sleep(wait_s)

    def _one_connection(self) -> float:
        """Read until there is trouble; returns for how many seconds it gave pictures."""
        try:
            stream = RtspStream(self._url)
            try:
                self._read(stream)
            finally:
                self._sight.closed()
                stream.close()
        except CameraTroubleError as trouble:
            online_s = self._report.online_s(self._clock.steady())
            self._report.failed(trouble.state, str(trouble))
            return online_s
        return 0.0

    def _read(self, stream: RtspStream) -> None:
        self._sight.opened(stream.video, self._clock.steady())
        online = False
        for packet in stream.packets():
            steady = self._clock.steady()
            self._pulse.promise(self.name, READ_ALLOWED_S)
            self._report.packet(packet.size, steady)
            self._sight.packet(packet, steady)
            figures = self._sight.figures(steady)
            if figures.width and not online:
                online = True
                self._report.online(stream.video.codec_context.name, figures.width, figures.height, steady)
