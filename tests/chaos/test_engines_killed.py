"""PostgreSQL and NATS killed under a real hub while a real box sends: each event is kept once, and told on once."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import nats
import pytest

from edge.hub.fanout import STREAM
from hil.nats import Nats, running_nats
from hil.postgres import Postgres, running_postgres
from tests.hub.province import Province, free_port
from tests.sync.box import Box, is_down, started

ROUNDS = 1
EACH = 40
BACK_S = 70.0
"""A hub that answers with an error is left alone for up to a minute."""


class Engines:
    """What the hub stands on, and the hub."""

    def __init__(self, cluster: Postgres, server: Nats, province: Province, port: int) -> None:
        self.cluster, self.server, self.province, self.port = cluster, server, province, port

    async def told_on(self, count: int) -> Counter[str]:
        """How often each id is in the stream, once there are so many."""
        connection = await nats.connect(self.server.url)
        try:
            stream = connection.jetstream()
            async with asyncio.timeout(BACK_S):
                while (await stream.stream_info(STREAM)).state.messages < count:
                    await asyncio.sleep(0.1)
            seqs = range(1, (await stream.stream_info(STREAM)).state.messages + 1)
            messages = [await stream.get_msg(STREAM, seq) for seq in seqs]
            return Counter(json.loads(message.data or b"{}")["id"] for message in messages)
        finally:
            await connection.close()


@pytest.fixture
async def engines(tmp_path: Path) -> AsyncIterator[Engines]:
    with running_postgres() as cluster, running_nats() as server:
        province, port = Province(tmp_path, database=cluster.make_database("hub"), nats=server.url), free_port()
        hub = await province.start_process(port)
        yield Engines(cluster, server, province, port)
        hub.terminate()
        await hub.wait()


async def test_each_event_is_kept_once_and_told_on_once_though_both_engines_are_killed(
    engines: Engines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edge.sync.service.LONGEST_REFUSED_S", 1.0)
    async with started(tmp_path, engines.province.settings(engines.port)) as box:
        for number in range(ROUNDS):
            telling = asyncio.create_task(tell_slowly(box, number * 2 * EACH))
            await asyncio.sleep(0.3)
            await asyncio.to_thread(engines.cluster.kill)
            engines.server.kill()
            await telling
            await box.until(is_down)
            assert box.waiting()
            await box.tell(number % 3, range((number * 2 + 1) * EACH, (number * 2 + 2) * EACH))
            await asyncio.to_thread(engines.cluster.start)
            engines.server.start()
            await box.until_drained(BACK_S)
        assert box.dead() == {}
        wanted = {row["id"] for row in box.outbox()}
    arrived = await engines.province.events(engines.port)
    assert sorted(int(one["subject"]) for one in arrived) == list(range(2 * ROUNDS * EACH))
    for lane in range(3):
        seqs = [one["seq"] for one in arrived if one["lane"] == lane]
        assert seqs == sorted(seqs)
    assert await engines.told_on(len(wanted)) == Counter(dict.fromkeys(wanted, 1))


async def tell_slowly(box: Box, first: int) -> None:
    """While the engines die."""
    for number in range(first, first + EACH):
        await box.tell(number % 3, [number])
        await asyncio.sleep(0.02)
