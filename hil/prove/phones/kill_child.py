"""A box that kills itself with SIGKILL at one commit of its store, before or after it: ``python -m … FILE``.

FILE is JSON: {database, device, kill_at: number of the commit or 0, after: bool}. A gauge stands over báo động 2: the
box stores the reading with its incident, once, and alarms three officials by its own services and a modem on a PTY.
Everything is thirty times faster than in a commune, in the same order: a report is waited for 4 s, an answer 6 s.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from edge.alerts import line, service
from edge.alerts.book import Book, Setup, Steps
from edge.alerts.service import AlertService
from edge.config.schema import Modem
from edge.core.alert import Person
from edge.core.incident import Incident, IncidentKind, Severity
from edge.core.moment import AtMs
from edge.core.place import StationId
from edge.core.policy.ladder.climbing import Do
from edge.core.sensing import Quality, Reading
from edge.incidents.desk import IncidentDesk
from edge.kernel.bus import Bus
from edge.kernel.clock import SystemClock
from edge.store.journal import Journal, Tx
from edge.store.readings import add_reading

T = TypeVar("T")
WAIT_MS = 6_000
PEOPLE = (
    Person("an", "Nguyễn Văn An", "0900000001", "", "trực"),
    Person("binh", "Trần Thị Bình", "0900000002", "", "trực", substitute="chi"),
    Person("chi", "Lê Thị Chi", "0900000003", "tay", "trực"),
)
SUBJECT = "gauge/cau/bao-dong"


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
    desk = IncidentDesk(journal, bus, PEOPLE, {"dong": "Thôn Đông"})
    async with asyncio.TaskGroup() as group:
        group.create_task(alerts.run())
        group.create_task(_read(desk, journal))


async def _read(desk: IncidentDesk, journal: Journal) -> None:
    """The reading and what follows from it are one transaction: after a kill it is there with all of that, or not."""
    if SUBJECT in await desk.open_subjects():
        return
    now = journal.clock.now()
    reading = Reading(StationId("cau"), "level", 2.35, "m", AtMs(now.at_ms), Quality.GOOD)
    incident = Incident(
        desk.new_id(),
        IncidentKind.FLOOD_LEVEL,
        Severity.SEVERE,
        SUBJECT,
        "Cầu Đoài",
        "dong",
        "BÁO ĐỘNG 2: Cầu Đoài 2,35m",
        now.at_ms,
    )

    def kept(tx: Tx) -> None:
        add_reading(tx, reading)

    await desk.open(incident, None, (), kept)


if __name__ == "__main__":
    asyncio.run(live(json.loads(Path(sys.argv[1]).read_text())))
