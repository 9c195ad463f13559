"""What the doctor says: one line a thing, with its remedy, in Vietnamese and English."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any

from edge.config.schema import Config


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
class Patient:
    """The box that is looked at. ``root`` is where /proc and /sys hang: a test brings its own."""

    config: Config
    root: Path = Path("/")

    @property
    def data(self) -> Path:
        """The folder of the box's data."""
        return Path(self.config.commune.data)

    @property
    def database(self) -> Path:
        """The store."""
        return self.data / "molang.db"


Check = Callable[[Patient], Iterable[Finding]]


def fine(key: str, vi: str, en: str) -> Finding:
    """All is well there."""
    return Finding(key, Mark.OK, Said(vi, en))


def worst(findings: Sequence[Finding]) -> Mark:
    """The exit code: 0 all is well, 1 something to look at, 2 something that may cost a life."""
    return max((finding.mark for finding in findings), default=Mark.OK)
