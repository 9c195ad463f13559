"""A simulated sound card: what is written to its unix socket was heard."""

import socket
import threading
import time
from dataclasses import dataclass
from pathlib import Path

BYTES_A_MS = 96  # s16 mono at 48 kHz


@dataclass(frozen=True, slots=True)
class Heard:
    """Some samples, and when they came (CLOCK_MONOTONIC)."""

    steady: float
    data: bytes


class FakeCard:
    """Listens on ``path`` and keeps everything; a ``deaf`` one accepts and then reads nothing."""

    def __init__(self, path: Path, *, deaf: bool = False) -> None:
        self.path = str(path)
        self.heard: list[Heard] = []
        self._deaf = deaf
        self._server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._server.bind(self.path)
        self._server.listen()
        self._lines: list[socket.socket] = []
        threading.Thread(target=self._accept, name="fake-card", daemon=True).start()

    @property
    def ms(self) -> int:
        """Milliseconds of sound that came so far."""
        return len(self.pcm) // BYTES_A_MS

    @property
    def first_sample_steady(self) -> float:
        """When the first sample that is not silence is heard, if nothing else was played since ``heard`` was cleared.

        A card plays what it got at an even pace from its first sample on; nothing is heard before it came.
        """
        before = 0
        for piece in self.heard:
            silent = len(piece.data) - len(piece.data.lstrip(b"\0"))
            if silent < len(piece.data):
                return max(piece.steady, self.heard[0].steady + (before + silent) / BYTES_A_MS / 1000)
            before += silent
        raise ValueError("nothing was heard")

    @property
    def pcm(self) -> bytes:
        """All samples so far."""
        return b"".join(piece.data for piece in self.heard)

    def unplug(self) -> None:
        """Cut whoever plays."""
        for line in self._lines:
            line.close() if self._deaf else line.shutdown(socket.SHUT_RDWR)
        self._lines.clear()

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self.unplug()

    def _accept(self) -> None:
        while True:
            try:
                line, _ = self._server.accept()
            except OSError:
                return
            self._lines.append(line)
            if not self._deaf:
                threading.Thread(target=self._read, args=(line,), name="fake-card-line", daemon=True).start()

    def _read(self, line: socket.socket) -> None:
        with line:
            while data := line.recv(65_536):
                self.heard.append(Heard(time.monotonic(), data))
        if line in self._lines:
            self._lines.remove(line)
