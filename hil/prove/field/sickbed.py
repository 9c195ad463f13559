"""A box with nothing wrong, to be broken in one place: files of a machine, a store, and servers that answer."""

import asyncio
import copy
import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from dataclasses import replace as with_
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from edge.config import load
from edge.config.register import entry_of
from edge.config.schema import Config
from edge.core.moment import AtMs, ClockState, Moment, Steady
from edge.core.place import StationId
from edge.core.policy.rights import Role
from edge.core.register import missing
from edge.core.sensing import Quality, Reading
from edge.doctor.finding import Hands, Patient
from edge.kernel.backup_note import BACKUP_NOTE
from edge.kernel.clock import SystemClock
from edge.kernel.disk import write_atomically
from edge.store.ids import put_meta
from edge.store.journal import Journal, Tx
from edge.store.outbox_room import LET_GO
from edge.store.readings import add_reading
from hil.harness import ROOT, NotReadyError
from hil.pki import Authority
from hil.prove.field import answering
from hil.prove.field.machine_files import write_machine
from models.assets import write_stamp
from models.detection.head import Head
from models.detectors import detector_path, identity_of
from models.manifest import manifest
from models.own import write_manifest
from web.door.certificate import make_certificate

EXAMPLE = ROOT / "docs" / "ref" / "example.toml"
MODEL, SIZE = "thu-nghiem", 320
GIGA = 10**9


@dataclass(frozen=True, slots=True)
class ToldClock:
    """The real time, as sure as it is told to be."""

    state: ClockState = ClockState.SYNCED

    def now(self) -> Moment:
        """See Clock."""
        return Moment(AtMs(time.time_ns() // 1_000_000), self.steady(), self.state)

    def steady(self) -> Steady:
        """See Clock."""
        return Steady(time.monotonic())


@dataclass(slots=True)
class Bed:
    """One patient to be broken: his files are a copy of his own; ``state`` is what his supervisor says."""

    patient: Patient
    state: dict[str, Any]

    @property
    def root(self) -> Path:
        """Where his machine hangs."""
        return self.patient.root

    @property
    def data(self) -> Path:
        """The folder of his data."""
        return self.patient.data

    def configure(self, **tables: object) -> None:
        """Other settings."""
        self.patient = with_(self.patient, config=replace(self.patient.config, **tables))

    def feel(self, **hands: object) -> None:
        """Other hands."""
        self.patient = with_(self.patient, hands=with_(self.patient.hands, **hands))  # type: ignore[arg-type]  # by name

    def sql(self, *statements: str) -> None:
        """Change his store."""

        async def change() -> None:
            journal = await Journal.open(self.patient.database, SystemClock())
            await journal.record(lambda tx: [tx.run(one) for one in statements])
            journal.close()

        asyncio.run(change())


class Ward:
    """Makes beds; use as ``with Ward(folder) as ward``. Its servers answer for all of them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._state: dict[str, Any] = {}
        self._open = ExitStack()
        self._beds = 0

    def __enter__(self) -> "Ward":
        with ExitStack() as opening:
            self._make_assets(opening)
            authority = Authority(self._folder / "pki")
            files = make_certificate(self._folder / "door", "xã thử", "mo.thu.example", ["127.0.0.1"])
            port = opening.enter_context(answering.door(files.cert, files.key))
            broker = opening.enter_context(answering.broker(self._folder / "broker", authority))
            self._config = _config(load(EXAMPLE), authority, self._folder / "door", port, broker)
            self._well = well_state(self._config)
            data = self._folder / "data"
            (data / "run").mkdir(parents=True)
            asyncio.run(_fill(data, self._config))
            _keep(data, self._config)
            write_machine(self._folder / "root")
            opening.enter_context(answering.supervisor(data / "run" / "control.sock", self._state))
            self._open = opening.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def bed(self) -> Bed:
        """A well patient. Only one at a time: the supervisor's words are shared."""
        self._beds += 1
        own = self._folder / f"bed-{self._beds}"
        shutil.copytree(self._folder / "root", own / "root", symlinks=True)
        shutil.copytree(self._folder / "data", own / "data", ignore=shutil.ignore_patterns("run"))
        (own / "data" / "run").symlink_to(self._folder / "data" / "run")
        self._state.clear()
        self._state |= copy.deepcopy(self._well)
        config = replace(self._config, commune=replace(self._config.commune, data=str(own / "data")))
        hands = Hands(lambda _: (100 * GIGA, 50 * GIGA, 50 * GIGA), lambda _: None, lambda _: None, ToldClock())
        return Bed(Patient(config, own / "root", EXAMPLE, hands), self._state)

    @property
    def assets(self) -> Path:
        """Models and voices of all beds."""
        return self._folder / "assets"

    def _make_assets(self, opening: ExitStack) -> None:
        """A detector of a few bytes, described as a commune describes one of its own."""
        assets = self.assets
        assets.mkdir(parents=True)
        opening.enter_context(_environment({"MOLANG_ASSETS": str(assets), "MOLANG_MODELS": str(assets / "manifests")}))
        source = assets / f"{MODEL}.onnx"
        source.write_bytes(b"mo hinh")
        write_manifest(MODEL, source, ("person",), SIZE, Head.YOLOV8, "thử")
        made = detector_path(MODEL, SIZE)
        made.write_bytes(b"mo hinh da doi")
        write_stamp(made, identity_of(manifest(MODEL)))


@contextmanager
def _environment(words: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in words}
    os.environ.update(words)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


def _config(config: Config, authority: Authority, door: Path, port: int, broker: int) -> Config:
    box = authority.issue("box")
    if config.nginx is None or config.hub is None:
        raise NotReadyError("the simulated commune has neither door nor hub")
    tls = {"ca": str(authority.ca), "cert": str(box.cert), "key": str(box.key)}
    nginx = replace(
        config.nginx,
        name="mo.thu.example",
        ca=str(door / "web-ca.pem"),
        cert=str(door / "web.pem"),
        key=str(door / "web.key"),
        addresses=("127.0.0.1",),
        port=port,
    )
    return replace(
        config,
        broker=replace(config.broker, host="127.0.0.1", port=broker, **tls),
        media=replace(config.media, **tls),
        hub=replace(config.hub, **tls),
        nginx=replace(nginx, http_port=443),
        local_node=None,
        watch=(),
        vision=replace(config.vision, model=MODEL, size=SIZE),
        speech=replace(config.speech, voices=("espeak:vi",)),
        camera=tuple(one for one in config.camera if not missing(entry_of(one)))[:2],
        horn=config.horn[:2],
        gauge=config.gauge[:1],
        modem=config.modem[:1],
    )


def well_state(config: Config) -> dict[str, Any]:
    """Sections of the state of a box with nothing wrong, as far as the doctor reads them (docs/ref/state.md)."""
    return {
        "services": [{"name": "store", "state": "up", "detail": "", "since_ms": 0, "restarts": 0}],
        "cameras": [{"id": one.id, "name": one.name, "state": "online", "detail": ""} for one in config.camera],
        "horns": [{"id": one.id, "name": one.name, "online": True, "batt_v": 12.9} for one in config.horn],
        "phones": [
            {"modem": one.id, "ok": True, "detail": "", "signal_dbm": -71, "registered": True} for one in config.modem
        ],
        "uplink": {"state": "up", "detail": ""},
        "power": {"mains": True, "charge_pct": 100, "minutes_left": None, "low": False, "silent": False, "shed": []},
    }


async def _fill(data: Path, config: Config) -> None:
    """What a box has in its store that ran well for a week."""
    journal = await Journal.open(data / "molang.db", SystemClock())
    await journal.record(lambda tx: _rows(tx, config))
    journal.close()


def _rows(tx: Tx, config: Config) -> None:
    for gauge in config.gauge:
        add_reading(tx, Reading(StationId(gauge.id), "level", 1.0, "m", AtMs(tx.now.at_ms), Quality.GOOD))
    for number, horn in enumerate(config.horn):
        order = f"thu-{number}"
        tx.run(
            "INSERT INTO horn_order (id, op, priority, hamlets, ms, exp_ms, made_at_ms, by_user, payload)"
            " VALUES (?, 'test', 0, '[]', 3000, 0, ?, 'tự kiểm tra', x'00')",
            *(order, tx.now.at_ms - 86_400_000),
        )
        tx.run("INSERT INTO horn_report (horn_order, horn, outcome, at_ms) VALUES (?, ?, 'PLAYED', 1)", order, horn.id)
    put_meta(tx.connection, LET_GO, str(tx.now.at_ms + 86_400_000))  # the province has had the events of all that
    for role in (Role.ADMIN, Role.LEADER, Role.DUTY):
        tx.run(
            "INSERT INTO account (id, login, name, role, password, must_change, code_secret, made_at_ms, changed_at_ms)"
            " VALUES (?, ?, ?, ?, '', 0, ?, ?, ?)",
            *(role, role, f"Người {role}", role, b"x" if role is not Role.DUTY else None, tx.now.at_ms, tx.now.at_ms),
        )


def _keep(data: Path, config: Config) -> None:
    """What lies beside the store: the settings that ran, the note of the last backup."""
    (data / "settings").mkdir()
    text = EXAMPLE.read_text()
    (data / "settings" / f"{hashlib.sha256(text.encode()).hexdigest()}.toml").write_text(text)
    backup_note(data, config.commune.id, hours=3)


def backup_note(data: Path, commune: str, hours: float) -> None:
    """The newest backup is so old."""
    made_ms = round(time.time() * 1000 - hours * 3_600_000)
    note = {"made_at_ms": made_ms, "folder": "/media/usb", "file": f"molang-{commune}.tar", "bytes": 1, "kept": 14}
    write_atomically(data / BACKUP_NOTE, json.dumps(note).encode())
