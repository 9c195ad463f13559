"""What an MP4 must know of a stream before its first packet, and what of a packet goes into it (ISO/IEC 14496-15)."""

import io

import av

from edge.workers.annex_b import units
from edge.workers.vision import words
from edge.workers.vision.ingest.parameters import LOOKED_AT, parameter_sets
from edge.workers.vision.ingest.stream import MOST_PIXELS
from edge.workers.vision.ingest.tape import Strip
from edge.workers.vision.ingest.trouble import garbled

_TAGS = {"h264": "avc1", "hevc": "hvc1"}
_ONLY_COST_BYTES = {
    "h264": frozenset(byte for byte in range(256) if byte & 0x1F in {9, 12}),
    "hevc": frozenset(byte for byte in range(256) if byte >> 1 & 0x3F in {35, 38}),
}
"""First bytes of access unit delimiters and filler."""
_SETS = {
    "h264": frozenset(byte for byte in range(256) if byte & 0x1F in {7, 8}),
    "hevc": frozenset(byte for byte in range(256) if byte >> 1 & 0x3F in {32, 33, 34}),
}


class Shape:
    """A stream's parameter sets and size, from a key frame; ``init`` is the beginning of its files: ftyp and moov."""

    def __init__(self, strip: Strip, key: av.Packet) -> None:
        """The extradata stands in where the key frame carries no parameter sets.

        Raises FFmpegError or CameraTroubleError for rubbish.
        """
        self.codec = strip.codec
        self.tick = strip.tick
        self._sets = sets_of(strip.codec, key)
        head = self._sets or strip.extradata
        self._told = frozenset(units(head))
        self._aside = _ONLY_COST_BYTES[strip.codec] | _SETS[strip.codec]
        self._only_cost_bytes = _ONLY_COST_BYTES[strip.codec]
        with av.open(io.BytesIO(head + bytes(key)), format=strip.codec) as container:
            if not container.streams.video:
                raise garbled(words.RECORDING_RUBBISH)
            video = container.streams.video[0]
            self.width: int = video.codec_context.width
            self.height: int = video.codec_context.height
            if self.width * self.height > MOST_PIXELS:
                raise garbled(words.RECORDING_RUBBISH)
            self.init = _init(video, strip)

    def fits(self, strip: Strip, key: av.Packet) -> bool:
        """Whether a later key frame still goes into the same file."""
        sets = sets_of(strip.codec, key)
        return strip.codec == self.codec and strip.tick == self.tick and (not sets or sets == self._sets)

    def units(self, packet: av.Packet) -> list[bytes]:
        """What of a packet goes into a file; parameter sets only where they are not those of its beginning."""
        found = units(bytes(packet))
        if found and found[0][0] not in self._aside:
            return found  # what stands aside stands first: most packets are a picture and nothing else
        return [unit for unit in found if unit[0] not in self._aside or self._counts(unit)]

    def _counts(self, unit: bytes) -> bool:
        return unit[0] not in self._only_cost_bytes and unit not in self._told


def sets_of(codec: str, key: av.Packet) -> bytes:
    """The parameter sets that a key frame carries."""
    return parameter_sets(codec, bytes(memoryview(key)[:LOOKED_AT]))


def _init(video: av.VideoStream, strip: Strip) -> bytes:
    """FFmpeg writes it: it knows every codec's configuration box."""
    sink = _Sink()
    options = {"movflags": "empty_moov+default_base_moof", "video_track_timescale": str(strip.tick.denominator)}
    with av.open(sink, "w", format="mp4", options=options) as target:
        stream = target.add_stream_from_template(video, opaque=True)
        stream.codec_context.codec_tag = _TAGS[strip.codec]
        stream.time_base = strip.tick
        target.start_encoding()
        return bytes(sink.data)  # what comes after this, at the end, is not wanted


class _Sink:
    """A file that cannot go back."""

    def __init__(self) -> None:
        self.data = b""

    def write(self, data: bytes) -> int:
        """Take it."""
        self.data += data
        return len(data)
