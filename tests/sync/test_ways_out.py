"""Several ways out, a rate, a month's budget: a real box, a real hub, addresses of loopback as the ways."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from edge.config.schema import Shape, Way
from edge.core.moment import AtMs
from edge.core.policy import ways as policy
from edge.core.policy.shaping import Saver
from edge.store.uplink import Use, add_use, month_of
from edge.sync import exits
from edge.sync.meter import HEADERS, cost_of
from edge.sync.status import Reason
from tests.hub.province import Province
from tests.sync.box import Box, is_up, started

FIBRE = Way(name="cáp quang", source="127.0.0.2")
MOBILE = Way(name="4G", source="127.0.0.3", metered=True, budget_mb=1)


def used(box: Box) -> str:
    return next(way.name for way in box.sync.status.ways if way.used)


class TwoLines:
    """The door of the hub as its ways see it: what comes from a cut address is hung up on at once."""

    def __init__(self, to_port: int) -> None:
        self.cut: set[str] = set()
        self.port = 0
        self._to_port = to_port
        self._tasks: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def open(self) -> AsyncIterator["TwoLines"]:
        server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._to_port)
        address = writer.get_extra_info("peername")[0]
        await asyncio.gather(self._pump(reader, far_writer, address), self._pump(far_reader, writer, address))

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, address: str) -> None:
        while address not in self.cut and (data := await reader.read(65_536)):
            if address in self.cut:
                break
            writer.write(data)
        writer.transport.abort()


@asynccontextmanager
async def two_lines(province: Province) -> AsyncIterator[tuple[TwoLines, int]]:
    async with province.running() as doors, TwoLines(doors.boxes).open() as lines:
        yield lines, doors.boxes


async def test_a_way_that_fails_is_left_within_seconds_and_taken_again_when_it_is_steady(
    province: Province, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exits, "BETTER_EVERY_S", 0.2)
    monkeypatch.setattr(exits, "LOOK_S", 0.1)
    monkeypatch.setattr(policy, "STEADY_S", 1.0)
    async with two_lines(province) as (lines, port):
        settings = province.settings(lines.port)
        async with started(tmp_path, settings, ways=(FIBRE, MOBILE)) as box:
            await box.until(is_up)
            assert used(box) == "cáp quang"
            lines.cut = {"127.0.0.2"}
            await box.tell(0, range(5))
            await box.until_drained(5.0)
            assert used(box) == "4G"
            lines.cut = set()
            await box.until(lambda box: used(box) == "cáp quang", 6.0)
            await box.tell(0, ["again"])
            await box.until_drained(5.0)
            assert len(await province.events(port)) == 6


async def test_the_reserve_is_knocked_at_so_that_its_death_is_seen(
    province: Province, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exits, "METERED_EVERY_S", 0.2)
    monkeypatch.setattr(exits, "LOOK_S", 0.1)
    dead = Way(name="4G", source="192.0.2.1", metered=True)  # TEST-NET: no address of this machine
    async with province.running() as doors:
        async with started(tmp_path, province.settings(doors.boxes), ways=(FIBRE, dead)) as box:
            await box.until(lambda box: [way.works for way in box.sync.status.ways] == [True, False])
        async with started(tmp_path, province.settings(doors.boxes), ways=(FIBRE, MOBILE)) as box:
            await box.until(lambda box: [way.works for way in box.sync.status.ways] == [True, True])


async def test_a_way_is_bound_to_its_address(province: Province, tmp_path: Path) -> None:
    seen: list[str] = []

    async def take(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(writer.get_extra_info("peername")[0])
        writer.transport.abort()

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, started(tmp_path, province.settings(port), ways=(FIBRE,)) as box:
        await box.until(lambda _: bool(seen))
    assert set(seen) == {"127.0.0.2"}


async def test_a_rate_holds_the_backlog_back_and_no_alarm(province: Province, tmp_path: Path) -> None:
    async with started(tmp_path, None) as box:
        await box.tell(2, range(3_000), "reading.taken")
    async with province.running() as doors:
        shaped = msgspec.structs.replace(
            province.settings(doors.boxes), shape=(Shape(hours="00:00-23:59", kbit=32), Shape(hours="always", kbit=40))
        )
        async with started(tmp_path, shaped) as box:
            await box.until(lambda box: box.sync.status.reason is Reason.SHAPED)
            await box.tell(0, ["alarm"])
            await box.until(lambda box: not box.outbox("lane = 0 AND acked_at_ms IS NULL"), 2.0)
            assert len(box.waiting()) > 1_000
            assert is_up(box)
            await box.until(lambda box: box.sync.status.eta_s is not None)


async def test_the_budget_of_a_way_outlives_a_restart_and_holds_telemetry_back(
    province: Province, tmp_path: Path
) -> None:
    async with started(tmp_path, None) as box:
        now = box.journal.clock.now()
        month = month_of(AtMs(now.at_ms))
        await box.journal.with_connection(lambda c: add_use(c, month, {"4G": Use(700_000, 150_000)}))
        await box.tell(2, ["reading"], "reading.taken")
        await box.tell(3, ["still"], "media.offered")
        await box.tell(1, ["result"])
    async with province.running() as doors:
        async with started(tmp_path, province.settings(doors.boxes), ways=(MOBILE,)) as box:
            await box.until(lambda box: box.sync.status.reason is Reason.BUDGET)
            assert [row["subject"] for row in box.waiting()] == ["reading", "still"]
            (way,) = box.sync.status.ways
            assert way.saver is Saver.SAVING
            assert box.sync.status.detail.startswith("4G đã dùng 85 % của 1 MB tháng này")
            assert box.sync.status.eta_s is None
            counted = way.month_bytes
        async with started(tmp_path, province.settings(doors.boxes), ways=(MOBILE,)) as box:
            await box.until(is_up)
            assert box.sync.status.ways[0].month_bytes >= counted > 850_000
            assert box.month_use(month)["4G"] > 850_000


async def test_what_a_way_costs_is_what_the_kernel_counted(province: Province, tmp_path: Path) -> None:
    async with (
        province.running() as doors,
        started(tmp_path, province.settings(doors.boxes), ways=(MOBILE,)) as box,
    ):
        await box.until(is_up)
        await asyncio.sleep(0.6)
        before = box.sync.status.ways[0].month_bytes
        await box.tell(0, range(200), title="0123456789abcdef" * 20)
        await box.until_drained()
        await asyncio.sleep(1.2)
        cost = box.sync.status.ways[0].month_bytes - before
    assert 2_000 < cost < 20_000


def test_the_kernel_tells_the_cost_of_a_connection() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as ours:
        theirs, _ = server.accept()
        with theirs:
            ours.sendall(bytes(5_000))
            theirs.recv(5_000, socket.MSG_WAITALL)
            cost = cost_of(ours)
    assert 5_000 + 2 * HEADERS[socket.AF_INET] <= cost.sent <= 5_000 + 8 * HEADERS[socket.AF_INET]
    assert cost.received <= 6 * HEADERS[socket.AF_INET]
