"""The loudspeaker station: puts links, horns, orders, drafts and announcements together and runs them."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from edge.broadcast.airing import Airing
from edge.broadcast.announcements import Announcer
from edge.broadcast.arbiter import Arbiter
from edge.broadcast.clip_watch import ClipWatch
from edge.broadcast.conversation import Conversations
from edge.broadcast.day_budget import DayBudget
from edge.broadcast.dictionary import Dictionary
from edge.broadcast.drafts import Drafts, Render
from edge.broadcast.horns import Horn, horns_in, horns_of
from edge.broadcast.late_reports import LateReports
from edge.broadcast.links import HornLink, LocalLink, MqttLink, local_setup
from edge.broadcast.media_server import MediaServer
from edge.broadcast.orders import OrderMaker, Wanted
from edge.broadcast.outlet import Outlet
from edge.broadcast.plan_maker import PlanMaker, Setting
from edge.broadcast.planner import Planner
from edge.broadcast.programme_desk import ProgrammeDesk
from edge.broadcast.relays import PlannedRelays
from edge.broadcast.selftest import SelfTests
from edge.broadcast.silencer import Silencer
from edge.broadcast.studio import Studio
from edge.broadcast.talks import Talks
from edge.broadcast.template_desk import TemplateDesk
from edge.broadcast.template_shelf import TemplateShelf
from edge.config.airtime import holidays_of, limits_of
from edge.config.schema import Config
from edge.core.broadcast import HornReport, Priority
from edge.core.errors import FinalError
from edge.core.news import BulletinChanged, HornChanged, HornReported
from edge.core.normalise_vi import Accent
from edge.core.place import HamletId, HornId
from edge.core.policy.selftest import GAIN_DB
from edge.core.speech import Recording
from edge.kernel.bus import Bus
from edge.kernel.keep_running import keep_running
from edge.kernel.signing import OrderKey
from edge.kernel.wire.order import ack_from_payload
from edge.store.journal import Journal
from edge.store.pieces import NAMES

log = logging.getLogger(__name__)

LONGEST_WAIT_S = 2.0
LISTEN_WITHIN_S = 5.0
TEST_TEXT = "Thử loa. Một, hai, ba."


class BroadcastService:
    """Owns everything that can make a horn sound."""

    def __init__(
        self,
        config: Config,
        folder: Path,
        key: OrderKey,
        render: Render,
        journal: Journal,
        bus: Bus,
        *,
        alarm_render: Render | None = None,
    ) -> None:
        self._journal = journal
        self._bus = bus
        self.horns: dict[HornId, Horn] = horns_of(config)
        self._mqtt = MqttLink(config.broker, config.commune.id, self._heard, bus)
        self.local: LocalLink | None = None
        if config.local_node:
            keys = {key.key_id: key.public_hex}
            self.local = LocalLink(local_setup(config, config.local_node, str(folder / "node"), keys), self._heard, bus)
        self._test_recording: Recording | None = None
        self._media = MediaServer(config.media, folder / "clips", self.horns)
        talks = Conversations(self._send)
        self._talks = talks
        self._orders = orders = OrderMaker(key, journal.epoch)
        self._late = LateReports(journal, self._tell_heard, self._reported_late)
        airing = Airing(talks, journal, self._reported, self._late.stored)
        hamlets = [hamlet.id for hamlet in config.hamlet]
        self._silencer = Silencer(self.horns, orders, airing, journal, bus)
        self.arbiter = Arbiter(self.horns, orders, airing, journal, bus, limits_of(config))
        ways = (Outlet(self._mqtt.send_live), Outlet(self.local.send_live) if self.local else None)
        studio = Studio(config.live.talk_addresses, self._take_packet, self._talk_changed, bus)
        self.talks = Talks(self.horns, studio, orders, airing, self.arbiter, ways, journal, bus)
        radios = {radio.id: radio.name for radio in config.radio}
        setting = Setting(limits_of(config), holidays_of(config), radios, relays=True)
        maker = PlanMaker(self.horns, orders, key, setting, lambda tx: self.shelf.stand_by(tx))
        sources = {radio.id: radio.source for radio in config.radio}
        planned_relays = PlannedRelays(self.talks, sources, self.arbiter, journal)
        self.planner = Planner(
            self.horns, maker, airing, self.arbiter, planned_relays, folder / "clips", self._send_plan, journal, bus
        )
        groups = [{"id": one.id, "name": one.name, "hamlets": list(one.hamlets)} for one in config.group]
        self.programmes = ProgrammeDesk(self.planner, self.arbiter, radios, hamlets, journal, bus, groups)
        self.dictionary = Dictionary(journal, Accent(config.speech.accent))
        speed = config.speech.speed
        self.drafts = Drafts(render, journal, bus, self.dictionary, hamlets, alarm_render, speed=speed)
        templates = {template.id: template for template in config.template}
        self.clips = ClipWatch(folder / "clips", journal, bus)
        self.shelf = TemplateShelf(config.template, self.drafts, self.clips, journal, bus, self.planner.nudge)
        self.template_desk = TemplateDesk(self.shelf, self.drafts, self.arbiter, self.clips, journal, bus)
        self.day_budget = DayBudget(setting.limits, journal)
        self._announcer = Announcer(templates, self.drafts, self.arbiter, journal, bus)
        self._self_tests = SelfTests(config.self_test, self.horns, self.test_horn, self._is_busy, journal)

    async def run(self) -> None:
        """Run until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.dictionary.load())
            group.create_task(_kept("silencer", self._silencer.run))
            group.create_task(_kept("late reports", self._late.run))
            group.create_task(self._hear_relay_nodes())
            if self.local:
                group.create_task(self.local.run())
            group.create_task(keep_running("media", self._media.run))
            group.create_task(_kept("arbiter", self.arbiter.run))
            group.create_task(_kept("planner", self.planner.run))
            group.create_task(_kept("talks", self.talks.run))
            group.create_task(_kept("announcer", self._announcer.run))
            group.create_task(_kept("drafts", self.drafts.run))
            group.create_task(_kept("template shelf", self.shelf.run))
            group.create_task(_kept("templates", self.template_desk.run))
            group.create_task(keep_running("clips", self.clips.run))
            group.create_task(keep_running("self-tests", self._self_tests.run))

    async def stop(self, hamlets: Sequence[HamletId], user: str, role: str) -> None:
        """Silence these hamlets at once, and what waits for air time there too."""
        self.arbiter.yield_air(frozenset(hamlets))
        self.talks.silence(horns_in(self.horns, frozenset(hamlets)))
        await self._silencer.stop(hamlets, user, role)

    async def test_horn(self, horn: str, user: str, role: str) -> None:
        """Say a short test sentence on one horn at low volume; its report tells whether it sounded."""
        target = self.horns.get(HornId(horn))
        if target is None:
            raise FinalError("Không có cụm loa này.")
        if self._test_recording is None:
            self._test_recording = await self.drafts.recording_of(TEST_TEXT)
        await self.arbiter.test(
            target.id,
            Wanted(None, self._test_recording, (), (target.id,), Priority.THUONG, user, GAIN_DB),
            role,
        )

    async def _hear_relay_nodes(self) -> None:
        """Only when those who wait for reports of an earlier life listen: the broker hands them over at once.

        While the disk fails they cannot; a STOP must find its way all the same.
        """
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LISTEN_WITHIN_S):
                await self.arbiter.listening.wait()
        await self._mqtt.run()

    def _take_packet(self, stream: str, payload: bytes) -> None:
        self.talks.take_packet(stream, payload)

    def _talk_changed(self) -> None:
        self.talks.heard()

    def _is_busy(self, horn: Horn) -> bool:
        on_air = (item.piece.hamlets for item in self.arbiter.programmes.values())
        return horn.doing in ("preparing", "playing") or any(
            horn in horns_in(self.horns, frozenset(map(HamletId, hamlets))) for hamlets in on_air
        )

    def _link(self, horn: HornId) -> HornLink:
        return self.local if self.local and self.local.horn == horn else self._mqtt

    async def _send(self, horn: HornId, payload: bytes) -> None:
        """An order; for a horn that does not know the time it is signed anew, with the horn's own nonce."""
        if nonce := self.horns[horn].lost_nonce:
            payload = self._orders.for_lost_clock(payload, horn, nonce)
        await self._link(horn).send(horn, payload)

    async def _send_plan(self, horn: HornId, payload: bytes) -> None:
        await self._link(horn).send(horn, payload, "plan")

    async def _tell_heard(self, horn: HornId, payload: bytes) -> None:
        await self._link(horn).send(horn, payload, "heard")

    async def _heard(self, horn: HornId, topic: str, payload: bytes) -> None:
        known = self.horns.get(horn)
        if known is None:
            return
        try:
            if topic == "state":
                now = self._journal.clock.now()
                known.hear_state(payload, now.at_ms, now.steady)
                self._bus.publish(HornChanged())
            else:
                self._hear_ack(horn, payload)
        except FinalError as error:
            log.warning("horn %s: %s", horn, error)

    def _hear_ack(self, horn: HornId, payload: bytes) -> None:
        ack = ack_from_payload(payload)
        if ack.horn != horn:
            raise FinalError(f"báo nhận mang tên cụm loa khác: {ack.horn[:40]!r}")
        taken = self._talks.hear(ack)
        self.talks.heard()
        if not taken and not self._late.take(ack):
            log.info("horn %s: %s for order %s that nobody waits for", horn, ack.state, ack.order)

    def _reported_late(self, report: HornReport) -> None:
        if (horn := self.horns.get(report.horn)) is not None:
            self._reported(horn, report)

    def _reported(self, horn: Horn, report: HornReport) -> None:
        horn.keep_report(report, self._journal.clock.now().at_ms)
        self._bus.publish(HornChanged())
        self._bus.publish(HornReported(horn.id, report.outcome, report.broken_off))
        self._bus.publish(BulletinChanged())


async def _kept(name: str, body: Callable[[], Awaitable[None]]) -> None:
    """What loudspeakers need is back within two seconds."""
    await keep_running(name, body, longest_wait_s=LONGEST_WAIT_S)


def on_air(arbiter: Arbiter) -> Sequence[dict[str, object]]:
    """What sounds now, for the wall."""
    return [
        {
            "bulletin": item.piece.bulletin,
            "order": item.play.id,
            "title": item.piece.title,
            "priority": NAMES[item.piece.priority],
            "hamlets": list(item.piece.hamlets),
            "began_at_ms": item.began_at_ms,
            "ms": item.play.ms,
        }
        for item in arbiter.programmes.values()
    ]
