"""What this horn began to sound, by order number, on its disk before the first sample: nothing sounds twice.

The file is a list of lines, each appended: begun, so many milliseconds heard, ended, stopped beforehand. After a kill
or a power cut it tells what was broken off. Each start writes it anew, without what nobody can ask for.
"""

import asyncio
import logging
import os
from collections.abc import Container, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

import msgspec

from edge.core.broadcast import OrderId
from edge.core.errors import FinalError
from edge.kernel.disk import write_atomically

log = logging.getLogger(__name__)

MOST = 4_096
"""Numbers remembered; beyond this those whose life ended first go. A plan holds at most 2,000."""
MOST_LINES = 20_000
PATIENCE_S = 0.8
"""So long a sound waits for its line: with a board that lets go after 3 s and is told anew every second."""
KEEP_MS = 24 * 3_600_000
"""After the end of its life an order is refused by the clock; a day more forgives a clock that was set back."""


class Step(StrEnum):
    """How far an order has come here."""

    BEGUN = "begun"
    ENDED = "ended"
    STOPPED = "stopped"


class _Line(msgspec.Struct, frozen=True, omit_defaults=True):
    order: str
    step: Step
    until_ms: int
    heard_ms: int = 0
    by: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """``until_ms``: end of the order's life. ``heard_ms`` sounded at least. ``by`` is the STOP that came before it."""

    order: OrderId
    step: Step
    until_ms: int
    heard_ms: int = 0
    by: str = ""


class Ledger:
    """The entries, in memory and on disk. ``fault`` is a sentence while the disk does not take them."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._entries = {entry.order: entry for entry in _load(path)}
        self._lines = 0
        self._turn = asyncio.Lock()
        self._writing: set[asyncio.Future[None]] = set()
        self.fault = ""
        self._write_anew()

    def prune(self, now_ms: int, asked_for: Container[OrderId]) -> None:
        """Forget what nobody can ask for any more; ``now_ms`` has surely passed.

        An item that the plan still has is asked for however long ago it was: forgotten, it would count as missed.
        """
        self._entries = {
            order: entry
            for order, entry in self._entries.items()
            if entry.step is Step.BEGUN or order in asked_for or entry.until_ms + KEEP_MS > now_ms
        }
        self._write_anew()

    def entry(self, order: OrderId) -> Entry | None:
        """What is known of this order; None when it never sounded nor was stopped here."""
        return self._entries.get(order)

    def broken_off(self) -> list[Entry]:
        """What an earlier life of this node began and did not end."""
        return [entry for entry in self._entries.values() if entry.step is Step.BEGUN]

    async def begin(self, order: OrderId, until_ms: int) -> None:
        """It sounds now: that is on the disk when this returns, unless the disk fails or hangs, which silences nothing.

        An amplifier that waits longer than its board's timer for a flush would fall silent again.
        """
        writing = asyncio.ensure_future(self._put(Entry(order, Step.BEGUN, until_ms), surely=True))
        self._writing.add(writing)
        writing.add_done_callback(self._writing.discard)
        try:
            async with asyncio.timeout(PATIENCE_S):
                await asyncio.shield(writing)
        except TimeoutError:
            log.warning("the disk hangs: order %s sounds before it is in the ledger", order)

    async def hear(self, order: OrderId, heard_ms: int) -> None:
        """So much of it sounded by now; a power cut may lose this, a kill does not."""
        entry = self._entries.get(order)
        if entry is not None and entry.step is Step.BEGUN:
            await self._put(replace(entry, heard_ms=heard_ms), surely=False)

    async def end(self, order: OrderId, until_ms: int) -> None:
        """Its report is kept: nothing more is owed."""
        await self._put(Entry(order, Step.ENDED, until_ms), surely=False)

    async def stop(self, order: OrderId, until_ms: int, by: OrderId) -> None:
        """A STOP named it before it began."""
        await self._put(Entry(order, Step.STOPPED, until_ms, by=str(by)), surely=True)

    async def _put(self, entry: Entry, *, surely: bool) -> None:
        self._entries[entry.order] = entry
        async with self._turn:
            if self._lines >= MOST_LINES:
                self._write_anew()
            try:
                await asyncio.to_thread(_append, self._path, _as_line(entry), surely=surely)
            except OSError as error:
                self._failed(error)
            else:
                self._lines += 1
                self.fault = ""

    async def mend(self) -> None:
        """The disk takes something again: what only memory knows is written down."""
        if self.fault:
            async with self._turn:
                self.fault = ""
                self._write_anew()

    def _write_anew(self) -> None:
        kept = sorted(self._entries.values(), key=lambda entry: entry.until_ms)[-MOST:]
        self._entries = {entry.order: entry for entry in kept}
        try:
            write_atomically(self._path, b"".join(map(_as_line, kept)))
        except OSError as error:
            self._failed(error)
        self._lines = len(kept)

    def _failed(self, error: OSError) -> None:
        if not self.fault:
            log.error("ledger cannot be kept: %s", error)
        self.fault = f"Không ghi được sổ phát: {error}."


def _append(path: Path, line: bytes, *, surely: bool) -> None:
    with path.open("ab") as file:
        file.write(line)
        file.flush()
        if surely:
            os.fdatasync(file.fileno())


def _as_line(entry: Entry) -> bytes:
    line = _Line(str(entry.order), entry.step, entry.until_ms, entry.heard_ms, entry.by)
    return msgspec.json.encode(line) + b"\n"


def _load(path: Path) -> Iterable[Entry]:
    """A last line that a power cut tore is left out: what it told was not sounding yet."""
    try:
        lines = path.read_bytes().splitlines()
    except FileNotFoundError:
        return []
    found = {}
    for number, text in enumerate(lines, 1):
        try:
            line = msgspec.json.decode(text, type=_Line)
            order = OrderId.parse(line.order)
        except (msgspec.MsgspecError, UnicodeDecodeError, FinalError) as error:
            log.warning("%s, line %d is damaged (%s), left out", path, number, error)
            continue
        found[order] = Entry(order, line.step, line.until_ms, line.heard_ms, line.by)
    return found.values()
