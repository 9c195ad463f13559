"""Watches a box from outside while the films run: when each incident's row appears, and what each camera publishes."""

import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

from edge.core.errors import MolangError
from hil.bench.eyes.box import WatchedBox
from hil.bench.eyes.truth import Stored

LOOK_EVERY_S = 0.02
FIGURES_EVERY_S = 1.0
STOP_S = 5.0
NEWER = "SELECT rowid, subject, kind, title FROM incident WHERE rowid > ? ORDER BY rowid"


@dataclass(slots=True)
class Published:
    """What a camera told of itself: (when, row of the wall's section `cameras`), oldest first."""

    rows: list[tuple[float, dict[str, Any]]] = field(default_factory=list)

    def before(self, steady: float) -> dict[str, Any]:
        """The last row before this moment; empty where there was none."""
        return next((row for at, row in reversed(self.rows) if at <= steady), {})

    def changes_to(self, mode: str) -> int:
        """How often the governor went over to this mode."""
        modes = [row.get("mode") for _, row in self.rows]
        return sum(after == mode != before for before, after in zip(modes, modes[1:], strict=False))


class Witness:
    """Use as ``with Witness(box) as witness``. Its threads only read."""

    def __init__(self, box: WatchedBox) -> None:
        self._box = box
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._incidents), threading.Thread(target=self._figures)]
        self.stored: list[Stored] = []
        self.published: dict[str, Published] = {}

    def __enter__(self) -> "Witness":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join(STOP_S)

    def _incidents(self) -> None:
        last = 0
        with closing(sqlite3.connect(self._box.database)) as connection:
            connection.execute("PRAGMA query_only = ON")

            def look() -> None:
                nonlocal last
                rows = connection.execute(NEWER, (last,)).fetchall()
                steady = time.monotonic()
                for last, subject, kind, title in rows:  # noqa: B007 - the last one's number is where we go on
                    self.stored.append(Stored(str(subject).split("/")[1], steady, str(kind), str(title)))

            self._every(LOOK_EVERY_S, look)

    def _figures(self) -> None:
        def look() -> None:
            for name, row in self._box.cameras().items():
                self.published.setdefault(name, Published()).rows.append((time.monotonic(), row))

        self._every(FIGURES_EVERY_S, look)

    def _every(self, period_s: float, look: Callable[[], None]) -> None:
        while not self._stopping.wait(period_s):
            try:
                look()
            except (sqlite3.OperationalError, MolangError):  # busy or restarting: the next look sees it
                continue
