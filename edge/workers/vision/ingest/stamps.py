"""Times for packets that came without: RTP tells when a picture is shown, and not always that."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol


class Timed(Protocol):
    """A packet, as far as its times go."""

    pts: int | None
    dts: int | None


class Stamp(NamedTuple):
    """When a packet is shown and decoded, and how long it lasts if it does not say; in ticks."""

    pts: int
    dts: int
    lasts: int


def stamps(packets: Sequence[Timed], shift: int, lasts: int) -> list[Stamp]:
    """The times of consecutive packets, ``shift`` ticks later than the camera says.

    A missing time of showing is one picture after its predecessor, or before everything that follows. Where a time of
    decoding is missing, all are made from the times of showing: in their order, and early enough for each picture.
    """
    shown = _shown([packet.pts for packet in packets], lasts)
    decoded = [packet.dts for packet in packets]
    times = _decoded(shown) if None in decoded else decoded
    return [Stamp(pts + shift, dts + shift, lasts) for pts, dts in zip(shown, times, strict=True) if dts is not None]


def _shown(given: list[int | None], lasts: int) -> list[int]:
    first = min((pts for pts in given if pts is not None), default=lasts) - lasts
    shown: list[int] = []
    for pts in given:
        if pts is None:
            pts = shown[-1] + lasts if shown else first
        shown.append(pts)
    return shown


def _decoded(shown: list[int]) -> list[int]:
    in_order = sorted(shown)
    early = max(due - pts for due, pts in zip(in_order, shown, strict=True))
    return [due - early for due in in_order]
