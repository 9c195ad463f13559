from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from drivers.base import AmpEvidence, Amplifier, FinalDriverError, MisconfiguredDriverError, TransientDriverError
from drivers.devices.relay_amp_line import Settings, codec, setup
from drivers.devices.relay_amp_line.driver import RelayAmpLine, open_line
from drivers.devices.relay_amp_line.fake import FakeRelayAmpLine
from drivers.transport.fake_pty import Fault

FRAMES = Path(codec.__file__).parent / "frames" / "lines.txt"
SLOWEST_ANSWER_S = 1.3  # one question of three tries of 0.3 s


@pytest_asyncio.fixture
async def board() -> AsyncIterator[FakeRelayAmpLine]:
    fake = FakeRelayAmpLine(lambda: 1234, lambda: -12.5)
    await fake.start()
    yield fake
    await fake.close()


@pytest_asyncio.fixture
async def amp(board: FakeRelayAmpLine) -> AsyncIterator[RelayAmpLine]:
    driver = await setup(Settings(board.path, idle_ma=34))
    yield driver
    await driver.close()


def test_golden_lines_mean_what_the_readme_says() -> None:
    lines = [line[3:].encode() + codec.END for line in FRAMES.read_text().splitlines() if line[:2] in ("->", "<-")]
    questions = [codec.question_of(line) for line in lines[::2]]
    assert [(one.tag, one.verb, one.channel, one.ms) for one in questions] == [
        (17, "ON", 1, 3000),
        (18, "GET", 1, 0),
        (19, "OFF", 1, 0),
        (20, "GET", 8, 0),
    ]
    assert codec.facts_of(lines[1]) == codec.Facts(on=True, left_ms=3000, current_ma=1234, level_db=-12.5)
    assert codec.facts_of(lines[5]) == codec.Facts(on=False, left_ms=0, current_ma=0, level_db=None)
    with pytest.raises(FinalDriverError, match="CHANNEL"):
        codec.facts_of(lines[7])


@given(st.integers(1, 9999), st.sampled_from(codec.Verb), st.integers(1, 8), st.integers(1, 600_000))
def test_every_question_comes_back(tag: int, verb: codec.Verb, channel: int, ms: int) -> None:
    question = codec.Question(tag, verb, channel, ms if verb is codec.Verb.ON else 0)
    assert codec.question_of(codec.question_line(question)) == question


@given(st.booleans(), st.integers(0, 600_000), st.integers(0, 99_999), st.none() | st.integers(-900, 0))
def test_every_answer_comes_back(on: bool, left_ms: int, current_ma: int, tenths: int | None) -> None:
    facts = codec.Facts(on, left_ms, current_ma, None if tenths is None else tenths / 10)
    line = codec.answer_line(7, facts)
    assert codec.tag_of(line) == 7
    assert codec.facts_of(line) == facts


@given(st.binary(max_size=200))
def test_any_bytes_are_an_answer_or_a_bad_line(data: bytes) -> None:
    with pytest.raises(TransientDriverError):
        codec.facts_of(data)


@given(st.integers(0, 60), st.integers(1, 255))
def test_no_flipped_byte_is_believed(at: int, flip: int) -> None:
    line = bytearray(codec.answer_line(7, codec.Facts(True, 3000, 1234, -12.5)))
    at %= len(line) - 1
    line[at] ^= flip
    with pytest.raises(TransientDriverError):
        codec.facts_of(bytes(line))


async def test_amplifier_is_on_with_evidence_and_off_without(amp: RelayAmpLine, board: FakeRelayAmpLine) -> None:
    assert isinstance(amp, Amplifier)
    await amp.hold_on(5)
    assert await amp.measure() == AmpEvidence(on=True, current_ma=1200, level_db=-12.5)
    await amp.off()
    assert await amp.measure() == AmpEvidence(on=False, current_ma=0)
    assert [(change.channel, change.on) for change in board.changes] == [(1, True), (1, False)]


async def test_amplifier_goes_off_by_itself_when_nobody_renews(amp: RelayAmpLine, board: FakeRelayAmpLine) -> None:
    await amp.hold_on(0.2)
    board.unplug()
    await asyncio.sleep(0.35)
    on, off = board.changes
    assert 0.15 < off.steady - on.steady < 0.35


async def test_renewing_keeps_the_amplifier_on_without_a_gap(amp: RelayAmpLine, board: FakeRelayAmpLine) -> None:
    for _ in range(5):
        await amp.hold_on(0.3)
        await asyncio.sleep(0.1)
    assert board.coil_on(1)
    assert len(board.changes) == 1


async def test_a_relay_that_does_not_close_is_reported(amp: RelayAmpLine, board: FakeRelayAmpLine) -> None:
    board.stuck = True
    with pytest.raises(TransientDriverError, match="channel 1 answers but is off"):
        await amp.hold_on(5)


@pytest.mark.parametrize("fault", [Fault.SILENT, Fault.LATE, Fault.GARBLED, Fault.HALF])
async def test_a_bad_line_is_a_transient_error_in_time_and_heals(
    amp: RelayAmpLine, board: FakeRelayAmpLine, fault: Fault
) -> None:
    board.fault, board.late_s = fault, 1.2
    started = time.monotonic()
    with pytest.raises(TransientDriverError, match="channel 1 does not answer 3 times"):
        await amp.hold_on(5)
    assert time.monotonic() - started < SLOWEST_ANSWER_S
    board.fault = Fault.NONE
    await amp.off()
    assert not board.coil_on(1)


async def test_a_late_answer_to_an_older_question_is_not_believed(amp: RelayAmpLine, board: FakeRelayAmpLine) -> None:
    board.fault, board.late_s = Fault.LATE, 0.35
    with pytest.raises(TransientDriverError):
        await amp.off()
    board.fault = Fault.NONE
    await amp.hold_on(5)
    assert (await amp.measure()).on


async def test_a_busy_board_is_asked_again(amp: RelayAmpLine, board: FakeRelayAmpLine) -> None:
    board.busy = True
    asyncio.get_running_loop().call_later(0.1, setattr, board, "busy", False)
    await amp.hold_on(5)
    assert board.coil_on(1)


async def test_an_unplugged_board_is_a_transient_error_and_heals(amp: RelayAmpLine, board: FakeRelayAmpLine) -> None:
    await amp.hold_on(5)
    board.unplug()
    with pytest.raises(TransientDriverError):
        await amp.off()
    board.plug_in()
    await amp.off()
    assert not board.coil_on(1)


@pytest.mark.parametrize("seconds", [0.0, -1.0, 601.0, float("nan")])
async def test_a_time_that_the_board_cannot_keep_is_refused(
    amp: RelayAmpLine, board: FakeRelayAmpLine, seconds: float
) -> None:
    with pytest.raises(FinalDriverError):
        await amp.hold_on(seconds)
    assert not board.changes


async def test_two_amplifiers_share_a_board(board: FakeRelayAmpLine) -> None:
    first, second = [await setup(Settings(board.path, channel)) for channel in (1, 2)]
    await asyncio.gather(first.hold_on(5), second.off())
    assert (await first.measure()).on
    assert not (await second.measure()).on
    for part in (first, second):
        await part.close()


async def test_a_channel_that_the_board_does_not_have_is_a_final_error(board: FakeRelayAmpLine) -> None:
    driver = await setup(Settings(board.path, channel=8))
    with pytest.raises(FinalDriverError, match="CHANNEL"):
        await driver.hold_on(1)
    await driver.close()


async def test_two_speeds_on_one_line_are_refused(amp: RelayAmpLine, board: FakeRelayAmpLine) -> None:
    with pytest.raises(MisconfiguredDriverError, match="baud"):
        open_line(board.path, 9600)
