"""A clip out of a file that somebody brought: a recording, music, a message in another language."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edge.kernel.wire.speech import TakeClip, Taken
from edge.workers.speech.band import BandFilter
from edge.workers.speech.clip import TAIL_S, store_clip
from edge.workers.speech.foreign import Bounds, decoded
from edge.workers.speech.loudness import CEILING_DB, TARGET_DB, Limiter, gated_level
from edge.workers.speech.peaks import clipped_share
from edge.workers.speech.reel import Reel
from edge.workers.speech.verdict import BadClipError, Expected
from edge.workers.speech.wave import (
    BLOCK_S,
    RATE_HZ,
    Wave,
    audible_levels,
    block_levels,
    decibels,
    seconds,
    silence,
)

LONGEST_S = 30 * 60.0
OWNER = "intake"
_QUIETEST_DB = -60.0
_HEADROOM = 0.5
"""A filter turns a clipped sound's edges into peaks above full scale; a reel holds none."""
_BROKEN_SHARE = 0.15
"""Music is made as loud as it goes, a pure tone lies near its crest for a tenth of its time: more is noise."""
_EDGE_S = 0.2
_FADE_S = 0.01
_GAP_S = 8.0
"""Beside the two seconds that every clip may be silent: a pause between two movements."""
_BLOCK = round(BLOCK_S * RATE_HZ)
_PIECE = RATE_HZ


class Arrival:
    """What came in, in the band of horns, on a reel, with its levels."""

    def __init__(self, reel: Reel, job: TakeClip) -> None:
        self._reel = reel
        self._band = BandFilter(job.band.low_hz, job.band.high_hz)
        self._levels: list[NDArray[np.float64]] = []
        self._clipped = 0.0
        self._heard_s = 0.0

    def take(self, waves: Iterator[Wave]) -> None:
        """All of it. Raises FinalError for what cannot be aired."""
        for wave in _in_pieces(waves):
            self._clipped += clipped_share(wave) * seconds(wave)
            self._heard_s += seconds(wave)
            self._keep(self._band.feed(wave))
        self._keep(self._band.flush())
        if self._clipped / self._heard_s > _BROKEN_SHARE:
            raise BadClipError("Tiếng trong tệp bị vỡ gần hết: hãy tìm bản thu khác.")

    def _keep(self, wave: Wave) -> None:
        quieter = wave * np.float32(_HEADROOM)
        self._reel.add(quieter)
        self._levels.append(block_levels(quieter, BLOCK_S))

    def span(self) -> tuple[int, int]:
        """First and last sample of what sounds, with a little room. Raises BadClipError for silence."""
        levels = np.concatenate(self._levels)
        if decibels(gated_level(levels)) < _QUIETEST_DB:
            raise BadClipError("Trong tệp không nghe thấy gì.")
        sounding = np.flatnonzero(audible_levels(levels))
        room = round(_EDGE_S * RATE_HZ)
        end = min(self._reel.samples, (int(sounding[-1]) + 1) * _BLOCK + room)
        return max(0, int(sounding[0]) * _BLOCK - room), end

    def gain(self) -> float:
        """What brings it to the level of all clips."""
        return float(10 ** (TARGET_DB / 20)) / gated_level(np.concatenate(self._levels))


def take_clip(job: TakeClip) -> Taken:
    """Decode, level, encode, check and keep a file as a clip. Raises FinalError, TransientError."""
    folder = Path(job.clips_folder)
    with Reel(folder) as reel:
        arrival = Arrival(reel, job)
        arrival.take(decoded(Path(job.source), Bounds(LONGEST_S)))
        begin, end = arrival.span()
        expected = Expected((end - begin) / RATE_HZ + TAIL_S, TAIL_S, _GAP_S)
        clip = store_clip(folder, OWNER, job.source, _levelled(reel, begin, end, arrival.gain()), expected)
    return Taken(clip.sha256, clip.bytes, clip.ms, clip.peak_db, clip.rms_db)


def _levelled(reel: Reel, begin: int, end: int, gain: float) -> Iterator[Wave]:
    limiter = Limiter(10 ** (CEILING_DB / 20))
    at = begin
    for wave in reel.play(begin, end):
        yield limiter.feed(wave * np.float32(gain) * _fade(at - begin, end - at, wave.size))
        at += wave.size
    yield limiter.flush()
    yield silence(TAIL_S)


def _fade(behind: int, ahead: int, samples: int) -> Wave:
    """Rises from the begin of the whole sound and falls towards its end, so that neither clicks."""
    at = np.arange(samples, dtype=np.float32)
    steps = np.float32(round(_FADE_S * RATE_HZ))
    rising: Wave = np.clip(np.minimum(at + behind, ahead - at) / steps, 0, 1)
    return rising


def _in_pieces(waves: Iterator[Wave]) -> Iterator[Wave]:
    """A second at a time, so that blocks of levels lie where blocks of sound lie; the last one is shorter."""
    parts: list[Wave] = []
    size = 0
    for wave in waves:
        parts.append(wave)
        size += wave.size
        if size >= _PIECE:
            whole = np.concatenate(parts)
            for begin in range(0, size // _PIECE * _PIECE, _PIECE):
                yield whole[begin : begin + _PIECE]
            parts = [whole[size // _PIECE * _PIECE :]]
            size = parts[0].size
    if size:
        yield np.concatenate(parts)
