"""The change from one release to another, in steps of which each may be the last.

After a kill or a power cut the next start finds out by the links and one small file what had happened, and goes on from
there: ``pending.json`` exists from before the link is exchanged until the new release has proven itself or the old one
is back.
"""

import contextlib
import fcntl
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Protocol

import msgspec

from edge.core.errors import FinalError, TransientError
from edge.core.policy.updating import Look
from edge.kernel.disk import sync_folder, write_atomically
from edge.kernel.process import as_owner_of
from edge.kernel.release_state import HISTORY, PENDING, Done, Pending, history_in, pending_in
from edge.release.places import Places

STORE = "molang.db"
READABLE = 0o644
"""Of what is under way and how it ended: whatever the umask of the gate, the pages show it."""
KEPT_STORES = 2


class Host(Protocol):
    """The machine: its services, and what time has passed since it started."""

    def restart(self) -> None:
        """Start everything of the appliance anew, with whatever release is current. Raises TransientError."""
        ...

    def look(self) -> Look:
        """How the appliance is."""
        ...

    def uptime_s(self) -> float:
        """Seconds since the machine started."""
        ...


class Change:
    """One change at a time; ``data`` is where the store lies, None on a node, which has none."""

    def __init__(self, places: Places, data: Path | None = None) -> None:
        self.places = places
        self._data = data

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """One process at a time changes releases; the gate waits here until ``begin`` has exchanged its links."""
        self.places.state.mkdir(parents=True, exist_ok=True)
        with (self.places.state / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def pending(self) -> Pending | None:
        """What is under way; None: nothing. Raises FinalError for a file that is no such thing."""
        return pending_in(self.places.state)

    def begin(self, version: str) -> Pending:
        """Exchange the release; the new one is on trial as soon as it is started. Raises FinalError, TransientError."""
        if self.pending() is not None:
            raise FinalError("Một lần cập nhật khác đang dở: xem `molang update status`.")
        old = self.places.current()
        if old is None or version not in self.places.versions():
            raise FinalError(f"Không đổi được từ bản {old} sang bản {version}: chưa cài.")
        if old == version:
            raise FinalError(f"Bản {version} đang chạy rồi.")
        pending = Pending(old, version)
        self._keep_store(old)
        self.places.point("previous", old)  # the gate is started by the file, and it runs what "previous" names
        self._write(pending)
        self.places.run(version, on_trial=True)
        return pending

    def resume(self, pending: Pending) -> Pending | None:
        """The trial begun once more; None when the new release is not the current one, and nothing is pending any more.

        That is so when the link was never exchanged, or when a way back was cut in two: then it is ended here.
        """
        self.places.put_units(on_trial=True)  # whoever exchanged the link may have been killed before that
        if self.places.current() != pending.new:
            if pending.tries:
                self.go_back(pending, "máy tắt giữa lúc quay về bản cũ")
            else:
                self._clear()
            return None
        again = msgspec.structs.replace(pending, tries=pending.tries + 1)
        self._write(again)
        return again

    def keep(self, pending: Pending) -> Done | None:
        """The new release has proven itself: only it and the one before stay. None: somebody ended it meanwhile."""
        with self._ending(pending) as mine:
            return self._kept(pending) if mine else None

    def _kept(self, pending: Pending) -> Done:
        self.places.put_units()
        for version in self.places.versions():
            if version not in (pending.old, pending.new):
                self.places.drop(version)
        for copy in self.places.state.glob("before-*.db"):  # what people had deleted lives on nowhere (L3)
            copy.unlink(missing_ok=True)
        return self._end(Done(pending.old, pending.new, "kept"))

    def go_back(self, pending: Pending, reason: str) -> Done | None:
        """The old release is current again; the sick one is kept for whoever wants to know why.

        None: somebody ended this update meanwhile. "previous" is exchanged last: until then the gate must find there
        the release that is well.
        """
        with self._ending(pending) as mine:
            if not mine:
                return None
            self.places.run(pending.old)
            done = self._end(Done(pending.old, pending.new, "went_back", reason[:500]))
            self.places.point("previous", pending.new)
            return done

    @contextlib.contextmanager
    def _ending(self, pending: Pending) -> Iterator[bool]:
        """The gate and a technician may want to end an update at once: whoever comes second finds it gone."""
        self.places.state.mkdir(parents=True, exist_ok=True)
        with (self.places.state / "ending.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            found = self.pending()
            yield found is not None and (found.old, found.new) == (pending.old, pending.new)

    def history(self) -> list[Done]:
        """How the last updates ended, oldest first; a torn last line is left out."""
        return history_in(self.places.state)

    def _end(self, done: Done) -> Done:
        """The word first, then the file: a cut between them ends the same update twice, and says so twice."""
        history = self.places.state / HISTORY
        with history.open("ab") as file:
            history.chmod(READABLE)
            file.write(msgspec.json.encode(done) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        self._clear()
        return done

    def _write(self, pending: Pending) -> None:
        try:
            self.places.state.mkdir(parents=True, exist_ok=True)
            write_atomically(self.places.state / PENDING, msgspec.json.encode(pending))
            (self.places.state / PENDING).chmod(READABLE)
        except OSError as cause:
            raise TransientError(f"Không ghi được {self.places.state}: {cause.strerror}.") from cause

    def _clear(self) -> None:
        (self.places.state / PENDING).unlink(missing_ok=True)
        sync_folder(self.places.state)

    def _keep_store(self, old: str) -> None:
        """A whole copy of the store as the old release knew it: for people. Going back needs none."""
        source = self._data / STORE if self._data else None
        if source is None or not source.is_file():
            return
        target = self.places.state / f"before-{old}.db"
        draft = target.with_suffix(".part")
        room = source.with_name(f".before-{old}.part")
        try:
            self.places.state.mkdir(parents=True, exist_ok=True)
            if shutil.disk_usage(self.places.state).free < 3 * source.stat().st_size:
                raise FinalError(f"{self.places.state} không đủ chỗ cho bản sao của kho dữ liệu.")
            draft.unlink(missing_ok=True)
            draft.touch(mode=0o600)  # what is in it is for root alone, whoever may look into the folder
            with as_owner_of(source):  # SQLite does what a journal beside the store says, and that is not root's to do
                with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(room)) as copy:
                    live.backup(copy)
                copied = room.open("rb")
                room.unlink()
            with copied, draft.open("wb") as file:
                shutil.copyfileobj(copied, file)
            draft.replace(target)
        except (OSError, sqlite3.Error) as cause:
            raise TransientError(f"Không chép được kho dữ liệu: {cause}.") from cause
        for path in sorted(self.places.state.glob("before-*.db"), key=lambda path: path.stat().st_mtime)[:-KEPT_STORES]:
            path.unlink()
