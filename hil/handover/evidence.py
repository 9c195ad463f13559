"""What was seen at each step: plain data, from which the page is drawn and which is kept beside it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from edge.core.local_time import VIETNAM
from hil.handover.script import Script, Step

Figure = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Picture:
    """A file of the report's folder, and what it shows."""

    file: str
    caption: str


@dataclass(slots=True)
class Seen:
    """One step: whether it held, when it began (seconds since the scenario's start) and what shows it."""

    step: Step
    ok: bool = False
    at_s: float = 0.0
    took_s: float = 0.0
    note: str = ""
    figures: dict[str, Figure] = field(default_factory=dict)
    pictures: list[Picture] = field(default_factory=list)
    done: bool = False
    """False: an earlier step failed and this one was never tried, or nobody was there to see or hear."""


@dataclass(slots=True)
class Played:
    """One scenario; ``began``: local time as people write it."""

    script: Script
    began: str
    seen: list[Seen]

    @property
    def ok(self) -> bool:
        """Every step was tried and held."""
        return bool(self.seen) and all(one.ok and one.done for one in self.seen)

    @property
    def failed(self) -> bool:
        """A step did not hold. Neither ``ok`` nor this: something is left that somebody must still see or hear."""
        return any(not one.ok for one in self.seen)

    @property
    def said(self) -> str:
        """In a word or two."""
        return "đạt" if self.ok else "chưa đạt" if self.failed else "chưa đủ"


def local_now(form: str) -> str:
    """The time as it stands on the commune's clocks, whatever this laptop's zone is."""
    return dt.datetime.now(VIETNAM).strftime(form)


def as_json(played: Sequence[Played]) -> list[dict[str, object]]:
    """For ``evidence.json``."""
    return [
        {
            "name": one.script.name,
            "script": one.script.path.name,
            "began": one.began,
            "ok": one.ok,
            "steps": [
                {
                    "line": seen.step.line,
                    "text": seen.step.text,
                    "done": seen.done,
                    "ok": seen.ok,
                    "at_s": seen.at_s,
                    "took_s": seen.took_s,
                    "note": seen.note,
                    "figures": seen.figures,
                    "pictures": [picture.file for picture in seen.pictures],
                }
                for seen in one.seen
            ],
        }
        for one in played
    ]
