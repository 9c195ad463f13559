"""One camera's sight: packets come in, looks for the detector, stills, scene health and figures go out."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import av

from edge.core.vision import DecodeMode
from edge.kernel.clock import Clock
from edge.kernel.wire.vision import CameraSetup, FromShard, SceneHealth, StreamHead
from edge.workers.vision import words
from edge.workers.vision.decode.arrival import Arrivals, packet_time
from edge.workers.vision.decode.decoding import Decoder, Picture
from edge.workers.vision.decode.eye import Eye
from edge.workers.vision.decode.fanout import Fanout
from edge.workers.vision.decode.governor import CALM_S, FIRST_LOOK_S, Governor
from edge.workers.vision.decode.hint import Hint
from edge.workers.vision.decode.motion import Boxes
from edge.workers.vision.decode.pixels import luma
from edge.workers.vision.decode.scene import Scene
from edge.workers.vision.decode.wakes import Wakes
from edge.workers.vision.detect.analysis import Analysis
from edge.workers.vision.detect.mailbox import Mailbox
from edge.workers.vision.hardware.base import Opener
from edge.workers.vision.ingest.trouble import garbled
from edge.workers.vision.stills import Stills

NO_PICTURE_S = 6.0
"""Packets that are all decoded without one good picture for so long after a key frame are rubbish."""
NO_KEY_S = 30.0
"""Packets without any key frame for so long are rubbish too: twice the key interval of any sane camera."""
LOOKS_OF_A_WAKE = 8
"""Newest pictures of a replay that are looked at: 1.6 s at 5 a second, more than the three hits that a rule wants."""
LOOKS_OF_A_GLANCE = 4
SETTLED_S = 10.0
"""What is tracked and has not moved for so long is looked at in key frames only: a parked motorbike, a sleeper."""
KEYS_AT_MOST_EVERY_S = 0.4
"""A camera that sends key frames only is compared so often: its guarantee does not need more."""
PACKETS_KEY_EVERY_S = 10.0


@dataclass(frozen=True, slots=True)
class SightFigures:
    """What is told of one camera: see `CameraHealth`. ``width`` and ``height`` are 0 before the first picture."""

    mode: DecodeMode
    gop_s: float
    guaranteed_seen_s: float
    hint_auc: float
    hint_trusted: bool
    width: int
    height: int


class Sight:
    """One camera's governor at work. Its thread owns it; `demand`, `motion_share` and `objects` are for any thread."""

    def __init__(
        self,
        camera: CameraSetup,
        fanout: Fanout,
        mailbox: Mailbox,
        analysis: Analysis,
        stills: Stills,
        send: Callable[[FromShard], None],
        clock: Clock,
        alive: Callable[[], None],
        hardware: Callable[[str], Opener | None] = lambda _codec: None,
    ) -> None:
        """``alive`` is called before each packet is decoded: a replay takes long, a decoder that hangs longer.

        ``hardware`` tells which proven decoder a codec has here.
        """
        self._hardware = hardware
        self._camera = camera.id
        self._alive = alive
        self._fanout = fanout
        self._mailbox = mailbox
        self._analysis = analysis
        self._send = send
        self._eye = Eye(camera, mailbox, analysis, stills, clock)
        self._governor = Governor(
            always=camera.decode == "always",
            records=bool(camera.record_url),
            detect_fps=camera.detect_fps,
            seen_s=camera.seen_s,
        )
        self._wakes = Wakes()
        self._hint = Hint()
        self._scene = Scene()
        self._mode = DecodeMode.PACKETS
        self._size = (0, 0)

    @property
    def hurry(self) -> bool:
        """Whether packets are wanted as they come; else the reader may sleep and read them in bursts."""
        return self._mode is DecodeMode.FULL or self._fanout.watched

    def opened(self, video: av.VideoStream, steady: float) -> None:
        """A new connection gives this stream."""
        self._video = video
        self._decoder = Decoder(video.codec_context, self._hardware(video.codec_context.name))
        self._arrivals = Arrivals(float(video.time_base))
        self._governor.opened(steady)
        self._eye.opened(video.codec_context.name)
        self._mode = DecodeMode.FULL
        self._size = (0, 0)
        self._first_look_until = 0.0
        self._group_began = self._key_decoded = -PACKETS_KEY_EVERY_S
        self._moved = self._good = steady
        self._keyed = False

    def packet(self, packet: av.Packet, steady: float) -> None:
        """One packet of the connection; raises CameraTroubleError when packets give no picture for too long."""
        at = self._arrivals.add(packet_time(packet), steady)
        if packet.is_keyframe:
            self._key(packet, at)
        else:
            self._between(packet, at)
        self._settle(at)
        if steady - self._good > self._patience_s():
            raise garbled(words.CAMERA_RUBBISH)

    def closed(self) -> None:
        """The connection is over."""
        self._fanout.end()
        self._wakes.end()
        self._mode = DecodeMode.PACKETS

    def demand(self, seen_s: float) -> None:
        """The rules that are active now want whoever stays so long to be seen; 0 withdraws that."""
        self._governor.demand(seen_s)

    def figures(self, steady: float) -> SightFigures:
        """How this camera is watched now."""
        detects = not self._mailbox.closed
        return SightFigures(
            mode=self._mode,
            gop_s=self._governor.gop_s,
            guaranteed_seen_s=self._governor.guaranteed_seen_s(detects=detects),
            hint_auc=self._hint.auc,
            hint_trusted=self._hint.trusted,
            width=self._size[0],
            height=self._size[1],
        )

    def motion_share(self, since_steady: float, until_steady: float) -> float:
        """Share of this time (0 to 1) in which something moved."""
        return self._eye.log.share(since_steady, until_steady)

    def objects(self, since_steady: float, until_steady: float) -> bool:
        """Whether anything was tracked in this time."""
        return self._eye.log.tracked(since_steady, until_steady)

    def _patience_s(self) -> float:
        """For how long there may be no good picture; where only some key frames are decoded, one more of them."""
        if not self._keyed:
            return NO_KEY_S
        pause_s = 0.0 if self._mode is DecodeMode.FULL else PACKETS_KEY_EVERY_S
        return max(NO_PICTURE_S, 1.5 * self._governor.gop_s) + pause_s  # one broken key frame is not rubbish yet

    def _key(self, packet: av.Packet, at: float) -> None:
        begins = at - self._group_began >= KEYS_AT_MOST_EVERY_S
        before = self._group_began
        if self._mode is DecodeMode.FULL:
            self._feed(packet, at)
            self._fanout.publish(packet, begins=begins)
            if begins and self._decoder.synced:
                self._governor.key(at)
        elif begins and (self._mode is DecodeMode.KEYS or at - self._key_decoded >= PACKETS_KEY_EVERY_S):
            self._key_alone(packet, at)
        else:
            self._fanout.publish(packet, begins=begins)
        self._keyed = True
        if begins:
            self._group_began = at
            self._hint.judge(moved=self._moved > before, steady=at)

    def _between(self, packet: av.Packet, at: float) -> None:
        alarms = self._hint.add(packet.size)
        if self._mode is DecodeMode.FULL:
            self._feed(packet, at)
        self._fanout.publish(packet, begins=False)
        if alarms and self._mode is DecodeMode.KEYS and self._wakes.allowed(at) and not self._mailbox.closed:
            self._wake(1, at, None)

    def _key_alone(self, packet: av.Packet, at: float) -> None:
        self._key_decoded = at
        frame = self._decoder.alone(packet)
        picture = frame and self._picture(frame, at)
        self._fanout.publish(packet, begins=True)
        if picture is None:
            return
        self._governor.key(at)
        self._examine(picture)
        boxes = self._eye.key(picture, awake=False)
        if self._mailbox.closed:
            return
        if boxes:
            self._suspect(boxes, at)
        elif self._eye.dazzled:
            self._moved = at
            self._replay(2, at, (), LOOKS_OF_A_GLANCE)
        else:
            self._eye.glance(picture)

    def _feed(self, packet: av.Packet, at: float) -> None:
        """Decode the next packet of a stream that is decoded whole."""
        for picture in self._pictures([packet], at):
            if picture.key:
                self._examine(picture)
                self._eye.key(picture, awake=True)
            if self._eye.see(picture, everything=picture.steady < self._first_look_until):
                self._moves(picture.steady)

    def _examine(self, picture: Picture) -> None:
        if self._scene.look(luma(picture.frame), picture.steady):
            self._send(SceneHealth(self._camera, self._scene.trouble or "", self._eye.at_ms(picture.steady)))

    def _moves(self, at: float) -> None:
        self._moved = at
        self._wakes.begin(at)
        if not self._wakes.fruitless(at):
            self._governor.wake(at)

    def _suspect(self, boxes: Boxes, at: float) -> None:
        """A key frame shows motion: what came before it may show who moves."""
        self._moved = at
        if not self._wakes.allowed(at):
            self._replay(2, at, boxes, LOOKS_OF_A_GLANCE)
            return
        self._wake(2, at, boxes)

    def _wake(self, gops: int, at: float, moves: Boxes | None) -> None:
        self._wakes.begin(at)
        self._governor.wake(at)
        self._mode = DecodeMode.FULL
        self._replay(gops, at, moves, LOOKS_OF_A_WAKE)

    def _settle(self, at: float) -> None:
        """Choose the mode from now on."""
        if self._analysis.alive and at - self._moved < SETTLED_S and self._eye.followed():
            self._wakes.found()
            self._governor.wake(at)
        elif at - self._moved > CALM_S:
            self._wakes.end()
        mode = self._governor.mode(at, detects=not self._mailbox.closed)
        if mode is self._mode:
            return
        self._mode = mode
        if mode is DecodeMode.FULL:
            self._replay(1, at, None, LOOKS_OF_A_WAKE)
        else:
            self._wakes.end()
            self._decoder.restart()

    def _replay(self, gops: int, at: float, moves: Boxes | None, most: int) -> None:
        """Decode the ring's newest groups; the decoder then stands at the newest packet."""
        self._decoder.restart()
        self._eye.replay(self._pictures(self._fanout.recent(gops), at), moves, most)

    def _pictures(self, packets: Sequence[av.Packet], at: float) -> Iterator[Picture]:
        for packet in packets:
            self._alive()
            for frame in self._decoder.feed(packet):
                yield self._picture(frame, at)

    def _picture(self, frame: av.VideoFrame, at: float) -> Picture:
        """A good picture; the first one, and the first of another size, begin a stream for watchers."""
        if (frame.width, frame.height) != self._size:
            self._size = (frame.width, frame.height)
            self._begin(at)
        self._good = at
        return Picture(frame, self._arrivals.at(frame.pts, at), bool(frame.key_frame))

    def _begin(self, at: float) -> None:
        base, context = self._video.time_base, self._video.codec_context
        extradata = b"" if self._fanout.head else bytes(context.extradata or b"")
        head = StreamHead(context.name, *self._size, base.numerator, base.denominator, extradata)
        self._fanout.begin(head)
        self._first_look_until = at + FIRST_LOOK_S
        self._governor.wake(at, FIRST_LOOK_S)
