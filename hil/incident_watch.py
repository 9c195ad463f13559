"""Polls the box's database from outside and notes when each incident could first be read, and with what beside it."""

import sqlite3
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from edge.store.reader import Reader

LOOK_EVERY_S = 0.02


@dataclass(frozen=True, slots=True)
class SeenIncident:
    """An incident when it was first seen: its outbox event and its alerts were (or were not) in the same snapshot."""

    id: str
    kind: str
    subject: str
    steady: float
    events: int
    alerts: int


class IncidentWatch:
    """A thread that looks every 20 ms."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="incidents", daemon=True)
        self.seen: dict[str, SeenIncident] = {}

    def __enter__(self) -> "IncidentWatch":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._thread.join()

    def first(self, subject_start: str, since: float) -> SeenIncident | None:
        """The first incident of this subject seen at or after this monotonic time."""
        found = [one for one in self.seen.values() if one.subject.startswith(subject_start) and one.steady >= since]
        return min(found, key=lambda one: one.steady, default=None)

    def _watch(self) -> None:
        reader = Reader(self._database)
        while not self._stopping.wait(LOOK_EVERY_S):
            self._look(reader)
        reader.close()

    def _look(self, reader: Reader) -> None:
        try:
            rows = reader.rows(
                "SELECT id, kind, subject, (SELECT count(*) FROM outbox o WHERE o.subject = i.id"
                " AND o.type = 'incident.opened') AS events, (SELECT count(*) FROM alert a WHERE a.incident = i.id)"
                " AS alerts FROM incident i ORDER BY rowid DESC LIMIT 20"
            )
        except sqlite3.OperationalError:
            return  # the database is being opened by a supervisor that starts; the next look will do
        now = time.monotonic()
        for row in rows:
            self.seen.setdefault(row["id"], SeenIncident(steady=now, **row))
