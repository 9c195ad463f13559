"""Officials with telephones for proofs: a roster, an incident, the modems on PTYs, and what the network saw."""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from drivers.devices.modem_at import pdu
from drivers.devices.modem_at.fake import FakeModem
from edge.alerts.book import Book, Setup
from edge.alerts.service import AlertService
from edge.config.schema import Modem
from edge.core.alert import Person
from edge.core.incident import Incident, IncidentKind, Severity
from edge.core.moment import AtMs
from edge.incidents.desk import IncidentDesk
from edge.kernel.bus import Bus
from edge.kernel.clock import SystemClock
from edge.store.journal import Journal

SEND_TAKES_S = 4.0
"""What a network takes for one SMS: 3 to 5 s in the field."""


def officials(count: int) -> tuple[Person, ...]:
    """So many of them, all of the whole commune."""
    return tuple(Person(f"can-bo-{n}", f"Cán bộ {n}", f"09000{n:05d}", "", "trực") for n in range(1, count + 1))


@dataclass(frozen=True, slots=True)
class Phones:
    """A box that alarms people, and its modems."""

    path: Path
    desk: IncidentDesk
    journal: Journal
    modems: tuple[FakeModem, ...]

    async def alarm(self, place: str, severity: Severity) -> float:
        """Open an incident; when that was (loop time)."""
        incident = Incident(
            self.desk.new_id(),
            IncidentKind.FLOOD_LEVEL,
            severity,
            f"gauge/{place}",
            place,
            "dong",
            f"BÁO ĐỘNG 2: {place} 2,35m",
            AtMs(self.journal.clock.now().at_ms),
        )
        at = asyncio.get_running_loop().time()
        await self.desk.open(incident, None, ())
        return at

    def sent(self, word: str = "") -> list[tuple[float, str]]:
        """What the network took, by all modems: (monotonic seconds, number) of each text with this word."""
        parts = [(sms.steady, pdu.decode_submit(sms.pdu)) for modem in self.modems for sms in modem.sent]
        return sorted((at, part.number) for at, part in parts if word in part.text)

    def count(self, sql: str) -> int:
        """One number of the store."""
        connection = sqlite3.connect(self.path)
        try:
            return int(connection.execute(sql).fetchone()[0])
        finally:
            connection.close()

    def twice(self, word: str) -> int:
        """Numbers that got the same words more than once."""
        return sum(count > 1 for count in Counter(number for _, number in self.sent(word)).values())

    def none(self, word: str, people: int) -> int:
        """How many of so many people got nothing."""
        return people - len({number for _, number in self.sent(word)})


@asynccontextmanager
async def phones(people: tuple[Person, ...], modems: int) -> AsyncIterator[Phones]:
    """The box's own alert service over real serial lines, with a real store in a folder of its own."""
    async with AsyncExitStack() as stack:
        path = Path(stack.enter_context(TemporaryDirectory())) / "molang.db"
        fakes = tuple(FakeModem(send_takes_s=SEND_TAKES_S) for _ in range(modems))
        for fake in fakes:
            stack.push_async_callback(fake.close)
            fake.plug_in()
        journal = await Journal.open(path, SystemClock())
        stack.callback(journal.close)
        bus = Bus()
        lines = [Modem(id=f"sim-{n}", settings={"device": fake.path}) for n, fake in enumerate(fakes, 1)]
        service = AlertService(Setup(modems=lines, book=Book({one.id: one for one in people})), journal, bus)
        await service.check()
        task = asyncio.create_task(service.run())
        try:
            yield Phones(path, IncidentDesk(journal, bus, people, {"dong": "Thôn Đông"}), journal, fakes)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def wait_until(true: Callable[[], bool], within_s: float) -> bool:
    """Whether it came true in time."""
    loop = asyncio.get_running_loop()
    end = loop.time() + within_s
    while not true():
        if loop.time() > end:
            return False
        await asyncio.sleep(0.1)
    return True
