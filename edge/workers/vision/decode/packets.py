"""The unix socket where other processes of the box watch cameras' compressed packets.

A watcher of one camera connects, sends one WatchCamera and reads: a StreamHead as soon as the camera is online, then
Packets, the first of them the newest key frame of the ring. The shard closes that connection when the camera
reconnects, for its times and its size may be others then: connect again. An unknown camera is closed at once.
A watcher of many cameras sends WatchCameras instead (gathered.py).

Extradata and packets are Annex B (start codes), as FFmpeg's RTSP demuxer gives them; muxing MP4 needs avcC, which
`extract_extradata` and the muxer make from it. Extradata may be empty when the camera tells SPS and PPS only in its
key frames.
"""

import itertools
import logging
import os
import socket
import struct
import threading
from collections.abc import Mapping
from pathlib import Path

import msgspec

from edge.core.errors import FinalError
from edge.kernel.wire import BlockingChannel
from edge.kernel.wire.vision import ToWatcher, WatchCameras
from edge.workers.vision.decode.fanout import Fanout, Watch
from edge.workers.vision.decode.gathered import FromWatcher, ManyWatched
from edge.workers.vision.pulse import Pulse

log = logging.getLogger(__name__)

MOST_WATCHERS = 64
"""29 cameras, each watched alone, the live process that watches them all, and room for an export."""
ACCEPT_S = 1.0
WAIT_S = 1.0
DEADLINE_S = 5
"""A watcher that asks nothing, or takes nothing, for so long is cut off."""
_TIMEVAL = struct.Struct("@ll")
Wishes = BlockingChannel[FromWatcher, ToWatcher]


class PacketServer(threading.Thread):
    """Accepts watchers; one above MOST_WATCHERS is closed at once."""

    def __init__(self, path: Path, fanouts: Mapping[str, Fanout], pulse: Pulse) -> None:
        super().__init__(name="packets", daemon=True)
        self._fanouts = fanouts
        self._pulse = pulse
        self._room = threading.BoundedSemaphore(MOST_WATCHERS)
        self._listener = _listen(path)

    def run(self) -> None:
        """Accept for ever."""
        for number in itertools.count(1):
            sock = self._accept()
            if not self._room.acquire(blocking=False):
                log.warning("more than %d watchers, one refused", MOST_WATCHERS)
                sock.close()
                continue
            threading.Thread(target=self._serve, args=(sock,), name=f"watcher:{number}", daemon=True).start()

    def _accept(self) -> socket.socket:
        while True:
            self._pulse.promise(self.name, 30 * ACCEPT_S)
            try:
                return self._listener.accept()[0]
            except TimeoutError:
                continue

    def _serve(self, sock: socket.socket) -> None:
        try:
            with sock:
                _bound_waits(sock)
                self._answer(sock)
        except (OSError, FinalError, msgspec.DecodeError):
            return  # it left, or it does not speak our language: nothing is owed to it
        finally:
            self._room.release()

    def _answer(self, sock: socket.socket) -> None:
        channel: Wishes = BlockingChannel(sock, FromWatcher)  # type: ignore[arg-type]  # msgspec takes a union
        wish = channel.receive()
        if isinstance(wish, WatchCameras):
            ManyWatched(self._fanouts, sock, channel).serve(wish)
        elif wish is not None and wish.camera in self._fanouts:
            _show(self._fanouts[wish.camera], sock, channel)


def _show(fanout: Fanout, sock: socket.socket, channel: Wishes) -> None:
    while not _left(sock):
        begun = fanout.watch(WAIT_S)
        if begun is None:
            continue
        head, watch = begun
        try:
            channel.send(head)
            _pump(sock, channel, watch)
        finally:
            fanout.leave(watch)
        return


def _pump(sock: socket.socket, channel: Wishes, watch: Watch) -> None:
    while not watch.ended:
        packet = watch.take(WAIT_S)
        if packet is not None:
            channel.send(packet)
        elif _left(sock):
            return


def _listen(path: Path) -> socket.socket:
    path.unlink(missing_ok=True)  # a killed shard leaves its socket behind
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    previous = os.umask(0o177)
    try:
        listener.bind(str(path))
    finally:
        os.umask(previous)
    listener.listen(MOST_WATCHERS)
    listener.settimeout(ACCEPT_S)
    return listener


def _bound_waits(sock: socket.socket) -> None:
    """Deadlines in the kernel: a timeout of Python's would also bound the pause between two packets."""
    sock.setblocking(True)
    for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
        sock.setsockopt(socket.SOL_SOCKET, option, _TIMEVAL.pack(DEADLINE_S, 0))


def _left(sock: socket.socket) -> bool:
    """Whether the watcher closed its end; it has nothing more to say."""
    try:
        return not sock.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except BlockingIOError:
        return False
