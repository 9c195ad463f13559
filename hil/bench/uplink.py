"""A backlog from a real box to a real hub, each its own process, over mutual TLS and a proxy that counts bytes.

As root also through a link of its own, with every IP byte counted: `uplink_far`.
"""

import asyncio
import datetime as dt
import gzip
import sqlite3
import ssl
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path

import aiohttp
import msgspec

from edge.control.client import call
from edge.control.protocol import GetState
from edge.core.errors import MolangError
from edge.kernel.wire.event import BATCH_PATH, BATCH_TYPE, CloudEvent
from hil import place, uplink
from hil.bench.outcome import BenchUnavailableError, Case, Outcome, Round, Say, in_turns, ratio
from hil.bench.thin_link import RATE_KBIT, ThinLink
from hil.bench.uplink_box import BOOT, event, fill_outbox, moment, size_of, write_settings
from hil.bench.uplink_far import alarm_delays, thin_drain, wire_cost
from hil.bench.usage import UsageMeter
from hil.harness import Harness, Program, python
from hil.pki import Authority
from hil.ports import free_ports, listens

SOURCE = f"/xa/{place.COMMUNE}/box/1"
BOX, ONE_BY_ONE = "box drains its backlog", "a request an event"
FAR = "far link"
OUTAGES_S = (3.0, 7.0, 12.0, 1.5, 5.0)
FULL = (2_000, 20, 1_000_000, OUTAGES_S)
"""Detection events, groups of 20 and single ones, events before the alarm, and outages."""
SETTLE_S = 3.0
DRAIN_S = 120.0
LOOK_EVERY_S = 0.2
HEADERS = {"Content-Type": BATCH_TYPE, "Content-Encoding": "gzip"}


@dataclass(frozen=True, slots=True)
class Line:
    """A province and the way to it: `port` is where the proxy listens."""

    folder: Path
    authority: Authority
    harness: Harness
    port: int

    def sent_bytes(self) -> int:
        """How much went to the province so far, with all that TLS and HTTP add."""
        return uplink.ask(self.folder, "status").sent_bytes

    def meter(self, program: str) -> UsageMeter:
        """Counts from now what this program uses. Raises BenchUnavailableError when it is down."""
        pid = self.harness.pid(program)
        if pid is None:
            raise BenchUnavailableError(f"{program} ended:\n{self.harness.tail(program)}")
        return UsageMeter(pid)


def measure(quick: bool, say: Say) -> Outcome:
    """Events a second, bytes an event on the wire, CPU an event; against one request for each event."""
    rounds, backlog, singles = (1, 500, 100) if quick else (5, 5_000, 500)
    with tempfile.TemporaryDirectory(prefix="molang-bench-") as name:
        folders = (Path(name) / str(number) for number in count())
        measures: dict[str, Callable[[], Round]] = {
            BOX: lambda: _drain(next(folders), backlog),
            ONE_BY_ONE: lambda: _one_by_one(next(folders), singles),
        }
        cases = in_turns(rounds, measures, say)
    ratios = (
        ratio("events/s: the box to a request an event", "events_per_s", cases[BOX], cases[ONE_BY_ONE]),
        ratio("bytes/event: a request an event to the box", "bytes_per_event", cases[ONE_BY_ONE], cases[BOX]),
        ratio("hub's CPU/event: a request an event to the box", "hub_cpu_us_per_event", cases[ONE_BY_ONE], cases[BOX]),
    )
    settings: Mapping[str, str | int | float] = {
        "backlog": backlog,
        "singles": singles,
        "data_bytes": round(statistics.fmean(size_of(number) for number in range(backlog))),
    }
    chart = ("events_per_s", "bytes_per_event", "hub_cpu_us_per_event")
    why_not = ThinLink.why_not()
    far = () if why_not else _far(quick, say)
    settings = {**settings, **({"far_link_left_out": why_not} if why_not else {"rate_kbit": RATE_KBIT})}
    return Outcome((*cases.values(), *far), ratios, chart, settings)


def _far(quick: bool, say: Say) -> tuple[Case, ...]:
    """What issue 5 asks: cost on the wire, drain of a thin line, an alarm behind a backlog; one round each."""
    events, groups, backlog, outages_s = (600, 5, 20_000, OUTAGES_S[:2]) if quick else FULL
    cost = wire_cost(events, groups, groups, say)
    drain = thin_drain(events * 3, RATE_KBIT, say)
    delays = alarm_delays(backlog, RATE_KBIT, outages_s, say)
    rounds = tuple({"alarm_behind_backlog_s": delay} for delay in delays)
    return (
        Case("detection events at the link", (cost,), FAR),
        Case(f"backlog over {RATE_KBIT} kbit/s", (drain,), FAR),
        Case(f"alarm behind {backlog} events", rounds, FAR),
    )


@contextmanager
def _line(folder: Path) -> Iterator[Line]:
    """A hub with an empty disk behind the proxy."""
    folder.mkdir()
    authority = Authority(folder / "pki")
    hub = authority.issue(place.HUB)
    hub_port, port = free_ports((0, 0))
    tls = ("--ca", str(authority.ca), "--cert", str(hub.cert), "--key", str(hub.key))
    serve = python("edge", "hub", "serve", "--folder", folder / "hub", "--listen", f"127.0.0.1:{hub_port}", *tls)
    proxy = python("hil.uplink", "--folder", folder, "--listen", port, "--to", hub_port)
    with Harness(folder / "log") as harness:
        harness.start(Program("hub", serve, lambda: listens(hub_port)))
        harness.start(Program("proxy", proxy, (folder / "uplink.sock").exists))
        for name in ("hub", "proxy"):
            harness.wait_ready(name)
        yield Line(folder, authority, harness, port)


def _drain(folder: Path, backlog: int) -> Round:
    with _line(folder) as line:
        settings = write_settings(folder, line.authority, line.port)
        database = folder / "box" / "molang.db"
        fill_outbox(database, backlog)
        uplink.ask(folder, "cut")
        command = python("edge", "run", "--config", settings)
        line.harness.start(
            Program("box", command, partial(_answers, folder / "box" / "run" / "control.sock"), ready_s=30)
        )
        line.harness.wait_ready("box")
        time.sleep(SETTLE_S)
        hub, box, before = line.meter("hub"), line.meter("box"), line.sent_bytes()
        uplink.ask(folder, "restore")
        arrivals = _arrivals(database, backlog)
        return {
            "events_per_s": _rate(arrivals),
            "bytes_per_event": (line.sent_bytes() - before) / backlog,
            "hub_cpu_us_per_event": hub.read().cpu_s * 1e6 / backlog,
            "box_cpu_us_per_event": box.read().cpu_s * 1e6 / backlog,
        }


def _answers(control: Path) -> bool:
    try:
        call(control, GetState(user="bench", role="technician"))
    except MolangError:
        return False
    return True


def _arrivals(database: Path, backlog: int) -> list[tuple[int, int]]:
    """(when, how many) of every batch, once all of the backlog is at the province."""
    question = "SELECT acked_at_ms, count(*) FROM outbox WHERE acked_at_ms IS NOT NULL GROUP BY 1 ORDER BY 1"
    until = time.monotonic() + DRAIN_S
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA query_only = ON")
        while time.monotonic() < until:
            rows = connection.execute(question).fetchall()
            if sum(number for _, number in rows) >= backlog:
                return rows
            time.sleep(LOOK_EVERY_S)
    raise BenchUnavailableError(f"the backlog did not drain within {DRAIN_S:.0f} s")


def _rate(arrivals: list[tuple[int, int]]) -> float:
    """Without the first batch: how long the box waited before it tried again is not the line's speed."""
    (first_ms, first), (last_ms, _) = arrivals[0], arrivals[-1]
    return (sum(number for _, number in arrivals) - first) * 1000 / (last_ms - first_ms)


def _one_by_one(folder: Path, singles: int) -> Round:
    """What somebody would write first: each event in a request of its own, on a connection that is kept."""
    with _line(folder) as line:
        hub, before = line.meter("hub"), line.sent_bytes()
        took_s = asyncio.run(_post_all(line, singles))
        return {
            "events_per_s": singles / took_s,
            "bytes_per_event": (line.sent_bytes() - before) / singles,
            "hub_cpu_us_per_event": hub.read().cpu_s * 1e6 / singles,
        }


async def _post_all(line: Line, singles: int) -> float:
    identity = line.authority.issue(place.BOX)
    context = ssl.create_default_context(cafile=line.authority.ca)
    context.load_cert_chain(identity.cert, identity.key)
    url = f"https://127.0.0.1:{line.port}{BATCH_PATH}"
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=context, limit=1)) as session:
        began = time.monotonic()
        for number in range(singles):
            body = gzip.compress(msgspec.json.encode([_cloud_event(number)]), mtime=0)
            async with session.post(url, data=body, headers=HEADERS) as response:
                response.raise_for_status()
        return time.monotonic() - began


def _cloud_event(number: int) -> CloudEvent:
    one, now = event(number), moment(number)
    return CloudEvent(
        specversion="1.0",
        id=one.id,
        source=SOURCE,
        type=f"vn.molang.{one.type}.v1",
        subject=one.subject,
        time=dt.datetime.fromtimestamp(now.at_ms / 1000, dt.UTC),
        datacontenttype="application/json",
        data=one.data,
        seq=number + 1,
        lane=one.lane,
        bootid=BOOT,
        clockstate=now.clock,
    )
