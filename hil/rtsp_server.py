"""An RTSP server of cameras that never stop filming.

It is run by the system's Python, which has GStreamer's bindings:

    /usr/bin/python3 -I hil/rtsp_server.py --port 0 cam-1=clip.mp4 cam-2=other.mp4

`cam-3=day.mp4+night.mp4` plays one clip after the other, which is how a camera changes its size in mid-stream.
Clips are H.264 or H.265, with B-frames or without. Each is read into memory once and played in a seamless loop with
one continuous clock. The place in the loop follows the time since the server started, whether or not anybody watches,
and all watchers of a camera see the same picture at the same time. The first line on stdout is JSON: {"port": 8554,
"mounts": ["cam-1", "cam-2"]}. Another one
follows whenever a film begins to play for its first watcher, or goes on after a stall: {"mount": "cam-1", "began": S},
where S is the time of CLOCK_MONOTONIC at which the first picture of the loop was sent, or would have been: what the
film shows at second t of its loop leaves this server at S + t, S + t + length, …

With `--apart` cameras of the same film are spread over its length.
A line on stdin, or in the FIFO `--control`, switches a fault: `stall cam-1` stops its packets, `garble cam-1` spoils
them, `heal cam-1` ends it.
Standard library and gi only: the project's virtual environment is not visible here.
"""

import argparse
import functools
import json
import os
import random
import signal
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402 - gi wants the versions first

LAUNCH = (
    "( appsrc name=film is-live=false format=time max-bytes=400000"
    " caps=video/x-{codec},stream-format=byte-stream,alignment=au"
    " ! {codec}parse ! rtp{codec}pay name=pay0 pt=96 config-interval=0 aggregate-mode=zero-latency )"
)
READ = (
    "filesrc location={path} ! qtdemux ! {codec}parse config-interval=-1 ! appsink name=out sync=false"
    " caps=video/x-{codec},stream-format=byte-stream,alignment=au"
)
H265_MARKS = (b"hvc1", b"hev1")
H264_SLICES = (1, 5)
H265_NO_SLICE = 32
START_CODE = b"\x00\x00\x01"
UNIT_HEADER_BYTES = 2
S_IN_NS = 1e-9


@dataclass(frozen=True)
class AccessUnit:
    """One coded picture; `lasts_ns` until the next one is sent, shown `later_ns` after it was sent."""

    data: bytes
    key: bool
    lasts_ns: int
    later_ns: int


def codec_of(path: str) -> str:
    """h264 or h265, by the mark of the MP4's sample description."""
    data = Path(path).read_bytes()
    return "h265" if any(mark in data for mark in H265_MARKS) else "h264"


@functools.cache
def read_clip(path: str) -> list[AccessUnit]:
    """All pictures of an MP4 in the order of sending; cameras with the same film share them."""
    pipeline = Gst.parse_launch(READ.format(path=path, codec=codec_of(path)))
    sink = pipeline.get_by_name("out")
    pipeline.set_state(Gst.State.PLAYING)
    units = []
    while (sample := sink.emit("pull-sample")) is not None:
        buffer = sample.get_buffer()
        data = buffer.extract_dup(0, buffer.get_size())
        later_ns = max(0, buffer.pts - buffer.dts) if buffer.dts < buffer.pts else 0
        units.append(AccessUnit(data, not buffer.has_flags(Gst.BufferFlags.DELTA_UNIT), buffer.duration, later_ns))
    pipeline.set_state(Gst.State.NULL)
    if not units:
        raise SystemExit(f"{path}: no H.264 or H.265 pictures in it")
    return units


class Film:
    """One camera's endless film."""

    def __init__(self, name: str, path: str) -> None:
        self.name = name
        paths = path.split("+")
        self.codec = codec_of(paths[0])
        self._units = [unit for part in paths for unit in read_clip(part)]
        self._began_ns = time.monotonic_ns()
        self._length_ns = sum(unit.lasts_ns for unit in self._units)
        self.fault = "heal"
        self.waiting: list[Playing] = []

    def shift(self, share: float) -> None:
        """Be this share of the film farther on."""
        self._began_ns -= round(share * self._length_ns)

    def switch(self, fault: str) -> None:
        """A fault begins or ends; after a stall who waits goes on."""
        self.fault = fault
        waiting, self.waiting = (self.waiting, []) if fault != "stall" else ([], self.waiting)
        for playing in waiting:
            playing.go_on()

    def on_media(self, _factory: Any, media: Any) -> None:
        """A first watcher came: play from the picture that the camera films now."""
        media.set_reusable(False)
        source = media.get_element().get_by_name("film")
        play = Playing(self, self.now(), media.get_element())
        source.connect("need-data", play.push_next)

    def spoilt(self, unit: bytes) -> bytes:
        """Noise in place of a slice: the decoder smears over a few wrong bytes, and wrong parameters end the server."""
        if not unit:
            return unit
        is_slice = (unit[0] >> 1) & 63 < H265_NO_SLICE if self.codec == "h265" else unit[0] & 31 in H264_SLICES
        return unit[:UNIT_HEADER_BYTES] + noise(len(unit) - UNIT_HEADER_BYTES) if is_slice else unit

    def unit(self, index: int) -> AccessUnit:
        """The picture at this place of the loop."""
        return self._units[index % len(self._units)]

    def second(self, index: int) -> float:
        """When in the loop this picture comes."""
        return sum(unit.lasts_ns for unit in self._units[: index % len(self._units)]) * S_IN_NS

    def now(self) -> int:
        """Where the film stands now: the last key picture."""
        into_ns = (time.monotonic_ns() - self._began_ns) % self._length_ns
        index = key = 0
        while into_ns > 0:
            into_ns -= self._units[index].lasts_ns
            key = index if self._units[index].key else key
            index += 1
        return key


class Playing:
    """One run of a film, from its first watcher to its last."""

    def __init__(self, film: Film, first: int, element: Any) -> None:
        self._film = film
        self._element = element
        self._index = first
        self._pts_ns = 0
        self._mark: tuple[int, int] | None = (0, first)
        self._stalled: tuple[Any, int] = (None, 0)

    def _tell(self) -> None:
        """Say when the loop began, once: as soon as the clock runs, which the base time shows."""
        base_ns = self._element.get_base_time()
        if self._mark is None or base_ns == 0:
            return
        (pts_ns, index), self._mark = self._mark, None
        began = (base_ns + pts_ns) * S_IN_NS - self._film.second(index)
        say({"mount": self._film.name, "began": began})

    def push_next(self, source: Any, _wanted: int) -> None:
        """Give the next picture; GStreamer asks for it in time."""
        if self._film.fault == "stall":  # to sleep here would hold up the whole server when a watcher leaves
            self._stalled = (source, time.monotonic_ns())
            self._film.waiting.append(self)
            return
        self._tell()
        unit = self._film.unit(self._index)
        buffer = Gst.Buffer.new_wrapped(self._spoilt(unit.data))
        buffer.dts = self._pts_ns
        buffer.pts = self._pts_ns + unit.later_ns
        buffer.duration = unit.lasts_ns
        self._index += 1
        self._pts_ns += unit.lasts_ns
        source.emit("push-buffer", buffer)

    def go_on(self) -> None:
        """The stall is over: show what the camera films now."""
        source, began_ns = self._stalled
        self._pts_ns += time.monotonic_ns() - began_ns
        self._index = self._film.now()
        self._mark = (self._pts_ns, self._index)
        self.push_next(source, 0)

    def _spoilt(self, data: bytes) -> bytes:
        if self._film.fault != "garble":
            return data
        return START_CODE.join(map(self._film.spoilt, data.split(START_CODE)))


def noise(length: int) -> bytes:
    """Bytes that are no start code and no picture."""
    return bytes(random.choices(range(1, 256), k=max(0, length)))


def say(facts: dict[str, object]) -> None:
    """One line of JSON for whoever started us; in one write, for several threads speak."""
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


def add_password(server: Any, arguments: argparse.Namespace, factory: Any) -> None:
    """Basic or digest authentication (RFC 2617), as cheap cameras have it."""
    auth = server.get_auth() or GstRtspServer.RTSPAuth()
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "viewer")
    if arguments.digest:
        auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
        auth.add_digest(arguments.user, arguments.password, token)
    else:
        auth.add_basic(GstRtspServer.RTSPAuth.make_basic(arguments.user, arguments.password), token)
    server.set_auth(auth)
    factory.add_role_from_structure(
        Gst.Structure.from_string("viewer, media.factory.access=true, media.factory.construct=true")[0]
    )


def make_server(arguments: argparse.Namespace) -> tuple[Any, dict[str, Film]]:
    """The server with all its mounts, not yet listening."""
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(str(arguments.port))
    films = {}
    for mount in arguments.mounts:
        name, _, path = mount.partition("=")
        film = films[name] = Film(name, path)
        server.get_mount_points().add_factory(f"/{name}", make_factory(film, arguments, server))
    if arguments.apart:
        set_apart([mount.partition("=") for mount in arguments.mounts], films)
    return server, films


def set_apart(mounts: list[tuple[str, str, str]], films: dict[str, Film]) -> None:
    """Cameras with the same film are at different places of it: nobody steps before four of them at once."""
    for path in {path for _, _, path in mounts}:
        same = [name for name, _, other in mounts if other == path]
        for place, name in enumerate(same):
            films[name].shift(place / len(same))


def make_factory(film: Film, arguments: argparse.Namespace, server: Any) -> Any:
    """What builds a film's pipeline for its first watcher."""
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(LAUNCH.format(codec=film.codec))
    factory.set_shared(True)
    factory.connect("media-configure", film.on_media)
    if arguments.password:
        add_password(server, arguments, factory)
    return factory


def obey(control: IO[str], films: dict[str, Film]) -> None:
    """Lines from stdin or the FIFO: a fault and a camera each."""
    for line in control:
        words = line.split()
        if len(words) == 2 and words[1] in films:
            films[words[1]].switch(words[0])


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(description="RTSP cameras that loop clips")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--user", default="admin")
    parser.add_argument("--password", default="")
    parser.add_argument("--apart", action="store_true", help="the same film begins at another time on each camera")
    parser.add_argument("--digest", action="store_true", help="digest login instead of basic")
    parser.add_argument("--control", default="")
    parser.add_argument("mounts", nargs="+", metavar="name=clip.mp4")
    arguments = parser.parse_args()
    Gst.init(None)
    server, films = make_server(arguments)
    if server.attach(None) == 0:
        raise SystemExit(f"port {arguments.port} is taken")
    loop = GLib.MainLoop()
    for number in (signal.SIGTERM, signal.SIGINT):
        GLib.unix_signal_add(GLib.PRIORITY_HIGH, number, loop.quit)
    # Opened for writing too, a FIFO has no end when its writers leave.
    control = os.fdopen(os.open(arguments.control, os.O_RDWR)) if arguments.control else sys.stdin
    threading.Thread(target=obey, args=(control, films), daemon=True).start()
    say({"port": server.get_bound_port(), "mounts": list(films)})
    loop.run()


if __name__ == "__main__":
    main()
