"""The pages with the real desks behind them: store, incidents, presses, photos. Cameras and horns are missing."""

import asyncio
import contextlib
import os
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edge.control.handlers.accounts import account_handlers
from edge.control.handlers.incidents import incident_handlers
from edge.control.handlers.phone import phone_handlers
from edge.control.protocol import GetWater
from edge.control.server import ControlServer
from edge.core.account import NewAccount
from edge.core.alert import Person
from edge.core.incident import Incident, IncidentKind, Severity
from edge.core.link import LinkClaim, link_token
from edge.core.moment import AtMs
from edge.core.policy.rights import Role
from edge.incidents.desk import IncidentDesk
from edge.incidents.field import FieldDesk
from edge.incidents.photos import PhotoFolders, Photos
from edge.kernel.bus import Bus
from edge.kernel.clock import SystemClock
from edge.kernel.link_key import load_or_make_link_key
from edge.store.journal import Journal
from tests.web import scenery, scenery_wall
from tests.web.accounts import PASSWORD, TEST, accounts_on, fill
from tests.web.paper_commune import now_ms
from tests.web.stage import settings_in, until_it_answers, web_process, write
from tests.workers.live.browser import free_port

HAMLETS = {"dong": "Thôn Đông", "tay": "Thôn Tây"}
ROSTER = (
    Person("binh", "Trần Văn Bình", "0900000012", "", "Phó Chủ tịch UBND xã"),
    Person("hoa", "Lê Thị Hoa", "0900000034", "dong", "Trưởng thôn Đông"),
    Person("cuong", "Nguyễn Văn Cường", "0900000056", "tay", "Trưởng thôn Tây"),
)
PEOPLE = {person.id: (person.name, person.hamlet) for person in ROSTER}
NOBODY: Any = None


@dataclass
class FieldBox:
    """A running box. ``settings`` are what its pages know."""

    folder: Path
    journal: Journal
    desk: IncidentDesk
    field: FieldDesk
    link_key: bytes

    @property
    def settings(self) -> dict[str, Any]:
        return {"hamlets": HAMLETS, "people": PEOPLE, "link_key_file": self.folder / "link.key"}

    def link(self, person: str, incident: str, life_ms: int = 3_600_000) -> str:
        return link_token(self.link_key, LinkClaim(person, incident, now_ms() + life_ms))

    async def happen(self, title: str, hamlet: str = "dong", **fields: Any) -> str:
        """An incident with its alerts."""
        base: dict[str, Any] = {"kind": IncidentKind.FLOOD_LEVEL, "severity": Severity.SEVERE, "place": HAMLETS[hamlet]}
        incident = Incident(
            id=self.desk.new_id(),
            **{**base, "subject": f"test/{title}", "hamlet": hamlet, "title": title, "began_at_ms": AtMs(now_ms())}
            | fields,
        )
        await self.desk.open(incident, None, (hamlet,))
        return incident.id

    async def ask(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        return await self.journal.record(lambda tx: tx.run(sql, *values).fetchall())


@contextlib.asynccontextmanager
async def field_box(folder: Path) -> AsyncIterator[FieldBox]:
    """The desks behind a control socket, without pages."""
    for name in ("media", "photo-spool"):
        (folder / name).mkdir(exist_ok=True)
    journal = await Journal.open(folder / "molang.db", SystemClock())
    bus = Bus()
    desk = IncidentDesk(journal, bus, ROSTER, HAMLETS)
    photos = Photos(PhotoFolders(folder / "photo-spool", folder / "media"), journal)
    field = FieldDesk(desk, photos, journal, bus, ROSTER, HAMLETS)
    table = phone_handlers(field) | incident_handlers(desk, NOBODY)
    table |= {GetWater: lambda _: _water()}
    accounts = accounts_on(journal)
    await fill(accounts)
    for person in ROSTER:
        official = NewAccount(person.id, person.name, Role.OFFICIAL, None, PASSWORD, must_change=False)
        await accounts.office.add(official, TEST)
    table |= account_handlers(accounts.door, accounts.office)
    server = ControlServer(folder / "control", table, frozenset({os.getuid()}), accounts.door)
    try:
        async with asyncio.TaskGroup() as tasks:
            serving = tasks.create_task(server.run())
            yield FieldBox(folder, journal, desk, field, load_or_make_link_key(folder / "link.key"))
            serving.cancel()
    finally:
        journal.close()


async def _water() -> dict[str, Any]:
    """A river that rises; a real one stands behind the pages in hil/prove/people/story_official.py."""
    return {"gauges": [scenery.gauge(now_ms())], "outlooks": scenery_wall.flood(now_ms())["outlooks"]}


@contextlib.asynccontextmanager
async def pages(box: FieldBox, **fields: Any) -> AsyncIterator[str]:
    """A web process before the box; its address."""
    port = free_port()
    settings = settings_in(box.folder, port=port, **{**box.settings, **fields})
    path = box.folder / "web.json"
    path.unlink(missing_ok=True)
    write(settings, path)
    async with web_process(path):
        url = f"http://127.0.0.1:{port}"
        await until_it_answers(url)
        yield url


class Behind:
    """The same box for tests that block: it lives in a thread of its own; ``run`` does something there."""

    def __init__(self, folder: Path) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._folder = folder

    def run(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    def __enter__(self) -> "Behind":
        self._thread.start()
        self._end = asyncio.Event()
        ready: asyncio.Future[FieldBox] = self._loop.create_future()

        async def live() -> None:
            async with field_box(self._folder) as box:
                ready.set_result(box)
                await self._end.wait()

        self._life = asyncio.run_coroutine_threadsafe(live(), self._loop)

        async def wait() -> FieldBox:
            return await ready

        self.box: FieldBox = self.run(wait())
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._life.result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
