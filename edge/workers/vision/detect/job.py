"""A picture on its way through the detector's three threads."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from edge.workers.vision.detect.mailbox import Look
from edge.workers.vision.detect.regions import Region
from models.base import Answer, Prepared

STUCK_S = 25.0
"""The threads beside a hung engine wait for it: it must be named first, and alone."""


@dataclass(slots=True, eq=False)
class Job:
    """A look and its regions. One thread has it at a time: preparing, the engine, reading.

    ``answers`` are those of its regions so far, in order; a job that the engine failed on never completes.
    """

    look: Look
    regions: Sequence[Region]
    answers: list[tuple[Prepared, Answer]] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether the engine has answered for every region."""
        return len(self.answers) == len(self.regions)


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """One region of a job, ready for the engine."""

    job: Job
    prepared: Prepared
