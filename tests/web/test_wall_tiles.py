"""Which tiles of the wall are live, tried in a real browser before a real live process."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest_asyncio
from playwright.async_api import Page, expect

from tests.web.paper_commune import now_ms
from tests.web.scenery import camera, incident, quiet
from tests.web.screen import DEADLINE_MS, NEEDS_CHROMIUM, browser_page, until
from tests.web.stage import WALL_TOKEN, Stage, stage
from tests.workers.live.fake_shard import FakeShard, annexb_footage, film

pytestmark = NEEDS_CHROMIUM

NAMES = tuple(f"cam-{number}" for number in range(8))
BUDGET = """async (looks) => {
  const { LiveBudget } = await import("/static/livebudget.js");
  const budget = new LiveBudget(looks.remembered);
  return looks.each.map((look) => (budget.judge(look), budget.allowed));
}"""
PICK = """async ({ facts, allowed }) => {
  const { pickLive } = await import("/static/livebudget.js");
  return [...pickLive(facts, allowed)];
}"""


@pytest_asyncio.fixture(loop_scope="session")
async def running(tmp_path: Path) -> AsyncIterator[Stage]:
    """Eight quiet cameras with video."""
    now = now_ms()
    shard = FakeShard(tmp_path / "packets", annexb_footage(film()), for_ever=True)
    sections = {**quiet(now), "cameras": [camera(name, f"Camera {name}", now) for name in NAMES]}
    async with shard.listening(), stage(tmp_path, sections, dict.fromkeys(NAMES, shard.path)) as running:
        yield running


async def open_wall(page: Page, running: Stage, remembered: int) -> list[str]:
    """The wall on a screen that sustained so many tiles before; the sockets that it opens."""
    sockets: list[str] = []
    page.on("websocket", lambda socket: sockets.append(socket.url.partition("?")[0]))
    await page.add_init_script(f"localStorage.setItem('mo-lang-live-tiles', {remembered})")
    await page.goto(f"{running.url}/wall?token={WALL_TOKEN}")
    return sockets


async def test_eight_cameras_play_over_one_socket_and_stop_when_the_layout_hides_them(running: Stage) -> None:
    async with browser_page() as page:
        sockets = await open_wall(page, running, 8)
        await until(page, "document.querySelectorAll('.tile.moving[data-mode=live]').length === 8")
        assert sorted(url.rpartition("/")[2] for url in sockets) == ["state", "tiles"]
        await page.evaluate("document.getElementById('cameras').hidden = true")
        await until(page, "document.querySelectorAll('[data-mode=live]').length === 0")
        await page.evaluate("document.getElementById('cameras').hidden = false")
        await until(page, "document.querySelectorAll('.tile.moving[data-mode=live]').length === 8")


async def test_the_camera_of_an_incident_is_live_first_and_the_others_say_that_they_are_stills(running: Stage) -> None:
    async with browser_page() as page:
        await open_wall(page, running, 1)
        await page.wait_for_selector(".tile.moving[data-mode=live]", timeout=DEADLINE_MS)
        await running.commune.put("incidents", [incident("3-91", now_ms(), camera="cam-7")])
        await page.wait_for_selector("[data-camera=cam-7][data-mode=live]", timeout=1500)
        await page.wait_for_selector("[data-camera=cam-7].moving.alarm", timeout=DEADLINE_MS)
        quiet_one = page.locator(".tile:not([data-mode=live]) .stills")
        if await quiet_one.count():
            await expect(quiet_one.first).to_contain_text("Ảnh tĩnh")


GOOD: dict[str, Any] = {"live": 8, "standing": 0, "shown": 240, "dropped": 0, "lateMs": 5, "wanted": 29}


LOOKS: list[tuple[int, list[dict[str, Any]], list[int]]] = [
    (0, [GOOD, {**GOOD, "live": 16}, {**GOOD, "live": 29}], [16, 29, 29]),
    (29, [{**GOOD, "live": 29}], [29]),
    (8, [{**GOOD, "live": 5}], [8]),
    (8, [{**GOOD, "dropped": 12}, {**GOOD, "lateMs": 200}, {**GOOD, "standing": 1}], [8, 8, 8]),
    (8, [{**GOOD, "dropped": 60}, GOOD, {**GOOD, "dropped": 60}], [8, 16, 16]),
    (8, [{**GOOD, "dropped": 60}] * 2, [8, 6]),
    (8, [{**GOOD, "lateMs": 900}] * 2, [8, 6]),
    (8, [{**GOOD, "standing": 3}] * 2, [8, 6]),
    (8, [{**GOOD, "dropped": 60}] * 2 + [{**GOOD, "live": 6}] * 31, [8, 6] + [6] * 29 + [8, 8]),
    (1, [{**GOOD, "live": 1, "dropped": 240}] * 4, [1, 1, 1, 1]),
]


async def test_budget_grows_while_all_is_well_and_retreats_when_it_is_not_for_long(running: Stage) -> None:
    async with browser_page() as page:
        await page.goto(f"{running.url}/login")
        for remembered, each, allowed in LOOKS:
            assert await page.evaluate(BUDGET, {"remembered": remembered, "each": each}) == allowed


async def test_who_is_live_is_chosen_by_what_happens(running: Stage) -> None:
    def fact(name: str, **fields: Any) -> dict[str, Any]:
        base = {"id": name, "online": True, "incident": None, "busy": False, "live": False, "unplayable": False}
        return {**base, **fields}

    severe, minor = {"severity": "severe", "began_at_ms": 5}, {"severity": "minor", "began_at_ms": 9}
    facts = [
        fact("quiet"),
        fact("gone", online=False, incident=severe),
        fact("playing", live=True),
        fact("busy", busy=True),
        fact("minor", incident=minor),
        fact("old severe", incident={**severe, "began_at_ms": 1}),
        fact("severe", incident=severe),
        fact("h265", unplayable=True),
    ]
    order = ["severe", "old severe", "minor", "busy", "playing", "quiet"]
    async with browser_page() as page:
        await page.goto(f"{running.url}/login")
        for allowed in range(7):
            chosen = await page.evaluate(PICK, {"facts": facts, "allowed": allowed})
            assert chosen == ["h265", *order[:allowed]]
