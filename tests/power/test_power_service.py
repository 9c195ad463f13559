"""The mains fail before a real store and a real upsd: what is shed, what is told, what comes back."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from edge.config.schema import UpsDevice
from edge.core.errors import MisconfiguredError
from edge.core.policy.power import Shed, Supply
from edge.incidents.desk import IncidentDesk
from edge.kernel.bus import Bus
from edge.kernel.pausing import Pausable
from edge.power import service
from edge.power.service import PowerService, Sheddable
from edge.replay.clock import ReplayClock
from edge.store.journal import Journal
from hil.nut import NAME, NO_NUT, running_supply

T0 = 1_795_000_000_000
ON = Supply(mains=True, low=False, charge_pct=100, runtime_s=3600)
OFF = Supply(mains=False, low=False, charge_pct=80, runtime_s=2100)


@dataclass
class Box:
    """The service, with two parts that only note whether they are held."""

    folder: Path
    clock: ReplayClock
    held: dict[str, bool] = field(default_factory=dict)

    def sheddable(self, name: str, at: Shed) -> Sheddable:
        async def hold(held: bool) -> None:  # noqa: FBT001 - the shape of every thing that can be shed
            self.held[name] = held

        return Sheddable(at, name, hold)

    async def started(self, ups: UpsDevice | None = None) -> tuple[PowerService, Journal]:
        journal = await Journal.open(self.folder / "molang.db", self.clock)
        parts = (self.sheddable("video", Shed.VIDEO), self.sheddable("eyes", Shed.EYES))
        desk = IncidentDesk(journal, Bus(), (), {})
        return PowerService(ups or UpsDevice(settings={"ups": NAME}), parts, desk, journal, Bus()), journal

    def at(self, seconds: float) -> None:
        self.clock.move_to(T0 + round(seconds * 1000))


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path, ReplayClock(T0))


async def incidents(journal: Journal) -> list[tuple[str, str, str]]:
    return await journal.record(
        lambda tx: tx.run("SELECT subject, state, title FROM incident ORDER BY rowid").fetchall()
    )


async def test_a_night_without_mains(box: Box) -> None:
    power, journal = await box.started()
    for seconds, supply in ((0, ON), (5, OFF), (70, OFF)):
        box.at(seconds)
        await power.take(supply)
    assert box.held == {"video": True, "eyes": False}
    assert await incidents(journal) == [("power/mains", "open", "Mất điện lưới, hộp chạy ắc quy, còn khoảng 35 phút.")]
    box.at(1500)
    await power.take(Supply(mains=False, low=False, charge_pct=20, runtime_s=420))
    assert box.held == {"video": True, "eyes": True}
    assert (await incidents(journal))[1][:2] == ("power/low", "open")
    for seconds in (1600, 1725):
        box.at(seconds)
        await power.take(ON)
    assert box.held == {"video": False, "eyes": False}
    assert {state for _, state, _ in await incidents(journal)} == {"closed"}
    journal.close()


async def test_a_box_that_restarts_in_the_dark_tells_it_once(box: Box) -> None:
    power, journal = await box.started()
    for seconds, supply in ((0, ON), (5, OFF), (70, OFF)):
        box.at(seconds)
        await power.take(supply)
    journal.close()
    power, journal = await box.started()
    await power._resume()
    box.at(75)
    await power.take(OFF)
    assert len(await incidents(journal)) == 1
    journal.close()


@pytest.mark.skipif(bool(NO_NUT), reason=NO_NUT)
async def test_a_real_upsd_is_believed_when_the_mains_fail(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "ASK_S", 0.2)
    async with running_supply({"ups.status": "OB DISCHRG", "battery.charge": "30", "battery.runtime": "600"}) as supply:
        power, journal = await box.started(UpsDevice(settings={"ups": NAME, "port": supply.port}))
        task = asyncio.create_task(power.run())
        async with asyncio.timeout(10):
            while not box.held.get("eyes"):
                await asyncio.sleep(0.05)
        task.cancel()
        section = power.section()
        assert section is not None
        assert (section["mains"], section["minutes_left"], section["shed"]) == (False, 10.0, ["video", "eyes"])
        journal.close()


async def test_a_device_that_is_no_ups_is_named(box: Box) -> None:
    power, journal = await box.started(UpsDevice(kind="modem_at", settings={"device": "/dev/null"}))
    with pytest.raises(MisconfiguredError, match=r"\[ups\]"):
        await power.run()
    journal.close()


async def test_a_part_that_is_held_gives_everything_back_and_starts_anew() -> None:
    life: list[str] = []

    async def body() -> None:
        life.append("begun")
        try:
            await asyncio.Event().wait()
        finally:
            life.append("ended")

    part = Pausable(body)
    task = asyncio.create_task(part.run())
    await asyncio.sleep(0.01)
    await part.hold(True)
    await asyncio.sleep(0.01)
    assert life == ["begun", "ended"]
    await part.hold(False)
    await asyncio.sleep(0.01)
    assert life == ["begun", "ended", "begun"]
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert life[-1] == "ended"


async def test_an_error_of_a_part_is_not_swallowed() -> None:
    async def body() -> None:
        raise MisconfiguredError("sai")

    with pytest.raises(MisconfiguredError):
        await Pausable(body).run()
