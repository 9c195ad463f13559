"""Alarms through the real modem driver and a modem on a PTY, with a real store."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

import pytest

from drivers.devices.modem_at import pdu
from drivers.devices.modem_at.fake import FakeModem
from drivers.devices.modem_at.fake_network import SentPdu
from edge.alerts import service
from edge.alerts.book import Book, Setup
from edge.alerts.service import AlertService
from edge.config.schema import Modem
from edge.core.errors import MisconfiguredError
from edge.kernel.bus import Bus
from edge.store import schema
from edge.store.journal import Journal
from tests.store.test_disk_trouble import disk_refuses
from tests.store.village import PEOPLE, intrusion, open_journal

PATIENCE_S = 40.0
"""Of a wait that ends with its event: a busy machine is no fault of the service."""


@pytest.fixture
async def modem(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FakeModem]:
    monkeypatch.setattr(service, "INBOX_PERIOD_S", 0.05)
    modem = FakeModem()
    modem.plug_in()
    yield modem
    await modem.close()


@pytest.fixture
async def journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Journal]:
    monkeypatch.setattr(schema, "BUSY_MS", 50)
    opened = await open_journal(tmp_path / "molang.db")
    yield opened
    opened.close()


@asynccontextmanager
async def serving(modem: FakeModem, journal: Journal) -> AsyncIterator[None]:
    modems = [Modem(id="sim-1", settings={"device": modem.path})]
    people = {person.id: person for person in PEOPLE}
    alerts = AlertService(Setup(modems=modems, book=Book(people)), journal, Bus())
    await alerts.check()
    task = asyncio.create_task(alerts.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(true: Callable[[], bool], within_s: float = PATIENCE_S) -> None:
    async with asyncio.timeout(within_s):
        while not true():
            await asyncio.sleep(0.02)


async def states(journal: Journal) -> list[tuple[str, str]]:
    return await journal.record(lambda tx: tx.run("SELECT person, state FROM alert ORDER BY id").fetchall())


def told(modem: FakeModem) -> list[str]:
    return [pdu.decode_submit(sms.pdu).number for sms in modem.sent]


async def test_a_failing_disk_does_not_tell_the_same_person_again_and_again(
    modem: FakeModem, journal: Journal, tmp_path: Path
) -> None:
    await journal.record(intrusion("1-7"))
    disk = ExitStack()

    def trouble(_: SentPdu) -> None:
        """It begins when the network has the message, before the box can note that."""
        modem.on_sent = lambda _: None
        disk.enter_context(disk_refuses(tmp_path / "molang.db"))

    modem.on_sent = trouble
    async with serving(modem, journal):
        with disk:
            await until(lambda: bool(modem.sent))
            await asyncio.sleep(2.5)
            assert len(modem.sent) == 1
        await until(lambda: len(modem.sent) == 2)
    assert told(modem) == ["+84900000001", "+84900000002"]
    assert await states(journal) == [("an", "sent"), ("binh", "sent")]


async def test_a_modem_that_is_away_uses_up_nobodys_tries(modem: FakeModem, journal: Journal) -> None:
    modem.unplug()
    await journal.record(intrusion("1-7"))
    async with serving(modem, journal):
        await asyncio.sleep(1.5)
        assert await states(journal) == [("an", "waiting"), ("binh", "waiting")]
        modem.plug_in()
        await until(lambda: len(modem.sent) == 2)


async def test_a_number_that_fails_lets_the_next_go_first(modem: FakeModem, journal: Journal) -> None:
    modem.refuse_send = "+CMS ERROR: 42"
    await journal.record(intrusion("1-7"))

    async with serving(modem, journal):
        await until(lambda: sum(command.startswith("AT+CMGS") for command in modem.commands) >= 1)
        await asyncio.sleep(0.02)
        modem.refuse_send = ""
        await until(lambda: len(modem.sent) == 2)
    assert told(modem)[0] == "+84900000002"


async def test_an_official_who_answers_takes_the_incident(modem: FakeModem, journal: Journal) -> None:
    await journal.record(intrusion("1-7"))
    async with serving(modem, journal):
        await until(lambda: len(modem.sent) == 2)
        modem.deliver("0900000002", " 1. ")
        async with asyncio.timeout(PATIENCE_S):
            while await journal.record(lambda tx: tx.row("SELECT taken_by FROM incident")) != ("binh",):
                await asyncio.sleep(0.02)


async def test_a_modem_that_is_no_modem_stops_the_start(journal: Journal) -> None:
    gauge = Modem(id="sim-1", kind="gauge_modbus", settings={"device": "/dev/null", "unit": 1})
    with pytest.raises(MisconfiguredError, match="sim-1"):
        await AlertService(Setup(modems=[gauge]), journal, Bus()).check()
