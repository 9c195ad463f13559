"""A broker that fails as a real one cannot be made to: silent, refusing, garbled, cut off. MQTT 3.1.1 without TLS."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from enum import Enum, auto

from drivers.transport.fake_stream import FakeStream

CONNECT, SUBSCRIBE, DISCONNECT = 1, 8, 14
GRANTED_QOS_1 = b"\x01"


class BrokerFault(Enum):
    """How it fails."""

    NONE = auto()
    SILENT = auto()
    GARBLED = auto()
    HALF = auto()
    NOT_AUTHORISED = auto()
    NOT_READY = auto()
    TOPIC_REFUSED = auto()
    SUBSCRIBE_SILENT = auto()


CONNACK = {
    BrokerFault.GARBLED: b"\xff\xff\xff\xff\xff\xff",
    BrokerFault.HALF: b"\x20\x02",
    BrokerFault.NOT_AUTHORISED: b"\x20\x02\x00\x05",
    BrokerFault.NOT_READY: b"\x20\x02\x00\x03",
}
ACCEPTED = b"\x20\x02\x00\x00"


class FakeMqttBroker(FakeStream):
    """Takes a connection and subscriptions, and says nothing else."""

    def __init__(self) -> None:
        super().__init__()
        self.fault = BrokerFault.NONE
        self._writers: set[asyncio.StreamWriter] = set()

    def cut(self) -> None:
        """End every connection."""
        for writer in self._writers:
            writer.close()

    async def close(self) -> None:
        """Listen no more."""
        self.cut()
        await super().close()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One client, until it goes or is cut."""
        self._writers.add(writer)
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while (answer := self._answer(*await _packet(reader))) is not None:
                writer.write(answer)
                await writer.drain()
                if self.fault is BrokerFault.HALF:
                    break
        self._writers.discard(writer)
        writer.close()

    def _answer(self, kind: int, body: bytes) -> bytes | None:
        """None ends the connection."""
        if kind == DISCONNECT:
            return None
        if self.fault is BrokerFault.SILENT:
            return b""
        if kind == CONNECT:
            return CONNACK.get(self.fault, ACCEPTED)
        if kind != SUBSCRIBE or self.fault is BrokerFault.SUBSCRIBE_SILENT:
            return b""
        granted = b"\x80" if self.fault is BrokerFault.TOPIC_REFUSED else GRANTED_QOS_1
        return b"\x90\x03" + body[:2] + granted


async def _packet(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """Type and body of the next packet (MQTT 3.1.1, 2.2)."""
    kind = (await reader.readexactly(1))[0] >> 4
    size = shift = 0
    while True:
        digit = (await reader.readexactly(1))[0]
        size |= (digit & 0x7F) << shift
        if not digit & 0x80:
            return kind, await reader.readexactly(size)
        shift += 7
