"""A simulated sound card: a unix stream socket that takes raw s16le mono at 48 kHz.

With a tape it keeps every sample and when it came: records of a double (CLOCK_MONOTONIC) and a length, both little
endian, and then the samples. ``read_tape`` reads it back.
"""

import asyncio
import contextlib
import math
import struct
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from hil.observed import Witness

RATE_HZ = 48_000
WINDOW_BYTES = RATE_HZ // 10 * 2
AUDIBLE_DB = -55.0
SILENT_DB = -100.0
_RECORD = struct.Struct("<dI")
REMEMBERED_S = 0.25
"""The amplifier draws current for this long after the last window that came."""


class SoundCard:
    """One card of one horn. Players come one after another; each connection is written down."""

    def __init__(self, horn: str, path: Path, witness: Witness, tape: Path | None = None) -> None:
        self._tape = tape.open("ab") if tape else None
        self._horn = horn
        self._path = path
        self._witness = witness
        self._rms = 0.0
        self._rms_steady = -math.inf
        self._server: asyncio.Server | None = None
        self._players: set[asyncio.StreamWriter] = set()

    async def start(self) -> None:
        """Listen."""
        self._path.unlink(missing_ok=True)
        self._server = await asyncio.start_unix_server(self._on_player, self._path)

    async def close(self) -> None:
        """Cut whoever plays, and listen no more."""
        if self._server is not None:
            self._server.close()
        for writer in self._players:
            writer.transport.abort()
        self._path.unlink(missing_ok=True)

    def rms_now(self) -> float:
        """Root mean square of what sounds now, 0 to 1."""
        return self._rms if time.monotonic() - self._rms_steady < REMEMBERED_S else 0.0

    async def _on_player(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._players.add(writer)
        try:
            with contextlib.suppress(ConnectionError):
                await self._listen(reader)
        finally:
            self._players.discard(writer)
            writer.close()

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        heard = loud = 0
        begun = False
        opened = last = time.monotonic()
        window = b""
        while data := await reader.read(WINDOW_BYTES):
            last = time.monotonic()
            if self._tape is not None:
                self._tape.write(_RECORD.pack(last, len(data)) + data)
            opened = last if heard == 0 else opened
            silent = heard + len(data) - len(data.lstrip(b"\0"))
            if not begun and silent < heard + len(data):
                begun = True
                first = max(
                    last, opened + silent // 2 / RATE_HZ
                )  # a card plays at an even pace from its first sample on
                self._witness.saw("sound", self._horn, first, phase="first")
            heard += len(data)
            window += data
            while len(window) >= WINDOW_BYTES:
                loud += self._on_window(window[:WINDOW_BYTES], last, first_loud=loud == 0)
                window = window[WINDOW_BYTES:]
        self._rms_steady = -math.inf
        if self._tape is not None:
            self._tape.flush()
        if heard:
            self._witness.saw("sound", self._horn, last, phase="last", ms=heard // (RATE_HZ // 500), loud_ms=loud * 100)

    def _on_window(self, window: bytes, steady: float, *, first_loud: bool) -> bool:
        self._rms = rms_of(window)
        self._rms_steady = steady
        level_db = 20 * math.log10(self._rms) if self._rms > 0 else SILENT_DB
        if level_db < AUDIBLE_DB:
            return False
        if first_loud:
            self._witness.saw("sound", self._horn, steady, phase="loud", rms_db=round(level_db, 1))
        self._witness.saw("sound", self._horn, steady, phase="level", rms_db=round(level_db, 1))
        return True


def read_tape(path: Path) -> Iterator[tuple[float, bytes]]:
    """(when, samples) of everything that a card kept, oldest first."""
    with path.open("rb") as tape:
        while len(head := tape.read(_RECORD.size)) == _RECORD.size:
            steady, length = _RECORD.unpack(head)
            yield steady, tape.read(length)


def rms_of(pcm: bytes) -> float:
    """Root mean square of s16le samples, 0 to 1."""
    samples = np.frombuffer(pcm, "<i2").astype(np.float64) / 32768
    return float(np.sqrt(np.mean(samples**2))) if len(samples) else 0.0
