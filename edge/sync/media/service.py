"""Files to the province: found by rule or on demand, made fit to leave, sent by tus, resumed after any cut."""

import asyncio
import logging
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from edge.config.airtime import hours_of
from edge.config.schema import Config, Hub
from edge.core.policy.chunks import pause_s
from edge.kernel.keep_running import describe, keep_running
from edge.kernel.tls_time import KnownTime
from edge.kernel.wire.export import BlurSetup
from edge.kernel.wire.upload import Kind
from edge.store.journal import Journal
from edge.store.media_queue import MediaBacklog, Upload, media_backlog, next_uploads
from edge.sync.hub_tls import HubTls
from edge.sync.media.carrying import Carrier
from edge.sync.media.concealing import Privacy
from edge.sync.media.finding import Finder
from edge.sync.media.paced import MaySend, Tally
from edge.sync.media.rule import Rule
from edge.sync.media.tus import AnswerError, LineBrokenError, OpenSocket, TusLine, at_once, usual_socket

log = logging.getLogger(__name__)

LOOK_S = 1.0
COUNT_EVERY_S = 2.0
NEW_LINE_S = 1_800.0
"""A connection is made anew so often: certificates are renewed while the box runs."""
REFUSED_S = 60.0
_REFUSALS = {
    401: "Tỉnh không nhận chứng thư của hộp này (401).",
    403: "Tỉnh không cho hộp này gửi hình (403).",
    404: "Đầu tỉnh này chưa nhận hình (404).",
    412: "Đầu tỉnh này nói phiên bản tus khác (412).",
    429: "Tỉnh đang có quá nhiều tệp gửi dở của hộp này (429).",
    503: "Tỉnh đang bận (503).",
    507: "Ổ đĩa ở tỉnh đã đầy (507).",
}


@dataclass(frozen=True, slots=True)
class Road:
    """How media use the way out that the uplink has chosen. The uplink fills it; alone, everything may go."""

    may_send: MaySend = at_once
    open_socket: OpenSocket = usual_socket
    is_metered: Callable[[], bool] = bool


@dataclass(frozen=True, slots=True)
class Current:
    """The file that is being sent. ``pct`` is how much of it the hub has."""

    kind: Kind
    subject: str
    bytes: int
    pct: int


@dataclass(frozen=True, slots=True)
class MediaStatus:
    """Media for the wall and ``molang sync status``. ``detail`` is a Vietnamese sentence, empty when all is well."""

    detail: str = ""
    backlog: MediaBacklog = field(default_factory=lambda: MediaBacklog(0, 0, 0, 0))
    current: Current | None = None
    sent_bytes: int = 0
    """Bytes of files given to the line since the start, those of broken requests too."""


class MediaSync:
    """Runs beside the uplink. Raises MisconfiguredError when the certificates of ``hub`` cannot be used."""

    def __init__(
        self, hub: Hub | None, data: Path, rule: Rule, privacy: Privacy, journal: Journal, road: Road | None = None
    ) -> None:
        self._hub = hub
        self._tls = HubTls(hub, KnownTime(journal.clock)) if hub else None
        self._rule = rule
        self._journal = journal
        self._road = road or Road()
        self._carrier = Carrier(data, journal)
        self._finder = Finder(data, rule, privacy, journal)
        self._failures = 0
        self._tally = Tally()
        self._status = MediaStatus()

    @property
    def status(self) -> MediaStatus:
        """How it stands now."""
        return replace(self._status, sent_bytes=self._tally.bytes)

    async def run(self) -> None:
        """Find and send until cancelled; without a hub do nothing."""
        if self._hub is None:
            await asyncio.Event().wait()
        async with asyncio.TaskGroup() as group:
            group.create_task(keep_running("media-finding", self._finder.run))
            group.create_task(keep_running("media", self._send_for_ever, failed=self._failed))
            group.create_task(keep_running("media-count", self._count_for_ever))

    async def _send_for_ever(self) -> None:
        assert self._hub is not None
        assert self._tls is not None
        road = self._road
        while True:
            async with TusLine(self._hub.url, self._tls, self._tally, road.may_send, road.open_socket) as line:
                until = _steady_s() + NEW_LINE_S
                while _steady_s() < until:
                    wait_s = await self._step(line)
                    await asyncio.sleep(wait_s)

    async def _step(self, line: TusLine) -> float:
        """Do the most urgent thing; returns how long to wait before the next."""
        upload = await self._next()
        try:
            if upload is None:
                return 0.0 if await self._carrier.take_back(line) else LOOK_S
            await self._carrier.carry(line, upload, partial(self._goes_on, upload))
        except LineBrokenError as error:
            return self._wait(str(error))
        except AnswerError as error:
            return self._wait(_REFUSALS.get(error.status, str(error)), error.asked_s or REFUSED_S)
        self._failures = 0
        self._tell(detail="", current=None)
        return 0.0

    async def _goes_on(self, upload: Upload, offset: int) -> bool:
        """Told after each piece; whether this file is still the most urgent one."""
        size = upload.bytes or 1
        self._failures = 0
        self._tell(detail="", current=Current(upload.kind, upload.subject, size, min(100, 100 * offset // size)))
        first = await self._next()
        return first is not None and first.id == upload.id

    async def _next(self) -> Upload | None:
        kinds = self._rule.kinds(metered=self._road.is_metered())
        by_rule = self._rule.is_open(self._journal.clock.now().at_ms)
        first = partial(next_uploads, states=("ready",), kinds=kinds, limit=1, by_rule=by_rule)
        rows = await self._journal.record(first)
        return rows[0] if rows else None

    async def _count_for_ever(self) -> None:
        while True:
            self._tell(backlog=await self._journal.record(media_backlog))
            await asyncio.sleep(COUNT_EVERY_S)

    def _wait(self, detail: str, asked_s: float = 0.0) -> float:
        self._tell(detail=detail)
        wait_s = pause_s(self._failures, asked_s, random.uniform)
        self._failures += 1
        return wait_s

    def _failed(self, error: BaseException) -> None:
        self._tell(detail=f"Lỗi trong hộp: {describe(error)}.")

    def _tell(self, **changed: object) -> None:
        status = replace(self._status, **changed)  # type: ignore[arg-type]  # names of its own fields
        if status.detail != self._status.detail:
            log.log(logging.WARNING if status.detail else logging.INFO, "media: %s", status.detail or "goes on")
        self._status = status


def media_sync_of(config: Config, data: Path, blur: BlurSetup, journal: Journal, road: Road | None = None) -> MediaSync:
    """The part as the settings of this box want it."""
    rule = config.media_rule
    told = Rule(rule.stills, rule.clips, rule.on_demand, hours_of(rule.hours), rule.metered)
    masks = {camera.id: camera.mask for camera in config.camera if camera.mask}
    return MediaSync(config.hub, data, told, Privacy(blur, rule.people == "blurred", masks), journal, road)


def _steady_s() -> float:
    return asyncio.get_running_loop().time()
