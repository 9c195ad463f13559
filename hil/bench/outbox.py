"""The outbox over a month: what thirty days of a commune take on the disk, and what it costs when a million rows wait.

Thirty days at 58,000 events of the documented schema (docs/ref/events.md) are written by the store's own functions,
acknowledged like a day later, and forgotten in the pieces in which the box does it. The database lies on a real disk.
"""

import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from edge.core.moment import AtMs, ClockState, Moment, Steady
from edge.core.policy.compaction import Levels
from edge.core.policy.lanes import Drop, Lane
from edge.core.policy.tombstones import Why
from edge.store.outbox import Turns, add_event, backlog, lane_loads, mark_acked, waiting_events
from edge.store.outbox_room import AT_ONCE, compact, drop, forget_acked
from edge.store.schema import open_writer
from hil.bench.machine import filesystem_of
from hil.bench.outcome import Case, Outcome, Round, Say, percentile
from hil.bench.uplink_box import BEGAN_MS, BOOT, detection, event
from hil.harness import ROOT

DAYS, A_DAY, WAITING = 30, 58_000, 1_000_000
QUICK_DAYS, QUICK_WAITING = 1, 20_000
LEAST_ROOM = 1_200_000_000
DAY_MS = 86_400_000
BATCH = 200
LOOKS = 50
MONTH, BACKLOG = "thirty days that arrived", "a million that wait"


def measure(quick: bool, say: Say) -> Outcome:
    """The month and the backlog, each once: they are long."""
    days, waiting = (QUICK_DAYS, QUICK_WAITING) if quick else (DAYS, WAITING)
    with _folder() as folder:
        say(f"{days} days")
        month = Case(MONTH, (month_on_disk(folder / "month.db", days),), "month")
        say(f"{waiting} waiting")
        backlog_case = Case(BACKLOG, (long_queue(folder / "queue.db", waiting),), "queue")
        settings: dict[str, str | int | float] = {
            "filesystem": filesystem_of(folder),
            "events_a_day": A_DAY,
            "days": days,
            "waiting": waiting,
            "limit_bytes": LEAST_ROOM,
        }
    return Outcome((month, backlog_case), (), ("bytes_per_event", "backlog_ms"), settings)


def month_on_disk(path: Path, days: int) -> Round:
    """Bytes with the write-ahead log, at their most; the write of a day, its acknowledgement, and forgetting it all."""
    most_bytes, write_s, ack_s = 0, 0.0, 0.0
    with closing(open_writer(path)) as store:
        for day in range(days):
            write_s += _timed(partial(_write_day, store, day))
            ack_s += _timed(partial(_ack_day, store, day))
            most_bytes = max(most_bytes, _bytes(path))
        events = days * A_DAY
        pieces = list(_pieces(store, lambda: forget_acked(store, None)))
        left = store.execute("SELECT count(*) FROM outbox").fetchone()[0]
    return {
        "bytes_on_disk": most_bytes,
        "bytes_per_event": most_bytes / events,
        "bytes_in_30_days": most_bytes / events * DAYS * A_DAY,
        "written_per_s": events / write_s,
        "acked_per_s": events / ack_s,
        "forgotten_per_s": events / sum(pieces),
        "forget_piece_p99_ms": percentile(pieces, 99) * 1000,
        "left": left,
    }


def long_queue(path: Path, count: int) -> Round:
    """What is asked all the time while so much waits: the count, the next batch; and what bounding it costs."""
    with closing(open_writer(path)) as store:
        store.execute("BEGIN")
        for number in range(count):
            add_event(store, event(number), BOOT, _moment(number * 250))
        store.execute("COMMIT")
        turns, now = Turns(), _moment(count * 250)
        looks = sorted(_timed(lambda: backlog(store)) for _ in range(LOOKS))
        batches = sorted(_timed(lambda: waiting_events(store, BATCH, turns)) for _ in range(LOOKS))
        compacted = list(_pieces(store, _compaction(store, now)))
        telemetry = lane_loads(store)[Lane.TELEMETRY].count
        drops = list(_pieces(store, lambda: drop(store, Drop(Lane.TELEMETRY, Why.BUDGET, bytes=1 << 40), now)))
        (stones,) = store.execute("SELECT count(*) FROM outbox WHERE type = 'outbox.dropped'").fetchone()
    return {
        "backlog_ms": looks[LOOKS // 2] * 1000,
        "next_batch_ms": batches[LOOKS // 2] * 1000,
        "compact_piece_p99_ms": percentile(compacted, 99) * 1000,
        "telemetry_after_compaction": telemetry,
        "drop_piece_p99_ms": percentile(drops, 99) * 1000 if drops else 0.0,
        "dropped_per_s": len(drops) * AT_ONCE / sum(drops) if drops else 0.0,
        "tombstones": stones,
    }


def _compaction(store: sqlite3.Connection, now: Moment) -> Callable[[], int]:
    after = 0
    levels: Levels = lambda _: (3.0, 4.0)  # noqa: E731 - a rule for this bench alone

    def piece() -> int:
        nonlocal after
        before, done = after, compact(store, after, levels, now)
        after = done.after
        return after - before

    return piece


def _write_day(store: sqlite3.Connection, day: int) -> None:
    store.execute("BEGIN")
    for number in range(day * A_DAY, (day + 1) * A_DAY):
        add_event(store, replace(detection(number), id=f"{BOOT}-{number}"), BOOT, _moment(number * DAY_MS // A_DAY))
    store.execute("COMMIT")


def _ack_day(store: sqlite3.Connection, day: int) -> None:
    """As the uplink does it, a batch in a transaction."""
    for first in range(day * A_DAY, (day + 1) * A_DAY, BATCH):
        store.execute("BEGIN")
        ids = [f"{BOOT}-{number}" for number in range(first, min(first + BATCH, (day + 1) * A_DAY))]
        mark_acked(store, ids, BEGAN_MS + (day + 1) * DAY_MS)
        store.execute("COMMIT")


def _pieces(store: sqlite3.Connection, work: Callable[[], int]) -> Iterator[float]:
    """Seconds of each transaction until there is nothing left to do."""
    going = True
    while going:
        began = time.perf_counter()
        store.execute("BEGIN IMMEDIATE")
        going = work() > 0
        store.execute("COMMIT")
        yield time.perf_counter() - began


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _moment(after_ms: int) -> Moment:
    return Moment(AtMs(BEGAN_MS + after_ms), Steady(0.0), ClockState.SYNCED)


def _bytes(path: Path) -> int:
    return sum(one.stat().st_blocks * 512 for one in path.parent.glob(f"{path.name}*"))


@contextmanager
def _folder() -> Iterator[Path]:
    home = ROOT / "var" / "bench"
    home.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="outbox-", dir=home) as name:
        yield Path(name)
