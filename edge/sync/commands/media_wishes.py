"""Film that the province asks for: what the sending of media offers to the commands, or the table it may read."""

from dataclasses import dataclass
from typing import Protocol

from edge.store.journal import Tx
from edge.store.proposals import add_wish


@dataclass(frozen=True, slots=True)
class Wish:
    """``of`` is ``camera/ID`` or ``incident/ID``; the span is in UTC milliseconds, at most ten minutes."""

    command: str
    of: str
    since_ms: int
    until_ms: int


class MediaWishes(Protocol):
    """Who sends film to the province."""

    def wanted(self, tx: Tx, wish: Wish) -> None:
        """Put it into its queue, in this transaction; raises FinalError with a sentence when it will not."""
        ...


class WishTable:
    """The wishes as rows of ``media_wish``: whoever sends media takes them from there and sets their state."""

    def wanted(self, tx: Tx, wish: Wish) -> None:
        """Keep it as ``waiting``."""
        add_wish(tx, wish.command, wish.of, wish.since_ms, wish.until_ms)
