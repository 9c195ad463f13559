"""Hubs that answer, but not as they should. They are fakes: the real one does not know how."""

import gzip
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import web

from edge.hub.server import server_tls
from tests.hub.province import LOOPBACK, Province
from tests.sync.box import started

Batch = list[dict[str, Any]]


class OddHub:
    """Answers every batch as told, and remembers when it was asked."""

    def __init__(self, answer: Callable[[Batch, int], web.Response]) -> None:
        self._answer = answer
        self.asked_at_s: list[float] = []
        self.sizes: list[int] = []

    @asynccontextmanager
    async def open(self, province: Province) -> AsyncIterator[int]:
        app = web.Application()
        app.router.add_post("/v1/events", self._take)
        runner = web.AppRunner(app, access_log=None, auto_decompress=False)
        await runner.setup()
        await web.TCPSite(runner, LOOPBACK, 0, ssl_context=server_tls(province.certificates)).start()
        try:
            yield runner.addresses[0][1]
        finally:
            await runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        batch = json.loads(gzip.decompress(await request.read()))
        self.asked_at_s.append(time.monotonic())
        self.sizes.append(len(batch))
        return self._answer(batch, len(self.sizes))


def ok(batch: Batch, *, rejected: tuple[dict[str, str], ...] = (), retry_after: float = 0) -> web.Response:
    highest = max((event["seq"] for event in batch), default=0)
    return web.json_response({"acked_seq": highest, "rejected": rejected, "retry_after": retry_after})


async def test_a_hub_that_fails_is_tried_again_until_it_works(province: Province, tmp_path: Path) -> None:
    hub = OddHub(lambda batch, count: ok(batch) if count > 3 else web.Response(status=500))
    async with hub.open(province) as port, started(tmp_path, province.settings(port)) as box:
        await box.tell(0, range(3))
        await box.until(lambda box: "500" in box.sync.status.detail)
        await box.until_drained()
        assert box.dead() == {}


async def test_retry_after_of_a_busy_hub_is_honoured(province: Province, tmp_path: Path) -> None:
    busy = web.Response
    hub = OddHub(lambda batch, count: ok(batch) if count > 1 else busy(status=503, headers={"Retry-After": "2"}))
    async with hub.open(province) as port, started(tmp_path, province.settings(port)) as box:
        await box.tell(0, range(3))
        await box.until_drained()
    assert hub.asked_at_s[1] - hub.asked_at_s[0] >= 2


async def test_a_hub_may_slow_a_box_down_while_it_takes_all(province: Province, tmp_path: Path) -> None:
    hub = OddHub(lambda batch, _: ok(batch, retry_after=1.5))
    async with hub.open(province) as port, started(tmp_path, province.settings(port)) as box:
        await box.tell(0, range(201))
        await box.until_drained()
        assert box.sync.status.state == "up"
    assert sum(hub.sizes) == 201
    assert all(after - before >= 1.5 for before, after in zip(hub.asked_at_s, hub.asked_at_s[1:], strict=False))


async def test_an_answer_nobody_understands_is_no_success(province: Province, tmp_path: Path) -> None:
    def answer(batch: Batch, count: int) -> web.Response:
        odd = [
            web.Response(text="<html>đăng nhập</html>"),
            web.json_response({"acked_seq": "all"}),
            ok(batch, rejected=({"id": "9-9", "reason": "not yours"},)),
        ]
        return odd[count - 1] if count <= len(odd) else ok(batch)

    hub = OddHub(answer)
    async with hub.open(province) as port, started(tmp_path, province.settings(port)) as box:
        await box.tell(0, range(3))
        await box.until(lambda box: "không hiểu" in box.sync.status.detail)
        assert len(box.waiting()) == 3
        await box.until_drained()
    assert len(hub.sizes) >= 4


async def test_a_hub_with_a_smaller_limit_gets_smaller_batches(province: Province, tmp_path: Path) -> None:
    hub = OddHub(lambda batch, _: web.Response(status=413) if len(batch) > 30 else ok(batch))
    async with started(tmp_path, None) as box:
        await box.tell(0, range(100))
    async with hub.open(province) as port, started(tmp_path, province.settings(port)) as box:
        await box.until_drained()
        assert box.dead() == {}
    assert sum(size for size in hub.sizes if size <= 30) == 100


async def test_one_event_too_long_for_the_hub_is_a_dead_letter(province: Province, tmp_path: Path) -> None:
    hub = OddHub(
        lambda batch, _: web.Response(status=413) if any(one["subject"] == "5" for one in batch) else ok(batch)
    )
    async with hub.open(province) as port, started(tmp_path, province.settings(port)) as box:
        await box.tell(0, range(10))
        await box.until_drained()
        assert set(box.dead()) == {"5"}


async def test_a_redirect_is_not_followed(province: Province, tmp_path: Path) -> None:
    hub = OddHub(lambda _, __: web.Response(status=307, headers={"Location": "https://elsewhere.invalid/"}))
    async with hub.open(province) as port, started(tmp_path, province.settings(port)) as box:
        await box.tell(0, ["alarm"])
        await box.until(lambda box: "307" in box.sync.status.detail)
        assert len(box.waiting()) == 1
