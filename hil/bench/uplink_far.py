"""A box behind a link of its own: what an event costs on the wire, how fast a thin line drains, when an alarm is there.

The box is the product's own process in a network namespace, the hub another one outside; the bytes are counted at the
pair of interfaces between them. Needs root.
"""

import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from edge.control.client import call
from edge.control.protocol import GetState
from edge.core.errors import MolangError
from edge.core.moment import AtMs, ClockState, Moment, Steady
from edge.store.outbox import LANE_ALARM, Event, add_event
from hil import place
from hil.bench.outcome import BenchUnavailableError, Say
from hil.bench.thin_link import ThinLink
from hil.bench.uplink_box import BOOT, detection, fill_outbox, write_settings
from hil.harness import Harness, Program, python
from hil.pki import Authority
from hil.ports import free_ports, listens

BIT, KILO = 8, 1_000
SETTLE_S = 3.0
START_S = 60.0
"""A box that comes up with a million events looks at them first; two slow cores need their time."""
PATIENCE_S = 300.0
LOOK_EVERY_S = 0.1
BETWEEN_S = 1.2
"""Longer than the box's look for something new: every group that is written goes in a batch of its own."""
DRAINING_S = 6.0
FIRST_OF_TRICKLE = 50_000_000


@dataclass(frozen=True, slots=True)
class FarBox:
    """A box that runs behind its link."""

    link: ThinLink
    database: Path
    harness: Harness

    def tell(self, *events: Event) -> None:
        """Write these into the outbox in one transaction, as the box's own services would."""
        now_ms = round(time.time() * 1000)
        now = Moment(AtMs(now_ms), Steady(0.0), ClockState.SYNCED)
        with closing(sqlite3.connect(self.database, isolation_level=None, timeout=10)) as connection:
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("BEGIN IMMEDIATE")
            for event in events:
                add_event(connection, event, BOOT, now)
            connection.execute("COMMIT")

    def acked_at_ms(self, event: str) -> int | None:
        """When the box noted that the province has this event."""
        row = self._ask("SELECT acked_at_ms FROM outbox WHERE id = ?", event)
        return row[0][0] if row else None

    def wait_drained(self) -> None:
        """Until nothing waits."""
        question = "SELECT 1 FROM outbox WHERE acked_at_ms IS NULL AND dead_reason IS NULL LIMIT 1"
        self._until(lambda: not self._ask(question), "the outbox is not empty")

    def wait_acked(self, event: str) -> int:
        """When the province had this event."""
        self._until(lambda: self.acked_at_ms(event) is not None, f"{event} is not at the province")
        found = self.acked_at_ms(event)
        assert found is not None
        return found

    def arrivals(self) -> list[tuple[int, int]]:
        """(when, how many) of every batch so far."""
        question = "SELECT acked_at_ms, count(*) FROM outbox WHERE acked_at_ms IS NOT NULL GROUP BY 1 ORDER BY 1"
        return [(at_ms, count) for at_ms, count in self._ask(question)]

    def _until(self, happened: Callable[[], bool], what: str) -> None:
        until = time.monotonic() + PATIENCE_S
        while not happened():
            if time.monotonic() > until:
                raise BenchUnavailableError(f"{what} after {PATIENCE_S:.0f} s:\n{self.harness.tail('box')}")
            time.sleep(LOOK_EVERY_S)

    def _ask(self, question: str, *values: object) -> list[tuple[int, ...]]:
        with closing(sqlite3.connect(self.database, isolation_level=None, timeout=10)) as connection:
            connection.execute("PRAGMA query_only=ON")
            return connection.execute(question, values).fetchall()


def wire_cost(events: int, groups: int, singles: int, say: Say) -> dict[str, float]:
    """IP bytes both ways an event, TLS and its handshake included: full batches, batches of 20, single ones."""
    say(f"{events} events in full batches")
    with _far_box(0, events) as box:
        before = box.link.ip_bytes()
        box.link.up()
        box.wait_drained()
        found = {"bytes_per_event": (box.link.ip_bytes() - before) / events}
        found["bytes_per_event_in_20"] = _trickle(box, groups, 20, say)
        found["bytes_per_event_single"] = _trickle(box, singles, 1, say)
        found["own_count_to_wire"] = _own_count(box) / (box.link.ip_bytes() - before)
        return found


def _own_count(box: FarBox) -> int:
    """What the box itself has counted and kept; the last acknowledgement's own bytes are kept with the next."""
    with closing(sqlite3.connect(box.database, timeout=10)) as connection:
        (count,) = connection.execute("SELECT sum(sent_bytes + received_bytes) FROM way_use").fetchone()
        return int(count or 0)


def _trickle(box: FarBox, groups: int, size: int, say: Say) -> float:
    say(f"{groups} batches of {size}")
    first, before = FIRST_OF_TRICKLE * size, box.link.ip_bytes()
    for number in range(groups):
        box.tell(*(detection(first + number * size + one) for one in range(size)))
        time.sleep(BETWEEN_S)
    box.wait_drained()
    return (box.link.ip_bytes() - before) / (groups * size)


def thin_drain(events: int, rate_kbit: int, say: Say) -> dict[str, float]:
    """Events a second through a link of this rate; beside it what its payload would allow without any pause."""
    say(f"{events} events over {rate_kbit} kbit/s")
    with _far_box(rate_kbit, events) as box:
        before = box.link.ip_bytes_out()
        box.link.up()
        box.wait_drained()
        bytes_out = (box.link.ip_bytes_out() - before) / events
        arrivals = box.arrivals()
    (first_ms, first), (last_ms, _) = arrivals[0], arrivals[-1]
    rate = (sum(count for _, count in arrivals) - first) * 1000 / (last_ms - first_ms)
    limit = rate_kbit * KILO / BIT / bytes_out
    return {"drain_events_per_s": rate, "link_limit_events_per_s": limit, "bytes_out_per_event": bytes_out}


def alarm_delays(backlog: int, rate_kbit: int, outages_s: Sequence[float], say: Say) -> list[float]:
    """Seconds from the line's return to the province's answer, for an alarm of each of these outages.

    The line goes down while the backlog drains, so that a batch is on its way then.
    """
    say(f"writing {backlog} events")
    delays = []
    with _far_box(rate_kbit, backlog) as box:
        for number, outage_s in enumerate(outages_s):
            say(f"outage of {outage_s:g} s")
            box.tell(_alarm(number))
            time.sleep(outage_s)
            up_ms = time.time() * 1000
            box.link.up()
            delays.append((box.wait_acked(f"{BOOT}-alarm-{number}") - up_ms) / 1000)
            time.sleep(DRAINING_S)
            box.link.down()
    return delays


def _alarm(number: int) -> Event:
    data = {"title": "Nước sông vượt báo động 3", "severity": "extreme", "hamlet": "dong"}
    return Event(f"{BOOT}-alarm-{number}", LANE_ALARM, "incident.opened", f"{BOOT}-alarm-{number}", data)


@contextmanager
def _far_box(rate_kbit: int, backlog: int) -> Iterator[FarBox]:
    """A box with so many events that runs, knows that its line is down, and goes on doing so."""
    why_not = ThinLink.why_not()
    if why_not:
        raise BenchUnavailableError(why_not)
    with tempfile.TemporaryDirectory(prefix="molang-far-") as name, ThinLink(rate_kbit) as link:
        folder = Path(name)
        authority = Authority(folder / "pki", ("127.0.0.1", link.host))
        (port,) = free_ports((0,))
        settings = write_settings(folder, authority, port, link.host)
        database = folder / "box" / "molang.db"
        fill_outbox(database, backlog, detection)
        link.down()
        with Harness(folder / "log") as harness:
            _start_hub(harness, folder, authority, port)
            control = folder / "box" / "run" / "control.sock"
            command = link.inside(python("edge", "run", "--config", settings))
            harness.start(Program("box", command, lambda: _is_down(control), ready_s=START_S))
            harness.wait_ready("box")
            time.sleep(SETTLE_S)
            yield FarBox(link, database, harness)


def _start_hub(harness: Harness, folder: Path, authority: Authority, port: int) -> None:
    hub = authority.issue(place.HUB)
    tls = ("--ca", str(authority.ca), "--cert", str(hub.cert), "--key", str(hub.key))
    # It listens everywhere: the link's own address is there only while the link is up.
    serve = python("edge", "hub", "serve", "--folder", folder / "hub", "--listen", f"0.0.0.0:{port}", *tls)
    harness.start(Program("hub", serve, lambda: listens(port)))
    harness.wait_ready("hub")


def _is_down(control: Path) -> bool:
    """The box answers, and has tried its line."""
    try:
        reply = call(control, GetState(user="bench", role="technician"))
    except MolangError:
        return False
    uplink = getattr(reply, "value", {}).get("uplink", {})
    return bool(uplink.get("state") == "down") and uplink.get("detail") != "Chưa nối tới tỉnh."
