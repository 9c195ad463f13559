"""What services tell each other over the bus: nudges about rows that are stored already (law 1)."""

from dataclasses import dataclass

from edge.core.broadcast import Outcome
from edge.core.incident import IncidentId
from edge.core.place import CameraId, HornId
from edge.core.policy.flood.rain import Fallen
from edge.core.sensing import Reading


@dataclass(frozen=True, slots=True)
class IncidentOpened:
    """A new incident is in the store, with its alerts and its announcement."""

    incident: IncidentId


@dataclass(frozen=True, slots=True)
class IncidentChanged:
    """An incident was taken, closed, or has a picture now."""


@dataclass(frozen=True, slots=True)
class BulletinChanged:
    """A bulletin or a report of its horns moved on."""


@dataclass(frozen=True, slots=True)
class BulletinWithdrawn:
    """A bulletin was called off for good: what repeats it must stop. What sounds now may end its sentence."""

    bulletin: str


@dataclass(frozen=True, slots=True)
class PlanChanged:
    """Programmes, their airings, or a storm changed."""


@dataclass(frozen=True, slots=True)
class TalkChanged:
    """A talk began, ended, or a horn said something about it; also its level, four times a second."""


@dataclass(frozen=True, slots=True)
class AlertChanged:
    """An alert was sent, taken or failed."""


@dataclass(frozen=True, slots=True)
class HornChanged:
    """A horn's live state changed."""


@dataclass(frozen=True, slots=True)
class HornReported:
    """An order to a horn ended, and that is stored. ``broken_off``: by a STOP or by something more urgent."""

    horn: HornId
    outcome: Outcome
    broken_off: bool


@dataclass(frozen=True, slots=True)
class CameraChanged:
    """A camera's health changed."""

    camera: CameraId


@dataclass(frozen=True, slots=True)
class PrivacyChanged:
    """What nobody may see of a camera changed, or who hides it."""

    camera: CameraId


@dataclass(frozen=True, slots=True)
class TracksMoved:
    """New tracks of a camera, for the wall only."""

    camera: CameraId


@dataclass(frozen=True, slots=True)
class RulesChanged:
    """A camera's rule rests, wakes, or its hours began or ended."""

    camera: CameraId


@dataclass(frozen=True, slots=True)
class ReadingTaken:
    """Somebody measured, and that is stored. Only a good reading may decide (docs/design/water.md).

    ``rain`` is what fell in the last hours, of a rain reading.
    Where two gauges stand at one place, what the place says comes as a good reading of its first gauge. What happened
    while nobody listened is told again after a start: deciding twice on the same reading must change nothing.
    """

    reading: Reading
    rain: tuple[Fallen, ...] = ()


@dataclass(frozen=True, slots=True)
class LevelCrossed:
    """The water went through báo động ``level`` of a gauge, ``up`` or ``down``, at this reading; it is stored."""

    station: str
    level: int
    direction: str
    value: float
    at_ms: int


@dataclass(frozen=True, slots=True)
class FloodChanged:
    """What stands at the river, is expected of it or done because of it, a drill, a shelter or the levels changed."""


@dataclass(frozen=True, slots=True)
class SessionsOpen:
    """The log-ins that hold now, by their public ids: what was opened by any other one is to end."""

    ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class RoomChanged:
    """There is more or less room on the disk and in the database than people were told."""


@dataclass(frozen=True, slots=True)
class UplinkChanged:
    """The uplink came, went, or its backlog moved."""


@dataclass(frozen=True, slots=True)
class ProvinceAsked:
    """A command of the province was carried out, and that is stored: ``kind`` as on the wire."""

    command: str
    kind: str


@dataclass(frozen=True, slots=True)
class PowerChanged:
    """The mains failed or came back, the battery's time moved, or something was shed because of it."""


@dataclass(frozen=True, slots=True)
class ServiceChanged:
    """A child process or device came up or went down."""

    name: str
    state: str
    detail: str
    restarts: int


@dataclass(frozen=True, slots=True)
class RecordingsChanged:
    """A span was pinned, unpinned, exported or deleted."""


@dataclass(frozen=True, slots=True)
class HostsChanged:
    """A watched host of the network came up or went down."""


@dataclass(frozen=True, slots=True)
class SupportChanged:
    """Remote support was opened or ended, its tunnel came or went, somebody entered or left."""


@dataclass(frozen=True, slots=True)
class IndicatorsChanged:
    """Indicators have new values, or values of theirs were taken back."""


@dataclass(frozen=True, slots=True)
class BankChanged:
    """Something of the commune's own voice was recorded: fixed words of templates are spoken anew."""
