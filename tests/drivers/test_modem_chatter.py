"""A modem that talks all the time: nothing that counts is lost, nothing is told twice."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from drivers.base import Message
from drivers.devices.modem_at.driver import ModemAt
from drivers.devices.modem_at.fake import FakeModem

NOISE = ("RING", '+CMTI: "SM",3', "^RSSI:14", '+CUSD: 0,"xin\r\nchào",15', "+CREG: 1", "^HCSQ:")
SENDS = 40
PAUSE_S = 0.01


@asynccontextmanager
async def chattering(sim: FakeModem, chance: random.Random, coming: list[str]) -> AsyncIterator[None]:
    async def chatter() -> None:
        while True:
            await asyncio.sleep(chance.random() * PAUSE_S)
            sim.report_after_s = chance.random() * 0.05
            sim.say(chance.choice(NOISE).encode("ascii", "ignore").decode())
            if chance.random() < 0.2:
                coming.append(f"tin {len(coming)} " + "Đường ngập. " * chance.choice((0, 12)))
                sim.deliver("0987654321", coming[-1])

    task = asyncio.create_task(chatter())
    yield
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def test_every_report_and_every_message_comes_once_through_any_chatter(modem: ModemAt, sim: FakeModem) -> None:
    chance, coming = random.Random(5), list[str]()
    sent, reported, came = list[str](), list[str](), list[str]()

    async def look() -> None:
        inbox = await modem.receive()
        reported.extend(report.reference for report in inbox.reports)
        came.extend(message.text for message in inbox.messages)

    async with chattering(sim, chance, coming):
        for number in range(SENDS):
            text = "Nước lên. " * chance.choice((1, 12))
            sent += (await modem.send(Message(str(number), "0912345678", text))).references
            if chance.random() < 0.3:
                await look()
    await asyncio.sleep(0.1)
    for _ in range(3):
        await look()
    assert sorted(reported) == sorted(sent)
    assert sorted(came) == sorted(coming)
    assert coming
    assert sim.stored == {}
