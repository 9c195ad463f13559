"""Long messages that come in parts, joined when all are there. Pure.

The parts wait where the modem put them: the SIM is the memory, so that nothing is lost by a restart and no more is kept
than the SIM holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from drivers.base import SmsReceived
from drivers.devices.modem_at import pdu

WAIT_S = 600.0
"""Parts of one message come within seconds; after a stay in a hole of the network within minutes."""
Key = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Stored:
    """A part and the place where it lies."""

    slot: int
    part: pdu.Part


@dataclass(frozen=True, slots=True)
class Joined:
    """A message for people, and all places that are free once it was given."""

    message: SmsReceived
    slots: tuple[int, ...]


class Joiner:
    """Remembers only since when it waits for each message."""

    def __init__(self, wait_s: float = WAIT_S) -> None:
        self._wait_s = wait_s
        self._since: dict[Key, float] = {}

    def ready(self, stored: Sequence[Stored], now: float, *, full: bool = False) -> tuple[Joined, ...]:
        """What can be given now, in the order of the first parts.

        A message that lacks parts is given after ``wait_s`` (monotonic), or at once when the store is full, with a
        mark where something is missing.
        """
        groups = _groups(stored)
        self._since = {key: self._since.get(key, now) for key, _ in groups}
        return tuple(
            _joined(group)
            for key, group in groups
            if full or _is_whole(group) or now - self._since[key] >= self._wait_s
        )


def _groups(stored: Sequence[Stored]) -> list[tuple[Key, list[Stored]]]:
    """The parts of each message. References come round, so two messages may have the same one and even end alike."""
    groups: list[tuple[Key, list[Stored]]] = []
    for item in stored:
        part = item.part
        key = (part.number, part.reference, part.parts)
        alike = [group for other, group in groups if other == key] if part.parts > 1 else []
        group = _lacking(item, alike) or _holding(item, alike)
        if group is None:
            groups.append((key, [item]))
        else:
            group.append(item)
    return groups


def _lacking(item: Stored, groups: Sequence[list[Stored]]) -> list[Stored] | None:
    """The first message that misses this part."""
    return next((group for group in groups if all(one.part.part != item.part.part for one in group)), None)


def _holding(item: Stored, groups: Sequence[list[Stored]]) -> list[Stored] | None:
    """The message that has this part already: the network sent it twice."""
    return next((group for group in groups if any(one.part == item.part for one in group)), None)


def _is_whole(group: Sequence[Stored]) -> bool:
    return len({item.part.part for item in group}) >= group[0].part.parts


def _joined(group: Sequence[Stored]) -> Joined:
    texts = {item.part.part: item.part.text for item in group}
    parts, text = group[0].part.parts, ""
    for number in range(1, parts + 1):
        if number in texts:
            text += texts[number]
        elif number - 1 in texts or number == 1:
            text += _mark(number, next((n for n in range(number, parts) if n + 1 in texts), parts), parts)
    slots = tuple(item.slot for item in group)
    return Joined(SmsReceived(group[0].part.number, text if len(texts) == parts else text.strip()), slots)


def _mark(first: int, last: int, parts: int) -> str:
    return f" [thiếu phần {first if first == last else f'{first}-{last}'}/{parts}] "
