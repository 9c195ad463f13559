"""One camera's thread: connect, read, decode, and try again for ever."""

import threading
import time

import av

from edge.kernel.clock import Clock
from edge.kernel.wire.vision import CameraSetup, Packet, StreamHead
from edge.workers.vision import words
from edge.workers.vision.decode.decoding import Decoder, Picture
from edge.workers.vision.decode.eye import Eye
from edge.workers.vision.decode.fanout import Fanout
from edge.workers.vision.ingest.backoff import LONGEST_S, Backoff
from edge.workers.vision.ingest.report import CameraReport
from edge.workers.vision.ingest.stream import OPEN_S, READ_S, RtspStream
from edge.workers.vision.ingest.trouble import ASK_S, CameraTroubleError, offline
from edge.workers.vision.pulse import Pulse

NAME_LOOKUP_S = 30.0
"""The resolver has deadlines of its own that FFmpeg cannot interrupt."""
CONNECT_ALLOWED_S = LONGEST_S + NAME_LOOKUP_S + 2 * OPEN_S + 2 * ASK_S
READ_ALLOWED_S = 3 * READ_S + 2 * ASK_S + NAME_LOOKUP_S


class CameraThread(threading.Thread):
    """Reads one camera for ever; its troubles are states and waits, never errors."""

    def __init__(
        self, camera: CameraSetup, fanout: Fanout, eye: Eye, report: CameraReport, pulse: Pulse, clock: Clock
    ) -> None:
        super().__init__(name=f"camera:{camera.id}", daemon=True)
        self._url = camera.url
        self._fanout = fanout
        self._eye = eye
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
                self._fanout.end()
                stream.close()
        except CameraTroubleError as trouble:
            online_s = self._report.online_s(self._clock.steady())
            self._report.failed(trouble.state, str(trouble))
            return online_s
        return 0.0

    def _read(self, stream: RtspStream) -> None:
        decoder = Decoder(stream.video.codec_context, self._clock.steady())
        head: StreamHead | None = None
        for packet in stream.packets():
            steady = self._clock.steady()
            self._pulse.promise(self.name, READ_ALLOWED_S)
            self._report.packet(packet.size, steady)
            self._publish(packet)
            for picture in decoder.decode(packet, steady):
                head = head or self._begin(stream, picture)
                if (picture.frame.width, picture.frame.height) != (head.width, head.height):
                    raise offline(words.CAMERA_NEW_SIZE)
                self._eye.see(picture)

    def _begin(self, stream: RtspStream, picture: Picture) -> StreamHead:
        base, context = stream.video.time_base, stream.video.codec_context
        head = StreamHead(
            codec=context.name,
            width=picture.frame.width,
            height=picture.frame.height,
            time_base_num=base.numerator,
            time_base_den=base.denominator,
            extradata=bytes(context.extradata or b""),
        )
        self._report.online(head.codec, head.width, head.height, picture.steady)
        self._eye.opened(picture.steady)
        self._fanout.begin(head)
        return head

    def _publish(self, packet: av.Packet) -> None:
        dts = packet.dts if packet.dts is not None else packet.pts
        if dts is None:
            return  # a packet without any time cannot be muxed
        pts = packet.pts if packet.pts is not None else dts
        self._fanout.publish(Packet(bytes(packet), pts, dts, packet.duration or 0, packet.is_keyframe))
