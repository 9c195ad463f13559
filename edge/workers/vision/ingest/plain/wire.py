"""One TCP connection on which RTSP answers and RTP packets come mixed (RFC 2326, 10.12)."""

import socket
import time
from dataclasses import dataclass

from edge.workers.vision.ingest.plain.pictures import DOLLAR, Pictures, Whole

MOST_ANSWER = 65_536
_ROOM = 262_144
"""A burst of half a second at 4 Mbit/s, and the longest interleaved packet."""


class NotUnderstoodError(Exception):
    """The camera says something that is no RTSP as we know it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One RTSP answer; header names in small letters, each with all its values."""

    status: int
    headers: dict[str, list[str]]
    body: str

    def header(self, name: str) -> str:
        """The first value of a header, or nothing."""
        return self.headers.get(name, [""])[0]


class Wire:
    """Reads and writes one connection. One thread uses it; every wait ends with ``TimeoutError`` at its deadline."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._room = bytearray(_ROOM)
        self._view = memoryview(self._room)
        self._begin = self._end = 0

    def send(self, data: bytes, until: float) -> None:
        """Write all of it."""
        self._wait_until(until)
        self._sock.sendall(data)

    def fill(self, until: float) -> bool:
        """Take what has come, waiting if that is nothing; False at the connection's end."""
        if self._begin == self._end:
            self._begin = self._end = 0
        elif self._end == _ROOM or self._begin > _ROOM // 2:
            rest = bytes(self._view[self._begin : self._end])
            self._view[: len(rest)] = rest
            self._begin, self._end = 0, len(rest)
        self._wait_until(until)
        size = self._sock.recv_into(self._view[self._end :])
        self._end += size
        return size > 0

    def pictures(self, pictures: Pictures, channel: int) -> list[Whole]:
        """The pictures that what was read so far ends; answers in between are passed over.

        Raises NotUnderstoodError for what is neither.
        """
        done: list[Whole] = []
        while True:
            self._begin, more = pictures.take(self._view, self._begin, self._end, channel)
            done += more
            if self._end - self._begin < 4 or self._view[self._begin] == DOLLAR or self._answer() is None:
                return done

    def answer(self, until: float) -> Answer:
        """The next RTSP answer; packets before it are dropped. Raises NotUnderstoodError, ConnectionError."""
        while True:
            while self._end > self._begin and self._view[self._begin] == DOLLAR:
                if not self._drop_packet():
                    break
            else:
                found = self._answer() if self._end > self._begin else None
                if found:
                    return found
            if not self.fill(until):
                raise ConnectionResetError

    def _drop_packet(self) -> bool:
        at = self._begin
        if self._end - at < 4:
            return False
        end = at + 4 + (self._view[at + 2] << 8 | self._view[at + 3])
        if end > self._end:
            return False
        self._begin = end
        return True

    def _answer(self) -> Answer | None:
        """The whole answer at the beginning of what was read, taken off; None while it is not whole."""
        data = bytes(self._view[self._begin : min(self._end, self._begin + MOST_ANSWER)])
        if not b"RTSP/".startswith(data[:5]):
            raise NotUnderstoodError
        head, found, _ = data.partition(b"\r\n\r\n")
        if not found:
            if len(data) >= MOST_ANSWER:
                raise NotUnderstoodError
            return None
        status, headers = _read_head(head)
        size = _number(headers.get("content-length", ["0"])[0])
        if size > MOST_ANSWER - len(head) - 4:
            raise NotUnderstoodError
        end = len(head) + 4 + size
        if len(data) < end:
            return None
        self._begin += end
        return Answer(status, headers, data[len(head) + 4 : end].decode("utf-8", "replace"))

    def _wait_until(self, until: float) -> None:
        self._sock.settimeout(max(0.001, until - time.monotonic()))


def _read_head(head: bytes) -> tuple[int, dict[str, list[str]]]:
    first, *lines = head.decode("utf-8", "replace").split("\r\n")
    status = _number(first.split(" ")[1]) if first.count(" ") else 0
    if not 100 <= status < 600:
        raise NotUnderstoodError
    headers: dict[str, list[str]] = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers.setdefault(name.strip().lower(), []).append(value.strip())
    return status, headers


def _number(text: str) -> int:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else -1
