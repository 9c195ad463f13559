"""A live RTSP camera that films a clock which machines can read: what it sends shows when it was painted.

It is run by the system's Python, which has GStreamer's bindings:

    /usr/bin/python3 -I hil/clock_camera.py --port 0 --user admin --password xem-thu cam-1

Pictures of 640x360 are painted at the moment they are taken and encoded by x264 without any delay (zerolatency), as a
camera's chip does. Two rows of 16 squares hold 24 bits of the time (milliseconds UTC) and 8 bits that check them.
The first line on stdout is JSON: {"port": …}; then, every two seconds, {"encoded_ms": […]}: how long after its
painting each picture left the encoder.
Standard library and gi only: the project's virtual environment is not visible here.
"""

import argparse
import json
import signal
import sys
import threading
import time
from collections import deque
from typing import Any

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402 - gi wants the versions first

WIDTH, HEIGHT, FPS = 640, 360, 25
SQUARE, COLUMNS = 32, 16
BITS = 24
DARK, LIGHT = b"\x10", b"\xeb"
TELL_S = 2.0
LAUNCH = (
    "( appsrc name=lens is-live=true format=time max-buffers=2 leaky-type=downstream"
    f" caps=video/x-raw,format=I420,width={WIDTH},height={HEIGHT},framerate={FPS}/1"
    f" ! x264enc name=chip tune=zerolatency speed-preset=ultrafast bitrate=1200 key-int-max={2 * FPS} threads=1"
    " ! video/x-h264,profile=main ! rtph264pay name=pay0 pt=96 config-interval=-1 aggregate-mode=zero-latency )"
)


def painted(at_ms: int) -> bytes:
    """A picture (I420) that shows this time; below the clock a bar walks, for a camera never sends the same twice."""
    value = at_ms & (1 << BITS) - 1
    word = value << 8 | checksum(value)
    bits = [word >> place & 1 for place in range(2 * COLUMNS - 1, -1, -1)]
    rows = [_row(bits[:COLUMNS]) * SQUARE, _row(bits[COLUMNS:]) * SQUARE]
    left = at_ms // 8 % (WIDTH - 40)
    line = b"\x50" * left + LIGHT * 40 + b"\x50" * (WIDTH - 40 - left)
    luma = b"".join(rows) + line * (HEIGHT - 2 * SQUARE)
    return luma + b"\x80" * (WIDTH * HEIGHT // 2)


def checksum(value: int) -> int:
    """Eight bits over the 24: no noise looks like a time."""
    return (value ^ value >> 8 ^ value >> 16 ^ 0x5A) & 0xFF


def _row(bits: list[int]) -> bytes:
    squares = b"".join((LIGHT if bit else DARK) * SQUARE for bit in bits)
    return squares + b"\x50" * (WIDTH - len(squares))


class Lens:
    """Paints for as long as somebody watches."""

    def __init__(self) -> None:
        self._painted: dict[int, float] = {}
        self._order: deque[int] = deque()
        self._encoded_ms: list[float] = []
        self._shift: int | None = None
        threading.Thread(target=self._tell, daemon=True).start()

    def on_media(self, _factory: Any, media: Any) -> None:
        """A first watcher came."""
        self._shift = None
        self._order.clear()
        media.set_reusable(False)
        element = media.get_element()
        source = element.get_by_name("lens")
        chip = element.get_by_name("chip").get_static_pad("src")
        chip.add_probe(Gst.PadProbeType.BUFFER, self._encoded)
        stop = threading.Event()
        media.connect("unprepared", lambda _media: stop.set())
        threading.Thread(target=self._film, args=(element, source, stop), daemon=True).start()

    def _film(self, element: Any, source: Any, stop: threading.Event) -> None:
        due = time.monotonic()
        while not stop.wait(max(0.0, due - time.monotonic())):
            due = max(due + 1 / FPS, time.monotonic() - 1.0)
            clock = element.get_clock()
            if clock is None or element.get_base_time() == 0:
                continue
            now = time.time()
            buffer = Gst.Buffer.new_wrapped(painted(int(now * 1000)))
            buffer.pts = max(0, clock.get_time() - element.get_base_time())
            buffer.duration = Gst.SECOND // FPS
            self._remember(buffer.pts, now)
            if source.emit("push-buffer", buffer) is not Gst.FlowReturn.OK:
                return

    def _remember(self, pts: int, now: float) -> None:
        self._painted[pts] = now
        self._order.append(pts)
        while len(self._order) > 10 * FPS:
            self._painted.pop(self._order.popleft(), None)

    def _encoded(self, _pad: Any, info: Any) -> Any:
        pts = info.get_buffer().pts
        if self._shift is None:  # x264enc counts from 1,000 hours on, so that no time is ever negative
            self._shift = pts - self._order[0]
        began = self._painted.pop(pts - self._shift, None)
        if began is not None:
            self._encoded_ms.append(round((time.time() - began) * 1000, 2))
        return Gst.PadProbeReturn.OK

    def _tell(self) -> None:
        while True:
            time.sleep(TELL_S)
            told, self._encoded_ms = self._encoded_ms, []
            if told:
                say({"encoded_ms": told})


def say(facts: dict[str, object]) -> None:
    """One line of JSON for whoever started us."""
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(description="A live RTSP camera that films a clock")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--user", default="admin")
    parser.add_argument("--password", default="")
    parser.add_argument("mounts", nargs="+")
    arguments = parser.parse_args()
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(str(arguments.port))
    for mount in arguments.mounts:
        lens = Lens()
        factory = GstRtspServer.RTSPMediaFactory()
        factory.set_launch(LAUNCH)
        factory.set_shared(True)
        factory.set_latency(0)
        factory.connect("media-configure", lens.on_media)
        if arguments.password:
            _add_password(server, arguments, factory)
        server.get_mount_points().add_factory(f"/{mount}", factory)
    if server.attach(None) == 0:
        raise SystemExit(f"port {arguments.port} is taken")
    loop = GLib.MainLoop()
    for number in (signal.SIGTERM, signal.SIGINT):
        GLib.unix_signal_add(GLib.PRIORITY_HIGH, number, loop.quit)
    say({"port": server.get_bound_port()})
    loop.run()


def _add_password(server: Any, arguments: argparse.Namespace, factory: Any) -> None:
    auth = server.get_auth() or GstRtspServer.RTSPAuth()
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "viewer")
    auth.add_basic(GstRtspServer.RTSPAuth.make_basic(arguments.user, arguments.password), token)
    server.set_auth(auth)
    factory.add_role_from_structure(
        Gst.Structure.from_string("viewer, media.factory.access=true, media.factory.construct=true")[0]
    )


if __name__ == "__main__":
    main()
