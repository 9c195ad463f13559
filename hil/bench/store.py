"""The group-commit writer against one transaction per fsync, and against the disk itself."""

import asyncio
import itertools
import os
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

from edge.core.moment import Moment
from edge.kernel.clock import SystemClock
from edge.store.outbox import LANE_ALARM, Event, add_event
from edge.store.schema import open_writer
from edge.store.writer import Writer
from hil.bench.machine import filesystem_of
from hil.bench.outcome import Outcome, Round, Say, in_turns, percentile, ratio
from hil.harness import ROOT

CALLERS = (1, 8, 64)
PAGE = bytes(4096)
DISK, ALONE = "disk: 4 KiB + fdatasync", "one transaction per commit"
DATA = {"title": "Có người trong vùng cấm: kho vật tư", "severity": "severe", "camera": "cam-1", "hamlet": "dong"}


def measure(quick: bool, say: Say) -> Outcome:
    """Rows a second and what a caller waits until its row is durable, on the disk of `var/`."""
    rounds, window_s = (2, 0.2) if quick else (7, 2.0)
    with _folder() as folder:
        names = itertools.count()
        measures: Mapping[str, Callable[[], Round]] = {
            DISK: partial(_disk, folder / "raw", window_s),
            ALONE: lambda: _alone(folder / f"{next(names)}.db", window_s),
            **{_many(n): partial(_grouped, folder, names, n, window_s) for n in CALLERS},
        }
        cases = in_turns(rounds, measures, say)
        settings: Mapping[str, str | int | float] = {
            "filesystem": filesystem_of(folder),
            "window_s": window_s,
            "synchronous": "FULL",
        }
    ratios = (
        ratio(
            "rows/s: writer with 64 callers to one transaction per commit", "rows_per_s", cases[_many(64)], cases[ALONE]
        ),
        ratio(
            "rows/s: writer with 8 callers to one transaction per commit", "rows_per_s", cases[_many(8)], cases[ALONE]
        ),
        ratio(
            "p50: writer with 1 caller to one transaction per commit", "commit_p50_ms", cases[_many(1)], cases[ALONE]
        ),
        ratio("p50: one transaction per commit to the bare disk", "commit_p50_ms", cases[ALONE], cases[DISK]),
    )
    return Outcome(tuple(cases.values()), ratios, ("rows_per_s", "commit_p50_ms", "commit_p99_ms"), settings)


def _many(callers: int) -> str:
    return f"writer, {callers} caller{'s' * (callers > 1)}"


@contextmanager
def _folder() -> Iterator[Path]:
    home = ROOT / "var" / "bench"
    home.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="store-", dir=home) as name:
        yield Path(name)


def _disk(path: Path, window_s: float) -> Round:
    """The physical limit: no program can promise durable rows faster, one by one, than the disk confirms a page."""
    waits: list[float] = []
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT)
    try:
        until = time.monotonic() + window_s
        while (began := time.monotonic()) < until:
            os.write(descriptor, PAGE)
            os.fdatasync(descriptor)
            waits.append(time.monotonic() - began)
    finally:
        os.close(descriptor)
    return _figures(waits, window_s)


def _alone(path: Path, window_s: float) -> Round:
    """What everybody writes first: BEGIN, INSERT, COMMIT, and only then the next."""
    waits: list[float] = []
    now = SystemClock().now()
    with closing(open_writer(path)) as connection:
        until = time.monotonic() + window_s
        while (began := time.monotonic()) < until:
            connection.execute("BEGIN IMMEDIATE")
            _add(connection, f"0-{len(waits)}", now)
            connection.execute("COMMIT")
            waits.append(time.monotonic() - began)
    return _figures(waits, window_s)


def _grouped(folder: Path, names: "itertools.count[int]", callers: int, window_s: float) -> Round:
    writer = Writer(folder / f"{next(names)}.db")
    try:
        return _figures(asyncio.run(_call_for(writer, callers, window_s)), window_s)
    finally:
        writer.close()


async def _call_for(writer: Writer, callers: int, window_s: float) -> list[float]:
    waits: list[float] = []
    now = SystemClock().now()
    until = time.monotonic() + window_s

    async def call(caller: int) -> None:
        number = itertools.count()
        while (began := time.monotonic()) < until:
            await writer.write(partial(_add, name=f"{caller}-{next(number)}", now=now))
            waits.append(time.monotonic() - began)

    async with asyncio.TaskGroup() as group:
        for caller in range(callers):
            group.create_task(call(caller))
    return waits


def _add(connection: sqlite3.Connection, name: str, now: Moment) -> None:
    add_event(connection, Event(name, LANE_ALARM, "incident.opened", name, DATA), 1, now)


def _figures(waits: list[float], window_s: float) -> Round:
    return {
        "rows_per_s": len(waits) / window_s,
        "commit_p50_ms": percentile(waits, 50) * 1000,
        "commit_p99_ms": percentile(waits, 99) * 1000,
    }
