"""The composition root: the only place that builds the services of a box and wires them together."""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from edge.alerts.book import setup_of
from edge.alerts.service import AlertService
from edge.broadcast.desk import StationDesk
from edge.broadcast.flood_horns import FloodHorns
from edge.broadcast.horn_watch import HornWatch
from edge.broadcast.service import BroadcastService
from edge.broadcast.uploads import Uploads
from edge.building import (
    accounts_of,
    band_of,
    blur_setup,
    eyes_of,
    push_key,
    render,
    sender_of,
    senses_of,
    settings_book,
    source_of,
    speech_service,
)
from edge.cap.inbox import Inbox
from edge.cap.intake import Intake as CapIntake
from edge.cap.issuing import Issuing
from edge.config import Config
from edge.config.airtime import holidays_of
from edge.config.door import page_url
from edge.config.folders import Folders
from edge.config.for_web import write_web_settings
from edge.config.hub_files import with_hub_files
from edge.config.people import roster_of
from edge.config.prompts import bank_prompts
from edge.control.handlers.abbreviations import abbreviation_handlers
from edge.control.handlers.accounts import account_handlers
from edge.control.handlers.alerts import alert_handlers
from edge.control.handlers.flood import flood_handlers
from edge.control.handlers.incidents import incident_handlers
from edge.control.handlers.indicators import indicator_handlers
from edge.control.handlers.office import office_handlers
from edge.control.handlers.phone import phone_handlers
from edge.control.handlers.programmes import programme_handlers
from edge.control.handlers.recordings import recording_handlers
from edge.control.handlers.records import record_handlers
from edge.control.handlers.settings import settings_handlers
from edge.control.handlers.sounds import sound_handlers
from edge.control.handlers.station import station_handlers
from edge.control.handlers.support import support_handlers
from edge.control.handlers.sync import dead_handlers, sync_handlers
from edge.control.handlers.talks import talk_handlers
from edge.control.handlers.viewing import viewing_handlers
from edge.control.handlers.water import water_handlers
from edge.control.server import ControlServer
from edge.core.alert import Person
from edge.core.errors import FinalError, MisconfiguredError
from edge.core.link import Links
from edge.core.news import ServiceChanged
from edge.core.policy.power import Shed
from edge.downlink import Downlink
from edge.flood.desk import FloodDesk
from edge.flood.foresight import RiverForesight
from edge.flood.service import FloodService, Ports
from edge.hosts.service import HostService
from edge.incidents.desk import IncidentDesk
from edge.incidents.field import FieldDesk
from edge.incidents.photos import PHOTOS, PhotoFolders, Photos
from edge.incidents.unit_failures import UnitFailures
from edge.indicators.service import IndicatorService
from edge.kernel.bus import Bus
from edge.kernel.clock import Clock, SystemClock
from edge.kernel.keep_running import keep_running
from edge.kernel.life import until_told
from edge.kernel.link_key import load_or_make_link_key
from edge.kernel.pausing import Pausable
from edge.kernel.signing import OrderKey
from edge.kernel.statement import StatementKey
from edge.kernel.watchdog import feed, notify
from edge.live.board import Board
from edge.live.service import LiveService
from edge.office.audit import AuditReader
from edge.office.monitoring import Monitoring
from edge.office.requests import PersonRequests
from edge.office.shifts import Shifts
from edge.office.upkeep import Upkeep
from edge.power.service import PowerService, Sheddable
from edge.recording.service import RecordingService, limits_of, workshop_of
from edge.records.residents import Residents
from edge.records.sealing import Sealing
from edge.records.service import RecordService
from edge.sensing.hand import HandReadings
from edge.sensing.service import SensingService
from edge.sources.service import SourceService
from edge.speech.bank import VoiceBank
from edge.speech.intake import Intake
from edge.store.ballast import open_journal
from edge.store.journal import Journal
from edge.store.privacy_rows import privacy_rows
from edge.store.reader import Reader
from edge.store.watch import StoreWatch
from edge.support.service import Support
from edge.sync.heartbeat import Heartbeat
from edge.sync.media.service import media_sync_of
from edge.sync.outbox_keeper import OutboxKeeper
from edge.sync.receipt import Receipts
from edge.sync.room_watch import RoomWatch
from edge.sync.service import SyncService
from edge.viewing.privacy import Privacy
from edge.viewing.service import ViewingService
from edge.vision.service import VisionService
from edge.vision.tuning import Tuning
from edge.wall import Wall

log = logging.getLogger(__name__)

LONGEST_WAIT_S = 5.0


class Box:
    """All services of one box. ``run`` lives until a signal or a fault that no restart of a part mends."""

    def __init__(self, config: Config, file: Path, folders: Folders, journal: Journal, clock: Clock) -> None:
        self._config = config
        self._file = file
        self._folders = folders
        self._journal = journal
        self._bus = Bus()
        self._board = Board(self._bus, clock)
        self.restart = asyncio.Event()
        roster = roster_of(config)
        hamlets = {hamlet.id: hamlet.name for hamlet in config.hamlet}
        desk = self._watch(roster, hamlets)
        self._speak(desk, hamlets)
        self._measure(desk)
        self._reach_people(desk, roster, hamlets)
        audit_key = StatementKey.load_or_make(folders.keys / "audit.pem")
        self._sealing = Sealing(audit_key, source_of(config), journal)
        self._sync = SyncService(config.hub, source_of(config), journal, self._bus, config.way)
        self._media = media_sync_of(config, folders.data, self._blur, journal)
        self._room = RoomWatch(folders.data, journal, self._bus, desk, self._recordings.room)
        self._outbox = OutboxKeeper(journal, self._room.level, self._flood.levels.thresholds)
        self._unit_failures = UnitFailures(folders.failed_units, desk, journal)
        self._monitoring = Monitoring(config.syslog, f"{config.commune.id}-{config.commune.box}", journal)
        self._hosts = HostService(config.watch, desk, clock, self._bus)
        self._indicators = IndicatorService(config, folders.table_spool, journal, self._bus, self._hosts.counted)
        self._support = Support(config.support, journal, self._bus)
        self._save_power(desk)
        self._show(clock)
        self._open_doors(desk, hamlets, audit_key)

    def _watch(self, roster: Sequence[Person], hamlets: Mapping[str, str]) -> IncidentDesk:
        """Cameras and their films; the desk that opens incidents, whoever noticed them."""
        config, folders, journal = self._config, self._folders, self._journal
        own = Reader(folders.database)
        self._privacy = Privacy(config, privacy_rows(own.connection), journal, self._bus)
        eyes = replace(eyes_of(config, folders), private=self._privacy.areas)
        self._blur = blur_setup(config, eyes)
        workshop = workshop_of(config, folders.media, self._blur, self._privacy.areas)
        self._recordings = RecordingService(
            limits_of(config), workshop, own, journal, self._bus, self._privacy.was_covered
        )
        around_ms = (round(config.recording.before_s * 1000), round(config.recording.after_s * 1000))
        desk = IncidentDesk(journal, self._bus, roster, hamlets, self._recordings, around_ms)
        self._vision = VisionService(config, eyes, desk, self._recordings, journal, self._bus)
        self._viewing = ViewingService(config, self._vision.packets_path, self._privacy.covered, journal, self._bus)
        return desk

    def _speak(self, desk: IncidentDesk, hamlets: Mapping[str, str]) -> None:
        """The loudspeakers: voices, the station, sounds that people bring, and who watches the horns."""
        config, folders, journal = self._config, self._folders, self._journal
        self._speech = speech_service(config, folders, self._bus, "speech")
        self._alarm_speech = speech_service(config, folders, self._bus, "speech-alarms")
        self._station = BroadcastService(
            config,
            folders.data,
            OrderKey.load_or_make(folders.order_key),
            partial(render, self._speech),
            journal,
            self._bus,
            alarm_render=partial(render, self._alarm_speech),
        )
        self._intake = Intake(folders.spool, folders.clips, folders.bank, band_of(config))
        self._uploads = Uploads(self._intake, journal, self._bus, list(hamlets))
        speeches = (self._speech, self._alarm_speech)
        read = self._station.drafts.read
        prompts = bank_prompts(config, read)
        self._bank = VoiceBank(prompts, folders.bank, self._intake, journal, speeches, read, self._bus)
        self._horn_watch = HornWatch(self._station.horns, desk, journal, self._bus)

    def _measure(self, desk: IncidentDesk) -> None:
        """The river: its readings, and what follows from them."""
        config, journal = self._config, self._journal
        self._sensing = SensingService(config.gauge, journal, self._bus, config.feed)
        self._flood_horns = FloodHorns(self._station.programmes, self._station)
        ports = Ports(self._flood_horns, RiverForesight(config.gauge, journal))
        self._flood = FloodService(config, desk, ports, journal, self._bus)

    def _reach_people(self, desk: IncidentDesk, roster: Sequence[Person], hamlets: Mapping[str, str]) -> None:
        """Telephones and channels, and what people send from the field."""
        config, folders, journal = self._config, self._folders, self._journal
        links = Links(page_url(config), load_or_make_link_key(folders.link_key))
        self._alerts = AlertService(setup_of(config), journal, self._bus, links)
        self._photos = Photos(PhotoFolders(folders.photo_spool, folders.media), journal)
        keep_photo = partial(self._photos.take, is_still=False)
        self._hand = HandReadings(self._sensing.desk, journal, keep_photo, folders.media / PHOTOS)
        self._field = FieldDesk(desk, self._photos, journal, self._bus, roster, hamlets)

    def _save_power(self, desk: IncidentDesk) -> None:
        """What is given up when the mains fail, in this order; horns and SMS never are."""
        video = Sheddable(Shed.VIDEO, "video", lambda held: self._live.hold_video(held=held))
        self._eyes = Pausable(self._vision.run)
        shed = (video, Sheddable(Shed.EYES, "eyes", self._eyes.hold))
        self._power = PowerService(self._config.ups, shed, desk, self._journal, self._bus)

    def _show(self, clock: Clock) -> None:
        """The wall, live."""
        wall = Wall(
            self._config,
            Reader(self._folders.database),
            clock,
            self._board,
            self._vision,
            self._recordings,
            self._station,
            self._sync,
            self._flood,
            self._alerts,
            self._power,
            self._room,
            self._privacy,
            self._hosts,
            self._support,
        )
        self._sections = shown = wall.sections()
        self._live = LiveService(self._config, self._vision.packets_path, shown, self._bus, self._privacy.all_covered)
        self._heartbeat = Heartbeat(shown, self._journal)
        self._shifts = Shifts(shown, self._journal)

    def _open_doors(self, desk: IncidentDesk, hamlets: Mapping[str, str], audit_key: StatementKey) -> None:
        """What comes in from outside: requests of the pages, warnings, items of other systems."""
        config, folders, journal = self._config, self._folders, self._journal
        station_desk = StationDesk(self._station)
        tuning = Tuning(config, desk, journal, self._vision.rest)
        table = station_handlers(self._live, station_desk) | incident_handlers(desk, tuning)
        table |= recording_handlers(self._recordings.desk) | talk_handlers(self._station.talks)
        table |= viewing_handlers(self._viewing, self._privacy)
        table |= programme_handlers(self._station.programmes)
        senses = senses_of(config, self._sync, self._board, self._alerts)
        self._records = RecordService(config, folders.database, folders.reports, journal, senses)
        inbox = Inbox(folders.data / "cap-in")
        self._cap_in = CapIntake(inbox, config.cap, hamlets, station_desk.draft, desk, journal, self._bus)
        self._cap_out = Issuing(sender_of(config), audit_key, folders.data / "cap-out", journal)
        hamlet_of = {horn.id: horn.hamlet for horn in config.horn}
        self._sources = SourceService(config.news_source, hamlet_of, hamlets, station_desk.draft, journal, self._bus)
        table |= abbreviation_handlers(self._station.dictionary)
        flood = FloodDesk(config, self._flood, self._flood_horns, journal, self._bus)
        self._downlink = Downlink(
            config, self._file, self._station, desk, flood, journal, self._bus, self._sync.may_ask
        )
        table |= flood_handlers(flood) | self._downlink.handlers()
        table |= alert_handlers(self._alerts)
        table |= sound_handlers(self._bank, self._uploads)
        table |= water_handlers(self._hand) | phone_handlers(self._field)
        table |= record_handlers(self._records.reports, Residents(hamlets, station_desk.draft, journal))
        receipts = Receipts(config.hub, source_of(config), journal.with_connection, journal.clock)
        table |= indicator_handlers(self._indicators.desk, self._indicators.tables)
        table |= sync_handlers(receipts, journal)
        table |= dead_handlers(self._outbox)
        self._settings = settings_book(self._file, folders, self._sections, journal, self.restart.set)
        table |= settings_handlers(self._settings)
        self._requests = PersonRequests(holidays_of(config), journal)
        upkeep = Upkeep(folders.data, journal, self._sections)
        table |= office_handlers(self._shifts, self._requests, AuditReader(self._file), upkeep)
        self._accounts = accounts_of(config, folders, journal, self._bus)
        table |= account_handlers(self._accounts.door, self._accounts.office)
        table |= support_handlers(self._support, self._accounts.door)
        self._control = ControlServer(folders.control, table, frozenset({0, os.getuid()}), self._accounts.door)

    async def run(self) -> None:
        """Run every service; loudspeakers first. Raises MisconfiguredError before anything runs."""
        await self._sensing.check()
        await self._alerts.check()
        await self._indicators.check()
        await self._hosts.check()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._board.watch_services())
            group.create_task(self._board.watch_readings())
            for name, part in self._parts().items():
                group.create_task(self._keep(name, part))
            group.create_task(feed(self._dead_part))
            group.create_task(self._until_the_store_dies())
            notify("READY=1")
            log.info("the box runs, epoch %d", self._journal.epoch)

    def _parts(self) -> dict[str, Callable[[], Awaitable[None]]]:
        return {
            "store": StoreWatch(self._journal, self._bus).run,
            "station": self._station.run,
            "cap-in": self._cap_in.run,
            "sources": self._sources.run,
            "cap-out": self._cap_out.run,
            "sealing": self._sealing.run,
            "records": self._records.run,
            "monitoring": self._monitoring.run,
            "hosts": self._hosts.run,
            "indicators": self._indicators.run,
            "horn-watch": self._horn_watch.run,
            "speech-alarms": self._alarm_speech.run,
            "speech": self._speech.run,
            "bank": self._bank.run,
            "uploads": self._uploads.run,
            "intake": self._intake.run,
            "alerts": self._alerts.run,
            "control": self._control.run,
            "accounts": self._accounts.run,
            "flood": self._flood.run,
            "photos": self._photos.run,
            "sensing": self._sensing.run,
            "unit-failures": self._unit_failures.run,
            "hand-readings": self._hand.run,
            "power": self._power.run,
            "vision": self._eyes.run,
            "recordings": self._recordings.run,
            "viewing": self._viewing.run,
            "privacy": self._privacy.run,
            "uplink": self._sync.run,
            "media": self._media.run,
            "outbox": self._outbox.run,
            "room": self._room.run,
            "heartbeat": self._heartbeat.run,
            **self._downlink.parts(),
            "live": self._live.run,
            "settings": self._settings.run,
            "requests": self._requests.run,
            "support": self._support.run,
        }

    async def _keep(self, name: str, part: Callable[[], Awaitable[None]]) -> None:
        """A part that fails takes no other with it, not even when a setting proves wrong only now (rule 39)."""
        try:
            await keep_running(name, part, longest_wait_s=LONGEST_WAIT_S)
        except MisconfiguredError as error:
            log.error("%s stays down: %s", name, error)  # noqa: TRY400 - the sentence names the line
            self._bus.publish(ServiceChanged(name, "down", str(error), 0))

    async def _until_the_store_dies(self) -> None:
        """Nothing can be promised without it; whoever started us starts us again."""
        while self._journal.alive:  # noqa: ASYNC110 - a thread that dies sets no event
            await asyncio.sleep(1.0)
        raise FinalError("Luồng ghi dữ liệu đã dừng: hộp phải khởi động lại.")

    def _dead_part(self) -> str:
        """What of the loudspeaker path is dead; empty while it lives (law 11)."""
        if not self._journal.alive:
            return "the store writer is dead"
        if self._station.local is not None and not self._station.local.up:
            return "the local node is down"
        return ""


async def run_box(config: Config, file: Path) -> bool:
    """Run a box by the settings of this file until SIGTERM or SIGINT; True: it wants to be started anew."""
    config = with_hub_files(config)
    folders = Folders(Path(config.commune.data))
    clock = SystemClock()
    journal = await open_journal(folders.database, clock)
    write_web_settings(config, folders, push_key(config))
    try:
        box = Box(config, file, folders, journal, clock)
        return await until_told(box.run(), box.restart)
    finally:
        journal.close()
