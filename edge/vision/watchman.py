"""What one camera's tracks mean: keeps the intrusion watch of a camera and carries its decisions out."""

from collections.abc import Awaitable, Callable, Sequence

from edge.config.schema import Camera
from edge.core.errors import MolangError
from edge.core.incident import Incident, IncidentKind, Severity
from edge.core.local_time import minute_of_day
from edge.core.moment import AtMs, Moment
from edge.core.place import ZoneId
from edge.core.policy.intrusion import ActiveHours, Ended, Now, Opened, Watch, ZoneRule, decide
from edge.core.vision import Sighting
from edge.incidents.desk import IncidentDesk

Picture = Callable[[str, str], Awaitable[None]]
"""Ask the shard to keep a picture: (camera, incident)."""


class Watchman:
    """The intrusion policy of one camera, with its state."""

    def __init__(self, camera: Camera, desk: IncidentDesk, picture: Picture) -> None:
        self._camera = camera
        self._zones = {ZoneId(zone.id): zone for zone in camera.zone}
        self._rules = tuple(
            ZoneRule(
                ZoneId(zone.id),
                frozenset(zone.labels),
                zone.min_hits,
                zone.quiet_s,
                ActiveHours.parse(zone.active),
            )
            for zone in camera.zone
        )
        self._desk = desk
        self._picture = picture
        self._watch: Watch = {}

    def resume(self, open_subjects: dict[str, str], now: Moment) -> None:
        """After a restart: zones whose incident is still open are watched on, not reported again."""
        self._watch = {zone: now.steady for zone in self._zones if self._subject(zone) in open_subjects}

    async def see(self, sighting: Sighting | None, now: Moment) -> None:
        """Decide about a sighting, or about time that passed, and act in every zone.

        Raises the first MolangError of what could not be stored.
        """
        moment = Now(now.steady, minute_of_day(now.at_ms))
        watch, actions = decide(self._watch, sighting, self._rules, moment)
        failed: list[tuple[ZoneId, MolangError]] = []
        for action in actions:
            try:
                await self._carry_out(action, sighting.at_ms if sighting else now.at_ms)
            except MolangError as error:
                failed.append((action.zone, error))
        self._watch = self._kept(watch, [zone for zone, _ in failed])
        if failed:
            raise failed[0][1]

    def _kept(self, watch: Watch, failed: Sequence[ZoneId]) -> Watch:
        """What could not be stored is decided again at the next sighting, and nothing that was."""
        kept = {zone: seen for zone, seen in watch.items() if zone not in failed}
        return kept | {zone: self._watch[zone] for zone in failed if zone in self._watch}

    async def _carry_out(self, action: Opened | Ended, at_ms: AtMs) -> None:
        if isinstance(action, Opened):
            await self._open(action, at_ms)
        else:
            await self._desk.close(self._subject(action.zone))

    def _subject(self, zone: ZoneId) -> str:
        return f"camera/{self._camera.id}/{zone}"

    async def _open(self, action: Opened, began_at_ms: AtMs) -> None:
        zone = self._zones[action.zone]
        incident = Incident(
            id=self._desk.new_id(),
            kind=IncidentKind.INTRUSION,
            severity=Severity(zone.severity),
            subject=self._subject(action.zone),
            place=zone.name,
            hamlet=self._camera.hamlet,
            title=f"Có người ở {zone.name} ({self._camera.name})",
            began_at_ms=began_at_ms,
        )
        await self._desk.open(incident, zone.template, (self._camera.hamlet,))
        await self._picture(self._camera.id, incident.id)
