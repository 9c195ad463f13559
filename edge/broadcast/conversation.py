"""Asking a horn and waiting for its word: sent again until it is heard, given up at a deadline (laws 3 and 5)."""

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from functools import partial

from edge.core.broadcast import COPY, NO_CLOCK, Ack, AckState
from edge.core.errors import TransientError
from edge.core.place import HornId
from edge.kernel.keep_running import run_apart
from edge.store.orders import OrderRow

log = logging.getLogger(__name__)

RESEND_S = 2.0
Send = Callable[[HornId, bytes], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Patience:
    """How long an order is sent again and its answer awaited, in seconds.

    ``tail_s`` counts from the word that it plays, or that it was heard before an own restart. ``copy_counts``: the
    refusal of a copy is an answer too. ``has_clips``: from RECEIVED on nothing but the sound is left to wait for.
    """

    send_for_s: float
    wait_s: float
    tail_s: float = math.inf
    copy_counts: bool = False
    has_clips: bool = False


@dataclass(slots=True)
class _Talk:
    patience: Patience
    last: Ack | None = None
    excuse: Ack | None = None
    heard: bool = False
    withdrawn: bool = False
    ended: bool = False
    ran_before: bool = False
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def shorten(self, deadline: asyncio.Timeout) -> None:
        """A horn that plays has no more time than its sound and a margin: a dead one is not waited for in vain."""
        begun = {AckState.PLAYING, AckState.RECEIVED} if self.patience.has_clips else {AckState.PLAYING}
        if self.ran_before or (self.last is not None and self.last.state in begun):
            end = asyncio.get_running_loop().time() + self.patience.tail_s
            deadline.reschedule(min(deadline.when() or end, end))


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
        if ack.state is AckState.REFUSED and ack.code == NO_CLOCK:
            talk.excuse = ack  # it is sent again with the nonce that its next state shows
            return True
        talk.heard = True
        if ack.state is AckState.REFUSED and ack.code == COPY and not talk.patience.copy_counts:
            talk.ran_before = True  # in an earlier life of ours: its own word decides, or the deadline
            talk.changed.set()
            return True
        if talk.last is None or _goes_on(talk.last.state, ack.state):
            talk.last = ack
            talk.changed.set()
        return True

    def withdraw(self, order: str, horn: HornId) -> None:
        """Send this order no more; its word is awaited all the same."""
        talk = self._talks.get((order, horn))
        if talk is not None:
            talk.withdrawn = True

    def hurry(self, order: str, horn: HornId, within_s: float) -> None:
        """What was asked for is over: send it no more, and wait no longer than this for the horn's word."""
        talk = self._talks.get((order, horn))
        if talk is not None:
            talk.withdrawn = talk.ran_before = True
            talk.patience = replace(talk.patience, tail_s=within_s)
            talk.changed.set()

    def said(self, order: str, horn: HornId) -> AckState | None:
        """The last word of this horn about an order that is under way."""
        talk = self._talks.get((order, horn))
        return talk.last.state if talk is not None and talk.last is not None else None

    def end(self, order: str, horn: HornId) -> None:
        """Nobody wants the answer any more: whoever asks gets None now."""
        talk = self._talks.get((order, horn))
        if talk is not None:
            talk.ended = True
            talk.changed.set()

    async def ask(self, order: OrderRow, horn: HornId, wanted: frozenset[AckState], patience: Patience) -> Ack | None:
        """Hand the order over and wait for one of the wanted states; None when none came in time.

        It is sent again every RESEND_S until the horn says anything but that it does not know the time; if it says
        nothing else until the end, that is its answer.
        """
        key = (order.id, horn)
        talk = self._talks[key] = _Talk(patience)
        sending = asyncio.create_task(
            run_apart(f"sending {order.id} to {horn}", partial(self._send_until_heard, order, horn, talk))
        )
        try:
            async with asyncio.timeout(patience.wait_s) as deadline:
                while not (talk.ended or (talk.last is not None and talk.last.state in wanted)):
                    talk.shorten(deadline)
                    talk.changed.clear()
                    await talk.changed.wait()
        except TimeoutError:
            return talk.excuse
        else:
            return None if talk.ended else talk.last
        finally:
            talk.withdrawn = True  # a cancellation that aiomqtt swallows does not send it on
            sending.cancel()
            if self._talks.get(key) is talk:
                del self._talks[key]

    async def _send_until_heard(self, order: OrderRow, horn: HornId, talk: _Talk) -> None:
        loop = asyncio.get_running_loop()
        until = loop.time() + talk.patience.send_for_s
        silent_told = False
        while not (talk.heard or talk.withdrawn) and loop.time() < until:
            try:
                await self._send(horn, order.payload)
            except TransientError as error:
                if not silent_told:
                    log.warning("order %s does not reach %s: %s", order.id, horn, error)
                    silent_told = True
            await asyncio.sleep(RESEND_S)


_STEPS = {AckState.RECEIVED: 0, AckState.READY: 1, AckState.PLAYING: 1}


def _goes_on(before: AckState, after: AckState) -> bool:
    """Whether ``after`` is news. A refusal after another word answers a copy of an order that runs already."""
    if before not in _STEPS:
        return False
    return after is not AckState.REFUSED and _STEPS.get(after, 2) >= _STEPS[before]
