"""New settings are on trial until the box has run with them for a while; when it cannot, the old ones come back.

Whatever a form let through, the loudspeakers come first (rule 39): settings with which the box does not start, or does
not stay up, are taken back at one of the next starts, and the page says so. Everything lies beside the settings file,
because nothing else is known before it is read.
"""

import logging
from dataclasses import dataclass
from pathlib import Path

import msgspec

from edge.config import Config, load
from edge.core.errors import MisconfiguredError
from edge.kernel.disk import SECRET, write_atomically

log = logging.getLogger(__name__)

MOST_STARTS = 3
"""The restart itself is the first; a power cut may come between."""
DID_NOT_STAY = "Hộp không đứng vững với cấu hình mới nên đã tự quay về cấu hình cũ."


class Trial(msgspec.Struct, frozen=True):
    """What is on trial: version ``seq``, and the text to go back to."""

    seq: int
    before: str
    starts: int = 0


class Verdict(msgspec.Struct, frozen=True):
    """Version ``seq`` was taken back, and why."""

    seq: int
    reason: str


@dataclass(frozen=True, slots=True)
class Bench:
    """The two notes beside the settings file."""

    file: Path

    @property
    def _trial(self) -> Path:
        return self.file.with_name(f"{self.file.name}.trial")

    @property
    def _verdict(self) -> Path:
        return self.file.with_name(f"{self.file.name}.reverted")

    def begin(self, seq: int, before: str) -> None:
        """From now on, until ``passed``; raises OSError."""
        self._verdict.unlink(missing_ok=True)
        write_atomically(self._trial, msgspec.json.encode(Trial(seq, before)), SECRET)

    def passed(self) -> int | None:
        """The box runs well: the version that was on trial, if any."""
        trial = self._running()
        self._trial.unlink(missing_ok=True)
        return trial.seq if trial else None

    def loaded(self) -> Config:
        """The settings to start with: those on trial, or the old ones again. Raises MisconfiguredError."""
        trial = self._running()
        if trial is not None and trial.starts >= MOST_STARTS:
            self.take_back(DID_NOT_STAY)
        elif trial is not None:
            again = msgspec.structs.replace(trial, starts=trial.starts + 1)
            write_atomically(self._trial, msgspec.json.encode(again), SECRET)
        try:
            return load(self.file)
        except MisconfiguredError as error:
            if not self.take_back(str(error)):
                raise
            return load(self.file)

    def take_back(self, reason: str) -> bool:
        """The text before the trial is the settings file again; False: nothing is on trial."""
        trial = self._running()
        if trial is None:
            return False
        log.error("settings version %d is taken back: %s", trial.seq, reason)
        write_atomically(self.file, trial.before.encode(), self.file.stat().st_mode & 0o777)
        write_atomically(self._verdict, msgspec.json.encode(Verdict(trial.seq, reason)), SECRET)
        self._trial.unlink(missing_ok=True)
        return True

    def verdict(self) -> Verdict | None:
        """What was taken back and is not written down yet."""
        try:
            return msgspec.json.decode(self._verdict.read_bytes(), type=Verdict)
        except (OSError, msgspec.DecodeError):
            return None

    def forget_verdict(self) -> None:
        """It is written down."""
        self._verdict.unlink(missing_ok=True)

    def _running(self) -> Trial | None:
        try:
            return msgspec.json.decode(self._trial.read_bytes(), type=Trial)
        except (OSError, msgspec.DecodeError):
            return None
