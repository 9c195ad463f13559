"""What the doctor says: one line a thing, with its remedy, in Vietnamese and English."""

import os
import shutil
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import Any

from edge.config.option import USUAL_PATH
from edge.config.schema import Config
from edge.kernel.clock import Clock, SystemClock


class Mark(IntEnum):
    """How bad it is; also the exit code when it is the worst of all."""

    OK = 0
    WARN = 1
    BAD = 2


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence in both languages of the product."""

    vi: str
    en: str


NOTHING = Said("", "")


@dataclass(frozen=True, slots=True)
class Finding:
    """One line. ``key`` names the thing for machines; ``remedy`` is empty only where all is well."""

    key: str
    mark: Mark
    said: Said
    remedy: Said = NOTHING

    @property
    def line(self) -> str:
        """Which line of the list it belongs to: ``certificate`` of ``certificate/broker``."""
        return self.key.partition("/")[0]

    def as_json(self) -> dict[str, Any]:
        """For ``--json``."""
        return {
            "key": self.key,
            "mark": self.mark.name.lower(),
            "vi": self.said.vi,
            "en": self.said.en,
            "remedy_vi": self.remedy.vi,
            "remedy_en": self.remedy.en,
        }


@dataclass(frozen=True, slots=True)
class Hands:
    """What the doctor feels beside files: a test brings hands that feel something else."""

    usage: Callable[[Path], tuple[int, int, int]] = shutil.disk_usage
    fsync: Callable[[int], None] = os.fsync
    sleep: Callable[[float], None] = time.sleep
    clock: Clock = field(default_factory=SystemClock)


@dataclass(frozen=True, slots=True)
class Patient:
    """The box that is looked at, with its settings ``file``. ``root`` is where /proc, /sys, /etc and /opt hang."""

    config: Config
    root: Path = Path("/")
    file: Path = USUAL_PATH
    hands: Hands = field(default_factory=Hands)

    @property
    def data(self) -> Path:
        """The folder of the box's data."""
        return Path(self.config.commune.data)

    @property
    def database(self) -> Path:
        """The store."""
        return self.data / "molang.db"

    def read(self, path: str) -> str:
        """A file of the machine, without the white space around it; empty when it cannot be read."""
        return read(self.root / path)


Check = Callable[[Patient], Iterable[Finding]]


def read(path: Path) -> str:
    """The file's text without the white space around it; empty when it cannot be read."""
    try:
        return path.read_text(errors="replace").strip()
    except OSError:
        return ""


def fine(key: str, vi: str, en: str) -> Finding:
    """All is well there."""
    return Finding(key, Mark.OK, Said(vi, en))


def marked(key: str, mark: Mark, said: Said, remedy: Said) -> Finding:
    """The same sentence, well or not; a remedy stands only where something is to be mended."""
    return Finding(key, mark, said, remedy if mark is not Mark.OK else NOTHING)


def none_of(key: str, strange: Sequence[str], well: Said, ill: Said, remedy: Said) -> Finding:
    """There should be none of these; ``ill`` is followed by what there is."""
    if not strange:
        return Finding(key, Mark.OK, well)
    told = ", ".join(strange)
    return Finding(key, Mark.WARN, Said(f"{ill.vi}: {told}.", f"{ill.en}: {told}."), remedy)


def worst(findings: Sequence[Finding]) -> Mark:
    """The exit code: 0 all is well, 1 something to look at, 2 something that may cost a life."""
    return max((finding.mark for finding in findings), default=Mark.OK)
