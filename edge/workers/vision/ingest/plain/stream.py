"""A plain stream as packets: see ingest.stream.Stream."""

import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from typing import NamedTuple

import av

from edge.core.vision import CameraState
from edge.workers.vision import words
from edge.workers.vision.ingest.plain.conversation import Conversation
from edge.workers.vision.ingest.plain.description import CLOCK_HZ
from edge.workers.vision.ingest.plain.pictures import Pictures, Whole
from edge.workers.vision.ingest.plain.wire import NotUnderstoodError
from edge.workers.vision.ingest.trouble import CameraTroubleError, garbled, offline, refused, stalled

TICK = Fraction(1, CLOCK_HZ)
REORDERED = CLOCK_HZ
"""A step back by less than a second is a picture shown out of turn; a longer one is a clock that was set."""
LONGEST_STEP = CLOCK_HZ
LOOKED_AT = 5
"""Among so many pictures a stream with B-frames shows one out of turn, whatever its pattern."""
NO_KEY_S = 20.0
"""Twice the key interval of any sane camera: one that never sends a whole key frame refreshes bit by bit."""
SOMETHING_BYTES = 100_000
GATHERED_BYTES = 150_000
"""What may wait in the kernel while the reader sleeps: less than it gives without leave (rmem_max, 208 kB)."""
REPORT_S = 5.0
_RECEIVER_REPORT = bytes((0x80, 201, 0, 1)) + b"MoLa"


@dataclass(frozen=True, slots=True, eq=False)
class PlainVideo:
    """What the others need of a stream."""

    codec_context: av.VideoCodecContext
    time_base: Fraction = TICK


class First(NamedTuple):
    """When the first picture of a connection came (CLOCK_MONOTONIC), and its stamp."""

    stamp: int
    steady: float


class PlainStream:
    """An open connection. One thread uses it; every call has a deadline."""

    held_back = False
    gathers_bytes = GATHERED_BYTES

    def __init__(self, url: str, open_s: float, read_s: float, give_up: Callable[[], None]) -> None:
        """Connect; raises CameraTroubleError, or NotUnderstoodError for what FFmpeg should try.

        ``give_up`` is called when pictures turn out not to be plain: the next connection is FFmpeg's.
        """
        self._give_up = give_up
        until = time.monotonic() + open_s
        self._read_s = read_s
        self._last = self._step = 0
        self._keyed_at = 0.0
        self.first: First | None = None
        self._talk = _connected(url, until)
        try:
            self._session = self._talk.play(until)
            self._coming: Generator[av.Packet, None, None] = self._pictures()
            self._first = list(islice(self._coming, LOOKED_AT))
        except TimeoutError:
            self._talk.end()
            if self._talk.wire.bytes_read > SOMETHING_BYTES:
                raise NotUnderstoodError from None  # it sends, and no picture comes of it
            raise stalled() from None
        except OSError:
            self._talk.end()
            raise offline(words.CAMERA_CLOSED) from None
        except ValueError:  # an address or a number that is none
            self._talk.end()
            raise NotUnderstoodError from None
        except (CameraTroubleError, NotUnderstoodError):
            self._talk.end()
            raise
        self.video = PlainVideo(_decoder(self._session.video.codec, self._session.video.extradata))

    def packets(self) -> Iterator[av.Packet]:
        """Compressed pictures as they come; raises CameraTroubleError when no more will."""
        try:
            yield from self._first
            self._first = []
            yield from self._coming
        except OddError:
            self._give_up()
            raise CameraTroubleError(CameraState.CONNECTING, words.CAMERA_ODD) from None
        except TimeoutError:
            raise stalled() from None
        except OSError:
            pass
        except NotUnderstoodError:
            self._give_up()  # FFmpeg looks for the next packet where this reader gives up
            raise garbled(words.CAMERA_RUBBISH) from None
        raise offline(words.CAMERA_CLOSED)

    def close(self) -> None:
        """Say goodbye to the camera and free the socket."""
        self._coming.close()  # it holds on to this stream as this stream to it: a quarter of a megabyte a connection
        self._first = []
        self._talk.end()

    def _pictures(self) -> Generator[av.Packet, None, None]:
        wire, channel = self._talk.wire, self._session.channel
        pictures = Pictures(self._session.video.codec, self._session.video.payload)
        report_due = alive_due = time.monotonic()
        until = report_due + self._read_s
        while wire.fill(until):
            for whole in wire.pictures(pictures, channel):
                yield self._packet(whole)
                until = time.monotonic() + self._read_s
            now = time.monotonic()
            if now >= report_due:
                report_due = now + REPORT_S
                head = bytes((0x24, channel + 1, 0, len(_RECEIVER_REPORT)))
                wire.send(head + _RECEIVER_REPORT, until)
            if now >= alive_due + self._session.alive_every_s:
                alive_due = now
                self._talk.say_alive(wire.last_answer, until)
            elif wire.last_answer and wire.last_answer.status == 401:
                self._talk.say_alive(wire.last_answer, until)
                wire.last_answer = None

    def _packet(self, whole: Whole) -> av.Packet:
        self.first = self.first or First(whole.pts, time.monotonic())
        step = whole.pts - self._last
        now = time.monotonic()
        self._keyed_at = now if whole.key or not self._keyed_at else self._keyed_at
        if -REORDERED < step < 0 or (step == 0 and whole.pts) or now - self._keyed_at > NO_KEY_S:
            raise OddError
        if 0 < step <= LONGEST_STEP:
            self._step = step
        self._last = whole.pts
        packet = av.Packet(whole.data)
        packet.pts = packet.dts = whole.pts
        packet.duration = self._step
        packet.time_base = TICK
        packet.is_keyframe = whole.key
        return packet


class OddError(NotUnderstoodError):
    """Pictures shown out of turn, several of one time, or never a key frame: a demuxer must look into them."""


def _connected(url: str, until: float) -> Conversation:
    try:
        return Conversation(url, until)
    except ConnectionRefusedError:
        raise refused(words.CAMERA_REFUSED) from None
    except (OSError, ValueError):
        raise offline(words.CAMERA_UNREACHABLE) from None


def _decoder(codec: str, extradata: bytes) -> av.VideoCodecContext:
    context = av.CodecContext.create(codec, "r")
    if extradata:
        context.extradata = extradata
    return context
