"""The node's end of its player child."""

import asyncio
import logging
import os
import signal
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

from edge.core.errors import TransientError
from edge.kernel.children import Child, ChildHealth
from edge.kernel.process import FOR_THE_HORNS
from edge.kernel.wire import Message
from edge.kernel.wire.player import (
    Finished,
    Frames,
    FromPlayer,
    Go,
    Listen,
    Play,
    PlayerSetup,
    PlayFailed,
    Started,
    StopPlaying,
)

log = logging.getLogger(__name__)

READY_S = 5.0
START_S = 4.0
"""Longer than a sound card's own deadline, which gives the better reason."""
SETTLE_S = 0.5


class Sound:
    """One job of the player, and what the player told about it."""

    def __init__(self, player: "Player", job: int) -> None:
        self._player = player
        self._started = asyncio.Event()
        self._ended = asyncio.Event()
        self._failure = ""
        self._began: float | None = None
        self.job = job
        self.finished: Finished | None = None
        self.played_ms = 0

    async def until_started(self) -> None:
        """The first sample is in the sound card; raises TransientError when it will never be."""
        try:
            async with asyncio.timeout(START_S):
                await self._started.wait()
        except TimeoutError as cause:
            raise TransientError("Trình phát âm không bắt đầu kịp.") from cause
        self._raise_failure()

    async def until_finished(self, deadline_s: float) -> None:
        """Everything was played; raises TransientError when it was not."""
        try:
            async with asyncio.timeout(deadline_s):
                await self._ended.wait()
        except TimeoutError as cause:
            raise TransientError("Trình phát âm phát mãi không xong.") from cause
        self._raise_failure()

    async def go(self, steady: float) -> None:
        """Let a primed sound be heard at this instant (CLOCK_MONOTONIC), or at once when it has passed."""
        self._raise_failure()
        await self._player.tell(Go(self.job, steady))

    def heard_ms(self) -> int:
        """How much was heard until now, by the clock."""
        if self._began is None or self._ended.is_set():
            return self.played_ms
        return max(0, int((time.monotonic() - self._began) * 1000))

    async def feed(self, seq: int, frames: tuple[bytes, ...], *, last: bool) -> None:
        """Hand on frames of a talk; raises TransientError when the player has failed."""
        self._raise_failure()
        await self._player.tell(Frames(self.job, seq, frames, last))

    async def stop(self) -> None:
        """Ask for silence. Does not wait for it: switch the amplifier off meanwhile."""
        if not self._ended.is_set():
            await self._player.tell(StopPlaying(self.job))

    async def settle(self) -> None:
        """Wait until the player has told its end; a player that does not is killed, which is silence too."""
        try:
            async with asyncio.timeout(SETTLE_S):
                await self._ended.wait()
        except TimeoutError:
            self._player.kill()

    def hear(self, message: FromPlayer) -> None:
        """Take what the player says about this job."""
        match message:
            case Finished():
                self.finished, self.played_ms = message, message.played_ms
                self._end()
            case PlayFailed():
                self.played_ms = message.played_ms
                self._fail(message.reason)
            case Started():
                self._began = message.steady
                self._started.set()

    def lose(self, reason: str) -> None:
        """The player is gone; what it played until now is told by the clock."""
        if not self._ended.is_set():
            self.played_ms = self.heard_ms()
            self._fail(reason)

    def _fail(self, reason: str) -> None:
        self._failure = reason
        self._end()

    def _end(self) -> None:
        self._started.set()
        self._ended.set()

    def _raise_failure(self) -> None:
        if self._failure:
            raise TransientError(self._failure)


class Player:
    """A player child that is started again when it dies; ``changed`` is told of both. One sound at a time."""

    def __init__(self, setup: PlayerSetup, changed: Callable[[], None]) -> None:
        self._setup = setup
        self._tell_changed = changed
        self._ready = asyncio.Event()
        self._job = 0
        self._sound: Sound | None = None
        self._child: Child[FromPlayer] = Child(
            "player",
            "edge.workers.player",
            FromPlayer,  # type: ignore[arg-type]  # msgspec takes a union of messages, for which mypy has no type
            greet=self._greet,
            heard=self._heard,
            changed=self._changed,
            score=FOR_THE_HORNS,
        )

    @property
    def pid(self) -> int | None:
        """Process id of the child that runs now."""
        return self._child.pid if self._ready.is_set() else None

    async def run(self) -> None:
        """Keep the child running until cancelled."""
        await self._child.run()

    async def prime(self, paths: Sequence[str], gain_db: float, repeat: int) -> Sound:
        """Open the card and decode the beginning; it sounds at ``Sound.go``. Raises TransientError without a player."""
        sound = await self._new_sound()
        await self._child.send(Play(sound.job, tuple(paths), gain_db, repeat, held=True))
        return sound

    async def begin_talk(self, gain_db: float) -> Sound:
        """Start to play what ``Sound.feed`` will bring; raises TransientError while there is no player."""
        sound = await self._new_sound()
        await self._child.send(Listen(sound.job, gain_db))
        return sound

    async def _new_sound(self) -> Sound:
        try:
            async with asyncio.timeout(READY_S):
                await self._ready.wait()
        except TimeoutError as cause:
            raise TransientError("Trình phát âm chưa sẵn sàng.") from cause
        self._job += 1
        self._sound = Sound(self, self._job)
        return self._sound

    async def tell(self, message: Message) -> None:
        """Send, if there is a player; one that is gone is silent already."""
        with suppress(TransientError):
            await self._child.send(message)

    def kill(self) -> None:
        """End a player that does not answer; a new one is started."""
        if (pid := self.pid) is not None:
            log.error("player (pid %d) does not answer, killing it", pid)
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    async def _greet(self, child: Child[FromPlayer]) -> None:
        await child.send(self._setup)

    async def _heard(self, message: FromPlayer) -> None:
        if self._sound is not None and getattr(message, "job", None) == self._sound.job:
            self._sound.hear(message)

    def _changed(self, health: ChildHealth) -> None:
        if health.state == "up":
            self._ready.set()
        else:
            self._ready.clear()
            if self._sound is not None:
                self._sound.lose("Trình phát âm dừng đột ngột.")
        self._tell_changed()
