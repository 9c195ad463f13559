"""Storm mode as a rule wants it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StormWish:
    """This approved bulletin, every so many minutes in these hamlets, day and night, until that moment.

    ``id`` is of the wish: the same again is the same storm.
    """

    id: str
    bulletin: str
    hamlets: tuple[str, ...]
    every_min: int
    until_ms: int
    user: str
