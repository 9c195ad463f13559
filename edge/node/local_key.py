"""The sealed key at the horn: plays a stand-by notice of the plan, box alive or dead; and the stop button beside it."""

import asyncio
import logging
import secrets
from collections.abc import Callable
from pathlib import Path

from drivers.base import DriverError, LocalSwitch, SwitchState
from edge.core.broadcast import LOCAL_EPOCH, Operation, Order, OrderId
from edge.core.moment import AtMs, ClockState
from edge.core.place import HornId
from edge.core.plan import StandBy
from edge.kernel.disk import write_atomically
from edge.node.plan_shelf import PlanShelf
from edge.node.timekeeping import NodeClock

log = logging.getLogger(__name__)

LOOK_S = 0.2
"""A change is believed when two looks agree: contacts bounce for some 20 ms, fingers stay for longer."""
LIFE_MS = 90_000
REPEAT = 3
"""An alarm that is heard once is half understood."""
FIRST_NUMBERS = 1 << 40
RELEASED = SwitchState(key_turned=False, stop_pressed=False)


class LocalKey:
    """Watches key and button. ``fault`` is a sentence while they cannot be read, or the key has nothing to play."""

    def __init__(
        self,
        switch: LocalSwitch | None,
        template: str,
        horn: HornId,
        shelf: PlanShelf,
        clock: NodeClock,
        folder: Path,
        play: Callable[[Order, str], None],
        stop: Callable[[], None],
    ) -> None:
        """``play`` sounds an order of our own, from this template; ``stop`` silences the horn."""
        self._switch = switch
        self._template = template
        self._horn = horn
        self._shelf = shelf
        self._clock = clock
        self._path = folder / "local_seq"
        self._play = play
        self._stop = stop
        self._silent = ""

    @property
    def fault(self) -> str:
        """What is wrong, for ``state``."""
        if self._switch is None:
            return ""
        if not self._silent and self._stand_by() is None:
            return f"Khóa tại chỗ chưa có tiếng: kế hoạch không có mẫu {self._template!r}."
        return self._silent

    async def run(self) -> None:
        """Watch until cancelled. A key that was turned before the start plays nothing: it must be turned again."""
        if self._switch is None:
            await asyncio.Event().wait()
            return
        believed: SwitchState | None = None
        before: SwitchState | None = None
        while True:
            now = await self._look(self._switch)
            if now is not None and now == before:
                if believed is not None:
                    await self._obey(believed, now)
                believed = now
            before = now
            await asyncio.sleep(LOOK_S)

    async def _look(self, switch: LocalSwitch) -> SwitchState | None:
        try:
            state = await switch.read_switch()
        except DriverError as error:
            if not self._silent:
                log.error("key switch: %s", error)  # noqa: TRY400 - the trace adds nothing
            self._silent = "Khóa tại chỗ không trả lời."
            return None
        if self._silent:
            log.info("key switch answers again")
        self._silent = ""
        return state

    async def _obey(self, before: SwitchState, now: SwitchState) -> None:
        if now.stop_pressed and not before.stop_pressed:
            log.warning("stop button pressed")
            self._stop()
        elif now.key_turned and not before.key_turned:
            await self._turned()

    async def _turned(self) -> None:
        template = self._stand_by()
        if template is None:
            log.error("key turned, but the plan has no stand-by %r", self._template)
            return
        order = self._order(template, await asyncio.to_thread(self._next_number))
        log.warning("key turned: %s plays as %s", template.id, order.id)
        self._play(order, template.id)

    def _stand_by(self) -> StandBy | None:
        held = self._shelf.held
        templates = held.plan.templates if held else ()
        return next((template for template in templates if template.id == self._template), None)

    def _order(self, template: StandBy, number: int) -> Order:
        now = self._clock.now()
        exp_ms = now.at_ms + LIFE_MS if now.clock is not ClockState.FLOOR else 0
        return Order(
            id=OrderId(LOCAL_EPOCH, number),
            op=Operation.PLAY,
            zones=(),
            node=self._horn,
            prio=template.prio,
            nbf_ms=AtMs(0),
            exp_ms=AtMs(exp_ms),
            media=template.media,
            repeat=REPEAT,
        )

    def _next_number(self) -> int:
        """Never the same twice, not even with a new disk: then it begins at random."""
        try:
            number = int(self._path.read_text()) + 1
        except (OSError, ValueError):
            number = secrets.randbelow(FIRST_NUMBERS)
        try:
            write_atomically(self._path, f"{number}\n".encode())
        except OSError as error:
            log.error("local number cannot be kept: %s", error)  # noqa: TRY400 - the trace adds nothing
            number = secrets.randbelow(FIRST_NUMBERS)
        return number
