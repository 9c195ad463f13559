"""Clips to sound: Ogg Opus files to even blocks of 48 kHz mono s16."""

from collections.abc import Iterable, Iterator, Sequence

import av
import numpy as np

from edge.core.errors import FinalError
from edge.workers import opus
from edge.workers.opus import Samples

BLOCK = 960
"""Samples of one block: 20 ms, so that a stop is noticed at once."""


def blocks(paths: Sequence[str], gain_db: float, repeat: int) -> Iterator[Samples]:
    """All files in order, ``repeat`` times, in blocks of 20 ms (the last one may be shorter).

    Raises FinalError naming the file that is not a clip.
    """
    factor = 10 ** (gain_db / 20)
    for block in _even(_decoded(paths, repeat)):
        yield block if gain_db == 0 else amplified(block, factor)


def _decoded(paths: Sequence[str], repeat: int) -> Iterator[Samples]:
    for _ in range(repeat):
        for path in paths:
            yield from _samples_of(path)


def _samples_of(path: str) -> Iterator[Samples]:
    try:
        yield from opus.samples_of(path)
    except (av.FFmpegError, OSError, IndexError, FinalError) as cause:
        raise FinalError(f"Không giải mã được đoạn tiếng {path}: {cause}") from cause


def _even(pieces: Iterable[Samples]) -> Iterator[Samples]:
    rest = np.empty(0, np.int16)
    for piece in pieces:
        rest = np.concatenate((rest, piece))
        while len(rest) >= BLOCK:
            yield rest[:BLOCK]
            rest = rest[BLOCK:]
    if len(rest):
        yield rest


def amplified(block: Samples, factor: float) -> Samples:
    """So many times as loud, cut off at full scale."""
    louder = np.clip(block.astype(np.float32) * factor, -32_768, 32_767)
    samples: Samples = louder.astype(np.int16)
    return samples
