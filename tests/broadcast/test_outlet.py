import asyncio

import pytest

from edge.broadcast.outlet import WAITING, Outlet
from edge.core.errors import TransientError


async def test_a_way_that_swallows_a_cancellation_does_not_outlive_it() -> None:
    async def send(_stream: str, _payload: bytes) -> None:
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError as cause:  # as aiomqtt does when its line breaks at the same moment
            raise TransientError("gone") from cause

    outlet = Outlet(send)
    outlet.put("s", b"x")
    running = asyncio.create_task(outlet.run())
    await asyncio.sleep(0.01)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        async with asyncio.timeout(1):
            await running


async def test_a_slow_way_drops_the_oldest_packets_and_counts_them() -> None:
    taken: list[bytes] = []
    free = asyncio.Event()

    async def send(_stream: str, payload: bytes) -> None:
        await free.wait()
        taken.append(payload)

    outlet = Outlet(send)
    running = asyncio.create_task(outlet.run())
    for number in range(WAITING + 10):
        outlet.put("s", bytes([number]))
    free.set()
    await asyncio.sleep(0.05)
    running.cancel()
    assert [payload[0] for payload in taken] == list(range(10, WAITING + 10))
    assert outlet.dropped == 10


async def test_a_closed_way_loses_packets_and_goes_on() -> None:
    async def send(_stream: str, _payload: bytes) -> None:
        raise TransientError("closed")

    outlet = Outlet(send)
    running = asyncio.create_task(outlet.run())
    for _ in range(3):
        outlet.put("s", b"x")
    await asyncio.sleep(0.05)
    running.cancel()
    assert outlet.dropped == 3
