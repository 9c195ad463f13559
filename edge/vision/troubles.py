"""Cameras that are incidents themselves: gone, frozen, covered, moved, out of focus."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from edge.config.schema import Camera
from edge.core.incident import Evidence, Incident, IncidentKind, Severity
from edge.core.moment import Moment
from edge.core.policy.camera_health import Began, Condition, Fact, Over, decide, may_tell, resumed
from edge.core.sentences import trouble_title
from edge.core.vision import SceneTrouble
from edge.incidents.desk import IncidentDesk

_SUBJECT = "camera-health/{camera}/{trouble}"
NEW = Condition(gone_since=None)
"""Of a camera before the service runs."""
_BY_SOMEBODY = frozenset({SceneTrouble.COVERED, SceneTrouble.MOVED})
"""Somebody may have done this on purpose."""


class Troubles:
    """The condition of every camera, carried to the incident desk."""

    def __init__(self, cameras: Iterable[Camera], desk: IncidentDesk) -> None:
        self._cameras = {camera.id: camera for camera in cameras}
        self._desk = desk
        self._conditions = dict.fromkeys(self._cameras, NEW)
        self._told: float | None = None

    def resume(self, open_subjects: Mapping[str, str], now: Moment) -> tuple[str, ...]:
        """After a restart: open incidents still stand. Returns the subjects of cameras that the config lost."""
        stray = []
        running: dict[str, set[str]] = {camera: set() for camera in self._cameras}
        for subject in open_subjects:
            prefix, _, rest = subject.partition("/")
            camera, _, trouble = rest.partition("/")
            if prefix == "camera-health" and camera in running:
                running[camera].add(trouble)
            elif prefix == "camera-health":
                stray.append(subject)
        self._conditions = {camera: resumed(troubles, now.steady) for camera, troubles in running.items()}
        return tuple(stray)

    def of_scene(self, camera: str) -> str:
        """What is wrong with the camera's picture; empty: nothing known."""
        return str(self._conditions[camera].scene or "")

    def hear(self, camera: str, fact: Fact, now: Moment) -> None:
        """News of a camera; what follows from it is done by the next ``act``."""
        before = self._conditions[camera]
        after, _ = decide(before, fact, self._cameras[camera].offline_s, now.steady)
        self._conditions[camera] = replace(after, open=before.open)

    async def act(self, camera: str, now: Moment) -> None:
        """Open and close what the news and the time that passed ask for.

        Raises the first MolangError of the store; what could not be stored is tried again at the next call.
        """
        self.hear(camera, None, now)
        _, actions = decide(self._conditions[camera], None, self._cameras[camera].offline_s, now.steady)
        for action in actions:
            await self._carry_out(camera, action, now)
            condition = self._conditions[camera]
            self._conditions[camera] = replace(condition, open=condition.open ^ {action.trouble})

    async def _carry_out(self, camera: str, action: Began | Over, now: Moment) -> None:
        subject = _SUBJECT.format(camera=camera, trouble=action.trouble)
        if isinstance(action, Over):
            await self._desk.close(subject)
            return
        incident = self._incident(self._cameras[camera], action.trouble, subject, now)
        tell = may_tell(self._told, now.steady)
        await self._desk.open(incident, None, (incident.hamlet,), quiet=not tell)
        if tell:
            self._told = now.steady

    def _incident(self, camera: Camera, trouble: str, subject: str, now: Moment) -> Incident:
        return Incident(
            id=self._desk.new_id(),
            kind=IncidentKind.DEVICE,
            severity=Severity.MODERATE if trouble in _BY_SOMEBODY else Severity.MINOR,
            subject=subject,
            place=camera.name,
            hamlet=camera.hamlet,
            title=trouble_title(trouble, camera.name),
            began_at_ms=now.at_ms,
            evidence=Evidence(camera.id, trouble),
        )
