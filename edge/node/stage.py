"""Who may sound: one order at a time, the more urgent one first, and STOP above all."""

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from edge.core.broadcast import Order, OrderId
from edge.core.errors import FinalError, MolangError
from edge.node.player import Sound

REMEMBERED_STOPS = 64


class EndedEarlyError(MolangError):
    """An act was ended by a STOP or by a more urgent order; the text says which."""


class BusyError(FinalError):
    """Something at least as urgent sounds now."""


class Act:
    """One order on its way to the horn, with the evidence gathered so far."""

    def __init__(self, order: Order) -> None:
        self.order = order
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
            if _came_before(act.order.id, stop.id) and _means(stop.about, act.order):
                raise EndedEarlyError(_stopped_by(stop))
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
        ended = [act for act in self._acts if _means(stop.about, act.order)]
        for act in ended:
            act.end(_stopped_by(stop))
        for act in ended:
            await act.left.wait()


def _means(about: str, order: Order) -> bool:
    return about in ("", str(order.id)) or (order.about != "" and about == order.about)


def _came_before(order: OrderId, stop: OrderId) -> bool:
    return (order.epoch, order.seq) < (stop.epoch, stop.seq)


def _stopped_by(stop: Order) -> str:
    return f"Dừng theo lệnh {stop.id}."
