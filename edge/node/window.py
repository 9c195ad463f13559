"""Which orders a node has seen already: the highest (epoch, seq) of each key and the 1,024 below it."""

import asyncio
import json
import logging
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

from edge.core.broadcast import OrderId
from edge.kernel.disk import write_atomically

log = logging.getLogger(__name__)

SIZE = 1_024
_ALL = (1 << SIZE) - 1


class Place(Enum):
    """Where an order lies in the sequence of its issuer."""

    NEW = auto()
    SEEN = auto()
    BELOW = auto()
    OLD_EPOCH = auto()


@dataclass(frozen=True, slots=True)
class _Seen:
    """Bit i of ``bits`` tells whether ``highest - i`` was seen."""

    epoch: int
    highest: int
    bits: int


class ReplayWindow:
    """The orders seen, in memory and on disk. One BELOW the window counts as seen, unless a better book says not."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen = _load(path)
        self._turn = asyncio.Lock()
        self._marks = self._kept = 0
        self.fault = ""

    def place(self, key_id: str, order: OrderId) -> Place:
        """Where this order lies; changes nothing."""
        seen = self._seen.get(key_id)
        if seen is None or order.epoch > seen.epoch:
            return Place.NEW
        if order.epoch < seen.epoch:
            return Place.OLD_EPOCH
        below = seen.highest - order.seq
        if below < 0:
            return Place.NEW
        if below >= SIZE:
            return Place.BELOW
        return Place.SEEN if seen.bits >> below & 1 else Place.NEW

    def knows_newer(self, key_id: str, order: OrderId) -> bool:
        """Whether this key has begun a newer epoch than the order's."""
        seen = self._seen.get(key_id)
        return seen is not None and order.epoch < seen.epoch

    def mark(self, key_id: str, order: OrderId) -> None:
        """Count a NEW or BELOW order as seen from now on, in memory; ``keep`` makes it last."""
        self._marks += 1
        seen = self._seen.get(key_id)
        if seen is None or order.epoch > seen.epoch:
            self._seen[key_id] = _Seen(order.epoch, order.seq, 1)
            return
        above = order.seq - seen.highest
        if above > 0:
            bits = seen.bits << above & _ALL if above < SIZE else 0
            self._seen[key_id] = _Seen(seen.epoch, order.seq, bits | 1)
        elif -above < SIZE:
            self._seen[key_id] = _Seen(seen.epoch, seen.highest, seen.bits | 1 << -above)

    def as_bytes(self) -> bytes:
        """What belongs on the disk now."""
        return json.dumps(
            {key: [seen.epoch, seen.highest, f"{seen.bits:x}"] for key, seen in self._seen.items()}
        ).encode()

    async def keep(self) -> None:
        """Have everything marked so far on the disk; orders that come together share one writing.

        A disk that cannot be written does not silence the horn: memory still refuses replays, and after a restart
        the expiry does. It is told in ``fault``.
        """
        wanted = self._marks
        async with self._turn:
            if self._kept >= wanted and not self.fault:
                return
            marks, data = self._marks, self.as_bytes()
            try:
                await asyncio.to_thread(write_atomically, self._path, data)
            except OSError as error:
                if not self.fault:
                    log.error("replay window cannot be kept: %s", error)  # noqa: TRY400 - the trace adds nothing
                self.fault = f"Không ghi được đĩa: {error}."
            else:
                self._kept, self.fault = marks, ""


def _load(path: Path) -> dict[str, _Seen]:
    """A damaged file is set aside: a horn that never sounds again is worse than a replay within its expiry."""
    try:
        rows = json.loads(path.read_bytes())
        return {key: _Seen(int(epoch), int(highest), int(bits, 16)) for key, (epoch, highest, bits) in rows.items()}
    except FileNotFoundError:
        return {}
    except (ValueError, TypeError, AttributeError) as cause:
        log.error("%s is damaged (%s), set aside", path, cause)  # noqa: TRY400 - the trace adds nothing
        path.replace(path.with_name(path.name + ".damaged"))
        return {}
