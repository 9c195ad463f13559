"""Carries out orders: prepare, play, stop, volume. Each ends in exactly one final ack (law 3)."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from edge.core.broadcast import AckState, Operation, Order
from edge.core.errors import FinalError, MolangError, TransientError
from edge.core.moment import AtMs, ClockState
from edge.kernel.clock import Clock
from edge.node.alongside import alongside
from edge.node.cache import ClipCache
from edge.node.fetch import FETCH_DEADLINE_S, Clips
from edge.node.player import Player
from edge.node.power import Power
from edge.node.reporter import Reporter
from edge.node.stage import Act, BusyError, EndedEarlyError, Stage
from edge.node.volume import Volume

NO_CURRENT = "Ampli bật nhưng không có dòng ra loa."
SILENT_CLIP = "Tiếng đã phát là im lặng."
FLOWS_MA = 50
"""An amplifier that drives a horn draws more; its own idle current is 10 to 40 mA."""
AUDIBLE_DB = -60.0
PLAY_SLACK_S = 10.0
LATEST_START_MS = 5_000
LONGEST_NAP_S = 0.5
"""While waiting for ``at_ms`` look at the clock this often: it may be set meanwhile."""


class Performer:
    """Knows how to do each operation with this horn's parts."""

    def __init__(
        self,
        *,
        clips: Clips,
        cache: ClipCache,
        power: Power,
        player: Player,
        volume: Volume,
        reporter: Reporter,
        clock: Clock,
    ) -> None:
        self._clips = clips
        self._cache = cache
        self._power = power
        self._player = player
        self._volume = volume
        self._reporter = reporter
        self._clock = clock
        self.stage = Stage()
        self._doers: Mapping[Operation, Callable[[Order], Awaitable[None]]] = {
            Operation.PREPARE: self._prepare,
            Operation.PLAY: self._play,
            Operation.TEST: self._play,
            Operation.STOP: self._stop,
            Operation.VOLUME: self._turn,
            Operation.LIVE: self._live,
        }

    async def carry_out(self, order: Order) -> None:
        """Do it to its end and report it."""
        await self._reporter.say(order.id, AckState.RECEIVED)
        await self._doers[order.op](order)

    async def _prepare(self, order: Order) -> None:
        try:
            await self._bring(order)
        except MolangError as error:
            await self._reporter.say(order.id, AckState.FAILED, str(error))
        else:
            await self._reporter.say(order.id, AckState.READY)

    async def _stop(self, order: Order) -> None:
        try:
            await self.stage.stop(order)
            if self.stage.current is None:
                await self._power.off()
        except MolangError as error:
            await self._reporter.say(order.id, AckState.FAILED, str(error))
        else:
            await self._reporter.say(order.id, AckState.DONE)

    async def _turn(self, order: Order) -> None:
        try:
            await asyncio.to_thread(self._volume.turn_to, order.gain_db)
        except OSError as error:
            await self._reporter.say(order.id, AckState.FAILED, f"Không lưu được âm lượng: {error}.")
        else:
            await self._reporter.say(order.id, AckState.DONE)

    async def _live(self, order: Order) -> None:
        await self._reporter.say(order.id, AckState.REFUSED, "Nút này chưa phát trực tiếp được.")

    async def _play(self, order: Order) -> None:
        act = Act(order)
        try:
            state, err = await self._performed(act)
        except asyncio.CancelledError:
            await self._reporter.say_end(act, AckState.FAILED, "Nút đang tắt.")
            raise
        await self._reporter.say_end(act, state, err)

    async def _performed(self, act: Act) -> tuple[AckState, str]:
        try:
            with self.stage.listed(act):
                async with alongside(act.until_ended()):
                    await self._perform(act)
        except EndedEarlyError as end:
            return AckState.PREEMPTED, str(end)
        except BusyError as busy:
            return AckState.REFUSED, str(busy)
        except MolangError as error:
            return AckState.FAILED, str(error)
        return AckState.DONE, self._doubt(act)

    async def _perform(self, act: Act) -> None:
        paths = await self._bring(act.order)
        if not paths:
            raise FinalError("Lệnh phát không có đoạn tiếng nào.")
        await self._wait_for_its_time(act.order)
        await self.stage.enter(act)
        try:
            await self._power.on()
            await self._sound(act, paths)
        finally:
            await self._fall_silent(act)

    async def _sound(self, act: Act, paths: tuple[str, ...]) -> None:
        order = act.order
        gain_db = order.gain_db + self._volume.gain_db
        act.sound = sound = await self._player.begin(paths, gain_db, order.repeat)
        async with alongside(self._power.keep(act.measures, act.levels)):
            await sound.until_started()
            await self._reporter.say(order.id, AckState.PLAYING)
            await sound.until_finished(_length_s(order) + PLAY_SLACK_S)

    async def _fall_silent(self, act: Act) -> None:
        """Stop the sound and switch off, both before waiting for either to be confirmed."""
        if act.sound is not None:
            await act.sound.stop()
        try:
            await self._power.off()
        except TransientError:
            return  # told in ``state`` as the amplifier's fault; the board's timer and the guard go on trying
        finally:
            if act.sound is not None:
                await act.sound.settle()

    async def _bring(self, order: Order) -> tuple[str, ...]:
        now = self._clock.now().at_ms
        until = AtMs(max(order.exp_ms, order.at_ms) + int(_length_s(order) * 1000))
        self._cache.pin(order.media, until, now)
        return await self._clips.bring(order.media, FETCH_DEADLINE_S)

    async def _wait_for_its_time(self, order: Order) -> None:
        while (left_ms := order.at_ms - self._clock.now().at_ms) > 0:  # noqa: ASYNC110 - no event tells of a set clock
            await asyncio.sleep(min(left_ms / 1000, LONGEST_NAP_S))
        now = self._clock.now()
        if now.clock is not ClockState.FLOOR and now.at_ms > max(order.exp_ms, order.at_ms + LATEST_START_MS):
            raise FinalError("Lệnh hết hạn trước khi phát được.")

    def _doubt(self, act: Act) -> str:
        """Why nobody heard it although everything was played, or nothing: the box calls a doubted play SILENT."""
        finished = act.sound.finished if act.sound else None
        if finished is not None and finished.rms_db < AUDIBLE_DB:
            return SILENT_CLIP
        if act.measures and max(act.measures) < FLOWS_MA:
            return NO_CURRENT
        return ""


def _length_s(order: Order) -> float:
    return sum(ref.ms for ref in order.media) * order.repeat / 1000
