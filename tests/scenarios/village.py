"""A village of real parts: the station on a real store, the box's own node, a relay node behind a real mosquitto.

Amplifiers are relay boards on PTYs, sound cards are unix sockets that remember what was heard.
"""

import asyncio
import datetime as dt
import hashlib
import json
import shutil
import sys
import time
import uuid
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from drivers.devices.relay_amp_modbus.fake import FakeRelayAmp
from edge.broadcast.desk import StationDesk
from edge.broadcast.service import BroadcastService
from edge.config.schema import (
    Blank,
    Broker,
    Commune,
    Config,
    Hamlet,
    Horn,
    Live,
    LocalNode,
    Media,
    Station,
    Template,
    Web,
)
from edge.control.protocol import DraftBulletin
from edge.core.place import HamletId
from edge.core.speech import Clip, Sha256, Style
from edge.incidents.desk import IncidentDesk
from edge.kernel.bus import Bus
from edge.kernel.clock import SystemClock
from edge.kernel.signing import OrderKey
from edge.store.bulletins import get_bulletin, seal_now
from edge.store.journal import Journal
from edge.workers.player.fake_card import FakeCard
from hil.broker import MOSQUITTO, BrokerSetup, write_broker
from hil.pki import Authority
from hil.ports import free_ports, listens
from tests.tone import write_tone

COMMUNE = "dong-son"
LOCAL, RELAY = "loa-trung", "loa-dong"
HAMLETS = {"trung": "thôn Trung", "dong": "thôn Đông"}
HORNS = {LOCAL: "trung", RELAY: "dong"}
TEMPLATES = {
    "la": "Có người lạ ở {place}, {hamlet}. Đề nghị bà con kiểm tra.",
    "mat-ma": "Có người lạ ở {place}, mã xq17zz.",
}
HAVE_BROKER = shutil.which(MOSQUITTO) is not None
NO_BROKER = "mosquitto is not installed"
_TODAY = dt.date(2026, 1, 15)
FLOWS_MA, IDLE_MA = 850, 20
PATIENCE_S = 40.0
"""A deadline of a wait that ends with its event: a busy machine is no fault of the box. Promised times are asserted."""


FOR_PEOPLE = Template(
    id="xa-lu",
    text="Hồ xả lũ lúc {gio}, lưu lượng {luu_luong}. Bà con lên bờ.",
    priority="khan_cap",
    approved_by="Minh",
    approved_on=_TODAY,
    most_times=2,
    every_min=2,
    blank=(
        Blank(name="gio", kind="time", label="Giờ xả"),
        Blank(name="luu_luong", kind="discharge", label="Lưu lượng", low=1, high=9000),
    ),
)


def _alarm_templates() -> tuple[Template, ...]:
    return tuple(
        Template(id=key, text=text, priority="khan_cap", approved_by="Minh", approved_on=_TODAY)
        for key, text in TEMPLATES.items()
    )


class Spot:
    """What hangs at one horn."""

    def __init__(self, folder: Path) -> None:
        self.card = FakeCard(folder / "card.sock")
        self.broken = False
        self.board = FakeRelayAmp(self._current_ma)
        self.board.plug_in()

    def _current_ma(self) -> int:
        sounds = bool(self.card.heard) and time.monotonic() - self.card.heard[-1].steady < 0.3
        return FLOWS_MA if sounds and not self.broken else IDLE_MA

    @property
    def amplifier(self) -> dict[str, str | int | float | bool]:
        return {"device": self.board.path, "relay_unit": 1, "relay_channel": 1, "amp_unit": 2}

    def last_sound(self) -> float:
        """When a sample came last, on the monotonic clock."""
        return self.card.heard[-1].steady if self.card.heard else 0.0


class Studio:
    """The words become a tone; how long it is was agreed beforehand."""

    def __init__(self, clips: Path) -> None:
        self._clips = clips
        clips.mkdir(parents=True, exist_ok=True)
        self.seconds: dict[str, float] = {}
        self.rendered: list[str] = []

    async def render(self, spoken: str, _style: Style) -> tuple[Clip, str, str]:
        self.rendered.append(spoken)
        seconds = next((length for words, length in self.seconds.items() if words in spoken), 0.5)
        draft = write_tone(self._clips / "draft", seconds)
        data = draft.read_bytes()
        sha256 = hashlib.sha256(data).hexdigest()
        draft.rename(self._clips / f"{sha256}.opus")
        return Clip(Sha256(sha256), len(data), round(seconds * 1000), -3.0, -21.0), "tone", ""


class Village:
    """``station`` and ``desk`` are those of the box that runs now."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.box = folder / "box"
        self.spots = {name: Spot(_made(folder / name)) for name in HORNS}
        self.studio = Studio(self.box / "clips")
        self.key = OrderKey.load_or_make(folder / "order.pem")
        self.authority = Authority(folder / "pki")
        self.ports = free_ports([0, 0])
        self.config = self._config()
        self.bus = Bus()
        self.render = self.studio.render
        self.relay_extra = ""

    @property
    def database(self) -> Path:
        return self.box / "molang.db"

    @asynccontextmanager
    async def box_runs(self) -> AsyncIterator[None]:
        """The broadcast part of the supervisor, with its node; leaving it is a stop without any goodbye to relays."""
        self.bus = Bus()
        self.journal = await Journal.open(self.database, SystemClock())
        self.station = BroadcastService(self.config, self.box, self.key, self.render, self.journal, self.bus)
        self.desk = StationDesk(self.station)
        self.incidents = IncidentDesk(self.journal, self.bus, [], HAMLETS)
        task = asyncio.create_task(self.station.run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            self.journal.close()

    @asynccontextmanager
    async def broker_runs(self) -> AsyncIterator[None]:
        setup = BrokerSetup(
            COMMUNE, self.ports[0], self.authority.ca, self.authority.issue("broker"), "box", {RELAY: ["dong"]}
        )
        process = await asyncio.create_subprocess_exec(*write_broker(self.folder / "broker", setup))
        try:
            await until(lambda: listens(self.ports[0]))
            yield
        finally:
            await ended(process)

    @asynccontextmanager
    async def relay_runs(self) -> AsyncIterator[Process]:
        path = self.folder / "node.toml"
        path.write_text(self._node_toml())
        process = await asyncio.create_subprocess_exec(sys.executable, "-m", "edge.node", "--config", str(path))
        try:
            yield process
        finally:
            await ended(process)

    async def horns_up(self, *names: str) -> None:
        """Every horn has said how it is."""
        await until(
            lambda: all(
                self.station.horns[horn].online(SystemClock().steady())  # type: ignore[index]  # a HornId is a str
                for horn in names or HORNS
            ),
        )

    async def drafted(self, text: str, hamlets: tuple[str, ...] = ("all",), priority: str = "thuong") -> str:
        """A notice, rendered and ready to be approved."""
        name = str(uuid.uuid4())
        await self.desk.draft(
            DraftBulletin(id=name, text=text, priority=priority, hamlets=hamlets, user="lan", role="operator")  # type: ignore[arg-type]  # a test may try any priority
        )
        await self.reaches(name, "ready", "unread")
        return name

    async def approved(self, text: str, hamlets: tuple[str, ...] = ("all",), priority: str = "thuong") -> str:
        """A notice that a leader approved."""
        name = await self.drafted(text, hamlets, priority)
        await self.desk.approve(name, await self.seal(name), "minh", "leader")
        return name

    async def air(self, bulletin: str, press: str = "") -> str:
        return await self.desk.air(bulletin, "lan", "operator", press or str(uuid.uuid4()))

    async def stop(self, *hamlets: str) -> None:
        await self.desk.stop([HamletId(hamlet) for hamlet in hamlets or ("all",)], "lan", "operator")

    async def clips(self, bulletin: str) -> list[str]:
        """Hashes of what was rendered."""
        ((clips,),) = await self.rows(
            "SELECT r.clips FROM recording r JOIN bulletin b ON b.recording = r.id WHERE b.id = ?", bulletin
        )
        found: list[str] = json.loads(clips)
        return found

    async def seal(self, bulletin: str) -> str:
        """What a leader is shown of it now."""
        return await self.journal.record(lambda tx: seal_now(tx, bulletin))

    async def templates_heard(self) -> None:
        """A leader heard and approved every template that people may fill."""
        async with asyncio.timeout(PATIENCE_S):
            while any(row["state"] == "rendering" for row in self.station.shelf.rows()):
                await asyncio.sleep(0.02)
        for row in self.station.shelf.rows():
            if row["state"] != "approved":
                await self.desk.approve_template(row["id"], row["seal"], "Minh", "leader")

    async def state(self, bulletin: str) -> str:
        return await self.journal.record(lambda tx: get_bulletin(tx, bulletin).state)

    async def reaches(self, bulletin: str, *states: str, within_s: float = PATIENCE_S) -> None:
        async with asyncio.timeout(within_s):
            while await self.state(bulletin) not in states:
                await asyncio.sleep(0.02)

    async def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        return await self.journal.record(lambda tx: tx.run(sql, *values).fetchall())

    async def reports(self, bulletin: str) -> dict[str, list[str]]:
        """Every outcome of each horn, in the order of the plays."""
        found: dict[str, list[str]] = {}
        for horn, outcome in await self.rows(
            "SELECT r.horn, r.outcome FROM horn_report r JOIN horn_order o ON o.id = r.horn_order"
            " WHERE o.bulletin = ? ORDER BY o.rowid",
            bulletin,
        ):
            found.setdefault(horn, []).append(outcome)
        return found

    async def events(self) -> list[str]:
        """Orders and horns that the province is told about, doubles included."""
        return [row[0] for row in await self.rows("SELECT subject FROM outbox WHERE type = 'horn.reported' ORDER BY 1")]

    def sounds(self, horn: str) -> bool:
        return time.monotonic() - self.spots[horn].last_sound() < 0.3

    async def heard(self, *horns: str) -> None:
        """Until something sounds on all of these."""
        await until(lambda: all(self.sounds(horn) for horn in horns or HORNS))

    async def close(self) -> None:
        for spot in self.spots.values():
            await spot.board.close()
            spot.card.close()

    def _config(self) -> Config:
        box, local = self.authority.issue("box"), self.authority.issue(LOCAL)
        files = {"ca": str(self.authority.ca), "cert": str(box.cert), "key": str(box.key)}
        spot = self.spots[LOCAL]
        return Config(
            commune=Commune(id=COMMUNE, name="xã Đông Sơn", data=str(self.box)),
            web=Web(wall_token="x" * 16),
            station=Station(quiet="never"),  # tests run at any hour
            broker=Broker(port=self.ports[0], **files),
            live=Live(talk_addresses=("127.0.0.1",)),
            media=Media(port=self.ports[1], url=self._media_url, **files),
            local_node=LocalNode(
                horn=LOCAL,
                amplifier="relay_amp_modbus",
                amplifier_settings=spot.amplifier,
                sound="unix",
                sound_settings={"path": spot.card.path},
                cert=str(local.cert),
                key=str(local.key),
            ),
            hamlet=tuple(Hamlet(id=key, name=name) for key, name in HAMLETS.items()),
            horn=tuple(Horn(id=horn, name=horn, hamlet=hamlet) for horn, hamlet in HORNS.items()),
            template=(*_alarm_templates(), FOR_PEOPLE),
        )

    @property
    def _media_url(self) -> str:
        return f"https://127.0.0.1:{self.ports[1]}/media"

    def _node_toml(self) -> str:
        spot, own = self.spots[RELAY], self.authority.issue(RELAY)
        amplifier = ", ".join(f"{key} = {json.dumps(value)}" for key, value in spot.amplifier.items())
        return f"""
horn = "{RELAY}"
hamlets = ["dong"]
data_folder = "{self.folder / "relay"}"
media_url = "{self._media_url}"
state_every_s = 10
{self.relay_extra}
order_keys = {{ "{self.key.key_id}" = "{self.key.public_hex}" }}
broker = {{ host = "127.0.0.1", port = {self.ports[0]}, commune = "{COMMUNE}" }}
tls = {{ ca = "{self.authority.ca}", cert = "{own.cert}", key = "{own.key}" }}
amplifier = {{ kind = "relay_amp_modbus", settings = {{ {amplifier} }} }}
sound = {{ kind = "unix", settings = {{ path = "{spot.card.path}" }} }}
"""


async def ended(process: Process) -> None:
    """Ask it to end, and wait until it has."""
    with suppress(ProcessLookupError):
        process.terminate()
    async with asyncio.timeout(PATIENCE_S):
        await process.wait()


async def until(true: Callable[[], bool], within_s: float = PATIENCE_S) -> None:
    """Wait for it; fails at the deadline."""
    async with asyncio.timeout(within_s):
        while not true():
            await asyncio.sleep(0.01)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
