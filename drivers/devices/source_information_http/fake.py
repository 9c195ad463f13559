"""The simulator: a source with items to hand out, which remembers what it was told; and can fail in every way.

    python -m drivers.devices.source_information_http.fake --port 8099

serves one item of each rank under http://127.0.0.1:8099 with the token "thu-nghiem", and prints what it is told.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import sys
import time
from typing import Any

from aiohttp import web

from drivers.base import NewsItem, NewsPage
from drivers.devices.source_information_http import codec
from drivers.transport.fake_http import FakeHttpServer

TOKEN = "thu-nghiem"  # noqa: S105 - of the simulator alone
HOUR_MS = 3_600_000


class FakeSource(FakeHttpServer):
    """``fault`` spoils each answer; ``status`` other than 200 refuses it."""

    def __init__(self, token: str = TOKEN) -> None:
        super().__init__(web.get("/v1/items", self._give), web.post("/v1/plays", self._hear))
        self.items: list[NewsItem] = []
        self.plays: list[dict[str, Any]] = []
        self.asked: list[str] = []
        self.status = 200
        self._token = token
        self._news = asyncio.Event()

    def put(self, *items: NewsItem) -> None:
        """Something new."""
        self.items += items
        self._news.set()

    async def _give(self, request: web.Request) -> web.StreamResponse:
        if (refusal := self._refusal(request)) is not None:
            return refusal
        after = request.query.get("after", "")
        self.asked.append(after)
        begin = int(after) if after.isdecimal() else 0
        self._news.clear()
        if begin >= len(self.items):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(float(request.query.get("wait", "0"))):
                    await self._news.wait()
        page = NewsPage(tuple(self.items[begin : begin + codec.MOST_ITEMS]), str(len(self.items)))
        return await self._said(request, codec.page_bytes(page))

    async def _hear(self, request: web.Request) -> web.StreamResponse:
        if (refusal := self._refusal(request)) is not None:
            return refusal
        told = json.loads(await request.read())
        self.plays += told["plays"]
        return await self._said(request, b"{}")

    def _refusal(self, request: web.Request) -> web.Response | None:
        if self.status != 200:
            return web.Response(status=self.status)
        return None if request.headers.get("Authorization") == f"Bearer {self._token}" else web.Response(status=401)

    async def _said(self, request: web.Request, data: bytes) -> web.StreamResponse:
        return await self.spoilt(request, web.Response(body=data, content_type="application/json"))


def example(number: int, rank: str, text: str, now_ms: int) -> NewsItem:
    """An item that is valid for an hour."""
    return NewsItem(
        f"tin-{number}", rank, text[:40], text, "", "", "vi", (), now_ms, now_ms + HOUR_MS, "Nguồn mô phỏng của tỉnh"
    )


async def _serve(port: int) -> None:
    source = FakeSource()
    now_ms = time.time_ns() // 1_000_000
    source.put(
        example(1, "thuong", "Lịch tiêm phòng vắc xin cho trẻ em trong tuần này.", now_ms),
        example(2, "uu_tien", "Đề phòng cháy rừng: không đốt nương trong những ngày nắng nóng.", now_ms),
        example(3, "khan_cap", "Bão số 4 sẽ vào đất liền lúc 22h. Bà con không ra đường.", now_ms),
    )
    await source.start(port)
    told = 0
    while True:
        for play in source.plays[told:]:
            sys.stdout.write(json.dumps(play, ensure_ascii=False) + "\n")
        told = len(source.plays)
        await asyncio.sleep(1)


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8099)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(parser.parse_args().port))


if __name__ == "__main__":
    main()
