"""Asking a horn and waiting for its word: sent again until it is heard, given up at a deadline (laws 3 and 5)."""

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from edge.core.broadcast import COPY, Ack, AckState
from edge.core.errors import TransientError
from edge.core.place import HornId
from edge.store.orders import OrderRow

log = logging.getLogger(__name__)

RESEND_S = 2.0
Send = Callable[[HornId, bytes], Awaitable[None]]


@dataclass(slots=True)
class _Talk:
    last: Ack | None = None
    heard: bool = False
    changed: asyncio.Event = field(default_factory=asyncio.Event)


class Conversations:
    """Every order that waits for a horn's word. One task asks about an (order, horn) at a time."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._talks: dict[tuple[str, HornId], _Talk] = {}

    def hear(self, ack: Ack) -> bool:
        """Take in an ack; False when nobody waits for it."""
        talk = self._talks.get((str(ack.order), ack.horn))
        if talk is None:
            return False
        talk.heard = True
        if ack.state is AckState.REFUSED and ack.code == COPY:
            talk.changed.set()
            return True  # it runs already, or ran before we were started again: its own word decides, or the deadline
        if talk.last is None or _goes_on(talk.last.state, ack.state):
            talk.last = ack
            talk.changed.set()
        return True

    async def ask(
        self,
        order: OrderRow,
        horn: HornId,
        wanted: frozenset[AckState],
        send_for_s: float,
        wait_s: float,
        tail_s: float = math.inf,
    ) -> Ack | None:
        """Hand the order over and wait for one of the wanted states.

        It is sent again every RESEND_S until the horn says anything, for at most ``send_for_s``. After ``wait_s`` in
        all, or ``tail_s`` after the horn first showed that it has the order, the answer is None.
        """
        key = (order.id, horn)
        talk = self._talks[key] = _Talk()
        sending = asyncio.create_task(self._send_until_heard(order, horn, talk, send_for_s))
        try:
            async with asyncio.timeout(wait_s) as deadline:
                while talk.last is None or talk.last.state not in wanted:
                    _shorten(deadline, talk, tail_s)
                    talk.changed.clear()
                    await talk.changed.wait()
        except TimeoutError:
            return None
        else:
            return talk.last
        finally:
            sending.cancel()
            del self._talks[key]

    async def _send_until_heard(self, order: OrderRow, horn: HornId, talk: _Talk, send_for_s: float) -> None:
        loop = asyncio.get_running_loop()
        until = loop.time() + send_for_s
        silent_told = False
        while not talk.heard and loop.time() < until:
            try:
                await self._send(horn, order.payload)
            except TransientError as error:
                if not silent_told:
                    log.warning("order %s does not reach %s: %s", order.id, horn, error)
                    silent_told = True
            await asyncio.sleep(RESEND_S)


def _shorten(deadline: asyncio.Timeout, talk: _Talk, tail_s: float) -> None:
    """A horn that has the order needs no longer than its sound and a margin: a dead one is not waited for in vain."""
    if talk.heard:
        end = asyncio.get_running_loop().time() + tail_s
        deadline.reschedule(min(deadline.when() or end, end))


_STEPS = {AckState.RECEIVED: 0, AckState.READY: 1, AckState.PLAYING: 1}


def _goes_on(before: AckState, after: AckState) -> bool:
    """Whether ``after`` is news. A refusal after another word answers a copy of an order that runs already."""
    if before not in _STEPS:
        return False
    return after is not AckState.REFUSED and _STEPS.get(after, 2) >= _STEPS[before]
