"""A box that kills itself with SIGKILL at one commit of its store, before or after it: ``python -m … FILE``.

FILE is JSON: {database, device, gauge, kill_at: number of the commit or 0, after: bool}. A Modbus gauge on a PTY shows
water over báo động 2: the box reads it, judges it, opens the incident by the rule of the commune and alarms three
officials through a modem on a PTY, all by its own services. Telephones are thirty times faster than in a commune, in
the same order: a report is waited for 4 s, an answer 6 s.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from msgspec.structs import replace

from edge.alerts import line, service
from edge.alerts.book import Book, Setup, Steps
from edge.alerts.service import AlertService
from edge.config.schema import Config, FloodRule, Gauge, Modem
from edge.core.alert import Person
from edge.core.incident import Severity
from edge.core.policy.ladder.climbing import Do
from edge.flood.service import FloodService, Ports
from edge.incidents.desk import IncidentDesk
from edge.kernel.bus import Bus
from edge.kernel.clock import SystemClock
from edge.replay.commune import small_commune
from edge.replay.engine import QuietHorns
from edge.sensing.service import SensingService
from edge.store.journal import Journal, Tx

T = TypeVar("T")
WAIT_MS = 6_000
PEOPLE = (
    Person("an", "Nguyễn Văn An", "0900000001", "", "trực"),
    Person("binh", "Trần Thị Bình", "0900000002", "", "trực", substitute="chi"),
    Person("chi", "Lê Thị Chi", "0900000003", "tay", "trực"),
)
LEVELS = (1.2, 2.2, 2.7)
PERIOD_S = 20.0


class KilledAtACommit:
    """Counts the transactions that change anything, and dies at one of them."""

    def __init__(self, at: int, *, after: bool) -> None:
        self._at, self._after, self._count = at, after, 0

    def around(self, journal: Journal) -> None:
        """From now on every transaction of this journal is counted."""
        record = journal.record

        async def counted(work: Callable[[Tx], T]) -> T:
            changed = False

            def watched(tx: Tx) -> T:
                nonlocal changed
                before = tx.connection.total_changes
                result = work(tx)
                changed = tx.connection.total_changes > before
                if changed:
                    self._count += 1
                    self._die_if(not self._after)
                return result

            result = await record(watched)
            if changed:
                self._die_if(self._after)
            return result

        journal.record = counted  # type: ignore[method-assign]  # the proof's own hand on the switch

    def _die_if(self, here: bool) -> None:
        if here and self._count == self._at:
            os.kill(os.getpid(), signal.SIGKILL)


async def live(asked: dict[str, str | int | bool]) -> None:
    """Run until killed, by itself or from outside."""
    line.UNSURE_MS, line.RING_S = 4_000, 0.5
    service.INBOX_PERIOD_S, service.TICK_S = 0.2, 0.1
    journal = await Journal.open(Path(str(asked["database"])), SystemClock())
    KilledAtACommit(int(asked["kill_at"]), after=bool(asked["after"])).around(journal)
    bus, people = Bus(), {person.id: person for person in PEOPLE}
    steps = Steps((Do.TELL, Do.RING, Do.SUBSTITUTE), WAIT_MS)
    modem = Modem(id="sim-1", settings={"device": str(asked["device"])}, per_minute=60)
    alerts = AlertService(Setup(modems=[modem], book=Book(people, {Severity.SEVERE: steps})), journal, bus)
    await alerts.check()
    config = _commune(str(asked["gauge"]))
    desk = IncidentDesk(journal, bus, PEOPLE, {hamlet.id: hamlet.name for hamlet in config.hamlet})
    sensing = SensingService(config.gauge, journal, bus)
    flood = FloodService(config, desk, Ports(QuietHorns()), journal, bus)
    await sensing.check()
    async with asyncio.TaskGroup() as group:
        group.create_task(alerts.run())
        group.create_task(flood.run())
        group.create_task(sensing.run())


def _commune(device: str) -> Config:
    """One gauge on its wire, and what the commune wants at báo động 2: the people of one hamlet warned."""
    gauge = Gauge(
        id="cau",
        name="Cầu Đoài",
        bao_dong_m=LEVELS,
        source="giả định",
        period_s=PERIOD_S,
        settings={"device": device, "unit": 1},
    )
    rule = FloodRule(id="len-2", name="Báo động 2", when="level", station="cau", level=2, hamlets=("dong",))
    return replace(small_commune("cau", LEVELS, ""), gauge=(gauge,), flood_rule=(rule,))


if __name__ == "__main__":
    asyncio.run(live(json.loads(Path(sys.argv[1]).read_text())))
