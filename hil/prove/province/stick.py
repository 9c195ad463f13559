"""The same outbox by line and by stick, in any order and twice: everything is at the province once (issue 5).

Every order of four things that happen to an outbox is played with the product's own processes: the box drains by line;
it is killed in the middle of that; a stick is taken twice and its receipt comes back; the taking is killed half way. In
the end the line drains what is left.
"""

import itertools
import json
import shutil
import sqlite3
import ssl
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from edge.kernel.statement import StatementKey
from hil import place
from hil.bench.outcome import BenchUnavailableError
from hil.bench.uplink_box import detection, event, fill_outbox, write_settings
from hil.harness import Harness, Program, python
from hil.links import Link
from hil.pki import Authority
from hil.ports import free_ports, listens

SOURCE = f"/xa/{place.COMMUNE}/box/1"
EVENTS = 4_000
ENOUGH = 1_500
"""So many events take the province longer than a kill."""
PATIENCE_S = 120.0
LOOK_S = 0.03
PAGE = 1_000


@dataclass(frozen=True, slots=True)
class Office:
    """One box, its hub that serves, and the stick between them."""

    folder: Path
    authority: Authority
    harness: Harness
    settings: Path
    port: int

    @property
    def database(self) -> Path:
        """The box's."""
        return self.folder / "box" / "molang.db"

    @property
    def stick(self) -> Path:
        """The folder that is carried."""
        return self.folder / "stick"

    def count(self, where: str) -> int:
        """Rows of the box's outbox."""
        with closing(sqlite3.connect(self.database, timeout=10)) as connection:
            (count,) = connection.execute(f"SELECT count(*) FROM outbox WHERE {where}").fetchone()
            return int(count)

    def told(self) -> frozenset[str]:
        """The id of everything that the box ever wrote for the province, its own words of this night among it."""
        with closing(sqlite3.connect(self.database, timeout=10)) as connection:
            return frozenset(name for (name,) in connection.execute("SELECT id FROM outbox"))

    def export(self) -> Path:
        """What waits now, on the stick."""
        before = set(self.stick.glob("*.molang"))
        _run(python("edge", "sync", "export", "--config", self.settings, self.stick))
        (new,) = set(self.stick.glob("*.molang")) - before
        return new

    def importing(self, file: Path) -> list[str]:
        """The command of the province for this file."""
        hub = self.authority.issue(place.HUB)
        files = ("--box-key", self.folder / "boxes", "--cert", hub.cert, "--key", hub.key)
        return python("edge", "hub", "import", file, "--folder", self.folder / "hub", *files)

    def at_province(self) -> list[str]:
        """The id of every event that the province holds, in the order of arrival."""
        context = ssl.create_default_context(cafile=self.authority.ca)
        identity = self.authority.issue("province")
        context.load_cert_chain(identity.cert, identity.key)
        found: list[str] = []
        after = 0
        while True:
            url = f"https://127.0.0.1:{self.port}/v1/events?source={SOURCE}&after={after}&limit={PAGE}"
            with urllib.request.urlopen(url, context=context, timeout=30) as answer:
                rows = json.load(answer)
            if not rows:
                return found
            found += [row["id"] for row in rows]
            after = rows[-1]["arrival"]


def by_line(office: Office) -> None:
    """The box runs until nothing waits."""
    _start_box(office)
    _until(lambda: office.count(_WAITS) == 0, "the outbox is not empty")
    _end(office, "box")


def line_killed(office: Office) -> None:
    """The box is killed while it sends, if there is something to send."""
    before = office.count(_WAITS)
    _start_box(office)
    _until(lambda: office.count(_WAITS) < before or before == 0, "nothing was sent")
    office.harness.kill("box")
    _end(office, "box")


def by_stick(office: Office) -> None:
    """A stick, taken twice; the receipt comes back."""
    file = office.export()
    for _ in range(2):
        _run(office.importing(file))
    receipt = file.with_name(f"{file.name}.receipt")
    _run(python("edge", "sync", "receipt", "--config", office.settings, receipt))


def stick_killed(office: Office) -> None:
    """The taking is killed half way, and the stick is lost with it. One that holds little is taken before its kill."""
    waiting = office.count(_WAITS)
    file = office.export()
    draft = file.with_name(f".{file.name}.receipt.new")
    process = subprocess.Popen(office.importing(file), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _until(lambda: draft.exists() or process.poll() is not None, "the stick is not taken")
    time.sleep(LOOK_S)
    process.kill()
    process.wait()
    if file.with_name(f"{file.name}.receipt").exists() and waiting > ENOUGH:
        raise BenchUnavailableError("the import was faster than its kill")


STEPS: Mapping[str, Callable[[Office], None]] = {
    "line": by_line,
    "line killed": line_killed,
    "stick": by_stick,
    "stick killed": stick_killed,
}
_WAITS = "acked_at_ms IS NULL AND dead_reason IS NULL"


def stick(events: int = EVENTS, orders: Sequence[tuple[str, ...]] = tuple(itertools.permutations(STEPS))) -> Link:
    """Every order; what is missing or there twice at the province, and what the box still holds in the end."""
    ends = [play(order, events) for order in orders]
    missing, doubled = sum(end.missing for end in ends), sum(end.doubled for end in ends)
    left, dead = sum(end.left for end in ends), sum(end.dead for end in ends)
    figures = {
        "stick_missing": missing,
        "stick_doubled": doubled,
        "stick_left": left,
        "stick_dead": dead,
        "orders": len(orders),
        "events": events,
    }
    note = "line, line killed, stick twice, import killed: every order, then the line"
    return Link("stick", not (missing or doubled or left or dead), figures, note)


@dataclass(frozen=True, slots=True)
class End:
    """What is missing or there twice at the province, still waits or is dead at the box."""

    missing: int
    doubled: int
    left: int
    dead: int


def play(order: Sequence[str], events: int) -> End:
    """How it ends after this order."""
    with tempfile.TemporaryDirectory(prefix="molang-stick-") as name:
        folder = Path(name)
        with Harness(folder / "log") as harness:
            office = _office(folder, harness, events)
            for step in (*order, "line"):
                STEPS[step](office)
            return _judged(office)


def _judged(office: Office) -> End:
    held, told = office.at_province(), office.told()
    missing, doubled = len(told - set(held)), len(held) - len(set(held))
    return End(missing, doubled, office.count(_WAITS), office.count("dead_reason IS NOT NULL"))


def _office(folder: Path, harness: Harness, events: int) -> Office:
    authority = Authority(folder / "pki")
    hub, (port,) = authority.issue(place.HUB), free_ports((0,))
    settings = write_settings(folder, authority, port)
    fill_outbox(folder / "box" / "molang.db", events, lambda number: (event if number % 4 else detection)(number))
    key = StatementKey.load_or_make(folder / "box" / "keys" / "audit.pem")
    (folder / "boxes").write_text(f"{SOURCE} {key.public_hex}\n")
    (folder / "stick").mkdir()
    tls = ("--ca", authority.ca, "--cert", hub.cert, "--key", hub.key)
    serve = python("edge", "hub", "serve", "--folder", folder / "hub", "--listen", f"127.0.0.1:{port}", *tls)
    harness.start(Program("hub", serve, lambda: listens(port)))
    harness.wait_ready("hub")
    return Office(folder, authority, harness, settings, port)


def _start_box(office: Office) -> None:
    control = office.folder / "box" / "run" / "control.sock"
    control.unlink(missing_ok=True)
    office.harness.start(Program("box", python("edge", "run", "--config", office.settings), control.exists, 30.0))


def _end(office: Office, name: str) -> None:
    if office.harness.pid(name) is not None:
        office.harness.kill(name)
    _until(lambda: office.harness.pid(name) is None, f"{name} does not end")
    shutil.rmtree(office.folder / "box" / "run", ignore_errors=True)


def _run(command: Sequence[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    if done.returncode:
        raise BenchUnavailableError(f"{' '.join(command[2:5])}: {done.stderr.strip()[-400:]}")


def _until(happened: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + PATIENCE_S
    while not happened():
        if time.monotonic() > until:
            raise BenchUnavailableError(f"{what} after {PATIENCE_S:.0f} s")
        time.sleep(LOOK_S)
