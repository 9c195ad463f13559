"""A camera of our own making: speaks RTSP over TCP, sends H.264 from a clip, and fails as real servers never would."""

import base64
import socket
import socketserver
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import av

CLOCK_HZ = 90_000
MOST_PAYLOAD = 1400
START_CODE = b"\x00\x00\x01"


@dataclass(frozen=True)
class Fault:
    """What is wrong with a camera; the defaults are nothing."""

    describe_after_s: float = 0.0
    with_sets_in_sdp: bool = True
    first_timestamp: int = 1_000
    begins_with_key: bool = True
    stops_after: int = 1_000_000
    trickles_after: int = 1_000_000
    jumps: tuple[tuple[int, int], ...] = ()
    hangs_up_after: int = 1_000_000


@dataclass(frozen=True)
class Film:
    """Access units of a clip, each a tuple of NAL units."""

    units: tuple[tuple[bytes, ...], ...]
    fps: int

    @property
    def sets(self) -> list[bytes]:
        """The first SPS and PPS."""
        return [nal for unit in self.units for nal in unit if nal[0] & 0x1F in (7, 8)][:2]


def read_film(path: Path, fps: int = 10) -> Film:
    """A clip without B-frames, parameter sets before every key frame."""
    with av.open(str(path)) as container:
        video = container.streams.video[0]
        annex_b = av.bitstream.BitStreamFilterContext("h264_mp4toannexb", video)
        packets = [one for packet in container.demux(video) if packet.size for one in annex_b.filter(packet)]
    return Film(tuple(_nals(bytes(packet)) for packet in packets), fps)


def _nals(data: bytes) -> tuple[bytes, ...]:
    return tuple(nal for part in data.split(START_CODE)[1:] if (nal := part.rstrip(b"\x00")))


@contextmanager
def fault_camera(film: Film, fault: Fault) -> Iterator[str]:
    """A running camera; gives its URL."""

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

    class Visit(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            try:
                _converse(self, film, fault)
            except OSError:
                return

    with Server(("127.0.0.1", 0), Visit) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"rtsp://127.0.0.1:{server.server_address[1]}/cam"
        finally:
            server.shutdown()


@contextmanager
def black_hole() -> Iterator[str]:
    """An address that answers no SYN: a listener whose backlog is full."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        waiting = []
        for _ in range(4):
            sock = socket.socket()
            sock.setblocking(False)
            sock.connect_ex(listener.getsockname())
            waiting.append(sock)
        try:
            yield f"rtsp://127.0.0.1:{listener.getsockname()[1]}/cam"
        finally:
            for sock in waiting:
                sock.close()


def _converse(visit: socketserver.StreamRequestHandler, film: Film, fault: Fault) -> None:
    while request := visit.rfile.readline():
        method, number = request.split(b" ")[0].decode(), "0"
        while line := visit.rfile.readline().strip():
            name, _, value = line.decode().partition(":")
            number = value.strip() if name.lower() == "cseq" else number
        fields, body = _answer(method, film, fault)
        visit.wfile.write(f"RTSP/1.0 200 OK\r\nCSeq: {number}\r\n{fields}\r\n".encode() + body)
        if method == "PLAY":
            _play(visit.wfile.write, film, fault)
            return


def _answer(method: str, film: Film, fault: Fault) -> tuple[str, bytes]:
    if method == "DESCRIBE":
        time.sleep(fault.describe_after_s)
        body = _description(film, fault)
        return f"Content-Type: application/sdp\r\nContent-Length: {len(body)}\r\n", body
    if method == "SETUP":
        return "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\nSession: 1\r\n", b""
    if method == "OPTIONS":
        return "Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN\r\n", b""
    return "Session: 1\r\n", b""


def _description(film: Film, fault: Fault) -> bytes:
    sets = ",".join(base64.b64encode(nal).decode() for nal in film.sets)
    known = f";sprop-parameter-sets={sets}" if fault.with_sets_in_sdp else ""
    return (
        "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nt=0 0\r\nm=video 0 RTP/AVP 96\r\n"
        f"a=rtpmap:96 H264/90000\r\na=fmtp:96 packetization-mode=1{known}\r\na=control:track1\r\n"
    ).encode()


def _play(send: Callable[[bytes], object], film: Film, fault: Fault) -> None:
    began, stamp, numbers = time.monotonic(), fault.first_timestamp, count(1)
    jumps = dict(fault.jumps)
    for index in count(0 if fault.begins_with_key else 3):
        shown = index if fault.begins_with_key else index - 3
        if shown >= fault.stops_after:
            time.sleep(600)
        if shown >= fault.hangs_up_after:
            return
        stamp += jumps.get(shown, 0)
        unit = film.units[index % len(film.units)]
        for packet in _rtp(unit, stamp % 2**32, numbers):
            framed = b"$\x00" + struct.pack(">H", len(packet)) + packet
            _send_slowly(send, framed) if shown >= fault.trickles_after else send(framed)
        stamp += CLOCK_HZ // film.fps
        time.sleep(max(0.0, began + (shown + 1) / film.fps - time.monotonic()))


def _send_slowly(send: Callable[[bytes], object], data: bytes) -> None:
    for byte in data:
        send(bytes([byte]))
        time.sleep(0.1)


def _rtp(unit: tuple[bytes, ...], stamp: int, numbers: Iterator[int]) -> Iterator[bytes]:
    """RFC 6184, non-interleaved mode: whole NAL units, or FU-A pieces of large ones."""
    parts = [(part, nal is unit[-1] and last) for nal in unit for part, last in _parts(nal)]
    for payload, ends in parts:
        marker = 0x80 if ends else 0
        yield struct.pack(">BBHII", 0x80, marker | 96, next(numbers) % 2**16, stamp, 7) + payload


def _parts(nal: bytes) -> Iterator[tuple[bytes, bool]]:
    if len(nal) <= MOST_PAYLOAD:
        yield nal, True
        return
    for at in range(1, len(nal), MOST_PAYLOAD):
        last = at + MOST_PAYLOAD >= len(nal)
        head = bytes([nal[0] & 0xE0 | 28, nal[0] & 0x1F | (0x80 if at == 1 else 0) | (0x40 if last else 0)])
        yield head + nal[at : at + MOST_PAYLOAD], last
