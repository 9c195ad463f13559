"""Link ``disk_full``: before every commit of a busy minute in turn the disk is filled to its last byte.

A whole commune of real processes whose box has a small ext4 of its own. Each round somebody reports from a hamlet (an
alarm), and a notice is written, spoken, approved and aired on all horns. Before the first, the second… commit
of the round somebody else's file takes the last free byte. The horns must speak, the alarm and every report must be
stored, the wall must say red; and when the file is gone the box must be green again without anybody's hand.
"""

import itertools
import json
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from edge.control.protocol import ReportFromHamlet
from edge.core.errors import MolangError
from edge.store.fsck import problems
from hil.bench.outcome import BenchUnavailableError
from hil.bench.waiting import came_true, until
from hil.commune import Commune
from hil.harness import Program, python
from hil.links import Figure, Link
from hil.loop_disk import LoopDisk
from hil.prove.province.disk_full_child import FILLER
from hil.prove.voice.kills import HORNS, Announcement, Tally

DISK_MB = 128
MOST_COMMITS = 200
"""A round ends the proof when it has fewer commits than this: every one was met."""
ONLINE_S = 60.0
SAID_S = 15.0
GREEN_S = 30.0
TEXT = "Mời bà con chú ý nghe thông báo lần {number}."


@dataclass(slots=True)
class Seen:
    """What came of all rounds; ``tables``: what was about to be written when the disk was full."""

    rounds: int = 0
    horns_silent: int = 0
    alarms_lost: int = 0
    reports_missing: int = 0
    not_said: int = 0
    not_green: int = 0
    green_s: float = 0.0
    every: bool = False
    tables: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)

    def blame(self, name: str, count: int, words: str) -> None:
        """Note what must not be, if it is."""
        if count:
            setattr(self, name, getattr(self, name) + count)
            self.notes.append(f"{name}: {words}")


class SmallBox(Commune):
    """A commune whose box has its data on this disk, and a hand on it."""

    def __init__(self, root: Path, disk: LoopDisk) -> None:
        super().__init__(root, ())
        self._disk = disk
        self._orders = root.parent / "orders"
        self._orders.mkdir()

    def fill_before(self, commit: int) -> None:
        """The disk is full before this commit, counted from now."""
        (self._orders / "hit").unlink(missing_ok=True)
        draft = self._orders / "at.new"
        draft.write_text(str(commit))
        draft.replace(self._orders / "at")

    def hit(self) -> dict[str, Any] | None:
        """What was about to be written when it was filled; None while it was not."""
        try:
            found: dict[str, Any] = json.loads((self._orders / "hit").read_text())
        except (FileNotFoundError, ValueError):
            return None
        return found

    def free(self) -> None:
        """The other's file is gone."""
        (self._disk.root / FILLER).unlink(missing_ok=True)

    def room(self) -> str:
        """Green, yellow, red; empty while the box does not answer."""
        try:
            return str(self.state()["room"]["level"])
        except (MolangError, KeyError):
            return ""

    def _write(self) -> None:
        home = self._disk.root / "box"
        home.mkdir()
        self.layout.data.symlink_to(home)
        super()._write()

    def _box(self) -> list[Program]:
        module = "hil.prove.province.disk_full_child"
        command = python(module, self.layout.config, self._disk.root, self._orders)
        return [
            Program("molang", command, program.ready, program.ready_s, program.restart)
            if program.name == "molang"
            else program
            for program in super()._box()
        ]


def disk_full(most: int = MOST_COMMITS, first: int = 1) -> Link:
    """A round a commit, until a round has no more of them or ``most`` were met."""
    seen = Seen()
    with small_disk() as (folder, disk), SmallBox(folder / "xa", disk) as commune:
        until(commune.horns_are_online, ONLINE_S, "not every horn is online")
        until(lambda: commune.room() == "green", GREEN_S, "the box is not green")
        for commit in itertools.count(first):
            if seen.rounds == most or not _round(commune, commit, seen):
                break
        broken = commune.with_database(lambda connection: list(problems(connection, commune.layout.data / "clips")))
    return _link(seen, broken, most)


@contextmanager
def small_disk() -> Iterator[tuple[Path, LoopDisk]]:
    """A folder, and a small disk in it."""
    with tempfile.TemporaryDirectory(prefix="mo-full-") as name:
        disk = LoopDisk(Path(name) / "loop")
        disk.root.parent.mkdir()
        try:
            disk.make(DISK_MB)
            yield Path(name), disk
        finally:
            disk.remove()


def _round(commune: SmallBox, commit: int, seen: Seen) -> bool:
    """Whether the round had so many commits."""
    commune.fill_before(commit)
    notice = Announcement(commune, Tally(), commit)
    notice.text = TEXT
    alarm = ReportFromHamlet(id=str(uuid.uuid4()), hamlet="dong", kind="flooding", user="Lan", role="duty")
    try:
        notice.ask(alarm)
        notice.come_to_its_end()
    except (MolangError, BenchUnavailableError) as error:
        seen.notes.append(f"commit {commit}: {error}")
    hit = commune.hit()
    if hit is None:
        seen.every = True
        return False
    seen.rounds += 1
    seen.tables.update(hit["tables"])
    _judge(commune, notice, str(alarm.id), f"commit {commit} of {', '.join(hit['tables'])}", seen)
    return True


def _judge(commune: SmallBox, notice: Announcement, alarm: str, where: str, seen: Seen) -> None:
    silent = set(HORNS) - {one.who for one in notice.seen("sound", phase="first")}
    seen.blame("horns_silent", len(silent), f"{', '.join(sorted(silent))} at {where}")
    reports = dict(notice.reports())
    untold = {horn: reports.get(horn) for horn in HORNS if reports.get(horn) != "PLAYED"}
    seen.blame("reports_missing", len(untold), f"{untold} at {where}")
    kept = commune.ask_database("SELECT count(*) FROM hamlet_report WHERE id = ?", alarm)[0][0]
    seen.blame("alarms_lost", 1 - kept, where)
    seen.blame("not_said", not came_true(lambda: commune.room() == "red", SAID_S), where)
    commune.fill_before(0)
    commune.free()
    began = time.monotonic()
    seen.blame("not_green", not came_true(lambda: commune.room() == "green", GREEN_S), where)
    seen.green_s = max(seen.green_s, time.monotonic() - began)


def _link(seen: Seen, broken: list[str], most: int) -> Link:
    never: dict[str, int] = {
        "disk_full_horns_silent": seen.horns_silent,
        "disk_full_reports_missing": seen.reports_missing,
        "disk_full_alarms_lost": seen.alarms_lost,
        "disk_full_not_said": seen.not_said,
        "disk_full_not_recovered": seen.not_green,
        "disk_full_broken_promises": len(broken),
    }
    figures: dict[str, Figure] = {
        "disk_full_commits": seen.rounds,
        **never,
        "disk_full_green_again_s": round(seen.green_s, 1),
        "disk_full_tables": ", ".join(sorted(seen.tables)),
    }
    whole = seen.every or seen.rounds == most < MOST_COMMITS
    notes = [*seen.notes, *broken] if whole else ["not every commit was met", *seen.notes, *broken]
    return Link("disk_full", whole and seen.rounds > 0 and not any(never.values()), figures, "; ".join(notes)[:500])
