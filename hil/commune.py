"""The whole simulated commune: writes its folder, starts its programs, stops them again."""

import fcntl
import json
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self, TypeVar

from edge.control.client import call
from edge.control.protocol import Done, GetState
from edge.core.errors import MolangError
from edge.kernel.signing import OrderKey
from hil import cameras, figures, place, rising_river
from hil.access import make_accounts, new_access
from hil.broker import BrokerSetup, write_broker
from hil.clips import ClipInfo
from hil.commune_files import Access, Layout, Ports, write_box, write_node
from hil.devices import HOURS_PER_S
from hil.harness import ROOT, Harness, Program, python
from hil.insiders import Insiders
from hil.lan import Lan
from hil.nginx import start_line
from hil.observed import Observed
from hil.pki import Authority
from hil.ports import free_ports, listens
from hil.province_map import communes_toml
from hil.toml_text import Value
from web.door.certificate import make_certificate

WEB_PORT, LIVE_PORT = 8080, 8081
HTTPS = 443
HORNS_S = 30.0
CAMERA_PASSWORD = "xem-thu"  # cameras have passwords, so those of the demo have one too
INFO = "demo.json"
Watch = Callable[[str, float], None]
T = TypeVar("T")


class AlreadyRunningError(Exception):
    """Another demo runs in this folder."""


class Commune:
    """One simulated commune in a folder, which is emptied first. Use as ``with Commune(root, clips) as commune``.

    Without clips it has no cameras. `talk_addresses`: where browsers reach the microphone; `record_sound`: every sound
    card keeps what it heard (hil.sound_card); `neighbours`: other communes' boxes send to the hub too (hil.neighbours);
    `lan`: browsers of another machine meet it behind nginx, at its name (hil.lan).
    `figures`: the indicators have a year behind them (hil.figures). `wave_h`: the flood began so many hours ago, and
    the river moves as rivers do (hil.rising_river). `demo`: no role needs a code beside its password.

    `watch` is told each program's name and the seconds until it was ready. Raises NotReadyError or
    AlreadyRunningError.
    """

    def __init__(
        self,
        root: Path,
        clips: Sequence[ClipInfo],
        *,
        web_port: int = WEB_PORT,
        live_port: int = LIVE_PORT,
        hours_per_s: float = HOURS_PER_S,
        watch: Watch = lambda _name, _took_s: None,
        talk_addresses: Sequence[str] = (),
        record_sound: bool = False,
        neighbours: bool = False,
        lan: Lan | None = None,
        figures: bool = False,
        wave_h: float | None = None,
        demo: bool = True,
    ) -> None:
        self.layout = Layout(root)
        self.clips = tuple(clips)
        self.ports = Ports(*free_ports((web_port, live_port, 0, 0, 0, 0, 0, 0)))
        self.access: Access = new_access()
        self.insiders = Insiders(self.control_socket)
        self.harness = Harness(self.layout.logs)
        self.observed = Observed(self.layout.devices)
        self._hours_per_s = hours_per_s if wave_h is None else rising_river.REAL_HOURS_PER_S
        self._wave_h = wave_h
        self._demo = demo
        self._watch = watch
        self.lan = lan
        self._talk_addresses = (*talk_addresses, *([lan.box] if lan else []))
        self._record_sound = record_sound
        self._neighbours = neighbours
        self._figures = figures
        self._open = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            opening.enter_context(_claimed(self.layout))
            self._write()
            if self._figures:
                figures.keep(self.layout.data / "molang.db")
            if self._wave_h is not None:
                rising_river.keep_the_day(self.layout.data / "molang.db", self._wave_h)
            opening.enter_context(self.harness)
            self._start_all()
            self._open = opening.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    @property
    def web_url(self) -> str:
        """Where browsers find the pages, without a slash at the end."""
        return self.lan.origin if self.lan else f"http://127.0.0.1:{self.ports.web}"

    @property
    def browser_ca(self) -> Path:
        """What a phone installs."""
        return self.layout.root / "pki" / "web" / "web-ca.pem"

    @property
    def wall_url(self) -> str:
        """The wall's address, with its token."""
        return f"{self.web_url}/wall?token={self.access.wall_token}"

    @property
    def panel_url(self) -> str:
        """The loudspeaker panel's address."""
        return f"{self.web_url}/panel"

    @property
    def control_socket(self) -> Path:
        """The supervisor's control socket."""
        return self.layout.data / "run" / "control.sock"

    @property
    def hub_page_url(self) -> str:
        """The province's own page: what it has received."""
        return f"http://127.0.0.1:{self.ports.hub_page}/"

    def camera_url(self, camera: str) -> str:
        """The RTSP address of a camera."""
        return f"rtsp://admin:{CAMERA_PASSWORD}@127.0.0.1:{self.ports.rtsp}/{camera}"

    def clip_of(self, camera: str) -> ClipInfo:
        """The film of a camera."""
        return next(clip for site, clip in zip(place.CAMERAS, self.clips, strict=True) if site.id == camera)

    def state(self) -> dict[str, Any]:
        """All sections of the wall's state (docs/ref/state.md); raises MolangError when the supervisor is away."""
        reply = call(self.control_socket, GetState(user="bench", role="technician"))
        return dict(reply.value) if isinstance(reply, Done) else {}

    def horns_are_online(self) -> bool:
        """Whether each horn of the place answers."""
        return all(row["online"] for row in self.state()["horns"])

    def wait_for_horns(self) -> None:
        """Until each is online, or HORNS_S are over."""
        until = time.monotonic() + HORNS_S
        while time.monotonic() < until and not self.horns_are_online():
            time.sleep(0.2)

    def ask_database(self, question: str, *values: object) -> list[tuple[Any, ...]]:
        """Rows of the box's database, read from outside beside the running supervisor."""
        return self.with_database(lambda connection: connection.execute(question, values).fetchall())

    def with_database(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run a reading piece of work on the box's database."""
        with closing(sqlite3.connect(self.layout.data / "molang.db")) as connection:
            connection.execute("PRAGMA query_only = ON")
            return work(connection)

    def _write(self) -> None:
        layout, ports = self.layout, self.ports
        authority = Authority(layout.root / "pki")
        self._order_key = OrderKey.load_or_make(layout.data / "keys" / "order.pem")
        urls = [self.camera_url(site.id) for site in self._sites()]
        write_box(
            layout, ports, authority, self.clips, urls, self.access, self._talk_addresses, self._door(), demo=self._demo
        )
        for horn in self._relays():
            write_node(horn, layout, ports, authority, self._order_key)
        for folder in (layout.devices, layout.hub):
            folder.mkdir()
        (layout.hub / "communes.toml").write_text(communes_toml(), encoding="utf-8")
        os.mkfifo(layout.devices / "cameras.fifo")
        self._authority = authority
        self._write_info()

    def _door(self) -> Mapping[str, Value]:
        """The table [nginx]; empty without a network of browsers."""
        if self.lan is None:
            return {}
        files = make_certificate(self.browser_ca.parent, place.COMMUNE_NAME, self.lan.name, [self.lan.box])
        paths: dict[str, Value] = {"ca": str(files.ca), "cert": str(files.cert), "key": str(files.key)}
        networks = [f"{self.lan.box}/30", "127.0.0.0/8"]
        return {"name": self.lan.name, **paths, "addresses": [self.lan.box], "networks": networks}

    def _write_info(self) -> None:
        info = {
            "wall": self.wall_url,
            "panel": self.panel_url,
            "province": self.hub_page_url,
            "passwords": dict(self.access.passwords),
            "control": str(self.control_socket),
            "devices": str(self.layout.devices),
            "pid": os.getpid(),
        }
        path = self.layout.root / INFO
        path.touch(mode=0o600)
        path.write_text(json.dumps(info, ensure_ascii=False, indent=2))

    def _start_all(self) -> None:
        for stage in (self._surroundings(), self._box()):
            for program in stage:
                self.harness.start(program)
            for program in stage:
                self._watch(program.name, self.harness.wait_ready(program.name))
        make_accounts(self.control_socket, self.access)

    def _surroundings(self) -> list[Program]:
        ports, layout = self.ports, self.layout
        hub = self._authority.issue(place.HUB)
        tls = ["--ca", str(self._authority.ca), "--cert", str(hub.cert), "--key", str(hub.key)]
        doors = ["--listen", f"127.0.0.1:{ports.hub}", "--page", f"127.0.0.1:{ports.hub_page}"]
        serve_hub = python("edge", "hub", "serve", "--folder", layout.hub, *doors, *tls)
        proxy = python("hil.uplink", "--folder", layout.devices, "--listen", ports.uplink, "--to", ports.hub)
        cameras = [Program("rtsp", self._rtsp_command(), lambda: listens(ports.rtsp))] if self.clips else []
        play = python("hil.neighbours", "--hub", ports.hub, "--pki", layout.root / "pki")
        neighbours = [Program("neighbours", play, restart=True)] if self._neighbours else []
        return [
            *cameras,
            *neighbours,
            Program("broker", self._broker_command(), lambda: listens(ports.broker), restart=True),
            Program("devices", self._devices_command(), (layout.devices / "devices.sock").exists),
            Program("hub", serve_hub, lambda: listens(ports.hub), restart=True),
            Program("uplink", proxy, lambda: listens(ports.uplink)),
        ]

    def _box(self) -> list[Program]:
        config, settings = self.layout.config, self.layout.data / "run" / "web.json"
        nodes = [
            Program(horn.id, python("edge", "node", "--config", self.layout.node(horn.id) / "node.toml"), restart=True)
            for horn in self._relays()
        ]
        return [
            *nodes,
            Program("molang", python("edge", "run", "--config", config), self._answers, ready_s=30, restart=True),
            Program(
                "web", python("edge", "web", "--settings", settings), lambda: listens(self.ports.web), 30, restart=True
            ),
            *self._doors(settings),
        ]

    def _doors(self, settings: Path) -> list[Program]:
        if self.lan is None:
            return []
        host, folder = self.lan.box, self.layout.root / "nginx"
        return [Program("nginx", start_line(settings, folder), lambda: listens(HTTPS, host), 30, restart=True)]

    def _rtsp_command(self) -> list[str]:
        films = {site.id: clip.path for site, clip in zip(self._sites(), self.clips, strict=True)}
        fifo = self.layout.devices / "cameras.fifo"
        return cameras.command(films, self.ports.rtsp, password=CAMERA_PASSWORD, control=fifo)

    def _broker_command(self) -> list[str]:
        setup = BrokerSetup(
            commune=place.COMMUNE,
            port=self.ports.broker,
            ca=self._authority.ca,
            identity=self._authority.issue(place.BROKER),
            box=place.BOX,
            node_hamlets={horn.id: (horn.hamlet,) for horn in self._relays()},
        )
        return write_broker(self.layout.root / "broker", setup)

    def _devices_command(self) -> list[str]:
        answers = {who.phone: who.answers_s for who in place.OFFICIALS if who.answers_s is not None}
        horns = ",".join(horn.id for horn in place.HORNS)
        recording = ["--record"] if self._record_sound else []
        wave = [] if self._wave_h is None else ["--wave-h", self._wave_h]
        options = [
            *recording,
            *wave,
            "--horns",
            horns,
            "--answers",
            json.dumps(answers),
            "--hours-per-s",
            self._hours_per_s,
        ]
        return python("hil.devices", "--folder", self.layout.devices, *options)

    def _sites(self) -> Sequence[place.CameraSite]:
        return place.CAMERAS[: len(self.clips)]

    def _relays(self) -> list[place.HornSite]:
        return [horn for horn in place.HORNS if not horn.local]

    def _answers(self) -> bool:
        try:
            return bool(self.state())
        except MolangError:
            return False


def _claimed(layout: Layout) -> IO[str]:
    """The folder, emptied and locked for this process. A folder that is not a demo's is left alone."""
    root = layout.root
    root.mkdir(parents=True, exist_ok=True)
    lock = (root / "lock").open("a")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as cause:
        lock.close()
        raise AlreadyRunningError(f"Một bản mô phỏng khác đang chạy ở {root}.") from cause
    for name in ("box", "devices", "nodes", "hub", "broker", "pki", "log"):
        shutil.rmtree(root / name, ignore_errors=True)
    return lock


def default_root() -> Path:
    """Where `./run demo` keeps its commune."""
    return ROOT / "var" / "demo"
