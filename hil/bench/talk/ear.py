"""What one horn's sound card got of a talk: when each beep came, the longest hole, and how often the card ran dry."""

from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hil.bench.talk.signal import AUDIBLE, RATE_HZ, Samples, beeps, longest_silence_ms
from hil.sound_card import read_tape


@dataclass(frozen=True, slots=True)
class HeardTalk:
    """``beeps`` are steady times at which the first sample of each beep was in the card."""

    beeps: tuple[float, ...]
    longest_silence_ms: float
    longest_dry_ms: float
    seconds: float


def heard_talk(tape: Path) -> HeardTalk:
    """From the first audible sample to the last; nothing of it is assumed."""
    chunks = list(read_tape(tape))
    sound: Samples = np.frombuffer(b"".join(data for _, data in chunks), "<i2").astype(np.float64) / 32_768
    loud = np.flatnonzero(np.abs(sound) > AUDIBLE)
    if not loud.size:
        return HeardTalk((), 0.0, 0.0, 0.0)
    first, last = int(loud[0]), int(loud[-1])
    ends = np.cumsum([len(data) // 2 for _, data in chunks]).tolist()
    came = tuple(chunks[bisect_right(ends, at)][0] for at in beeps(sound))
    dry = _longest_dry_ms([steady for steady, _ in chunks], ends)
    return HeardTalk(came, longest_silence_ms(sound[first:last]), dry, (last - first) / RATE_HZ)


def _longest_dry_ms(steadies: list[float], ends: list[int]) -> float:
    """A card plays from the first sample on. Whenever samples come later than they are due it was dry so long."""
    began, dry, longest = steadies[0], 0.0, 0.0
    for steady, before in zip(steadies[1:], ends, strict=False):
        late = steady - began - dry - before / RATE_HZ
        if late > 0:
            dry += late
            longest = max(longest, late)
    return longest * 1000
