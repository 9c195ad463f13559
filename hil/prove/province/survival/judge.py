"""What is left of a box after a disaster, and what the province holds of it, against what was promised."""

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Set
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from edge.core.errors import MolangError
from edge.store.fsck import problems
from edge.store.schema import open_writer
from hil.prove.province.survival.load import PROMISES

MOST_WORDS = 5
CONTENT = ("type", "subject", "at_ms", "seq", "lane", "boot", "clock", "data")
_OUTBOX = f"SELECT id, {', '.join(CONTENT)}, acked_at_ms IS NOT NULL, dead_reason IS NOT NULL FROM outbox"
_TOMBSTONES = "SELECT data FROM outbox WHERE type = 'outbox.dropped'"
Content = tuple[object, ...]
Events = Callable[[str, int], list[dict[str, Any]]]
"""What the province holds of a source and arrived after a number, in the order of arrival."""


@dataclass(slots=True)
class Tally:
    """Counts of a whole run. Everything under ``wrong`` must be zero; ``words`` say what was wrong first."""

    disasters: int = 0
    acked: int = 0
    events: int = 0
    sent_in_time: int = 0
    """Of these, those that arrived while disasters went on, and not only at the end."""
    again: int = 0
    silent: int = 0
    torn_for_real: int = 0
    wrong: Counter[str] = field(default_factory=Counter)
    words: list[str] = field(default_factory=list)

    def blame(self, kind: str, count: int, words: str) -> None:
        """Note what is wrong, if anything is."""
        if count:
            self.wrong[kind] += count
            self.words.append(f"{kind}: {words}"[:300])

    def add(self, other: "Tally") -> None:
        """Take the counts of another run in."""
        for name in ("disasters", "acked", "events", "sent_in_time", "again", "silent", "torn_for_real"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.wrong.update(other.wrong)
        self.words = (self.words + other.words)[:MOST_WORDS]


@dataclass(frozen=True, slots=True)
class Told:
    """A row of the outbox as the province should know it."""

    content: Content
    acked: bool
    dead: bool


class Box:
    """Everything that is known of one box: what it promised, and what the province has of it."""

    def __init__(self, source: str, events: Events) -> None:
        self.source = source
        self.promised: set[str] = set()
        self.at_hub: dict[str, Content] = {}
        self.highest: dict[int, int] = {}
        self._events = events
        self._arrival = 0

    def ask_hub(self, tally: Tally) -> None:
        """Take in what arrived since, each id once, and in its lane behind what came before."""
        for event in self._events(self.source, self._arrival):
            self._arrival = int(event["arrival"])
            name, lane, seq = str(event["id"]), int(event["lane"]), int(event["seq"])
            tally.blame("hub_twice", name in self.at_hub, f"{self.source} {name}")
            late = seq <= self.highest.get(lane, 0)
            tally.blame("hub_order", late, f"{self.source} lane {lane}: {seq} after {self.highest.get(lane)}")
            self.at_hub[name] = _as_arrived(event)
            self.highest[lane] = max(seq, self.highest.get(lane, 0))

    def read_again(self, tally: Tally) -> None:
        """All that the province holds once more: nothing that it had may have gone or changed meanwhile."""
        events = self._events(self.source, 0)
        now = {str(event["id"]): _as_arrived(event) for event in events}
        tally.blame("hub_other_content", now != self.at_hub or len(now) != len(events), f"{self.source}: changed")
        tally.events += len(now)
        tally.again += sum(int(event["deliveries"]) - 1 for event in events)

    def judge(self, database: Path, tally: Tally, *, complete: bool = False, certain: Set[str] | None = None) -> None:
        """Open it as the box does at its start, and look for everything.

        ``complete``: nothing waits any more. ``certain``: only these must be there of what the province has, because
        the database is older than its record.
        """
        try:
            with closing(open_writer(database)) as connection:
                bad = list(problems(connection, database.parent / "clips"))
                tally.blame("corrupt", bool(bad), f"{database}: {bad[:3]}")
                lost = self.promised - kept(connection)
                tally.blame("acked_lost", len(lost), f"{self.source}: {sorted(lost)[:5]}")
                self.ask_hub(tally)
                self._compare(outbox(connection), tally, self.at_hub.keys() if certain is None else certain)
                if complete:
                    self._compare_the_end(connection, tally)
        except (sqlite3.Error, MolangError) as error:
            tally.blame("corrupt", 1, f"{database}: {error}")

    def _compare(self, told: Mapping[str, Told], tally: Tally, certain: Set[str]) -> None:
        strange = certain - told.keys()
        tally.blame("hub_only", len(strange), f"{self.source}: {sorted(strange)[:5]}")
        other = [name for name, content in self.at_hub.items() if name in told and told[name].content != content]
        tally.blame("hub_other_content", len(other), f"{self.source}: {other[:5]}")
        missing = {name for name, row in told.items() if row.acked} - self.at_hub.keys()
        tally.blame("hub_missing", len(missing), f"{self.source}: {sorted(missing)[:5]}")

    def _compare_the_end(self, connection: sqlite3.Connection, tally: Tally) -> None:
        missing = {name for name, row in outbox(connection).items() if not row.dead} - self.at_hub.keys()
        tally.blame("hub_missing", len(missing), f"{self.source}, at the end: {sorted(missing)[:5]}")
        gaps = unexplained_gaps(connection, {content[3] for content in self.at_hub.values()})
        tally.blame("unexplained_gaps", len(gaps), f"{self.source}: seq {sorted(gaps)[:5]}")


def kept(connection: sqlite3.Connection) -> set[str]:
    """Every promise that this database keeps, with all that belongs to it."""
    return {
        f"{kind} {name}" for kind, question in PROMISES.items() for (name,) in connection.execute(question).fetchall()
    }


def outbox(connection: sqlite3.Connection) -> dict[str, Told]:
    """What the box has told or will tell, by id."""
    rows = connection.execute(_OUTBOX)
    return {name: Told(_as_written(row), bool(acked), bool(dead)) for name, *row, acked, dead in rows}


def unexplained_gaps(connection: sqlite3.Connection, arrived: Iterable[object]) -> set[int]:
    """Numbers up to the highest that ever was which neither arrived nor are a dead letter nor under a tombstone.

    A tombstone counts what it covers: where fewer numbers are missing under one than it tells, or more, all are named.
    """
    (highest,) = connection.execute(
        "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'outbox'"
    ).fetchone()
    dead = {seq for (seq,) in connection.execute("SELECT seq FROM outbox WHERE dead_reason IS NOT NULL")}
    missing = set(range(1, highest + 1)) - {int(str(seq)) for seq in arrived}
    stones = [json.loads(data) for (data,) in connection.execute(_TOMBSTONES)]
    numbered = [stone for stone in stones if stone["first_seq"] is not None]
    covered = {seq for stone in numbered for seq in range(stone["first_seq"], stone["last_seq"] + 1)} & missing
    told = sum(stone["count"] for stone in numbered)
    return missing - covered - dead if told >= len(covered) else missing - dead


def _as_written(row: list[Any]) -> Content:
    values = dict(zip(CONTENT, row, strict=True))
    return (f"vn.molang.{values['type']}.v1", *row[1:-1], json.loads(values["data"]))


def _as_arrived(event: Mapping[str, Any]) -> Content:
    return tuple(event[name] for name in CONTENT)
