"""Boxes of neighbouring communes, played by one program: one in a flood, one that falls silent, one where all is calm.

    python -m hil.neighbours --hub 9444 --pki F/pki

They speak the wire of a real box with certificates of the demo's authority, and every name of theirs says that they are
simulated. What they send is little: the province's page of the demo has something to show, nothing is measured by it.
"""

import asyncio
import contextlib
import datetime as dt
import gzip
import json
import logging
import math
import ssl
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import aiohttp
import click

from edge.kernel.wire.event import BATCH_PATH, BATCH_TYPE
from hil.pki import Authority
from hil.province_map import NEIGHBOURS, Neighbour

log = logging.getLogger(__name__)

EVERY_S = 20.0
"""Less than a box's own sign of life: the page calls it silent after four missed ones."""
HEADERS = {"Content-Type": BATCH_TYPE, "Content-Encoding": "gzip"}
MINUTE_MS = 60_000
PAST_MIN = 24 * 60
BAO_DONG_M = (2.0, 3.0, 4.0)
LANE_ALARM, LANE_RESULT, LANE_TELEMETRY = range(3)


def machine_ms() -> int:
    """The machine's wall clock, UTC."""
    return time.time_ns() // 1_000_000


class PlayedBox:
    """One box of a neighbour; ``batch`` is what it says next."""

    def __init__(self, neighbour: Neighbour) -> None:
        self.neighbour = neighbour
        self._boot = machine_ms() // 1000  # ids of an earlier demo must not come again
        self._seq = 0

    def first(self, now_ms: int) -> list[dict[str, Any]]:
        """Its past day, and how it stands."""
        past = [now_ms - minute * MINUTE_MS for minute in range(PAST_MIN, 0, -10)]
        said = [self._reading(at_ms, now_ms) for at_ms in past]
        if self.neighbour.plays == "flood":
            said.append(
                self._alarm(now_ms - 25 * MINUTE_MS, "Nước tại cầu Thượng vượt báo động 2 (mô phỏng)", "severe")
            )
        if self.neighbour.plays == "silent":
            said.append(self._alarm(now_ms - 3 * MINUTE_MS, "Mưa 58 mm trong 3 giờ (mô phỏng)", "moderate"))
        return [*said, self._status(now_ms)]

    def next(self, now_ms: int) -> list[dict[str, Any]]:
        """What is new since."""
        return [self._reading(now_ms, now_ms)]

    def _level(self, at_ms: int, now_ms: int) -> float:
        if self.neighbour.plays != "flood":
            return round(1.1 + 0.2 * math.sin(at_ms / 7_200_000), 2)
        return round(1.2 + 2.2 * max(0.0, 1 - (now_ms - at_ms) / (14 * 60 * MINUTE_MS)), 2)

    def _reading(self, at_ms: int, now_ms: int) -> dict[str, Any]:
        data = {
            "quantity": "level",
            "value": self._level(at_ms, now_ms),
            "unit": "m",
            "at_ms": at_ms,
            "quality": "good",
        }
        return self._event("reading.taken", "cau", LANE_TELEMETRY, data, at_ms)

    def _alarm(self, at_ms: int, title: str, severity: str) -> dict[str, Any]:
        data = {
            "kind": "flood_level",
            "severity": severity,
            "title": title,
            "place": "cầu",
            "hamlet": "",
            "began_at_ms": at_ms,
        }
        return self._event("incident.opened", f"{self._boot}-{self._seq}", LANE_ALARM, data, at_ms)

    def _status(self, now_ms: int) -> dict[str, Any]:
        loud = 3 if self.neighbour.plays == "flood" else 4
        data = {
            "at_ms": now_ms, "version": "mô phỏng", "clock": "synced", "up_s": 86_400, "restarts": 0, "down": [],
            "disk": {"level": "green", "free_bytes": 50_000_000_000, "why": ""}, "sign_of_life_s": 30,
            "horns": {"all": 4, "reachable": loud, "silent": ["loa-4"][: 4 - loud]},
            "cameras": {"all": 2, "online": 2, "silent": []}, "waiting": 0, "oldest_ms": None, "dead": 0,
            "lanes": [[0, None]] * 4, "gauges": [{"id": "cau", "name": "Cầu", "bao_dong_m": BAO_DONG_M}],
        }  # fmt: skip
        return self._event("box.status", "box", LANE_RESULT, data, now_ms)

    def _event(self, kind: str, subject: str, lane: int, data: dict[str, Any], at_ms: int) -> dict[str, Any]:
        self._seq += 1
        return {
            "specversion": "1.0",
            "id": f"{self._boot}-{self._seq}",
            "source": f"/xa/{self.neighbour.id}/box/1",
            "type": f"vn.molang.{kind}.v1",
            "subject": subject,
            "time": dt.datetime.fromtimestamp(at_ms / 1000, dt.UTC).isoformat(),
            "datacontenttype": "application/json",
            "data": data,
            "seq": self._seq,
            "lane": lane,
            "bootid": self._boot,
            "clockstate": "synced",
        }


async def play(box: PlayedBox, port: int, authority: Authority) -> None:
    """Say what there is until cancelled; the silent one only once."""
    identity = authority.issue(f"box-{box.neighbour.id}-1")
    tls = ssl.create_default_context(cafile=authority.ca)
    tls.load_cert_chain(identity.cert, identity.key)
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session:
        waiting = box.first(machine_ms())
        while True:
            if await _sent(session, port, tls, waiting):
                if box.neighbour.plays == "silent":
                    return
                await asyncio.sleep(EVERY_S)
                waiting = box.next(machine_ms())
            else:
                await asyncio.sleep(1.0)


async def _sent(
    session: aiohttp.ClientSession, port: int, tls: ssl.SSLContext, events: Sequence[dict[str, Any]]
) -> bool:
    body = gzip.compress(json.dumps(events, ensure_ascii=False).encode())
    try:
        async with session.post(f"https://127.0.0.1:{port}{BATCH_PATH}", data=body, headers=HEADERS, ssl=tls) as answer:
            return answer.status == 200
    except (aiohttp.ClientError, TimeoutError, OSError):
        return False


async def play_all(port: int, authority: Authority) -> None:
    """Every neighbour that has a box."""
    async with asyncio.TaskGroup() as group:
        for neighbour in NEIGHBOURS:
            if neighbour.plays:
                group.create_task(play(PlayedBox(neighbour), port, authority))


@click.command()
@click.option("--hub", "port", type=int, required=True)
@click.option("--pki", type=click.Path(path_type=Path), required=True)
def main(port: int, pki: Path) -> None:
    """Play the neighbours until stopped."""
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(play_all(port, Authority(pki)))


if __name__ == "__main__":
    main()
