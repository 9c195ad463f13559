"""A station without horns: a real store, a clock that a test sets, and the plans that would go out."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from edge.broadcast.airing import Airing
from edge.broadcast.arbiter import Arbiter
from edge.broadcast.conversation import Conversations
from edge.broadcast.horns import Horn
from edge.broadcast.orders import OrderMaker
from edge.broadcast.plan_maker import Fresh, PlanMaker, Setting
from edge.broadcast.planner import Planner
from edge.broadcast.programme_desk import ProgrammeDesk
from edge.broadcast.relays import PlannedRelays
from edge.core.broadcast import Priority
from edge.core.moment import AtMs, ClockState, Moment, Steady
from edge.core.place import HamletId, HornId
from edge.core.plan import Plan
from edge.core.policy.airtime import Limits
from edge.core.programme import MINUTE_MS, Part, Programme, Source, When, midnight_ms
from edge.core.speech import Clip, Recording, RecordingId, Sha256
from edge.kernel.bus import Bus
from edge.kernel.signing import OrderKey, verify_plan
from edge.kernel.wire.order import MAX_PLAN_PAYLOAD, order_from_payload
from edge.store.bulletins import BulletinRow, add_bulletin, add_recording, set_state
from edge.store.journal import Journal, Tx
from edge.store.programmes import AiringRow, airings_in, programmes_on, save_programme
from tests.sensing.clock import SetClock

MONDAY = dt.date(2026, 3, 2)
EAST, WEST = HornId("loa-dong"), HornId("loa-tay")
HAMLETS = {EAST: HamletId("dong"), WEST: HamletId("tay")}
DAWN, DUSK = 5 * 60, 17 * 60
EVERY_DAY = frozenset(range(7))


class Station:
    """``limits``, ``relays`` and the clock may be set by a test."""

    def __init__(self, folder: Path, journal: Journal, clock: SetClock, limits: Limits, *, relays: bool) -> None:
        self.journal = journal
        self.clock = clock
        self.key = OrderKey.load_or_make(folder / "order.pem")
        hamlets = {HornId(f"loa-{hamlet}"): hamlet for hamlet in sorted(limits.hamlets)}
        self.horns = {name: Horn(name, name, hamlet, local=False) for name, hamlet in hamlets.items()}
        self.orders = OrderMaker(self.key, journal.epoch)
        setting = Setting(limits, {}, {"vov1": "VOV1"}, relays)
        self.maker = PlanMaker(self.horns, self.orders, self.key, setting, lambda _: ())
        self._count = 0

    @classmethod
    async def open(
        cls,
        folder: Path,
        limits: Limits | None = None,
        *,
        relays: bool = True,
        hamlets: Sequence[str] = ("dong", "tay"),
        at_ms: int = midnight_ms(MONDAY) + 240 * MINUTE_MS,
    ) -> "Station":
        clock = SetClock(Moment(AtMs(at_ms), Steady(0.0), ClockState.SYNCED))
        known = replace(limits or Limits(), hamlets=frozenset(map(HamletId, hamlets)))
        return cls(folder, await Journal.open(folder / "molang.db", clock), clock, known, relays=relays)

    def desk(self, groups: Sequence[dict[str, Any]] = ()) -> ProgrammeDesk:
        """What the pages ask, with nobody at the other end of any line."""
        bus = Bus()
        delivery = Airing(Conversations(_taken), self.journal, _nothing, _nothing)
        limits = self.maker.setting.limits
        arbiter = Arbiter(self.horns, self.orders, delivery, self.journal, bus, limits)
        relays = PlannedRelays(None, {}, arbiter, self.journal)
        folder = Path("/nonexistent")
        planner = Planner(self.horns, self.maker, delivery, arbiter, relays, folder, _taken, self.journal, bus)
        hamlets, radios = sorted(limits.hamlets), self.maker.setting.radios
        return ProgrammeDesk(planner, arbiter, radios, hamlets, self.journal, bus, groups)

    async def approved(self, text: str, seconds: float = 60.0) -> str:
        """A bulletin with an approved recording of one clip."""
        self._count += 1
        name, sha256 = f"b{self._count}", f"{self._count:064x}"
        clip = Clip(Sha256(sha256), 1_000, round(seconds * 1000), -3.0, -20.0)
        recording = Recording(
            RecordingId(f"r{self._count}"), text, text, Sha256("0" * 64), "1", "v", Sha256(""), (clip,)
        )

        def work(tx: Tx) -> None:
            row = BulletinRow(name, text, text, "thuong", ("all",), "ready", "lan", "minh", None, None)
            add_bulletin(tx, row)
            add_recording(tx, recording, name)
            set_state(tx, name, "approved")

        await self.journal.record(work)
        return name

    async def keep(self, programme: Programme) -> None:
        await self.journal.record(lambda tx: save_programme(tx, programme, "lan"))

    async def refresh(self, lost: Sequence[str] = ()) -> dict[HornId, Plan]:
        """The plans that are new, read as a node reads them."""
        fresh: Fresh = await self.journal.record(lambda tx: self.maker.refresh(tx, frozenset(lost)))
        return {plan.horn: self.read(plan.payload) for plan in fresh.plans}

    def read(self, payload: bytes) -> Plan:
        signed = order_from_payload(payload, MAX_PLAN_PAYLOAD)
        return verify_plan(signed, {self.key.key_id: self.key.public_hex})

    async def airings(self, *states: str) -> list[AiringRow]:
        return await self.journal.record(lambda tx: airings_in(tx, 0, 2**53, states))

    async def trouble(self) -> list[str]:
        return [row.trouble for row in await self.journal.record(programmes_on)]

    async def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        return await self.journal.record(lambda tx: tx.run(sql, *values).fetchall())


async def _taken(horn: HornId, payload: bytes) -> None:
    """A line that takes everything."""


def _nothing(*_news: object) -> None:
    """Nobody looks."""


def notice(bulletin: str, seconds: float = 60.0) -> Part:
    return Part(Source.NOTICE, bulletin, round(seconds * 1000), f"Tin {bulletin}")


def programme(*parts: Part, times: tuple[int, ...] = (DAWN,), name: str = "p1", **change: Any) -> Programme:
    """Every day for three weeks, in the whole commune."""
    fields: dict[str, Any] = {"hamlets": (HamletId("all"),), "priority": Priority.THUONG} | change
    when = fields.pop("when", When(EVERY_DAY, times, MONDAY, MONDAY + dt.timedelta(days=20)))
    return Programme(name, f"Chương trình {name}", parts, when, **fields)
