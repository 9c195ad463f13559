"""The box's own state for the province, as ``box.status``: every five minutes, and never more than one that waits.

While the line is down nothing more is queued: what waits is the first word of that time, and a fresh one is written as
soon as it has gone. So an outage of a week costs the province one old status and no gap in the numbers, and the first
minute after it shows how much still waits. That is also why it goes on lane 1 and not behind a million readings of
lane 2.
"""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from edge.core.moment import AtMs, ClockState
from edge.core.policy.shaping import Saver
from edge.kernel.keep_running import keep_running
from edge.store.journal import Journal, Tx
from edge.store.outbox import LANE_RESULT, WAITS, backlog, lane_loads
from edge.sync.service import RARE_SIGN_S, SIGN_OF_LIFE_S

KIND = "box.status"
EVERY_S = 300.0
LOOK_EVERY_S = 5.0
MOST_NAMES = 20
Sections = Mapping[str, Callable[[], Any]]


class Heartbeat:
    """Writes the status. ``sections`` are those of the wall (docs/ref/state.md)."""

    def __init__(self, sections: Sections, journal: Journal) -> None:
        self._sections = sections
        self._journal = journal
        self._began_s = time.monotonic()
        self._told_s = float("-inf")
        self._waits_seq: int | None = None

    async def run(self) -> None:
        """Until cancelled; a failure of a part that is asked costs one status."""
        await keep_running("heartbeat", self._beat_for_ever)

    async def _beat_for_ever(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY_S)  # first: at the start nobody has looked at disk and horns yet
            await self.beat()

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
        known = connection.execute(f"SELECT 1 FROM outbox WHERE seq = ? AND {WAITS}", (self._waits_seq,))  # noqa: S608
        if known.fetchone() is not None:
            return True
        row = connection.execute(
            f"SELECT seq FROM outbox WHERE lane = ? AND {WAITS} AND type = ? ORDER BY seq LIMIT 1",  # noqa: S608
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
            "disk": _room(self._sections["room"]()),
            "sign_of_life_s": _sign_s(self._sections["uplink"]()),
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


def _room(room: Mapping[str, Any]) -> dict[str, Any]:
    level = str(room["level"])
    return {
        "level": level,
        "free_bytes": room["disk"]["free_bytes"],
        "why": "" if level == "green" else str(room["sentence"]),
    }


def _sign_s(uplink: Mapping[str, Any]) -> float:
    """How often this box shows that it lives: rarely where the month's budget of its way out is gone."""
    spent = any(way["used"] and way["saver"] == Saver.SPENT for way in uplink["ways"])
    return RARE_SIGN_S if spent else SIGN_OF_LIFE_S


def _write(tx: Tx, facts: Mapping[str, Any]) -> None:
    tx.event(LANE_RESULT, "box.status", "box", {**facts, **waiting(tx.connection)})


def waiting(connection: sqlite3.Connection) -> dict[str, Any]:
    """What waits for the province: in all and by lane (how many, since when), and how many it refused."""
    loads, seen = lane_loads(connection), backlog(connection)
    return {
        "waiting": seen.waiting,
        "oldest_ms": seen.oldest_ms,
        "lanes": [[load.count, load.oldest_ms] for load in loads],
        "dead": seen.dead,
    }
