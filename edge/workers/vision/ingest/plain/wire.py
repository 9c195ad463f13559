"""One TCP connection on which RTSP answers and RTP packets come mixed (RFC 2326, 10.12)."""

import socket
import time
from dataclasses import dataclass

from edge.workers.vision.ingest.plain.pictures import DOLLAR, Pictures, Whole

MOST_ANSWER = 65_536
_ROOM = 262_144
"""What is gathered during one rest (``GATHERED_BYTES``), and the longest interleaved packet."""


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
        self.bytes_read = 0
        self.last_answer: Answer | None = None

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
        self.bytes_read += size
        return size > 0

    def pictures(self, pictures: Pictures, channel: int) -> list[Whole]:
        """The pictures that what was read so far ends; the last of the answers in between is kept.

        Raises NotUnderstoodError for what is neither.
        """
        done: list[Whole] = []
        while True:
            self._begin, more = pictures.take(self._view, self._begin, self._end, channel)
            done += more
            if self._end - self._begin < 4 or self._view[self._begin] == DOLLAR:
                return done
            found = self._answer()
            if found is None:
                return done
            self.last_answer = found

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
        begin, end = self._begin, min(self._end, self._begin + MOST_ANSWER)
        if not b"RTSP/".startswith(bytes(self._view[begin : min(end, begin + 5)])):
            raise NotUnderstoodError
        blank = self._room.find(b"\r\n\r\n", begin, end)
        if blank < 0:
            if end - begin >= MOST_ANSWER:
                raise NotUnderstoodError
            return None
        status, headers = _read_head(bytes(self._view[begin:blank]))
        size = _number(headers.get("content-length", ["0"])[0])
        body = blank + 4
        if not 0 <= size <= begin + MOST_ANSWER - body:
            raise NotUnderstoodError
        if end < body + size:
            return None
        self._begin = body + size
        return Answer(status, headers, bytes(self._view[body : body + size]).decode("utf-8", "replace"))

    def _wait_until(self, until: float) -> None:
        left_s = until - time.monotonic()
        if left_s <= 0:
            raise TimeoutError  # a peer that never stops talking has no more time than one that never begins
        self._sock.settimeout(left_s)


def _read_head(head: bytes) -> tuple[int, dict[str, list[str]]]:
    text = head.decode("utf-8", "replace")
    first, *lines = text.split("\r\n")
    if any(ord(letter) < 32 and letter != "\t" for line in (first, *lines) for letter in line):
        raise NotUnderstoodError  # what is sent back later must not begin a line of its own
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
