"""What of the recordings must go, and in which order (L3).

Two limits hold at once. By days: nothing is older than its camera's ``retention_days``, whatever it shows. By bytes:
when the disk's share is used up, what has aged most goes first, and what matters less ages faster: a picture of
nothing goes when motion four times as old, somebody eight times as old and an incident sixteen times as old would go.
So the last minutes of everything are there, and incidents reach back farthest, with one rule and no step in it.
A pin suspends both limits until it ends; pins take at most half of the quota, so that recording always has room.
"""

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from edge.core.recording import Importance

DAY_MS = 86_400_000
SOONER_MS = 60_000
"""Deleting takes time: it begins a minute before the maximum is reached."""
AGES = {Importance.NOTHING: 16, Importance.MOTION: 4, Importance.SOMEBODY: 2, Importance.INCIDENT: 1}
"""How many times faster than the clock each ages."""
SPARE_SHARE = 0.01
"""Of the quota, kept free: what is written between two looks at it goes there."""
PINNED_SHARE = 0.5
DISK_FLOOR_SHARE, DISK_FLOOR_BYTES = 0.02, 2_000_000_000
"""Free space of the disk below which recordings make room, whatever their quota: the database shares the disk."""


class Kind(StrEnum):
    """What lies on the disk."""

    SEGMENT = "segment"
    MEDIA = "media"
    EXPORT = "export"


@dataclass(frozen=True, slots=True)
class Piece:
    """Something on the disk that may be deleted as a whole. ``began_ms`` is its oldest picture's time.

    A segment's id is its row's number, a media's the incident of still and clip. ``files`` are relative to the media
    folder.
    """

    kind: Kind
    id: str
    camera: str
    began_ms: int
    bytes: int
    importance: Importance
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Load:
    """How full it is. ``unfinished_bytes`` is what shards are writing and nobody has counted yet."""

    used_bytes: int
    unfinished_bytes: int
    disk_free_bytes: int
    disk_bytes: int


def cutoff_ms(days: int, now_ms: int) -> int:
    """What began before this has reached its maximum, or will within a minute."""
    return now_ms - days * DAY_MS + SOONER_MS


def disk_floor_bytes(disk_bytes: int) -> int:
    """How much of the disk stays free for everything else."""
    return min(DISK_FLOOR_BYTES, int(disk_bytes * DISK_FLOOR_SHARE))


def disk_is_full(load: Load) -> bool:
    """Whether others than recordings have filled the disk: then the quota promises more than there is."""
    return load.disk_free_bytes < disk_floor_bytes(load.disk_bytes)


def bytes_to_free(quota_bytes: int, load: Load) -> int:
    """How much must go now so that the quota and the disk's floor hold until the next look; 0 when nothing must."""
    spare = max(int(quota_bytes * SPARE_SHARE), load.unfinished_bytes)
    over_quota = load.used_bytes + spare - quota_bytes
    over_disk = disk_floor_bytes(load.disk_bytes) - load.disk_free_bytes
    return min(max(over_quota, over_disk, 0), load.used_bytes)


def first_out(heads: Iterable[Sequence[Piece]], free_bytes: int, now_ms: int, most: int) -> list[Piece]:
    """The pieces to delete, at most ``most``, until ``free_bytes`` are free.

    ``heads`` are the oldest unpinned pieces of each kind and importance, oldest first, each list complete or at least
    ``most`` long.
    """
    chosen: list[Piece] = []
    freed = 0
    in_order = heapq.merge(*heads, key=lambda piece: -_aged_ms(piece, now_ms))
    for piece in islice(in_order, most):
        if freed >= free_bytes:
            break
        chosen.append(piece)
        freed += piece.bytes
    return chosen


def may_pin(pinned_bytes: int, more_bytes: int, quota_bytes: int) -> bool:
    """Whether a further pin leaves recording its half of the quota."""
    return pinned_bytes + more_bytes <= quota_bytes * PINNED_SHARE


def _aged_ms(piece: Piece, now_ms: int) -> int:
    return (now_ms - piece.began_ms) * AGES[piece.importance]
