"""A real box with many cameras, seen through its public doors: its control socket, its database, its processes."""

import sqlite3
import tempfile
import time
import tomllib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from edge.control.client import call
from edge.control.protocol import Done, GetState
from edge.core.errors import MolangError
from hil import place
from hil.bench.eyes.settings import HORN, Doors, Watching, write_settings
from hil.bench.eyes.tree import Tree
from hil.bench.outcome import BenchUnavailableError
from hil.broker import BrokerSetup, write_broker
from hil.commune_files import Layout
from hil.harness import ROOT, Harness, Program, python
from hil.pki import Authority
from hil.ports import free_ports, listens

ONLINE_S = 60.0
LOOK_EVERY_S = 0.25
FOLDER = ROOT / "var" / "bench"


class WatchedBox:
    """`molang run` and `molang web` in a folder, already running."""

    def __init__(self, layout: Layout, harness: Harness) -> None:
        self._layout = layout
        self._harness = harness
        self.tree = Tree(self._pid(name) for name in ("molang", "web"))

    def state(self) -> dict[str, Any]:
        """All sections of the wall's state; raises MolangError when the supervisor is away."""
        reply = call(self._layout.data / "run" / "control.sock", GetState(user="bench", role="technician"))
        return dict(reply.value) if isinstance(reply, Done) else {}

    def cameras(self) -> dict[str, dict[str, Any]]:
        """What the wall tells of each camera."""
        return {row["id"]: row for row in self.state().get("cameras", ())}

    def wait_online(self, count: int) -> float:
        """Until so many cameras give pictures; returns how long that took. Raises BenchUnavailableError."""
        began = time.monotonic()
        while (online := self._online()) < count:
            if time.monotonic() - began > ONLINE_S:
                tail = self._harness.tail("molang")
                raise BenchUnavailableError(f"only {online} of {count} cameras within {ONLINE_S:.0f} s\n{tail}")
            time.sleep(LOOK_EVERY_S)
        return time.monotonic() - began

    def ask(self, question: str, *values: object) -> list[tuple[Any, ...]]:
        """Rows of its database, read from outside."""
        with closing(sqlite3.connect(self._layout.data / "molang.db")) as connection:
            connection.execute("PRAGMA query_only = ON")
            return connection.execute(question, values).fetchall()

    @property
    def wall_url(self) -> str:
        """The wall's address, with its token."""
        web = self._settings()["web"]
        return f"http://127.0.0.1:{web['port']}/wall?token={web['wall_token']}"

    @property
    def live_health_url(self) -> str:
        """Where the live child says how many watch."""
        return f"http://127.0.0.1:{self._settings()['live']['port']}/live/health"

    def _settings(self) -> dict[str, Any]:
        return tomllib.loads(self._layout.config.read_text("utf-8"))

    def pid(self, name: str) -> int:
        """The process of `molang` or `web`; raises BenchUnavailableError when it ended."""
        return self._pid(name)

    @property
    def database(self) -> Path:
        """Its database."""
        return self._layout.data / "molang.db"

    @property
    def recordings(self) -> Path:
        """Where its recordings lie."""
        return self._layout.data / "media" / "recordings"

    def log(self) -> str:
        """Everything that the supervisor and its children said."""
        return self._harness.log_path("molang").read_text("utf-8", "replace")

    def _online(self) -> int:
        try:
            return sum(row["state"] == "online" for row in self.cameras().values())
        except MolangError:
            return 0

    def _pid(self, name: str) -> int:
        pid = self._harness.pid(name)
        if pid is None:
            raise BenchUnavailableError(f"{name} ended:\n{self._harness.tail(name)}")
        return pid


@contextmanager
def watched_box(watching: Watching, *, restart: bool = False) -> Iterator[WatchedBox]:
    """A box that watches these streams, with a broker and a horn of its own, on the disk of ``var/``.

    ``restart``: what ends is started again, as systemd would.
    """
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="box-", dir=FOLDER) as name:
        layout = Layout(Path(name))
        doors = Doors(*free_ports((0, 0, 0, 0)))
        authority = Authority(layout.root / "pki")
        write_settings(layout, doors, authority, watching)
        layout.devices.mkdir()
        with Harness(layout.logs) as harness:
            for stage in (_surroundings(layout, doors, authority), _box(layout, doors, restart=restart)):
                for program in stage:
                    harness.start(program)
                    harness.wait_ready(program.name)
            yield WatchedBox(layout, harness)


def _surroundings(layout: Layout, doors: Doors, authority: Authority) -> list[Program]:
    setup = BrokerSetup(
        commune=place.COMMUNE,
        port=doors.broker,
        ca=authority.ca,
        identity=authority.issue(place.BROKER),
        box=place.BOX,
        node_hamlets={},
    )
    broker = write_broker(layout.root / "broker", setup)
    devices = python("hil.devices", "--folder", layout.devices, "--horns", HORN.id)
    return [
        Program("broker", broker, lambda: listens(doors.broker)),
        Program("devices", devices, (layout.devices / "devices.sock").exists),
    ]


def _box(layout: Layout, doors: Doors, *, restart: bool) -> list[Program]:
    control, settings = layout.data / "run" / "control.sock", layout.data / "run" / "web.json"
    return [
        Program("molang", python("edge", "run", "--config", layout.config), control.exists, 30, restart),
        Program("web", python("edge", "web", "--settings", settings), lambda: listens(doors.web), 30, restart),
    ]
