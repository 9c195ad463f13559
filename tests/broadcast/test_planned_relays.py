"""A planned relay: to its end, on after an interruption, and what sounds instead when its source dies."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from edge.broadcast import relays as module
from edge.broadcast.airing import Airing as Delivery
from edge.broadcast.arbiter import Arbiter
from edge.broadcast.conversation import Conversations
from edge.broadcast.relays import PlannedRelays
from edge.core.errors import FinalError, TransientError
from edge.core.place import HamletId, HornId
from edge.core.programme import MINUTE_MS, Airing, Part, Source
from edge.kernel.bus import Bus
from edge.store.programmes import get_airing, move_airing, stop_airings
from tests.broadcast.planning import DAWN, Station, programme

SOURCES = {"vov1": "https://dai.example/vov1"}


@dataclass(frozen=True)
class End:
    """How one go of the radio ended."""

    died: bool = False
    why: str = ""


class PaperRadio:
    """Plays for as many seconds as it is told, by the station's clock; then ends, or refuses, as it is told."""

    def __init__(self, station: Station, *goes: tuple[float, End | Exception]) -> None:
        self._station = station
        self._goes = list(goes)
        self.asked: list[tuple[str, tuple[HamletId, ...], float]] = []

    async def relay(self, source: str, hamlets: Sequence[HamletId], length_s: float, by_user: str) -> End:
        self.asked.append((source, tuple(hamlets), length_s))
        seconds, end = self._goes.pop(0)
        self._station.clock.goes_on(min(seconds, length_s) / 60)
        if isinstance(end, Exception):
            raise end
        return end


@pytest.fixture
async def station(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Station]:
    monkeypatch.setattr(module, "AGAIN_S", 0.01)
    found = await Station.open(tmp_path)
    yield found
    found.journal.close()


async def _nowhere(horn: HornId, payload: bytes) -> None:
    raise TransientError(f"{horn} is out of reach")


def _nothing(*_news: object) -> None:
    """Nobody looks."""


async def carried(station: Station, *goes: tuple[float, End | Exception], standby: str = "") -> tuple[PaperRadio, str]:
    """The relay of this morning after its end: what was asked of the radio, and what became of it."""
    radio = PaperRadio(station, *goes)
    airing = await due(station, standby)
    arbiter = Arbiter(
        station.horns,
        station.orders,
        Delivery(Conversations(_nowhere), station.journal, _nothing, _nothing),
        station.journal,
        Bus(),
    )
    running = asyncio.create_task(arbiter.run())
    try:
        await arbiter.listening.wait()
        await PlannedRelays(radio, SOURCES, arbiter, station.journal).carry(airing)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    row = await station.journal.record(lambda tx: get_airing(tx, airing.key))
    assert row is not None
    return radio, f"{row.state} {row.reason}".strip()


async def due(station: Station, standby: str) -> Airing:
    part = Part(Source.RELAY, "vov1", 30 * MINUTE_MS, "Tiếp sóng VOV1", standby)
    await station.keep(programme(part, times=(DAWN,)))
    await station.refresh()
    station.clock.goes_on(60)
    return (await station.airings("planned"))[0].airing


async def test_a_relay_sounds_to_its_end(station: Station) -> None:
    radio, end = await carried(station, (1_800, End()))
    assert (radio.asked, end) == ([(SOURCES["vov1"], (HamletId("all"),), 1_800.0)], "aired")


async def test_after_an_alarm_and_a_busy_horn_it_goes_on_for_the_rest_of_its_time(station: Station) -> None:
    busy = FinalError("Loa đang phát tin khẩn cấp.")
    goes: list[tuple[float, End | Exception]] = [(300, End(why="nhường")), (60, busy), (1_800, End())]
    radio, end = await carried(station, *goes)
    assert [length_s for _, _, length_s in radio.asked] == [1_800.0, 1_500.0, 1_440.0]
    assert end == "aired"


async def test_when_its_source_dies_the_standing_notice_sounds(station: Station) -> None:
    notice = await station.approved("Đài mất tín hiệu, mời bà con chờ bản tin sau.")
    radio, end = await carried(station, (600, End(died=True, why="Máy chủ của đài đóng kết nối.")), standby=notice)
    assert len(radio.asked) == 1
    assert end == "dropped Mất tín hiệu đài tiếp sóng. Máy chủ của đài đóng kết nối."
    plays = await station.rows("SELECT bulletin FROM horn_order WHERE op = 'play'")
    assert plays == [(notice,)]


async def test_a_source_that_never_sounds_is_given_up_after_three_tries(station: Station) -> None:
    silent = TransientError("Đài không lên tiếng.")
    radio, end = await carried(station, *[(10.0, silent)] * 3)
    assert len(radio.asked) == 3
    assert end == "dropped Mất tín hiệu đài tiếp sóng. Đài không lên tiếng."


async def test_a_stopped_relay_does_not_begin_again(station: Station) -> None:
    class Stopped(PaperRadio):
        async def relay(self, source: str, hamlets: Sequence[HamletId], length_s: float, by_user: str) -> End:
            await station.journal.record(lambda tx: stop_airings(tx, lambda _: True))
            return await super().relay(source, hamlets, length_s, by_user)

    airing = await due(station, "")
    radio = Stopped(station, (60, End(why="Đã bấm DỪNG.")))
    arbiter = Arbiter(
        station.horns,
        station.orders,
        Delivery(Conversations(_nowhere), station.journal, _nothing, _nothing),
        station.journal,
        Bus(),
    )
    await PlannedRelays(radio, SOURCES, arbiter, station.journal).carry(airing)
    assert len(radio.asked) == 1
    row = await station.journal.record(lambda tx: get_airing(tx, airing.key))
    assert row is not None
    assert row.state == "stopped"
    await station.journal.record(lambda tx: move_airing(tx, airing.key, "aired"))  # what is over stays over
    again = await station.journal.record(lambda tx: get_airing(tx, airing.key))
    assert again == row
