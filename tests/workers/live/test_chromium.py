"""The page's own module in a real browser: what live sends is what a wall shows."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from aiohttp import web
from playwright.async_api import Page, async_playwright

from edge.kernel.wire.live import StateSection
from tests.workers.live.browser import Live, live_process
from tests.workers.live.fake_shard import FakeShard, annexb_footage, film

CHROMIUM = Path("/usr/bin/chromium")
MODULES = Path(__file__).parents[3] / "web" / "static"
FLAGS = (
    "--no-sandbox --disable-gpu --disable-background-networking",
    "--disable-component-update --disable-sync --no-first-run",
)
PAGE = """<!doctype html><video id=v></video><script type=module>
import { watchVideo, watchState } from "/static/live.js";
const query = new URLSearchParams(location.search);
window.statuses = []; window.sections = {};
watchVideo(document.getElementById("v"), query.get("video"), (...status) => statuses.push(status));
window.state = watchState(query.get("state"), (name, value) => { sections[name] = value; });
</script>"""
PROBE = """() => { const v = document.getElementById("v"), b = v.buffered, n = b.length; return {
  time: v.currentTime, width: v.videoWidth, height: v.videoHeight,
  frames: v.getVideoPlaybackQuality().totalVideoFrames, behind: n ? b.end(n - 1) - v.currentTime : -1,
  statuses, sections, dead: state.since !== null}; }"""

pytestmark = pytest.mark.skipif(
    not CHROMIUM.exists(), reason="no /usr/bin/chromium: the page was not tried in a browser"
)


@contextlib.asynccontextmanager
async def wall(live: Live) -> AsyncIterator[Page]:
    """A page that watches camera c1 and the state."""

    async def page_text(_: web.Request) -> web.Response:
        return web.Response(text=PAGE, content_type="text/html")

    app = web.Application()
    app.router.add_get("/", page_text)
    app.router.add_static("/static", MODULES)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    async with async_playwright() as tools:
        chromium = await tools.chromium.launch(executable_path=str(CHROMIUM), args=" ".join(FLAGS).split())
        try:
            page = await chromium.new_page()
            wishes = f"video={_quoted(live.url('video/c1'))}&state={_quoted(live.url('state'))}"
            await page.goto(f"http://127.0.0.1:{port}/?{wishes}")
            yield page
        finally:
            await chromium.close()
            await runner.cleanup()


def _quoted(url: str) -> str:
    return quote(url, safe="")


async def probe(page: Page, wish: str, deadline_s: float = 20.0) -> dict[str, Any]:
    """The page's figures, as soon as ``wish`` (JavaScript about them, as ``p``) holds."""
    await page.wait_for_function(f"() => {{ const p = ({PROBE})(); return {wish}; }}", timeout=deadline_s * 1000)
    figures: dict[str, Any] = await page.evaluate(PROBE)
    return figures


async def test_chromium_plays_the_camera_near_its_live_edge_and_survives_a_shard_restart(tmp_path: Path) -> None:
    shard = FakeShard(tmp_path / "packets", annexb_footage(film(480, 270)), for_ever=True)
    async with shard.listening(), live_process(shard.path) as live, wall(live) as page:
        await live.child.channel.send(StateSection("commune", b'{"name": "X\xc3\xa3"}'))
        playing = await probe(page, "p.time > 0.5 && p.width > 0")
        assert (playing["width"], playing["height"]) == (480, 270)
        await asyncio.sleep(3)
        later = await page.evaluate(PROBE)
        assert later["time"] - playing["time"] > 2.0
        assert 0 <= later["behind"] < 1.5
        assert later["frames"] - playing["frames"] > 30
        assert ["playing", ""] in later["statuses"]
        assert later["sections"] == {"commune": {"name": "Xã"}}
        assert not later["dead"]
        shard.cut()
        await asyncio.sleep(1.5)
        again = await probe(page, f"p.time > {later['time'] + 3}")
        assert again["behind"] < 1.5


async def test_page_tells_since_when_the_server_is_dead(tmp_path: Path) -> None:
    shard = FakeShard(tmp_path / "packets", annexb_footage(film()), for_ever=True)
    async with shard.listening(), live_process(shard.path) as live, wall(live) as page:
        await live.child.channel.send(StateSection("clock", b"1"))
        await probe(page, "p.time > 0.5 && !p.dead")
        live.child.process.kill()
        dead = await probe(page, "p.dead")
        assert dead["statuses"][-1] == ["connecting", ""]
