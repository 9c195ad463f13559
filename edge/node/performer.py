"""Carries out orders: prepare, play, stop, volume. Each ends in exactly one final ack (law 3)."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress

from edge.core.broadcast import AckState, Operation, Order
from edge.core.errors import FinalError, MolangError, TransientError
from edge.core.moment import AtMs, ClockState
from edge.node.alongside import alongside
from edge.node.cache import ClipCache
from edge.node.fetch import FETCH_DEADLINE_S, Clips
from edge.node.ledger import Ledger
from edge.node.link import NodeLink
from edge.node.live import Ear
from edge.node.player import Player, Sound
from edge.node.power import Power
from edge.node.reporter import SETTLE_S, Reporter, until_ms
from edge.node.stage import Act, BusyError, EndedEarlyError, Stage
from edge.node.timekeeping import NodeClock
from edge.node.volume import Volume
from edge.node.window import ReplayWindow

NO_CURRENT = "Ampli bật nhưng không có dòng ra loa."
SILENT_CLIP = "Tiếng đã phát là im lặng."
FLOWS_MA = 50
"""An amplifier that drives a horn draws more; its own idle current is 10 to 40 mA."""
AUDIBLE_DB = -60.0
PLAY_SLACK_S = 10.0
LATEST_START_MS = 5_000
LONGEST_NAP_S = 0.5
"""While waiting for ``at_ms`` look at the clock this often: it may be set meanwhile."""
BUSY_NAP_S = 0.05
PRIME_S = 0.5
"""So long before its instant a sound is primed and the amplifier switched on: time for a second try of the board."""
TOGETHER_S = 0.5
"""What is meant at once waits no longer for the common instant, however wrong the clock of this node may be."""
SOUNDING = frozenset({Operation.PLAY, Operation.TEST, Operation.STOP})
"""What sounds stands in the ledger, on the disk, before its first sample; the window follows. STOP may come twice."""
NOTE_S = 1.0
"""How often the ledger is told how much was heard."""


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
        ledger: Ledger,
        window: ReplayWindow,
        clock: NodeClock,
        link: NodeLink,
    ) -> None:
        self._clips = clips
        self._cache = cache
        self._power = power
        self._player = player
        self._volume = volume
        self._reporter = reporter
        self._ledger = ledger
        self._window = window
        self._clock = clock
        self.stage = Stage()
        self.ear = Ear(
            link=link,
            stage=self.stage,
            power=power,
            player=player,
            volume=volume,
            reporter=reporter,
            ledger=ledger,
            note=self._note,
            fall_silent=self._fall_silent,
        )
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
        if order.op not in SOUNDING:
            await self.keep_books()
        await self._doers[order.op](order)

    async def keep_books(self) -> None:
        """The replay window goes to the disk; a disk that takes it again gets what only memory knew, too."""
        await self._window.keep()
        if not self._window.fault:
            await self._ledger.mend()
            await self._reporter.mend()

    async def perform(self, act: Act) -> None:
        """Sound what no order brought just now: an item of the plan, or what the key switch asks for."""
        await self._to_its_report(act, self._perform)

    async def fall_silent(self, why: str) -> None:
        """End whatever sounds or waits, by a hand at the node; the amplifier is switched off in any case."""
        await self.stage.stop_all(why)
        with suppress(TransientError):  # told in ``state`` as the amplifier's fault; the guard goes on trying
            await self._power.off()

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
            await asyncio.sleep(SETTLE_S)
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
        await self._to_its_report(Act(order), self.ear.perform)

    async def _play(self, order: Order) -> None:
        await self._to_its_report(Act(order), self._perform)

    async def _to_its_report(self, act: Act, perform: Callable[[Act], Awaitable[None]]) -> None:
        try:
            state, err = await self._performed(act, perform)
            if state is AckState.PREEMPTED:
                await asyncio.sleep(SETTLE_S)
        except asyncio.CancelledError:
            await self._reporter.say_end(act, AckState.FAILED, "Nút đang tắt.")
            raise
        await self._reporter.say_end(act, state, err)
        await self.keep_books()  # what ended before it sounded must not sound after a restart either

    async def _performed(self, act: Act, perform: Callable[[Act], Awaitable[None]]) -> tuple[AckState, str]:
        try:
            with self.stage.listed(act):
                async with alongside(act.until_ended()):
                    await perform(act)
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
        await self._wait_until_near(act)
        await self._enter(act)
        try:
            await self._sound(act, paths)
        finally:
            await self._fall_silent(act)

    async def _sound(self, act: Act, paths: tuple[str, ...]) -> None:
        """Prime the player, switch on, write it into the ledger, all at once; and let go at the instant."""
        order = act.order
        act.sound = sound = await self._player.prime(paths, order.gain_db + self._volume.gain_db, order.repeat)
        await asyncio.gather(self._power.on(), self._ledger.begin(order.id, until_ms(order)))
        async with alongside(self._power.keep(act.measures, act.levels)), alongside(self._note(act, sound)):
            await sound.go(time.monotonic() + self._left_s(act) if order.at_ms else 0.0)
            await sound.until_started()
            await self._reporter.say(order.id, AckState.PLAYING)
            await sound.until_finished(_length_s(order) + PLAY_SLACK_S)

    async def _note(self, act: Act, sound: Sound) -> None:
        """A kill in the middle must not make a horn say less than it said."""
        while True:
            await asyncio.sleep(NOTE_S)
            await self._ledger.hear(act.order.id, sound.heard_ms())

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

    async def _wait_until_near(self, act: Act) -> None:
        """Until it is time to prime; raises FinalError when it is too late to begin."""
        while (left_s := self._left_s(act) - PRIME_S) > 0:  # noqa: ASYNC110 - no event tells of a set clock
            await asyncio.sleep(min(left_s, LONGEST_NAP_S))
        now = self._clock.now()
        if now.clock is not ClockState.FLOOR and now.at_ms > latest_ms(act.order):
            raise FinalError("Lệnh hết hạn trước khi phát được.")

    async def _enter(self, act: Act) -> None:
        """Take the stage; what has its own time waits a little for the end of what was there before it."""
        while True:
            try:
                return await self.stage.enter(act)
            except BusyError:
                if act.at_once or self._clock.now().at_ms > act.order.at_ms + LATEST_START_MS:
                    raise
            await asyncio.sleep(BUSY_NAP_S)

    def _left_s(self, act: Act) -> float:
        """Seconds until its instant."""
        if act.order.at_ms == 0:
            return 0.0
        left_s = self._clock.steady_of(act.order.at_ms) - self._clock.steady()
        return min(left_s, act.arrived + TOGETHER_S - time.monotonic()) if act.at_once else left_s

    def _doubt(self, act: Act) -> str:
        """Why nobody heard it although everything was played, or nothing: the box calls a doubted play SILENT."""
        finished = act.sound.finished if act.sound else None
        if finished is not None and finished.rms_db < AUDIBLE_DB:
            return SILENT_CLIP
        if act.measures and max(act.measures) < FLOWS_MA:
            return NO_CURRENT
        return ""


def latest_ms(order: Order) -> int:
    """When it is too late to begin an order: at the end of its life, or soon after a time that lies beyond that."""
    return order.exp_ms if order.exp_ms > order.at_ms else order.at_ms + LATEST_START_MS


def _length_s(order: Order) -> float:
    return sum(ref.ms for ref in order.media) * order.repeat / 1000
