"""Who may sound: one order at a time, the more urgent one first, and STOP above all."""

import asyncio
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from edge.core.broadcast import LOCAL_EPOCH, Order
from edge.core.errors import FinalError, MolangError
from edge.node.player import Sound

REMEMBERED_STOPS = 64
TOGETHER_MS = 3_000
"""An order whose time lies so near to the beginning of its life is meant at once, on all horns together."""
PRESSED_MS = 2_000
"""The box dates a STOP back by this (orders.BACKDATE_MS)."""


class EndedEarlyError(MolangError):
    """An act was ended by a STOP or by a more urgent order; the text says which."""


class BusyError(FinalError):
    """Something at least as urgent sounds now."""


class Act:
    """One order on its way to the horn, with the evidence gathered so far.

    ``planned``: it comes from the plan, so its time is its time. ``code`` goes into its report.
    """

    def __init__(self, order: Order, *, planned: bool = False, code: str = "") -> None:
        self.order = order
        self.code = code
        self.arrived = time.monotonic()
        self.at_once = not planned and is_at_once(order)
        self.left = asyncio.Event()
        self.sound: Sound | None = None
        self.measures: list[int] = []
        self.levels: list[float] = []
        self._ended = asyncio.Event()
        self._why = ""

    def end(self, why: str) -> None:
        """Make it leave the stage; returns at once."""
        self._why = self._why or why
        self._ended.set()

    async def until_ended(self) -> None:
        """Raise EndedEarlyError once somebody ends this act."""
        await self._ended.wait()
        raise EndedEarlyError(self._why)


class Stage:
    """All acts of this horn, waiting or sounding, and the one that sounds."""

    def __init__(self) -> None:
        self._acts: list[Act] = []
        self._stops: deque[Order] = deque(maxlen=REMEMBERED_STOPS)
        self.current: Act | None = None

    @contextmanager
    def listed(self, act: Act) -> Iterator[None]:
        """From arrival to end, a STOP can end this act; raises EndedEarlyError if a later STOP came before it."""
        for stop in self._stops:
            if act.order.id.epoch != LOCAL_EPOCH and not _made_after(act.order, stop) and self._means(stop, act):
                raise EndedEarlyError(stopped_by(stop))
        self._acts.append(act)
        try:
            yield
        finally:
            self._acts.remove(act)
            if self.current is act:
                self.current = None
            act.left.set()

    async def enter(self, act: Act) -> None:
        """Become the one that sounds; raises BusyError unless more urgent than what sounds now."""
        while (current := self.current) is not None:
            if act.order.prio <= current.order.prio:
                raise BusyError(f"Loa đang phát lệnh {current.order.id}, khẩn bằng hoặc hơn.")
            current.end(f"Nhường cho lệnh {act.order.id} khẩn hơn.")
            await current.left.wait()
        self.current = act

    async def stop(self, stop: Order) -> None:
        """End what this STOP means, and return when it has left; an order that comes too late stays stopped."""
        self._stops.append(stop)
        await self._end([act for act in self._acts if self._means(stop, act)], stopped_by(stop))

    async def stop_all(self, why: str) -> None:
        """End whatever is under way, by a hand at the node itself."""
        await self._end(list(self._acts), why)

    def _means(self, stop: Order, act: Act) -> bool:
        """Whether this STOP ends this act. What is planned for later than the press is not meant, unless named.

        Nor is what was pressed after it: a STOP may be offered for two minutes, and an alarm is not to die of it.
        """
        if act.at_once and _made_after(act.order, stop):
            return False
        due = act.at_once or act is self.current or act.order.at_ms <= stop.nbf_ms + PRESSED_MS
        return names(stop, act.order) or (stop.about == "" and due)

    async def _end(self, acts: Sequence[Act], why: str) -> None:
        for act in acts:
            act.end(why)
        for act in acts:
            await act.left.wait()


def is_at_once(order: Order) -> bool:
    """Whether it is to sound when it comes; a common instant a moment later makes all horns begin together."""
    return order.at_ms == 0 or order.at_ms - order.nbf_ms <= TOGETHER_MS


def names(stop: Order, order: Order) -> bool:
    """Whether this STOP names this very order, or the group that it belongs to."""
    return stop.about != "" and (stop.about == str(order.id) or stop.about == order.about)


def _made_after(order: Order, stop: Order) -> bool:
    """Whether the box made this order after the STOP, by number and by time; in doubt the STOP wins.

    A STOP that did not wait for the disk bears a number that was reserved earlier; a clock may have been set back. The
    time of a planned order is none of making. A node's own orders are outside the box's sequence.
    """
    higher = (order.id.epoch, order.id.seq) > (stop.id.epoch, stop.id.seq)
    later = order.nbf_ms > stop.nbf_ms or not is_at_once(order)
    return order.id.epoch != LOCAL_EPOCH and higher and later


def stopped_by(stop: Order) -> str:
    """The reason for the report."""
    return f"Dừng theo lệnh {stop.id}."
