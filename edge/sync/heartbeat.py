"""The box's own state for the province, as ``box.status``: every five minutes, and never more than one that waits.

While the line is down nothing more is queued: what waits is the first word of that time, and a fresh one is written as
soon as it has gone. So an outage of a week costs the province one old status and no gap in the numbers, and the first
minute after it shows how much still waits. That is also why it goes on lane 1 and not behind a million readings of
lane 2.
"""

import asyncio
import shutil
import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from edge.core.moment import AtMs, ClockState
from edge.kernel.keep_running import keep_running
from edge.store.journal import Journal, Tx
from edge.store.outbox import LANE_RESULT

KIND, SUBJECT = "box.status", "box"
EVERY_S = 300.0
LOOK_EVERY_S = 5.0
SIGN_OF_LIFE_S = 30
"""How often an idle box shows that it lives: the province calls it silent by that."""
MOST_NAMES = 20
YELLOW_SHARE, RED_SHARE = 0.02, 0.005
"""Of the disk that must be free; below the first recordings make room already."""
LANES = range(4)
_WAITS = "acked_at_ms IS NULL AND dead_reason IS NULL"
Sections = Mapping[str, Callable[[], Any]]


class Heartbeat:
    """Writes the status. ``sections`` are those of the wall (docs/ref/state.md): horns, cameras, gauges, services."""

    def __init__(self, sections: Sections, journal: Journal, disk: Path) -> None:
        self._sections = sections
        self._journal = journal
        self._disk = disk
        self._began_s = time.monotonic()
        self._told_s = float("-inf")
        self._waits_seq: int | None = None

    async def run(self) -> None:
        """Until cancelled; a failure of a part that is asked costs one status."""
        await keep_running("heartbeat", self._beat_for_ever)

    async def _beat_for_ever(self) -> None:
        while True:
            await self.beat()
            await asyncio.sleep(LOOK_EVERY_S)

    async def beat(self) -> bool:
        """Write a status if it is time and none waits; whether one was written."""
        if time.monotonic() - self._told_s < EVERY_S or await self._journal.with_connection(self._one_waits):
            return False
        now = self._journal.clock.now()
        facts = self._facts(now.at_ms, now.clock)
        await self._journal.record(lambda tx: _write(tx, facts))
        self._told_s = time.monotonic()
        return True

    def _one_waits(self, connection: sqlite3.Connection) -> bool:
        """Looks it up by its number while it waits: the lane is walked only when it has gone."""
        known = connection.execute(f"SELECT 1 FROM outbox WHERE seq = ? AND {_WAITS}", (self._waits_seq,))  # noqa: S608
        if known.fetchone() is not None:
            return True
        row = connection.execute(
            f"SELECT seq FROM outbox WHERE lane = ? AND {_WAITS} AND type = ? ORDER BY seq LIMIT 1",  # noqa: S608
            (LANE_RESULT, KIND),
        ).fetchone()
        self._waits_seq = row[0] if row else None
        return row is not None

    def _facts(self, at_ms: AtMs, clock: ClockState) -> dict[str, Any]:
        services: Sequence[Mapping[str, Any]] = self._sections["services"]()
        down = [str(one["name"]) for one in services if one["state"] == "down"]
        return {
            "at_ms": at_ms,
            "version": _version(),
            "clock": clock.value,
            "up_s": round(time.monotonic() - self._began_s),
            "restarts": sum(int(one["restarts"]) for one in services),
            "down": down[:MOST_NAMES],
            "disk": _room(self._disk),
            "sign_of_life_s": SIGN_OF_LIFE_S,
            "horns": _count(self._sections["horns"](), "reachable", lambda horn: bool(horn["online"])),
            "cameras": _count(self._sections["cameras"](), "online", lambda camera: camera["state"] == "online"),
            "gauges": [
                {"id": gauge["id"], "name": gauge["name"], "bao_dong_m": gauge["bao_dong_m"]}
                for gauge in self._sections["gauges"]()
            ],
        }


def _count(
    things: Sequence[Mapping[str, Any]], working: str, works: Callable[[Mapping[str, Any]], bool]
) -> dict[str, Any]:
    silent = [str(one["id"]) for one in things if not works(one)]
    return {"all": len(things), working: len(things) - len(silent), "silent": silent[:MOST_NAMES]}


def _version() -> str:
    try:
        return version("molang")
    except PackageNotFoundError:
        return ""


def _room(disk: Path) -> dict[str, Any]:
    usage = shutil.disk_usage(disk)
    share = usage.free / usage.total
    level = "red" if share < RED_SHARE else "yellow" if share < YELLOW_SHARE else "green"
    return {"level": level, "free_bytes": usage.free, "why": ""}


def _write(tx: Tx, facts: Mapping[str, Any]) -> None:
    tx.event(LANE_RESULT, KIND, SUBJECT, {**facts, **waiting(tx.connection)})


def waiting(connection: sqlite3.Connection) -> dict[str, Any]:
    """What waits for the province: in all and by lane (how many, since when), and how many it refused."""
    rows = connection.execute(
        f"SELECT lane, count(*), min(at_ms) FROM outbox WHERE {_WAITS} GROUP BY lane"  # noqa: S608 - a constant
    ).fetchall()
    (dead,) = connection.execute("SELECT count(*) FROM outbox WHERE dead_reason IS NOT NULL").fetchone()
    lanes = {lane: (number, oldest) for lane, number, oldest in rows}
    return {
        "waiting": sum(number for number, _ in lanes.values()),
        "oldest_ms": min((oldest for _, oldest in lanes.values()), default=None),
        "lanes": [list(lanes.get(lane, (0, None))) for lane in LANES],
        "dead": dead,
    }
