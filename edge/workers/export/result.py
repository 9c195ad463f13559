"""What has been written to a file so far."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Written:
    """How many pictures, of which time; ``blurred`` as in the wire's CutDone."""

    pictures: int = 0
    since_ms: int = 0
    until_ms: int = 0
    gaps: list[tuple[int, int]] = field(default_factory=list)
    blurred: str = ""

    def add(self, at_ms: int, lasts_ms: int) -> None:
        """One more picture."""
        self.since_ms = min(self.since_ms, at_ms) if self.pictures else at_ms
        self.until_ms = max(self.until_ms, at_ms + lasts_ms)
        self.pictures += 1
