"""A province's office and boxes for proofs: a real hub behind real TLS, real stores, clocks that can lie."""

import asyncio
import contextlib
import datetime as dt
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import update

from edge.config import load
from edge.config.schema import Hub as HubSettings
from edge.core.moment import AtMs, ClockState, Moment, Steady
from edge.hub.commands.making import EARLY_MS, make, sign_urgent
from edge.hub.database import Database, trial_url
from edge.hub.downlink import keys_in
from edge.hub.enrolment.asking import Person, approve, box_name, hand_out
from edge.hub.enrolment.asking import listed as listed_enrolments
from edge.hub.enrolment.authority import load_authority, make_authority
from edge.hub.server import Address, Certificates, Hub, Settings, open_doors
from edge.hub.tables.enrolment import certificate
from edge.incidents.desk import IncidentDesk
from edge.kernel.bus import Bus
from edge.kernel.disk import write_atomically
from edge.kernel.identity import (
    certificate_pem,
    certificate_sha256,
    key_pem,
    key_sha256,
    new_key,
    read_key,
    serial_of,
    times_of,
)
from edge.kernel.province_time import ProvinceTime
from edge.kernel.statement import StatementKey
from edge.kernel.tls_time import KnownTime
from edge.kernel.wire.command import AnyOrder, Urgent, UrgentWords
from edge.store.journal import Journal
from edge.sync.commands.deeds import Deeds, Hands
from edge.sync.commands.line import CommandLine
from edge.sync.commands.media_wishes import WishTable
from edge.sync.commands.service import CommandService
from edge.sync.commands.urgent import Place
from edge.sync.enrolment.files import IdentityFiles, pinned_keys
from edge.sync.enrolment.first import begin, finish
from edge.sync.enrolment.renewal import Renewal
from edge.sync.hub_tls import HubTls
from edge.sync.service import SyncService
from hil.harness import ROOT

LOOPBACK = "127.0.0.1"
COMMUNE = "thuong-giang"
SOURCE = f"/xa/{COMMUNE}/box/1"
EXAMPLE = ROOT / "docs" / "ref" / "example.toml"
"""The settings of the commune whose box this is."""
SOMEBODY = Person("Lan, tỉnh")
YEAR_MS = 365 * 86_400_000
DAY_MS = 86_400_000


class LyingClock:
    """The time of day is off by so much; what it claims about itself can be set."""

    def __init__(self, off_ms: int = 0, state: ClockState = ClockState.SYNCED) -> None:
        self.off_ms = off_ms
        self.state = state

    def now(self) -> Moment:
        """This instant, as the clock has it."""
        return Moment(AtMs(time.time_ns() // 1_000_000 + self.off_ms), self.steady(), self.state)

    def steady(self) -> Steady:
        """Goes on as always."""
        return Steady(time.monotonic())


class Office:
    """The province: its authority, its record at ``url`` (the trial edition's without one), its doors."""

    def __init__(self, folder: Path, url: str = "", clock: LyingClock | None = None) -> None:
        self.folder = folder
        self.clock = clock or LyingClock()
        self.keys = folder / "authority"
        make_authority(self.keys, "Tỉnh thử", dt.datetime.now(dt.UTC) - dt.timedelta(days=400))
        self.authority = load_authority(self.keys)
        self.command_key = StatementKey.load(self.keys / "command.key")
        self.urgent_key = StatementKey.load_or_make(folder / "urgent.pem")
        self.hub_folder = folder / "hub"
        self.hub_folder.mkdir()
        self.url_of_record = url or trial_url(self.hub_folder)
        self.database = Database(self.url_of_record)
        self.boxes = self.door = 0
        self.certificates = self.server_pair("hub", dt.datetime.now(dt.UTC))

    def server_pair(self, name: str, now: dt.datetime) -> Certificates:
        """A pair for the hub's doors, made at this time."""
        key = new_key()
        made = self.authority.for_hub(key.public_key(), [LOOPBACK], now)
        return self._written(name, key_pem(key), certificate_pem(made))

    def person_pair(self, name: str) -> Certificates:
        """A pair for somebody with this common name, whoever that would be."""
        key = new_key()
        made = self.authority.for_person(key.public_key(), name, dt.datetime.now(dt.UTC))
        return self._written(name, key_pem(key), certificate_pem(made))

    def _written(self, name: str, key: bytes, certificate: bytes) -> Certificates:
        files = Certificates(self.keys / "ca.pem", self.folder / f"{name}.pem", self.folder / f"{name}.key")
        write_atomically(files.cert, certificate)
        write_atomically(files.key, key, 0o600)
        return files

    @property
    def url(self) -> str:
        """Where boxes send."""
        return f"https://{LOOPBACK}:{self.boxes}"

    @property
    def enrolment(self) -> str:
        """Where new boxes ask."""
        return f"https://{LOOPBACK}:{self.door}"

    @property
    def now_ms(self) -> int:
        """The hub's time."""
        return self.clock.now().at_ms

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Both doors are open inside, again at the ports of the first time."""
        keys = keys_in(self.keys, self.keys / "ca.pem")
        record = self.url_of_record or trial_url(self.hub_folder)
        hub = Hub(Settings(record, self.hub_folder / "media", keys=keys), self.clock)
        downlink = hub.downlink
        assert downlink is not None
        downlink.standing.remembered_s = 0.0  # who was replaced is refused at the very next request
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(hub.running())
            address = Address(LOOPBACK, self.boxes)
            doors = await stack.enter_async_context(open_doors(hub, address, self.certificates, None))
            pair = (self.certificates.cert, self.certificates.key)
            self.door = await stack.enter_async_context(downlink.enrolment(LOOPBACK, self.door, *pair))
            self.boxes = doors.boxes
            yield

    async def claim(self, source: str = SOURCE, hours: int = 24) -> Any:
        """A token for this box."""
        root = certificate_sha256(self.authority.root)
        return await hand_out(self.database, source, root, SOMEBODY, self.now_ms, hours)

    async def approve_all(self) -> list[str]:
        """A person has compared every fingerprint."""
        waiting = await listed_enrolments(self.database, "pending")
        return [await approve(self.database, self.authority, row["id"], SOMEBODY, self.now_ms) for row in waiting]

    async def grow_old(self, box: "Box", days: int) -> None:
        """The box's certificate was made so many days ago: TLS judges by the machine's clock, which nobody moves."""
        pair = box.files.pair.read_bytes()
        key, then = read_key(pair), dt.datetime.now(dt.UTC) - dt.timedelta(days=days)
        older = self.authority.for_box(key.public_key(), box_name(box.source), then)
        begins_ms, ends_ms = times_of(older)
        values = {"serial": serial_of(older), "pem": certificate_pem(older).decode(), "not_before_ms": begins_ms}
        mine = certificate.c.key_sha256 == key_sha256(key.public_key())
        async with self.database.change() as change:
            await change.execute(update(certificate).where(mine).values(**values, not_after_ms=ends_ms))
        box.files.pair.write_bytes(key_pem(key) + certificate_pem(older))

    async def order(self, order: AnyOrder, name: str = "", source: str = SOURCE, life_ms: int = DAY_MS) -> str:
        """Make a command; its id."""
        made = await make(
            self.database, self.command_key, source, order, SOMEBODY, self.now_ms, name=name, life_ms=life_ms
        )
        return made.id

    def words(self, text: str = "Nước lên rất nhanh.", **changed: Any) -> UrgentWords:
        """Words of an urgent bulletin."""
        said: dict[str, Any] = {
            "v": 1,
            "id": secrets.token_hex(8),
            "sources": (SOURCE,),
            "status": "Actual",
            "nbf_ms": self.now_ms - EARLY_MS,
            "exp_ms": self.now_ms + 3_600_000,
            "text": text,
        }
        return UrgentWords(**said | changed)

    def urgent(self, text: str = "Nước lên rất nhanh.", key: StatementKey | None = None, **changed: Any) -> Urgent:
        """An urgent bulletin under the key that communes accept, or another one."""
        return sign_urgent(self.words(text, **changed), key or self.urgent_key)


@dataclass(slots=True)
class Running:
    """What runs of a box."""

    journal: Journal
    bus: Bus
    deeds: Deeds
    time: ProvinceTime


class Box:
    """A box of the commune in ``example.toml``: its files, its store; ``running`` is one start of it."""

    def __init__(
        self, folder: Path, office: Office | str, source: str = SOURCE, clock: LyingClock | None = None
    ) -> None:
        """``office`` is the province, or only its address where that runs in another process."""
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._office = office
        self.source = source
        self.clock = clock or LyingClock()
        self.settings = folder / "molang.toml"
        self.settings.write_text(EXAMPLE.read_text("utf-8"), "utf-8")
        self.files = IdentityFiles(folder / "keys")
        self.files.make()
        self.place = Place(
            source,
            frozenset({"dong", "doai"}),
            frozenset({gauge.id for gauge in load(EXAMPLE).gauge}),
            frozenset({"cong-uy-ban"}),
        )

    @property
    def office(self) -> Office:
        """The province of this process."""
        assert isinstance(self._office, Office), "this box knows only the address"
        return self._office

    @property
    def database(self) -> Path:
        """Its store."""
        return self.folder / "molang.db"

    def hub(self) -> HubSettings:
        """Its ``[hub]`` after the enrolment."""
        pair = str(self.files.pair)
        url = self._office if isinstance(self._office, str) else self._office.url
        return HubSettings(url=url, ca=str(self.files.ca), cert=pair, key=pair)

    async def enrol(self) -> None:
        """From a claim to a pair."""
        token = await self.office.claim(self.source)
        await begin(self.office.enrolment, token, self.files, self.source, self.clock)
        await self.office.approve_all()
        assert await finish(self.files, self.source, self.clock)

    def renewal(self, time: ProvinceTime | None = None) -> Renewal:
        """A fresh start of what renews."""
        return Renewal(self.files, self.office.url, self.source, time or ProvinceTime(), self.clock)

    @asynccontextmanager
    async def opened(self, clock: Any = None) -> AsyncIterator[Running]:
        """The store and what carries commands out, without a line."""
        journal = await Journal.open(self.database, clock or self.clock)
        bus, time = Bus(), ProvinceTime()
        desk = IncidentDesk(journal, bus, (), {"dong": "Thôn Đông", "doai": "Thôn Đoài"})
        hands = Hands(self.place, partial(self.settings.read_text, "utf-8"), WishTable(), desk)
        try:
            yield Running(journal, bus, Deeds(hands, time, journal, bus), time)
        finally:
            journal.close()

    @asynccontextmanager
    async def running(self, *, sends: bool = True) -> AsyncIterator[Running]:
        """It polls, and sends its events."""
        async with self.opened() as box:
            line = CommandLine(self.hub(), HubTls(self.hub(), KnownTime(self.clock)))
            keys = partial(pinned_keys, self.files.folder)
            service = CommandService(line, self.source, box.deeds, keys, box.time, box.journal, lambda: True)
            parts = [service.run]
            if sends:
                parts.append(SyncService(self.hub(), self.source, box.journal, box.bus).run)
            tasks = [asyncio.create_task(part()) for part in parts]
            try:
                yield box
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)


async def until(happened: Any, within_s: float = 20.0) -> None:
    """Wait for it; raises TimeoutError."""
    async with asyncio.timeout(within_s):
        while not await happened():  # noqa: ASYNC110 - a row of a store sets no event
            await asyncio.sleep(0.05)


async def rows(journal: Journal, sql: str, *values: object) -> list[tuple[Any, ...]]:
    """Rows of the box's store."""
    return await journal.record(lambda tx: tx.run(sql, *values).fetchall())


async def stay(seconds: float, happened: Any) -> bool:
    """Whether it happened meanwhile: for what must not."""
    with contextlib.suppress(TimeoutError):
        await until(happened, seconds)
        return True
    return False
