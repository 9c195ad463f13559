"""An urgent bulletin of the province is heard, and says whose it is; whatever else comes from there is not."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from edge.broadcast.urgent import UrgentBulletins
from edge.core.incident import Incident, IncidentId, IncidentKind, Severity
from edge.core.moment import AtMs
from edge.core.news import ProvinceAsked
from edge.kernel.province_time import ProvinceTime
from edge.store.journal import Tx
from edge.store.urgent_bulletins import AcceptedKey, UrgentRow, accept_key, add_urgent, revoke_key
from tests.scenarios.village import RELAY, Village

KEY = AcceptedKey("0" * 16, "1" * 64, "Trung tâm thiên tai tỉnh")
TEXT = "Bản tin khẩn của tỉnh, ký bởi Trung tâm thiên tai tỉnh. Đập Minh vỡ."
LATE = 4_102_444_800_000


@asynccontextmanager
async def airing(village: Village) -> AsyncIterator[None]:
    station = village.station
    urgent = UrgentBulletins(station.drafts, station.arbiter, ProvinceTime(), village.journal, village.bus)
    task = asyncio.create_task(urgent.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def came(village: Village, name: str = "khan-0001", exp_ms: int = LATE) -> None:
    """As the commands store it, in one transaction with its incident."""
    incident = Incident(
        IncidentId(village.journal.new_id()), IncidentKind.WARNING, Severity.EXTREME, f"province/{name}", "thôn Đông",
        "dong", TEXT, AtMs(1_790_000_000_000),
    )  # fmt: skip

    def also(tx: Tx) -> None:
        add_urgent(tx, UrgentRow(name, incident.id, KEY.key_id, TEXT, ("dong",), exp_ms))

    await village.incidents.open(incident, None, ("dong",), also)
    village.bus.publish(ProvinceAsked(name, "urgent"))


async def settled(village: Village) -> list[tuple[Any, ...]]:
    async with asyncio.timeout(10):
        while await village.rows("SELECT 1 FROM urgent_bulletin WHERE state = 'waiting'"):
            await asyncio.sleep(0.02)
    return await village.rows("SELECT detail FROM urgent_bulletin")


async def test_it_is_heard_once_without_another_approval_and_the_wall_says_whose_it_is(village: Village) -> None:
    await village.journal.record(partial(accept_key, key=KEY, user="Lan", role="leader"))
    async with airing(village):
        await came(village)
        await settled(village)
        await village.reaches("khan-0001", "aired")
    async with airing(village):
        await asyncio.sleep(0.3)
    assert await village.reports("khan-0001") == {RELAY: ["PLAYED"]}
    assert await village.rows("SELECT text, priority, author, approver FROM bulletin") == [
        (TEXT, "khan_cap", "tỉnh: Trung tâm thiên tai tỉnh", "Trung tâm thiên tai tỉnh")
    ]
    assert await village.rows("SELECT title FROM incident") == [(TEXT,)]


async def test_a_key_that_was_revoked_meanwhile_or_words_that_are_over_stay_silent(village: Village) -> None:
    await village.journal.record(partial(accept_key, key=KEY, user="Lan", role="leader"))
    await came(village, "khan-cu", exp_ms=1)
    await came(village, "khan-thu-hoi")
    async with airing(village):
        await asyncio.sleep(0)
        await village.journal.record(partial(revoke_key, key_id=KEY.key_id, user="Lan", role="duty"))
        details = await settled(village)
    assert all(str(detail).startswith("failed") for (detail,) in details), details
    assert await village.rows("SELECT state FROM bulletin") == [("failed",), ("failed",)]
    assert await village.rows("SELECT 1 FROM horn_order WHERE op = 'play'") == []
