"""What comes from the province, put together: its certificate, its commands, its urgent bulletins (see edge.app)."""

from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

from edge.broadcast.service import BroadcastService
from edge.broadcast.urgent import UrgentBulletins
from edge.config import Config
from edge.config.hub_files import hub_of, province_folder
from edge.control.handlers.province import province_handlers
from edge.control.server import Handler
from edge.core.errors import TransientError
from edge.flood.desk import FloodDesk
from edge.incidents.desk import IncidentDesk
from edge.kernel.bus import Bus
from edge.kernel.province_time import ProvinceTime
from edge.kernel.tls_time import KnownTime
from edge.store.journal import Journal
from edge.sync.commands.deeds import Deeds, Hands
from edge.sync.commands.desk import ProvinceDesk
from edge.sync.commands.line import CommandLine
from edge.sync.commands.media_wishes import MediaWishes, WishTable
from edge.sync.commands.service import CommandService
from edge.sync.commands.urgent import Place
from edge.sync.enrolment.files import IdentityFiles, pinned_keys
from edge.sync.enrolment.renewal import Renewal
from edge.sync.hub_tls import HubTls

Part = Callable[[], Awaitable[None]]


class Downlink:
    """Give its ``parts`` to whoever runs the box, its ``handlers`` to the control server."""

    def __init__(
        self,
        config: Config,
        file: Path,
        station: BroadcastService,
        desk: IncidentDesk,
        flood: FloodDesk,
        journal: Journal,
        bus: Bus,
        may_poll: Callable[[], bool] = lambda: True,
        film: MediaWishes | None = None,
    ) -> None:
        """``file`` is the box's settings file; ``may_poll`` the data saver's word; ``film``: who sends film."""
        settings = partial(_text_of, file)
        time = ProvinceTime()
        self._desk = ProvinceDesk(settings, flood.set_levels, journal)
        self._urgent = UrgentBulletins(station.drafts, station.arbiter, time, journal, bus)
        self._parts: dict[str, Part] = {"urgent": self._urgent.run}
        hub, folder = hub_of(config), province_folder(config)
        if hub is None:
            return
        place = _place(config)
        deeds = Deeds(Hands(place, settings, film or WishTable(), desk), time, journal, bus)
        line = CommandLine(hub, HubTls(hub, KnownTime(journal.clock)))
        keys = partial(pinned_keys, folder)
        self._parts["commands"] = CommandService(line, place.source, deeds, keys, time, journal, may_poll).run
        self._parts["certificate"] = Renewal(IdentityFiles(folder), hub.url, place.source, time, journal.clock).run

    def parts(self) -> dict[str, Part]:
        """What must run, by name."""
        return self._parts

    def handlers(self) -> dict[type, Handler]:
        """Part of the table for the control server."""
        return province_handlers(self._desk)


def _place(config: Config) -> Place:
    return Place(
        source=f"/xa/{config.commune.id}/box/{config.commune.box}",
        hamlets=frozenset(hamlet.id for hamlet in config.hamlet),
        gauges=frozenset(gauge.id for gauge in config.gauge),
        cameras=frozenset(camera.id for camera in config.camera),
    )


def _text_of(file: Path) -> str:
    try:
        return file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as cause:
        raise TransientError(f"Không đọc được tệp cấu hình {file}.") from cause
