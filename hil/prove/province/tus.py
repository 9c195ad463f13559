"""Line ``tus``: 50 MB from a box to the hub through 20 link cuts and two kill -9 of each; almost nothing goes twice.

The box sits in a network of its own behind a pair of interfaces; a cut takes the pair down for longer than any
connection lives, at a random moment of the transfer. What is sent is counted where it leaves: IP bytes at the box's
interface, once without a cut and once with all of them. The difference, which holds every handshake, question and
repeated packet too, is what the cuts and kills cost. Afterwards tuspy, a client that is not ours, uploads and resumes.
"""

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from hil.bench.thin_link import ThinLink
from hil.harness import ROOT, NotReadyError
from hil.links import Figure, Link
from hil.pki import Authority, Identity

MEGABYTE = 1_000_000
PORT = 9_464
RATE_KBIT = 40_000
DARK_S = 6.0
"""Longer than TCP_USER_TIMEOUT of the box's connections: every cut ends one."""
MOST_TWICE_PCT = 2.0
PATIENCE_S = 300.0
START_S = 30.0
SEED = 5
BOX = "box-dong-son-1"
LOOPBACK = "127.0.0.1"
TUSPY_BYTES = 20 * MEGABYTE


@dataclass(frozen=True, slots=True)
class Faults:
    """How often the link is cut, and how often hub and box are killed on the way."""

    cuts: int = 20
    kills: int = 2


@dataclass(frozen=True, slots=True)
class Run:
    """What one transfer took: IP bytes out of the box and into it, connections, whether the file is the same."""

    sent: int
    received: int
    connections: int
    took_s: float
    identical: bool


class CutLink(ThinLink):
    """A link that can be taken down, and that counts."""

    def __enter__(self) -> "CutLink":
        super().__enter__()
        return self

    def cut(self) -> None:
        """Nothing passes any more, in either direction, and nobody is told."""
        _ip("link", "set", self._ends[0], "down")

    def restore(self) -> None:
        """It passes again."""
        _ip("link", "set", self._ends[0], "up")

    def bytes(self) -> tuple[int, int]:
        """IP bytes that left the box's end and reached it, Ethernet's headers included."""
        shown = self._read("ip", "-s", "-j", "link", "show", "dev", self._ends[1])
        counts = json.loads(shown)[0]["stats64"]
        return counts["tx"]["bytes"], counts["rx"]["bytes"]

    def connections(self) -> int:
        """How many connections the box has opened so far."""
        names, values = (line.split() for line in self._read("cat", "/proc/net/snmp").splitlines() if "Tcp:" in line)
        return int(dict(zip(names, values, strict=True))["ActiveOpens"])

    def _read(self, *command: str) -> str:
        whole = self.inside(command)
        return subprocess.run(whole, capture_output=True, text=True, check=True, timeout=10).stdout


@dataclass(slots=True)
class Stage:
    """One province and one box, each its own process, in a folder of their own."""

    folder: Path
    link: CutLink
    authority: Authority
    hub: subprocess.Popen[str] | None = None
    box: subprocess.Popen[str] | None = None
    sha256: str = field(default="")

    def write_file(self, size: int) -> None:
        """The file that the box sends."""
        (self.folder / "box").mkdir(parents=True)
        data = os.urandom(size)
        self.sha256 = hashlib.sha256(data).hexdigest()
        (self.folder / "box" / "c.mp4").write_bytes(data)

    def start_hub(self, host: str) -> None:
        """The hub's doors; raises NotReadyError."""
        identity = self.authority.issue("hub")
        command = [sys.executable, "-m", "hil.prove.province.media_hub", "--folder", str(self.folder / "hub")]
        command += ["--listen", f"{host}:{PORT}", "--ca", str(self.authority.ca)]
        command += ["--cert", str(identity.cert), "--key", str(identity.key)]
        self.hub = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self.hub.stdout is not None
        if self.hub.stdout.readline().strip() != "ready":
            raise NotReadyError("the hub's doors did not open")

    def start_box(self) -> None:
        """The box's media part, behind the link."""
        identity = self.authority.issue(BOX)
        command = [sys.executable, "-m", "hil.prove.province.media_box", "--data", str(self.folder / "box")]
        command += ["--file", "c.mp4", "--url", f"https://{self.link.host}:{PORT}", "--ca", str(self.authority.ca)]
        command += ["--cert", str(identity.cert), "--key", str(identity.key)]
        inside = self.link.inside(command)
        self.box = subprocess.Popen(inside, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True)

    def arrived(self) -> int:
        """Bytes that the hub has of the file."""
        parts = list((self.folder / "hub/media/parts").glob("*.part"))
        return max((part.stat().st_size for part in parts), default=0)

    def is_identical(self) -> bool:
        """Whether the hub holds the same file."""
        path = self.folder / "hub/media/files" / self.sha256[:2] / self.sha256
        return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == self.sha256

    def end(self) -> None:
        """Stop what runs."""
        for process in (self.box, self.hub):
            _kill(process)


def tus(size: int = 50 * MEGABYTE, faults: Faults = Faults(), dark_s: float = DARK_S) -> Link:  # noqa: B008 - frozen
    """Transfer twice, compare, and let tuspy try."""
    reason = CutLink.why_not()
    if reason:
        raise NotReadyError(f"no network of its own for the box: {reason}")
    whole = transfer(size, Faults(0, 0), dark_s)
    cut = transfer(size, faults, dark_s)
    resumed_at, tuspy_same = tuspy()
    twice_pct = 100 * (cut.sent - whole.sent) / size
    figures: Mapping[str, Figure] = {
        "tus_bytes": size,
        "tus_cuts": faults.cuts,
        "tus_kills": 2 * faults.kills,
        "tus_connections": cut.connections,
        "tus_bytes_twice_pct": round(twice_pct, 3),
        "tus_identical": cut.identical and whole.identical,
        "tus_sent_bytes_uncut": whole.sent,
        "tus_sent_bytes_cut": cut.sent,
        "tus_took_s": round(cut.took_s, 1),
        "tuspy_resumed_at": resumed_at,
        "tuspy_identical": tuspy_same,
    }
    broken = cut.connections >= faults.cuts + faults.kills
    ok = whole.identical and cut.identical and broken and twice_pct <= MOST_TWICE_PCT and tuspy_same and resumed_at > 0
    return Link("tus", ok, figures, "IP bytes at the box's interface with all cuts and kills, less those without any")


def transfer(size: int, faults: Faults, dark_s: float) -> Run:
    """One file over the link with these faults at random moments."""
    with tempfile.TemporaryDirectory() as folder, CutLink(RATE_KBIT) as link, _stage(Path(folder), link) as stage:
        stage.write_file(size)
        stage.start_hub(link.host)
        stage.start_box()
        began = time.monotonic()
        for at, fault in _moments(size, faults):
            _until(partial(_has_come, stage, at), stage)
            _strike(stage, fault, dark_s)
        _until(stage.is_identical, stage)
        assert stage.box is not None
        stage.box.wait(PATIENCE_S)
        sent, received = link.bytes()
        return Run(sent, received, link.connections(), time.monotonic() - began, stage.is_identical())


def tuspy(size: int = TUSPY_BYTES) -> tuple[int, bool]:
    """An independent client is killed on the way and goes on: from which offset, and whether all is right."""
    with tempfile.TemporaryDirectory() as folder, _stage(Path(folder), CutLink()) as stage:
        stage.write_file(size)
        stage.start_hub(LOOPBACK)
        with _tuspy(stage) as first:
            _until(lambda: stage.arrived() >= size // 3, stage)
            _kill(first)
        with _tuspy(stage) as second:
            said, _ = second.communicate(timeout=PATIENCE_S)
        resumed_at = int(said)
        return resumed_at, second.returncode == 0 and resumed_at < size and stage.is_identical()


def _moments(size: int, faults: Faults) -> list[tuple[int, str]]:
    """When, by what has arrived, and what happens: spread over the file, each at a random place of its share."""
    draw = random.Random(SEED)
    kinds = ["cut"] * faults.cuts + ["kill hub", "kill box"] * faults.kills
    draw.shuffle(kinds)
    share = size // (len(kinds) + 1)
    return [(place * share + draw.randrange(share // 4, share), kind) for place, kind in enumerate(kinds)]


def _has_come(stage: Stage, count: int) -> bool:
    return stage.arrived() >= count


def _strike(stage: Stage, fault: str, dark_s: float) -> None:
    if fault == "cut":
        stage.link.cut()
        time.sleep(dark_s)
        stage.link.restore()
    elif fault == "kill hub":
        _kill(stage.hub)
        stage.start_hub(stage.link.host)
    else:
        _kill(stage.box)
        stage.start_box()


def _until(happened: Callable[[], bool], stage: Stage) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not happened() and not stage.is_identical():
        if time.monotonic() > deadline:
            raise NotReadyError(f"nothing more arrives after {stage.arrived()} bytes")
        time.sleep(0.002)


def _tuspy(stage: Stage) -> "subprocess.Popen[str]":
    identity: Identity = stage.authority.issue(BOX)
    command = [sys.executable, "-m", "hil.prove.province.tuspy_client", f"https://{LOOPBACK}:{PORT}/v1/uploads"]
    command += [str(identity.cert), str(identity.key), str(stage.folder / "box/c.mp4"), stage.sha256]
    command += ["--store", str(stage.folder / "tuspy.json")]
    environment = os.environ | {"REQUESTS_CA_BUNDLE": str(stage.authority.ca)}
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)


@contextmanager
def _stage(folder: Path, link: CutLink) -> Iterator[Stage]:
    stage = Stage(folder, link, Authority(folder / "pki", (link.host, LOOPBACK)))
    try:
        yield stage
    finally:
        stage.end()


def _kill(process: "subprocess.Popen[str] | None") -> None:
    if process is not None and process.poll() is None:
        process.send_signal(signal.SIGKILL)
        process.wait(START_S)


def _ip(*arguments: str) -> None:
    subprocess.run(("ip", *arguments), capture_output=True, check=True, timeout=10)
