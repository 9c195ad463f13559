"""Builds the shard's threads from its setup and turns its main loop."""

import itertools
import logging
import select
import socket
from functools import partial
from pathlib import Path

from edge.kernel.clock import SystemClock
from edge.kernel.wire import Beat, BlockingChannel
from edge.kernel.wire.vision import CameraSetup, Demand, FromShard, HidePrivate, KeepStill, ShardSetup, ToShard
from edge.workers.vision.decode.fanout import Fanout
from edge.workers.vision.decode.packets import PacketServer
from edge.workers.vision.decode.sight import Sight
from edge.workers.vision.detect.analysis import Analysis
from edge.workers.vision.detect.detecting import DetectorThread, open_detector
from edge.workers.vision.detect.mailbox import Mailbox
from edge.workers.vision.hardware.roster import Roster
from edge.workers.vision.heap import TRIM_EVERY_S, trim
from edge.workers.vision.ingest.camera import camera_thread
from edge.workers.vision.ingest.crew import Crew
from edge.workers.vision.ingest.reader import USE_ALLOWED_S
from edge.workers.vision.outbox import Outbox
from edge.workers.vision.pulse import Pulse
from edge.workers.vision.stills import Stills
from edge.workers.vision.veil import Veil

log = logging.getLogger(__name__)

BEAT_S = 0.5
LOOK_EVERY_S = 0.25
"""How soon a thread that hangs is noticed."""
STARVED_S = 1.0
"""This thread was not run for so long: then nobody was, and a late promise proves nothing yet."""


class Shard:
    """All threads of one shard. The main thread builds it, starts it and runs its loop."""

    def __init__(self, setup: ShardSetup, channel: BlockingChannel[ToShard, FromShard]) -> None:
        self._channel = channel
        self._clock = SystemClock()
        self._pulse = Pulse(self._clock)
        self._outbox = Outbox(channel, self._pulse)
        veils = {camera.id: Veil(camera.private) for camera in setup.cameras}
        self._stills = Stills(Path(setup.media_folder), self._outbox.put, self._pulse, veils)
        self._mailbox = Mailbox()
        ids = itertools.count(1)
        self._analyses = {
            camera.id: Analysis(camera, ids, self._outbox.put, self._stills, setup.min_score)
            for camera in setup.cameras
        }
        self._fanouts = {camera.id: Fanout() for camera in setup.cameras}
        self._packets = PacketServer(Path(setup.packets_path), self._fanouts, self._pulse)
        self._detector = self._make_detector(setup)
        self._hardware = Roster(setup.hardware)
        self._sights = {camera.id: self._make_sight(camera) for camera in setup.cameras}
        self._crew = Crew(setup, self._sights, self._outbox.put, self._pulse, self._clock)

    def start(self) -> None:
        """Start every thread."""
        for thread in (self._outbox, self._stills, self._packets, self._hardware, self._detector, *self._crew.threads):
            thread.start()

    def run(self, sock: socket.socket) -> bool:
        """Read wishes and beat until the supervisor is gone; False when a thread hangs.

        Native code that hangs cannot be mended here: the process must go at once, and the supervisor starts another.
        """
        looked = due = float(self._clock.steady())
        trim_due = looked + TRIM_EVERY_S
        while not self._outbox.closed.is_set():
            before, looked = looked, self._clock.steady()
            if looked - before < STARVED_S and (late := self._pulse.late()):
                log.critical("no progress in %s, ending", ", ".join(late))
                return False
            if looked >= due:
                self.say(Beat())
                due = looked + BEAT_S
            if looked >= trim_due:
                trim()
                trim_due = looked + TRIM_EVERY_S
            if select.select([sock], [], [], LOOK_EVERY_S)[0] and not self._obey():
                return True
        return True

    def say(self, message: FromShard) -> None:
        """Queue a message to the supervisor."""
        self._outbox.put(message)

    def _obey(self) -> bool:
        message = self._channel.receive()
        if isinstance(message, KeepStill):
            self._stills.wish(message)
        elif isinstance(message, HidePrivate):
            self._stills.hide(message.camera, message.areas)
        elif isinstance(message, Demand) and message.camera in self._sights:
            self._sights[message.camera].demand(message.seen_s)
        return message is not None

    def _make_detector(self, setup: ShardSetup) -> DetectorThread:
        return DetectorThread(
            name=Path(setup.model_path).stem,
            load=lambda: open_detector(setup),
            mailbox=self._mailbox,
            analyses=self._analyses,
            send=self._outbox.put,
            pulse=self._pulse,
            clock=self._clock,
            most_busy=setup.most_busy,
        )

    def _make_sight(self, camera: CameraSetup) -> Sight:
        return Sight(
            camera,
            self._fanouts[camera.id],
            self._mailbox,
            self._analyses[camera.id],
            self._stills,
            self._outbox.put,
            self._clock,
            partial(self._pulse.promise, camera_thread(camera.id), USE_ALLOWED_S),
            self._hardware.opener,
        )
