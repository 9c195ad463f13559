"""Decodes files that people bring. Nothing in them is trusted: not their name, nor what they say of themselves."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np

from edge.core.errors import FinalError
from edge.workers.speech.wave import RATE_HZ, Wave

MOST_BYTES = 50 * 1024 * 1024
_FORMATS = "aac,aiff,amr,caf,flac,matroska,mov,mp3,ogg,wav,w64"
"""Containers of sound. Left out above all are those that name other files or addresses: playlists of every kind."""
_OPTIONS = {"format_whitelist": _FORMATS, "protocol_whitelist": "file", "probesize": "1000000"}
_RATES_HZ = (8_000, 192_000)
_MOST_CHANNELS = 8
_MOST_BAD_PACKETS = 5
"""A damaged frame at a cut is common in MP3; a file that goes on like this is no recording."""
_MOST_STREAMS = 4


@dataclass(frozen=True, slots=True)
class Bounds:
    """What is accepted: at most so long."""

    longest_s: float


def decoded(path: Path, bounds: Bounds) -> Iterator[Wave]:
    """The one sound of the file as mono 48 kHz, piece by piece.

    Raises FinalError with a sentence for the person who brought it: no sound, a film, too long, too large, damaged.
    """
    _check_size(path)
    try:
        with av.open(str(path), options=_OPTIONS) as file:
            yield from _bounded(_waves(file, _the_sound(file)), bounds)
    except (av.FFmpegError, ValueError) as cause:
        raise FinalError("Tệp này không phải tệp âm thanh mà máy đọc được (mp3, wav, ogg, m4a, flac, webm).") from cause
    except OSError as cause:
        raise FinalError(f"Không đọc được tệp tải lên: {cause.strerror or cause}.") from cause


def _check_size(path: Path) -> None:
    size = path.stat().st_size if path.is_file() else 0
    if not size:
        raise FinalError("Tệp tải lên trống hoặc đã mất.")
    if size > MOST_BYTES:
        raise FinalError(f"Tệp nặng {size / 1e6:.0f} MB, tối đa {MOST_BYTES // 1024 // 1024} MB.")


def _the_sound(file: av.container.InputContainer) -> av.AudioStream:
    streams = list(file.streams)
    sounds = [stream for stream in streams if stream.type == "audio"]
    pictures = [stream for stream in streams if stream.type == "video" and not _is_cover(stream)]
    if pictures:
        raise FinalError("Tệp này là phim: hãy tải lên tệp chỉ có tiếng.")
    if len(sounds) != 1 or len(streams) > _MOST_STREAMS:
        raise FinalError(f"Tệp này có {len(sounds)} luồng tiếng, phải có đúng một.")
    context = sounds[0].codec_context
    if not (_RATES_HZ[0] <= context.sample_rate <= _RATES_HZ[1] and 1 <= context.channels <= _MOST_CHANNELS):
        raise FinalError(f"Tiếng trong tệp có {context.channels} kênh, {context.sample_rate} Hz: máy không nhận.")
    return sounds[0]


def _is_cover(stream: av.VideoStream) -> bool:
    """The picture of an album inside a music file."""
    return bool(stream.disposition & av.stream.Disposition.attached_pic)


def _waves(file: av.container.InputContainer, stream: av.AudioStream) -> Iterator[Wave]:
    resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE_HZ)
    bad = 0
    for packet in file.demux(stream):
        try:
            frames = packet.decode()
        except av.InvalidDataError as cause:
            bad += 1
            if bad > _MOST_BAD_PACKETS:
                raise FinalError("Tệp âm thanh bị hỏng giữa chừng.") from cause
            continue
        for frame in frames:
            yield from map(_samples, resampler.resample(frame))
    yield from map(_samples, resampler.resample(None))


def _samples(frame: av.AudioFrame) -> Wave:
    wave: Wave = frame.to_ndarray().reshape(-1).astype(np.float32)
    return np.nan_to_num(wave, nan=0.0, posinf=1.0, neginf=-1.0)


def _bounded(waves: Iterator[Wave], bounds: Bounds) -> Iterator[Wave]:
    """Lengths are counted, not believed."""
    samples, most = 0, round(bounds.longest_s * RATE_HZ)
    for wave in waves:
        samples += wave.size
        if samples > most:
            raise FinalError(f"Đoạn tiếng dài hơn {_length(bounds.longest_s)}.")
        yield wave
    if not samples:
        raise FinalError("Trong tệp không có tiếng nào.")


def _length(s: float) -> str:
    return f"{s / 60:.0f} phút" if s >= 60 else f"{s:.0f} giây"
