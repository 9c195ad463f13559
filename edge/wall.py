"""Binds every section of the wall's state to the service that knows it."""

from collections.abc import Callable
from dataclasses import asdict, astuple
from typing import Any

import msgspec

from edge.alerts.service import AlertService
from edge.broadcast.horns import Horn
from edge.broadcast.service import BroadcastService, on_air
from edge.config.cameras import rules_of
from edge.config.indicators import known_indicators
from edge.config.register import entry_of
from edge.config.schema import Camera, Config, Line, Zone
from edge.core.place import Point, inside
from edge.core.register import missing
from edge.core.vision import CameraState, TrackSeen, feet
from edge.flood.section import flood_section
from edge.flood.service import FloodService
from edge.hosts.service import HostService
from edge.kernel.clock import Clock
from edge.kernel.wire.vision import CameraHealth
from edge.live import sections
from edge.live.board import Board
from edge.live.map_section import map_section
from edge.live.service import Sections
from edge.power.service import PowerService
from edge.recording.service import RecordingService
from edge.store.reader import Reader
from edge.support.service import Support
from edge.sync.room_watch import RoomWatch
from edge.sync.service import SyncService
from edge.viewing.privacy import Privacy
from edge.vision.service import VisionService


class Wall:
    """The state of the whole box, for the live child and for ``GetState``."""

    def __init__(
        self,
        config: Config,
        reader: Reader,
        clock: Clock,
        board: Board,
        vision: VisionService,
        recordings: RecordingService,
        station: BroadcastService,
        sync: SyncService,
        flood: FloodService,
        alerts: AlertService,
        power: PowerService,
        room: RoomWatch,
        privacy: Privacy,
        hosts: HostService,
        support: Support,
    ) -> None:
        self._config = config
        self._reader = reader
        self._clock = clock
        self._board = board
        self._vision = vision
        self._recordings = recordings
        self._station = station
        self._sync = sync
        self._flood = flood
        self._alerts = alerts
        self._power = power
        self._room = room
        self._privacy = privacy
        self._hosts = hosts
        self._support = support
        self._started_at_ms = clock.now().at_ms
        self._indicators = known_indicators(config)
        self._names = {person.id: person.name for person in config.person}

    def sections(self) -> Sections:
        """One function a section (docs/ref/state.md)."""
        table: dict[str, Callable[[], Any]] = {
            "commune": self._commune,
            "map": map_section(self._config),
            "clock": lambda: sections.clock(self._clock.now()),
            "cameras": self._cameras,
            "tracks": self._tracks,
            "zones": self._zones,
            "recording": lambda: self._recordings.section(self._reader),
            "incidents": lambda: sections.incidents(self._reader, self._names),
            "horns": self._horns,
            "on_air": lambda: [*on_air(self._station.arbiter), *self._station.talks.on_air()],
            "talks": lambda: self._station.talks.rows(),
            "asks": lambda: self._station.arbiter.asks(),
            "storm": lambda: self._station.planner.storms,
            "bulletins": lambda: sections.bulletins(self._reader),
            "templates": self._station.shelf.rows,
            "gauges": self._gauges,
            "flood": lambda: flood_section(self._config, self._flood, self._reader),
            "uplink": self._uplink,
            "power": self._power.section,
            "room": self._room.section,
            "phones": self._phones,
            "hosts": self._hosts.section,
            "support": self._support.section,
            "indicators": lambda: sections.indicators(self._reader, self._indicators, self._clock.now()),
            "services": self._board.service_rows,
        }
        return table

    def _commune(self) -> dict[str, Any]:
        commune = self._config.commune
        return {
            "name": commune.name,
            "box": commune.box,
            "demo": commune.demo,
            "hamlets": [{"id": hamlet.id, "name": hamlet.name} for hamlet in self._config.hamlet],
            "started_at_ms": self._started_at_ms,
        }

    def _cameras(self) -> list[dict[str, Any]]:
        return [self._camera(camera) for camera in self._config.camera]

    def _camera(self, camera: Camera) -> dict[str, Any]:
        unheard = (CameraHealth(camera.id, CameraState.CONNECTING), self._started_at_ms)
        health, changed_at_ms = self._vision.health.get(camera.id, unheard)
        return {
            "id": camera.id,
            "name": camera.name,
            "hamlet": camera.hamlet,
            **{name: getattr(health, name) for name in _AS_IT_IS},
            "fps": round(health.fps, 1),
            "kbit_s": round(health.kbit_s),
            "gop_s": round(health.gop_s, 2),
            "guaranteed_seen_s": round(health.guaranteed_seen_s, 2),
            "hint_auc": round(health.hint_auc, 2),
            "hint_trusted": health.hint_trusted,
            "trouble": self._vision.scene_trouble(camera.id),
            "missing": missing(entry_of(camera)),
            "privacy": self._privacy.section(camera.id),
            "changed_at_ms": changed_at_ms,
        }

    def _tracks(self) -> dict[str, Any]:
        return {
            camera.id: {"at_ms": seen.at_ms, "tracks": [_track(track, camera) for track in seen.tracks]}
            for camera in self._config.camera
            if (seen := self._vision.tracks.get(camera.id))
        }

    def _zones(self) -> dict[str, Any]:
        return {camera.id: [self._rule(camera.id, rule) for rule in rules_of(camera)] for camera in self._config.camera}

    def _rule(self, camera: str, rule: Zone | Line) -> dict[str, Any]:
        return {
            "id": rule.id,
            "name": rule.name,
            "active": self._vision.is_active(camera, rule.id),
            "suspended_until_ms": self._vision.rests_until_ms(camera, rule.id),
            **_shape(rule),
            "settings": msgspec.to_builtins(rule),
        }

    def _horns(self) -> list[dict[str, Any]]:
        now = self._clock.steady()
        return [self._horn(horn, horn.online(now)) for horn in self._station.horns.values()]

    def _horn(self, horn: Horn, online: bool) -> dict[str, Any]:
        return {
            "id": horn.id,
            "name": horn.name,
            "hamlet": horn.hamlet,
            "local": horn.local,
            "online": online,
            "state": horn.doing if online else "unknown",
            "amp_on": horn.state.amp_on,
            "clock": horn.state.clock,
            "batt_v": horn.state.batt_v,
            "temp_c": horn.state.temp_c,
            "seen_at_ms": horn.seen_at_ms,
            "last": horn.last,
        }

    def _gauges(self) -> list[dict[str, Any]]:
        rows = []
        for gauge in self._config.gauge:
            news = self._board.readings.get(f"{gauge.id}/level")
            reading = news.reading if news else None
            rows.append(
                {
                    "id": gauge.id,
                    "name": gauge.name,
                    "quantity": "level",
                    "value": reading.value if reading else None,
                    "unit": reading.unit if reading else "m",
                    "at_ms": reading.at_ms if reading else None,
                    "quality": reading.quality if reading else None,
                    "level": self._flood.level_of(gauge.id),
                    "bao_dong_m": self._flood.levels.thresholds(gauge.id) or None,
                    "trend": sections.trend(self._reader, gauge.id, "level"),
                }
            )
        return rows

    def _uplink(self) -> dict[str, Any]:
        return asdict(self._sync.status)

    def _phones(self) -> list[dict[str, Any]]:
        counts = sections.alert_counts(self._reader)
        rows = []
        for modem in self._config.modem:
            service = self._board.services.get(f"modem-{modem.id}")
            rows.append(
                {
                    "modem": modem.id,
                    "ok": service is not None and service.state == "up",
                    "detail": service.detail if service else "",
                    "sent": sum(counts.get(state, 0) for state in ("sent", "delivered", "taken")),
                    "waiting": sum(counts.get(state, 0) for state in ("waiting", "sending", "unsure")),
                    "failed": counts.get("failed", 0),
                    **self._sim(modem.id),
                }
            )
        return rows

    def _sim(self, modem: str) -> dict[str, Any]:
        sim, at_ms = self._alerts.sim_of(modem)
        return {
            "signal_dbm": sim.signal_dbm if sim else None,
            "registered": sim.registered if sim else None,
            "operator": sim.operator if sim else "",
            "balance": sim.balance if sim else None,
            "sim_at_ms": at_ms,
        }


_AS_IT_IS = (
    "state",
    "detail",
    "codec",
    "width",
    "height",
    "reconnects",
    "reconnects_h",
    "stalls_h",
    "mode",
    "recording",
)
"""Of a camera's health, shown as the shard says it."""


def _shape(rule: Zone | Line) -> dict[str, Any]:
    if isinstance(rule, Zone):
        return {"rule": rule.rule, "polygon": rule.polygon, "points": None, "direction": None}
    return {"rule": "line", "polygon": None, "points": rule.points, "direction": rule.direction}


def _track(track: TrackSeen, camera: Camera) -> dict[str, Any]:
    stands = feet(track.box)
    return {
        "track": track.track,
        "label": track.label,
        "score": round(track.score, 2),
        "box": [round(edge, 4) for edge in astuple(track.box)],
        "zones": [zone.id for zone in camera.zone if inside(stands, tuple(Point(*corner) for corner in zone.polygon))],
    }
