"""Sends the audit log, and warnings of the box, to a monitoring centre by syslog, if the settings name one.

The audit log is read from the store behind a kept position and waits there for hours. Syslog has no receipt: of what
was sent just before a cut some lines may arrive twice, and those that still lay in the socket never. The log itself
stays whole, and each line carries its number, so that a centre sees the gap. Warnings lie in a queue of a thousand: the
oldest go first, and are counted.
"""

import asyncio
import logging
import socket
import sqlite3
import ssl
import time
from collections import deque
from functools import partial
from typing import Protocol

from edge.config.schema import Syslog
from edge.core.errors import MisconfiguredError, TransientError
from edge.core.syslog import Entry, Facility, Urgency, encoded, framed
from edge.store.ids import get_meta, put_meta
from edge.store.journal import Journal, Tx

LOOK_S = 2.0
DEADLINE_S = 10.0
BATCH = 100
MOST_WARNINGS = 1000
_POSITION = "syslog_audit_seq"


class _Way(Protocol):
    async def send(self, message: bytes) -> None:
        """Raises OSError or TimeoutError."""
        ...

    async def close(self) -> None:
        """Give everything back."""
        ...


class Warnings(logging.Handler):
    """What the box logs from WARNING on, until it is sent; ``lost`` counts what had to go."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.waiting: deque[Entry] = deque()
        self.lost = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Keep it; the oldest goes when there is no room."""
        urgency = Urgency.ERROR if record.levelno >= logging.ERROR else Urgency.WARNING
        entry = Entry(Facility.LOCAL0, urgency, round(record.created * 1000), record.name, record.getMessage())
        if len(self.waiting) >= MOST_WARNINGS:
            self.waiting.popleft()
            self.lost += 1
        self.waiting.append(entry)


class Monitoring:
    """One line to one centre. Without one it does nothing, for ever."""

    def __init__(self, settings: Syslog | None, host: str, journal: Journal) -> None:
        self._settings = settings
        self._host = host
        self._journal = journal
        self.warnings = Warnings()

    async def run(self) -> None:
        """Send until cancelled. Raises MisconfiguredError for unusable files, TransientError for a broken line."""
        if self._settings is None:
            await asyncio.Event().wait()
            return
        if self._settings.logs and self.warnings not in logging.getLogger().handlers:
            logging.getLogger().addHandler(self.warnings)  # stays over a broken line: what happens meanwhile is told
        way = await _opened(self._settings)
        try:
            while True:
                await self._round(way)
                await asyncio.sleep(LOOK_S)
        except (OSError, TimeoutError) as cause:
            raise TransientError(f"Trung tâm giám sát {self._settings.host} không nhận: {cause}.") from cause
        finally:
            await way.close()

    async def _round(self, way: _Way) -> None:
        while rows := await self._journal.with_connection(_next_deeds):
            for _, entry in rows:
                await way.send(encoded(entry, self._host))
            await self._journal.record(partial(_sent, seq=rows[-1][0]))
        if lost := self.warnings.lost:
            text = f"{lost} cảnh báo cũ bị bỏ vì hàng đợi đầy"
            entry = Entry(Facility.LOCAL0, Urgency.WARNING, round(time.time() * 1000), "lost", text)
            await way.send(encoded(entry, self._host))
            self.warnings.lost -= lost
        while waiting := self.warnings.waiting:
            oldest = waiting[0]
            await way.send(encoded(oldest, self._host))
            if waiting and waiting[0] is oldest:  # else the queue was full meanwhile, and it went already
                waiting.popleft()


def _next_deeds(connection: sqlite3.Connection) -> list[tuple[int, Entry]]:
    after = int(get_meta(connection, _POSITION, "0"))
    rows = connection.execute(
        "SELECT seq, at_ms, user, role, action, detail, chain FROM audit WHERE seq > ? ORDER BY seq LIMIT ?",
        (after, BATCH),
    )
    return [(row[0], _entry(*row)) for row in rows]


def _entry(seq: int, at_ms: int, user: str, role: str, action: str, detail: str, chain: str) -> Entry:
    """The hash goes too: the centre can tell later whether the box's log was changed."""
    facts = {"seq": str(seq), "user": user, "role": role, "chain": chain}
    return Entry(Facility.LOG_AUDIT, Urgency.NOTICE, at_ms, action, f"{user}: {action} {detail}".strip(), facts)


def _sent(tx: Tx, seq: int) -> None:
    put_meta(tx.connection, _POSITION, str(seq))


async def _opened(settings: Syslog) -> _Way:
    try:
        async with asyncio.timeout(DEADLINE_S):
            return await (_Stream.opened(settings) if settings.transport == "tls" else _Datagrams.opened(settings))
    except (OSError, TimeoutError) as cause:
        raise TransientError(f"Không nối được trung tâm giám sát {settings.host}: {cause}.") from cause


class _Stream:
    """TLS (RFC 5425). The centre never speaks; what it sends is not read."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer

    @classmethod
    async def opened(cls, settings: Syslog) -> "_Stream":
        context = _context(settings)
        _, writer = await asyncio.open_connection(settings.host, settings.port, ssl=context)
        return cls(writer)

    async def send(self, message: bytes) -> None:
        if self._writer.is_closing():
            raise ConnectionResetError("the centre closed the line")
        self._writer.write(framed(message))
        async with asyncio.timeout(DEADLINE_S):
            await self._writer.drain()

    async def close(self) -> None:
        self._writer.transport.abort()


def _context(settings: Syslog) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=settings.ca)
        if settings.cert:
            context.load_cert_chain(settings.cert, settings.key)
    except OSError as cause:
        raise MisconfiguredError(f"[syslog]: không dùng được tệp chứng thư ({cause}).") from cause
    return context


class _Datagrams:
    """UDP (RFC 5426): nobody knows whether it arrives."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    @classmethod
    async def opened(cls, settings: Syslog) -> "_Datagrams":
        loop = asyncio.get_running_loop()
        ((family, _, _, _, address), *_) = await loop.getaddrinfo(settings.host, settings.port, type=socket.SOCK_DGRAM)
        sock = socket.socket(family, socket.SOCK_DGRAM)
        sock.setblocking(False)  # noqa: FBT003 - socket's own signature
        sock.connect(address)
        return cls(sock)

    async def send(self, message: bytes) -> None:
        async with asyncio.timeout(DEADLINE_S):
            await asyncio.get_running_loop().sock_sendall(self._sock, message)

    async def close(self) -> None:
        self._sock.close()
