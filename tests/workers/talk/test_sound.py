import numpy as np
import pytest

from edge.workers.talk.sound import BLOCK, CEILING, RATE_HZ, TARGET_DB, Block, Level, Loudness, silence


def tone(amplitude: float, seconds: float) -> list[Block]:
    at = np.arange(round(seconds * RATE_HZ))
    wave = (amplitude * 32_767 * np.sin(2 * np.pi * 300 * at / RATE_HZ)).astype(np.int16)
    return [wave[begin : begin + BLOCK] for begin in range(0, len(wave), BLOCK)]


@pytest.mark.parametrize("amplitude", [0.02, 0.1, 0.5, 1.0])
def test_quiet_and_loud_voices_leave_equally_loud(amplitude: float) -> None:
    loudness, level = Loudness(), Level()
    blocks = [loudness.level(block) for block in tone(amplitude, 6.0)]
    for block in blocks[-50:]:
        level.add(block)
    rms_db, peak_db = level.read()
    assert abs(rms_db - TARGET_DB) < 1.5
    assert peak_db < -2.9


def test_no_sample_leaves_above_the_ceiling_however_sudden_the_shout() -> None:
    loudness = Loudness()
    for block in tone(0.01, 3.0):
        loudness.level(block)
    loud = np.concatenate([loudness.level(block) for block in tone(1.0, 0.2)])
    assert np.abs(loud.astype(np.int32)).max() <= CEILING * 32_768 + 1


def test_the_noise_of_a_quiet_room_is_not_made_louder() -> None:
    loudness = Loudness()
    noise = np.random.default_rng(7).normal(0, 20, BLOCK).astype(np.int16)
    before = [loudness.level(noise) for _ in range(200)]
    assert np.array_equal(before[50], before[-1])


def test_silence_stays_silence() -> None:
    level = Level()
    level.add(Loudness().level(silence()))
    assert level.read() == (-120.0, -120.0)
