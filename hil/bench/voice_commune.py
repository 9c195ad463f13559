"""A commune of fifty horns: the real box, a real broker, every node its own process, amplifiers and cards simulated."""

import time
import uuid
from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any

from edge.control.protocol import (
    AirBulletin,
    AirTemplate,
    AnyRequest,
    ApproveBulletin,
    ApproveTemplate,
    Done,
    DraftBulletin,
    GetState,
    PriorityName,
    StopHorns,
)
from edge.core.errors import MolangError
from edge.kernel.signing import OrderKey
from hil import place
from hil.access import new_access
from hil.bench.outcome import BenchUnavailableError
from hil.bench.thin_link import ThinLink
from hil.bench.waiting import until
from hil.broker import BrokerSetup, write_broker
from hil.commune_files import Layout, Ports, media_url, write_node
from hil.harness import Harness, Program, python
from hil.insiders import Insiders
from hil.observed import Observed
from hil.pki import Authority
from hil.place import HornSite
from hil.ports import LOOPBACK, free_ports, listens
from hil.toml_text import Value, table

HAMLETS = tuple(f"thon-{number}" for number in range(1, 9))
FAR = "thon-xa"
"""The hamlet behind the thin link."""
BATCH = 10
ONLINE_S = 90.0
READY_S = 60.0
BUSY = ("preparing", "playing")
TEMPLATE = "xa-lu-thu"
TEMPLATE_TEXT = "Chú ý. Hồ xả lũ từ {gio}, mực nước hạ du có thể lên đến {muc}. Bà con không ra sông."


def sites(near: int, far: int) -> tuple[HornSite, ...]:
    """So many horns, spread over the hamlets, and those behind the thin link."""
    numbers = range(1, near + far + 1)
    hamlets = [HAMLETS[number % len(HAMLETS)] if number <= near else FAR for number in numbers]
    return tuple(HornSite(f"loa-{n:02}", f"Loa số {n}", hamlet) for n, hamlet in zip(numbers, hamlets, strict=True))


class VoiceCommune:
    """``horns`` near nodes and those behind ``thin``. Use as ``with VoiceCommune(root, …) as commune``."""

    def __init__(self, root: Path, horns: int, *, far: int = 0, thin: ThinLink | None = None) -> None:
        self.layout = Layout(root)
        self.ports = Ports(*free_ports([0] * 8))
        self.horns = sites(horns, far)
        self.near = tuple(site.id for site in self.horns if site.hamlet != FAR)
        self.far = tuple(site.id for site in self.horns if site.hamlet == FAR)
        self.observed = Observed(self.layout.devices)
        self.harness = Harness(self.layout.logs)
        self._insiders = Insiders(self.layout.data / "run" / "control.sock")
        self._thin = thin
        addresses = (LOOPBACK, thin.host) if thin else (LOOPBACK,)
        self._authority = Authority(root / "pki", addresses)
        self._addresses = addresses
        self._key = OrderKey.load_or_make(self.layout.data / "keys" / "order.pem")

    def __enter__(self) -> "VoiceCommune":
        self.layout.devices.mkdir(parents=True, exist_ok=True)
        _write_box(self.layout, self.ports, self._authority, self.horns, self._addresses)
        with ExitStack() as half_started:
            half_started.enter_context(self.harness)
            self._start_all()
            half_started.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.harness.stop()

    def ask(self, request: AnyRequest) -> dict[str, Any]:
        """One request as the panel sends it; raises BenchUnavailableError when the box refuses."""
        reply = self._insiders.ask(request)
        if not isinstance(reply, Done):
            raise BenchUnavailableError(f"the box refused {type(request).__name__}: {reply.reason}")
        return dict(reply.value)

    def state(self) -> dict[str, Any]:
        """All sections of the wall's state."""
        return self.ask(GetState(user="bench", role="technician"))

    def approved(self, text: str, hamlets: Sequence[str], priority: PriorityName = "uu_tien") -> str:
        """A notice that was written, heard and approved, and whose clips are at its horns."""
        name = str(uuid.uuid4())
        wish = DraftBulletin(id=name, text=text, priority=priority, hamlets=tuple(hamlets), user="Lan", role="operator")
        self.ask(wish)
        row = until(lambda: self._in_state(name, "ready"), READY_S, "the notice is not spoken")
        self.ask(ApproveBulletin(id=name, seal=row["seal"], user="Minh", role="leader"))
        return name

    def template_heard(self) -> None:
        """A leader heard the template and approved it."""

        def rendered() -> dict[str, Any] | None:
            rows: list[dict[str, Any]] = self.state()["templates"]
            return next((row for row in rows if row["id"] == TEMPLATE and row["seal"]), None)

        row = until(rendered, READY_S, "the template is not spoken")
        self.ask(ApproveTemplate(template=TEMPLATE, seal=row["seal"], user="Minh", role="leader"))

    def air(self, bulletin: str) -> float:
        """Press the button; when it was pressed."""
        pressed = time.monotonic()
        self.ask(AirBulletin(id=bulletin, press=str(uuid.uuid4()), user="Lan", role="operator"))
        return pressed

    def say_new(self, number: int, hamlets: Sequence[str]) -> tuple[float, str]:
        """Say a template with blanks that were never said; when it was asked for, and its name."""
        values = {"gio": f"{number % 24}h{number % 60:02}", "muc": f"{0.5 + number % 850 / 100:.2f}".replace(".", ",")}
        name, pressed = str(uuid.uuid4()), time.monotonic()
        press = str(uuid.uuid4())
        wish = AirTemplate(
            id=name, template=TEMPLATE, values=values, hamlets=tuple(hamlets), press=press, user="Lan", role="operator"
        )
        self.ask(wish)
        return pressed, name

    def stop(self, hamlets: Sequence[str] = ("all",)) -> float:
        """Press STOP; when it was pressed."""
        pressed = time.monotonic()
        self.ask(StopHorns(hamlets=tuple(hamlets), user="Lan", role="operator"))
        return pressed

    def settled(self, bulletin: str) -> None:
        """Wait until every horn has reported."""
        until(lambda: self._in_state(bulletin, "aired", "stopped"), READY_S, "not every horn reported")
        until(lambda: all(row["state"] not in BUSY for row in self.state()["horns"]), READY_S, "horns are busy")

    def _in_state(self, bulletin: str, *states: str) -> dict[str, Any] | None:
        rows: list[dict[str, Any]] = self.state()["bulletins"]
        row = next((row for row in rows if row["id"] == bulletin), None)
        if row is not None and row["state"] in ("failed", "unread"):
            raise BenchUnavailableError(f"the notice cannot be spoken: {row['comment']}")
        return row if row is not None and row["state"] in states else None

    def _start_all(self) -> None:
        devices = self.layout.devices
        names = ",".join(site.id for site in self.horns)
        programs = [
            Program("broker", self._broker(), lambda: listens(self.ports.broker)),
            Program(
                "devices",
                python("hil.devices", "--folder", devices, "--horns", names),
                (devices / "devices.sock").exists,
            ),
            Program(
                "molang",
                python("edge", "run", "--config", self.layout.config),
                self._answers,
                ready_s=40,
                restart=True,
            ),
        ]
        for program in programs:
            self.harness.start(program)
            self.harness.wait_ready(program.name)
        self._start_nodes()
        until(self._all_online, ONLINE_S, "not every horn is online")
        self.template_heard()

    def _start_nodes(self) -> None:
        """In batches: fifty interpreters that start at once on two cores would all miss their first deadlines."""
        for first in range(0, len(self.horns), BATCH):
            batch = self.horns[first : first + BATCH]
            for site in batch:
                self.harness.start(Program(site.id, self._node(site), restart=True))
            until(partial(self._are_online, {site.id for site in batch}), ONLINE_S, "a batch of nodes is not online")

    def _node(self, site: HornSite) -> list[str]:
        thin = self._thin if site.hamlet == FAR else None
        host = thin.host if thin else LOOPBACK
        config = write_node(site, self.layout, self.ports, self._authority, self._key, host)
        command = python("edge", "node", "--config", config)
        return thin.inside(command) if thin else command

    def _broker(self) -> list[str]:
        setup = BrokerSetup(
            commune=place.COMMUNE,
            port=self.ports.broker,
            ca=self._authority.ca,
            identity=self._authority.issue(place.BROKER),
            box=place.BOX,
            node_hamlets={site.id: (site.hamlet,) for site in self.horns},
            addresses=self._addresses,
        )
        return write_broker(self.layout.root / "broker", setup)

    def _answers(self) -> bool:
        try:
            return bool(self.state())
        except MolangError:
            return False

    def _all_online(self) -> bool:
        return self._are_online({site.id for site in self.horns})

    def _are_online(self, names: set[str]) -> bool:
        return names <= {row["id"] for row in self.state()["horns"] if row["online"]}


def _write_box(
    layout: Layout, ports: Ports, authority: Authority, horns: Sequence[HornSite], addresses: Sequence[str]
) -> None:
    """`molang.toml` of a box that has loudspeakers and nothing else."""
    box, access = authority.issue(place.BOX), new_access()
    tls: dict[str, Value] = {"ca": str(authority.ca), "cert": str(box.cert), "key": str(box.key)}
    hamlets = dict.fromkeys(site.hamlet for site in horns)
    everywhere = LOOPBACK if len(addresses) == 1 else "0.0.0.0"  # noqa: S104 - the thin link comes from elsewhere
    parts = [
        table("commune", {"id": place.COMMUNE, "name": place.COMMUNE_NAME, "data": str(layout.data), "demo": True}),
        table("web", {"port": ports.web, "wall_token": access.wall_token}),
        table("live", {"port": ports.live, "url": f"ws://127.0.0.1:{ports.live}"}),
        table("broker", {"port": ports.broker, **tls}),
        table("media", {"port": ports.media, "host": everywhere, "url": media_url(ports), **tls}),
        table("station", {"quiet": "never"}),
        *(table("[hamlet]", {"id": hamlet, "name": f"thôn {hamlet[5:]}"}) for hamlet in hamlets),
        *(table("[horn]", {"id": site.id, "name": site.name, "hamlet": site.hamlet}) for site in horns),
        table("[template]", {"id": TEMPLATE, "text": TEMPLATE_TEXT, "priority": "khan_cap", "approved_by": "Minh"}),
        "approved_on = 2026-01-15\n",
        table("[template.blank]", {"name": "gio", "kind": "time", "label": "Giờ"}),
        table("[template.blank]", {"name": "muc", "kind": "level", "label": "Mực nước", "low": 0.5, "high": 9.0}),
    ]
    layout.config.write_text("\n".join(parts), "utf-8")
    layout.config.chmod(0o600)
