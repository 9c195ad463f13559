"""Says how each order goes: one ack per step (protocols.md, ack)."""

from collections.abc import Callable
from statistics import median

from edge.core.broadcast import Ack, AckState, OrderId
from edge.core.place import HornId
from edge.kernel.clock import Clock
from edge.kernel.wire.order import ack_to_payload
from edge.node.link import ACK, NodeLink
from edge.node.stage import Act


class Reporter:
    """Sends acks over the link, calls ``changed`` after each, and remembers the last one of a play."""

    def __init__(self, horn: HornId, link: NodeLink, clock: Clock, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._horn = horn
        self._link = link
        self._clock = clock
        self.last_play: Ack | None = None

    async def say(self, order: OrderId, state: AckState, err: str = "", code: str = "") -> None:
        """A step without evidence."""
        await self._send(Ack(order, self._horn, state, self._clock.now().at_ms, err, code=code))

    async def say_end(self, act: Act, state: AckState, err: str = "") -> None:
        """The end of a play, with all evidence there is."""
        finished = act.sound.finished if act.sound else None
        self.last_play = Ack(
            act.order.id,
            self._horn,
            state,
            self._clock.now().at_ms,
            err,
            rms_db=finished.rms_db if finished else None,
            amp_ma=int(median(act.measures)) if act.measures else None,
            played_ms=act.sound.played_ms if act.sound else 0,
            level_db=median(act.levels) if act.levels else None,
        )
        await self._send(self.last_play)

    async def _send(self, ack: Ack) -> None:
        await self._link.send(ACK, ack_to_payload(ack))
        self._changed()
