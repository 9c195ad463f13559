"""One file of a recording: fragmented MP4 that plays up to its last whole fragment, wherever it was torn."""

import io
import os
from fractions import Fraction
from pathlib import Path

import av

from edge.workers.vision import words
from edge.workers.vision.ingest.parameters import LOOKED_AT, parameter_sets
from edge.workers.vision.ingest.stamps import Stamp
from edge.workers.vision.ingest.trouble import garbled

FRAGMENT_US = 2_000_000
"""A new fragment at every key frame, and after so long at the latest: what a power cut costs."""
_OPTIONS = {
    "movflags": "frag_keyframe+empty_moov+default_base_moof",
    "frag_duration": str(FRAGMENT_US),
    "flush_packets": "1",
}
BUFFER_BYTES = 131_072
_TAGS = {"h264": "avc1", "hevc": "hvc1"}


class Shape:
    """What an MP4 must know of a stream before its first packet: parameter sets and size, from a key frame."""

    def __init__(self, codec: str, extradata: bytes, key: av.Packet) -> None:
        """``extradata`` stands in where the key frame carries no parameter sets.

        Raises FFmpegError or CameraTroubleError for rubbish.
        """
        self.codec = codec
        self.sets = sets_of(codec, key)
        data = bytes(key) if self.sets else extradata + bytes(key)
        self._container = av.open(io.BytesIO(data), format=codec)
        if not self._container.streams.video:
            raise garbled(words.RECORDING_RUBBISH)
        self.template = self._container.streams.video[0]
        self.width: int = self.template.codec_context.width
        self.height: int = self.template.codec_context.height

    def fits(self, codec: str, key: av.Packet) -> bool:
        """Whether a later key frame still goes into the same file."""
        sets = sets_of(codec, key)
        return codec == self.codec and (not sets or sets == self.sets)


def sets_of(codec: str, key: av.Packet) -> bytes:
    """The parameter sets that a key frame carries."""
    return parameter_sets(codec, bytes(memoryview(key)[:LOOKED_AT]))


class Segment:
    """A file that grows. One thread uses it; every method may raise OSError or FFmpegError."""

    def __init__(self, path: Path, shape: Shape, tick: Fraction) -> None:
        self.path = path
        self._file = path.open("xb", buffering=0)
        self._sink = _Sink(self._file)
        self._tick = tick
        self._last: int | None = None
        self._container = _muxer(self._sink, tick)
        self._stream = self._container.add_stream_from_template(shape.template, opaque=True)
        self._stream.codec_context.codec_tag = _TAGS[shape.codec]
        self._stream.time_base = tick

    @property
    def bytes(self) -> int:
        """What was written so far."""
        return self._sink.bytes

    def write(self, packet: av.Packet, stamp: Stamp) -> None:
        """Add one packet. A copy goes into the file: muxing changes its packet, and the ring keeps the original."""
        copy = av.Packet(memoryview(packet))
        copy.dts = self._last = stamp.dts if self._last is None else max(stamp.dts, self._last + 1)
        copy.pts = max(stamp.pts, copy.dts)
        copy.duration = packet.duration or stamp.lasts
        copy.time_base = self._tick
        copy.is_keyframe = packet.is_keyframe
        copy.stream = self._stream
        self._container.mux_one(copy)

    def finish(self) -> None:
        """Write the rest and wait until the disk has it."""
        self._container.close()
        os.fdatasync(self._file.fileno())
        self._file.close()
        _sync_folder(self.path.parent)

    def abandon(self) -> None:
        """Let go of a file that can no longer be written; what it holds stays."""
        self._sink.deaf = True
        self._container.close()
        self._file.close()


def _muxer(sink: "_Sink", tick: Fraction) -> av.container.OutputContainer:
    options = {**_OPTIONS, "video_track_timescale": str(tick.denominator)}
    return av.open(sink, "w", format="mp4", options=options, buffer_size=BUFFER_BYTES)


class _Sink:
    """What the muxer writes into."""

    def __init__(self, file: io.FileIO) -> None:
        self._file = file
        self.bytes = 0
        self.deaf = False

    def write(self, data: bytes) -> int:
        """Write all of it; raises OSError."""
        if not self.deaf:
            rest = memoryview(data)
            while rest:
                rest = rest[self._file.write(rest) :]
            self.bytes += len(data)
        return len(data)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
