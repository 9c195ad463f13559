"""Builds the threads that read a shard's cameras, and the one that writes their recordings."""

import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from edge.kernel.clock import Clock
from edge.kernel.wire.vision import CameraSetup, FromShard, ShardSetup
from edge.workers.vision.decode.sight import Sight
from edge.workers.vision.ingest.archive import Archive
from edge.workers.vision.ingest.budget import Budget
from edge.workers.vision.ingest.camera import CameraThread
from edge.workers.vision.ingest.recording import RecordThread
from edge.workers.vision.ingest.reel import Reel
from edge.workers.vision.ingest.report import CameraReport
from edge.workers.vision.ingest.sessions import Sessions
from edge.workers.vision.pulse import Pulse


class Crew:
    """Everything of a shard that reads cameras and keeps what they send."""

    def __init__(
        self,
        setup: ShardSetup,
        sights: Mapping[str, Sight],
        send: Callable[[FromShard], None],
        pulse: Pulse,
        clock: Clock,
    ) -> None:
        self._setup = setup
        self._send = send
        self._pulse = pulse
        self._clock = clock
        self._archive = Archive()
        self._sessions: dict[str, Sessions] = {}
        self.threads: list[threading.Thread] = [self._archive]
        for camera in setup.cameras:
            self.threads += self._streams(camera, sights[camera.id])

    def _streams(self, camera: CameraSetup, sight: Sight) -> list[threading.Thread]:
        """One thread a stream: a camera with a single stream watches and records over one connection."""
        sessions, budget = self._login(camera), Budget(camera.budget_kbit_s)
        report = CameraReport(camera.id, self._send)
        tape = self._archive.tape(self._reel(camera, sight, report), report) if camera.record_url else None
        if tape is None or camera.record_url == camera.url:
            return [CameraThread(camera, sight, report, sessions, budget, tape, self._pulse, self._clock)]
        return [
            CameraThread(camera, sight, report, sessions, budget, None, self._pulse, self._clock),
            RecordThread(camera, report, sessions, budget, tape, self._pulse, self._clock),
        ]

    def _login(self, camera: CameraSetup) -> Sessions:
        """What shares a recorder's limit; a camera that stands alone shares its login with nobody."""
        name = camera.sessions or f"camera {camera.id}"
        return self._sessions.setdefault(name, Sessions(camera.most_sessions, self._clock))

    def _reel(self, camera: CameraSetup, sight: Sight, report: CameraReport) -> Reel:
        folder = Path(self._setup.media_folder)
        return Reel(camera.id, folder, self._setup.segment_s, sight, report, self._send, self._clock)
