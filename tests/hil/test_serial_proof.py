"""The proof of the serial drivers can fail: a driver that lies and a board that forgets its timer are found out."""

import random

import pytest

from drivers.base import AmpEvidence, Amplifier, TransientDriverError
from drivers.devices.relay_amp_line import Settings, setup
from drivers.devices.relay_amp_line.fake import FakeRelayAmpLine
from drivers.transport.fake_pty import Fault
from hil.prove.voice import amplifiers
from hil.prove.voice.amplifiers import Kind
from hil.prove.voice.tally import Tally


class Forgetful(FakeRelayAmpLine):
    """A board whose timer never opens the relay."""

    def _switch(self, channel: int, ms: int) -> None:
        super()._switch(channel, ms * 1000)


class Liar:
    """A driver that believes whatever it hoped for."""

    def __init__(self, amplifier: Amplifier) -> None:
        self._amplifier = amplifier

    async def hold_on(self, seconds: float) -> None:
        del seconds

    async def off(self) -> None:
        await self._amplifier.off()

    async def measure(self) -> AmpEvidence:
        return AmpEvidence(on=True, current_ma=900)

    async def close(self) -> None:
        await self._amplifier.close()


async def _honest(path: str) -> Amplifier:
    return await setup(Settings(path))


async def _lying(path: str) -> Amplifier:
    return Liar(await setup(Settings(path)))


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(amplifiers, "HOLD_S", 0.5)
    monkeypatch.setattr(amplifiers, "FALLS_WITHIN_S", 0.7)


async def tallied(kind: Kind, fault: Fault | str) -> Tally:
    tally = Tally()
    for seed in (1, 2):
        await amplifiers.try_once(kind, fault, random.Random(seed), tally)
    return tally


async def test_a_horn_left_on_is_counted() -> None:
    tally = await tallied(Kind("forgetful", lambda: Forgetful(lambda: 900), _honest, tagged=True), amplifiers.UNPLUGGED)
    assert tally.left_on > 0


async def test_a_driver_that_claims_what_is_not_so_is_counted() -> None:
    tally = await tallied(Kind("liar", lambda: FakeRelayAmpLine(lambda: 900), _lying, tagged=True), Fault.SILENT)
    assert tally.wrong > 0


async def test_right_answers_clear_errors_and_other_failures_are_told_apart() -> None:
    tally = Tally()

    async def answer() -> int:
        return 7

    async def error() -> int:
        raise TransientDriverError("silent")

    async def crash() -> int:
        raise ValueError("ours")

    assert await tally.ask("answer", answer(), 1, lambda value, _: value == 7)
    assert not await tally.ask("error", error(), 1, lambda *_: True)
    assert not await tally.ask("crash", crash(), 1, lambda *_: True)
    assert (tally.tries, tally.right, tally.errors, tally.wrong) == (3, 1, 1, 1)
