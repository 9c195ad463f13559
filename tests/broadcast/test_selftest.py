"""Once a week each horn is tested; a restart goes on where it was."""

import asyncio
import datetime as dt
from pathlib import Path

import pytest

from edge.broadcast import selftest
from edge.broadcast.airing import Airing
from edge.broadcast.arbiter import Arbiter
from edge.broadcast.conversation import Conversations
from edge.broadcast.horns import Horn
from edge.broadcast.orders import OrderMaker, Wanted
from edge.broadcast.selftest import SelfTests
from edge.config.schema import SelfTest
from edge.core.broadcast import OrderId, Priority, order_from_body
from edge.core.local_time import VIETNAM
from edge.core.moment import AtMs, ClockState, Moment, Steady
from edge.core.place import HamletId, HornId
from edge.core.policy.selftest import GAIN_DB
from edge.kernel.bus import Bus
from edge.kernel.signing import OrderKey
from edge.kernel.wire.order import order_from_payload
from edge.store.journal import Journal
from tests.store.village import recording

NAMES = [HornId(f"loa-{number}") for number in (1, 2, 3)]


class Hour:
    """A clock that stands still."""

    def __init__(self, day: int, hour: int, minute: int = 0) -> None:
        at = dt.datetime(2026, 11, day, hour, minute, tzinfo=VIETNAM)
        self.at_ms = AtMs(int(at.timestamp() * 1000))

    def now(self) -> Moment:
        return Moment(self.at_ms, self.steady(), ClockState.SYNCED)

    def steady(self) -> Steady:
        return Steady(asyncio.get_running_loop().time())


async def _taken(horn: HornId, payload: bytes) -> None:
    """A line that takes every order; nobody answers."""


def _nothing(*_news: object) -> None:
    """Nobody looks."""


def _forgets(horn: HornId, order: OrderId) -> None:
    """Nobody keeps anything."""


class Stage:
    """Three horns, an arbiter on a real store, and the weekly test."""

    def __init__(self, journal: Journal, key: Path) -> None:
        self.journal = journal
        self.horns = {name: Horn(name, name, HamletId("dong"), local=False) for name in NAMES}
        airing = Airing(Conversations(_taken), journal, _nothing, _forgets)
        orders = OrderMaker(OrderKey.load_or_make(key), journal.epoch)
        self.arbiter = Arbiter(self.horns, orders, airing, journal, Bus())
        self.busy: set[HornId] = set()
        settings = SelfTest(day="wednesday", at="09:30")
        self.tests = SelfTests(settings, self.horns, self.test, lambda horn: horn.id in self.busy, journal)

    async def test(self, horn: str, user: str, role: str) -> None:
        wanted = Wanted(None, recording(f"r-{horn}"), (), (HornId(horn),), Priority.THUONG, user, GAIN_DB)
        await self.arbiter.test(HornId(horn), wanted, role)

    async def round(self) -> list[str]:
        """One look of the weekly test; which horns have been tested by then."""
        running = asyncio.create_task(self.arbiter.run())
        await self.arbiter.listening.wait()
        await self.tests._round()
        running.cancel()
        rows = await self.journal.record(
            lambda tx: tx.run("SELECT horn FROM horn_report r JOIN horn_order o ON o.id = r.horn_order ORDER BY horn")
        )
        return [name for (name,) in rows]


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selftest, "SPACING_S", 0.0)


async def test_every_horn_is_tested_once_a_week_at_low_volume(tmp_path: Path) -> None:
    journal = await Journal.open(tmp_path / "molang.db", Hour(25, 9, 40))
    stage = Stage(journal, tmp_path / "order.pem")
    assert await stage.round() == NAMES
    assert await stage.round() == NAMES
    payloads = await journal.record(lambda tx: tx.run("SELECT payload FROM horn_order WHERE op = 'test'").fetchall())
    gains = {order_from_body(order_from_payload(payload).body).gain_db for (payload,) in payloads}
    assert gains == {GAIN_DB}
    deeds = await journal.record(lambda tx: tx.run("SELECT DISTINCT user, action FROM audit").fetchall())
    assert deeds == [("tự kiểm tra", "horn.test")]
    journal.close()


async def test_a_busy_horn_is_tested_later_and_the_others_not_again(tmp_path: Path) -> None:
    journal = await Journal.open(tmp_path / "molang.db", Hour(25, 9, 40))
    stage = Stage(journal, tmp_path / "order.pem")
    stage.busy = {NAMES[1]}
    assert await stage.round() == [NAMES[0], NAMES[2]]
    stage.busy = set()
    assert await stage.round() == NAMES
    journal.close()


@pytest.mark.parametrize(("day", "hour", "minute"), [(25, 9, 0), (25, 12, 0), (25, 22, 0), (24, 10, 0), (27, 10, 0)])
async def test_nothing_is_tested_on_other_days_nor_in_peoples_rest(
    tmp_path: Path, day: int, hour: int, minute: int
) -> None:
    journal = await Journal.open(tmp_path / "molang.db", Hour(day, hour, minute))
    stage = Stage(journal, tmp_path / "order.pem")
    assert await stage.round() == []
    journal.close()
