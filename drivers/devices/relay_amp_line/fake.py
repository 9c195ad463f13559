"""An amplifier's controller on a PTY. Its clock is its own: it opens the relay when nobody renews."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from drivers.devices.relay_amp_line import codec
from drivers.devices.relay_amp_line.codec import Facts, Question, Refusal, Verb
from drivers.transport.fake_pty import FakePty


@dataclass(frozen=True, slots=True)
class RelayChange:
    """A relay moved, at a monotonic time."""

    steady: float
    channel: int
    on: bool


class FakeRelayAmpLine(FakePty):
    """One board of `channels` relays. `current_ma` and `level_db` are asked only while the channel is on.

    Faults are those of `FakePty`, and: `stuck` (it answers but its contacts do not move), `busy` (it refuses for now).
    """

    def __init__(
        self,
        current_ma: Callable[[], int] = lambda: 0,
        level_db: Callable[[], float | None] = lambda: None,
        *,
        channels: int = 2,
    ) -> None:
        super().__init__(self._on_bytes)
        self.current_ma = current_ma
        self.level_db = level_db
        self.stuck = False
        self.busy = False
        self.changes: list[RelayChange] = []
        self._on = [False] * channels
        self._timers: dict[int, asyncio.TimerHandle] = {}
        self._input = b""

    async def close(self) -> None:
        """Power down: every relay falls."""
        for channel in range(1, len(self._on) + 1):
            self._move(channel, on=False)
        await super().close()

    def coil_on(self, channel: int) -> bool:
        """Whether the relay of this channel (the first is 1) is closed."""
        return self._on[channel - 1]

    def _on_bytes(self, data: bytes) -> None:
        *lines, self._input = (self._input + data).split(codec.END)
        self._input = self._input[-codec.LONGEST_LINE :]
        for line in lines:
            try:
                question = codec.question_of(line + codec.END)
            except codec.BadLineError:
                continue  # noise on the wire: the asker asks again
            self.send(self._answer(question))

    def _answer(self, question: Question) -> bytes:
        if self.busy:
            return codec.refusal_line(question.tag, Refusal.BUSY)
        if question.channel > len(self._on):
            return codec.refusal_line(question.tag, Refusal.CHANNEL)
        if question.verb is Verb.ON and not 0 < question.ms <= codec.LONGEST_ON_S * 1000:
            return codec.refusal_line(question.tag, Refusal.TIME)
        if question.verb is not Verb.GET and not self.stuck:
            self._switch(question.channel, question.ms if question.verb is Verb.ON else 0)
        return codec.answer_line(question.tag, self._facts(question.channel))

    def _facts(self, channel: int) -> Facts:
        if not self.coil_on(channel):
            return Facts(False, 0, 0, None)
        timer = self._timers[channel]
        left_ms = max(1, int((timer.when() - asyncio.get_running_loop().time()) * 1000))
        return Facts(True, left_ms, self.current_ma(), self.level_db())

    def _switch(self, channel: int, ms: int) -> None:
        self._move(channel, on=ms > 0)
        if ms:
            expire = partial(self._move, channel, on=False)
            self._timers[channel] = asyncio.get_running_loop().call_later(ms / 1000, expire)

    def _move(self, channel: int, *, on: bool) -> None:
        if timer := self._timers.pop(channel, None):
            timer.cancel()
        if self._on[channel - 1] is not on:
            self._on[channel - 1] = on
            self.changes.append(RelayChange(time.monotonic(), channel, on))
