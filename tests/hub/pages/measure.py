"""How long a page takes with 98 boxes whose tables are full: ``python -m tests.hub.pages.measure``. Takes minutes."""

import asyncio
import json
import math
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import aiohttp
from sqlalchemy import insert

from edge.hub.database import Database, trial_url
from edge.hub.projection.fold import SLOT_MS, SLOTS
from edge.hub.server import Address, Certificates, Hub, Settings, open_doors
from edge.hub.tables.current import alarm_now, box_now, reading_now, reading_point, recent_event
from edge.hub.tables.events import box
from edge.kernel.clock import SystemClock
from hil.pki import Authority
from hil.postgres import running_postgres
from tests.hub.pages.scenery import status
from tests.hub.province import LOOPBACK

BOXES, STATIONS, ALARMS, EVENTS, TIMES = 98, 3, 300, 3_000, 8
PAGES = ("/", "/bao-dong", "/xa/xa-7")
MAP = "".join(
    f'[[commune]]\nid = "xa-{n}"\nname = "xã số {n}"\nlat = {20 + n % 10 * 0.05}\nlon = {105 + n // 10 * 0.06}\n'
    for n in range(BOXES)
)


async def fill(database: Database, now_ms: int) -> None:
    """Every table as full as it gets."""
    async with database.change() as connection:
        for number in range(BOXES):
            for table, rows in _rows(f"/xa/xa-{number}/box/1", now_ms):
                await connection.execute(insert(table), rows)


def _rows(source: str, now_ms: int) -> list[tuple[Any, list[dict[str, Any]]]]:
    seen = {"first_seen_ms": now_ms, "last_seen_ms": now_ms}
    totals = dict.fromkeys(("batches", "events", "duplicates", "rejected", "max_seq"), 1)
    said = {"seq": 1, "at_ms": now_ms, "received_ms": now_ms}
    reading = {"source": source, "quantity": "level", "value": 1.5, "unit": "m", "quality": "good", **said}
    alarm: dict[str, Any] = {"source": source, "kind": "flood_level", "severity": "severe", "title": "Nước lên"}
    alarm |= {"place": "Cầu"}
    alarm |= {"text_seq": 1, "verdict": "", "judged_seq": 0, "drill": False, "received_ms": now_ms}
    event: dict[str, Any] = {"source": source, "type": "incident.updated", "subject": "x", "lane": 0, "data": "{}"}
    event |= {"at_ms": now_ms}
    times = [now_ms - back * SLOT_MS for back in range(SLOTS)]
    points = [
        {"source": source, "station": f"st-{n}", "quantity": "level", "slot": at_ms // SLOT_MS % SLOTS}
        | {"at_ms": at_ms, "value": 1 + math.sin(at_ms / 1e7)}
        for n in range(STATIONS)
        for at_ms in times
    ]
    alarms = [
        alarm | {"incident": f"i-{n}", "opened_ms": now_ms - n * 60_000, "ended_ms": None if n < 2 else now_ms}
        for n in range(ALARMS)
    ]
    events = [
        event
        | {"id": f"e-{n}", "topic": ("story", "air", "report")[n % 3], "about": f"i-{n % ALARMS}" if not n % 3 else ""}
        | {"seq": n, "received_ms": now_ms - n}
        for n in range(EVENTS)
    ]
    return [
        (box, [{"source": source, **seen, **totals}]),
        (box_now, [{"source": source, **said, "data": json.dumps(status())}]),
        (reading_now, [reading | {"station": f"st-{n}"} for n in range(STATIONS)]),
        (reading_point, points),
        (alarm_now, alarms),
        (recent_event, events),
    ]


async def measure(url: str, folder: Path) -> None:
    """Fill, and look at each page eight times."""
    authority = Authority(folder / "pki")
    own = authority.issue("hub")
    hub = Hub(Settings(url, folder / "media", communes=folder / "communes.toml"), SystemClock())
    doors = open_doors(hub, Address(LOOPBACK, 0), Certificates(authority.ca, own.cert, own.key), Address(LOOPBACK, 0))
    async with hub.running(), doors as opened, aiohttp.ClientSession() as session:
        await fill(hub.database, SystemClock().now().at_ms)
        for path in PAGES:
            took = []
            for _ in range(TIMES):
                began = time.monotonic()
                async with session.get(f"http://{LOOPBACK}:{opened.page}{path}") as response:
                    size = len(await response.read())
                took.append(time.monotonic() - began)
            print(f"{path:<12} {statistics.median(took) * 1000:5.0f} ms {size // 1000} kB")  # noqa: T201


def main() -> None:
    """PostgreSQL, then SQLite."""
    with tempfile.TemporaryDirectory() as name, running_postgres() as postgres:
        folder = Path(name)
        (folder / "communes.toml").write_text(MAP, encoding="utf-8")
        for url in (postgres.make_database("pages"), trial_url(folder)):
            print(url.partition("+")[0])  # noqa: T201
            asyncio.run(measure(url, folder))


if __name__ == "__main__":
    main()
