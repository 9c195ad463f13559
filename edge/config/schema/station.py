"""The loudspeaker station: horns, voices, templates."""

import datetime as dt
from typing import Annotated, Literal

from msgspec import Meta

from edge.config.schema.base import DeviceSettings, Driver, Hours, Name, Path, PriorityName, Section, Slug, Voice


class Horn(Section, frozen=True, kw_only=True):
    """A loudspeaker cluster with its relay node; the id is also the node's name at the broker."""

    id: Slug
    name: Name
    hamlet: Slug


class LocalNode(Section, frozen=True, kw_only=True):
    """The horn that hangs on this box: amplifier and sound card, perhaps a sealed key and a power meter."""

    horn: Slug
    amplifier: Driver
    amplifier_settings: DeviceSettings = {}
    sound: Literal["alsa", "unix"] = "alsa"
    sound_settings: DeviceSettings = {}
    switch: Driver | None = None
    switch_settings: DeviceSettings = {}
    switch_template: Slug | None = None
    power: Driver | None = None
    power_settings: DeviceSettings = {}
    cert: Path
    key: Path


class Blank(Section, frozen=True, kw_only=True):
    """A blank that a person fills: what may stand there, and between which bounds."""

    name: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]*\Z", max_length=30)]
    kind: Literal["level", "discharge", "count", "time", "date", "duration", "choice", "hamlets", "text"]
    label: Name
    low: float = 0.0
    high: float = 0.0
    step: Annotated[float, Meta(ge=0, le=10_000)] = 0.0
    most: Annotated[int, Meta(ge=1, le=200)] = 60
    choices: Annotated[tuple[Name, ...], Meta(max_length=60)] = ()
    unit: Annotated[str, Meta(max_length=20)] = ""


class Template(Section, frozen=True, kw_only=True):
    """A pre-approved announcement.

    An alarm fills {place} {hamlet} {time}, for a gauge also {station} {level} {value}. A person fills the template's
    own ``blank`` tables; he may repeat it at most ``most_times`` times, ``every_min`` minutes apart. ``ready`` names a
    ready-made one, whose words and blanks hold where the table has none of its own. ``usual`` is the ready-made one's
    priority, else khẩn cấp; after loading it is gone.
    """

    id: Slug
    ready: Slug | None = None
    title: Annotated[str, Meta(max_length=80)] = ""
    text: Annotated[str, Meta(max_length=2000)] = ""
    priority: PriorityName | Literal["usual"] = "usual"
    approved_by: Name
    approved_on: dt.date
    most_times: Annotated[int, Meta(ge=1, le=24)] = 3
    every_min: Annotated[int, Meta(ge=2, le=120)] = 10
    blank: Annotated[tuple[Blank, ...], Meta(max_length=12)] = ()


class SelfTest(Section, frozen=True, kw_only=True):
    """When every horn tests itself at low volume, once a week; ``never`` leaves it to people."""

    day: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "never"] = "wednesday"
    at: Annotated[str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d\Z")] = "09:30"


class Speech(Section, frozen=True, kw_only=True):
    """How text becomes sound. Voices are tried in order; alarms try the recorded bank first wherever it stands.

    ``low_hz`` to ``high_hz`` is what the horns can radiate; the rest is left out of every clip.
    """

    voices: Annotated[tuple[Voice, ...], Meta(min_length=1, max_length=8)] = (
        "piper:vi_VN-vais1000-medium",
        "espeak:vi",
    )
    accent: Literal["north", "south"] = "north"
    speed: Annotated[float, Meta(ge=0.5, le=2)] = 1.0
    low_hz: Annotated[float, Meta(ge=0, le=500)] = 250.0
    high_hz: Annotated[float, Meta(ge=3000, le=20000)] = 7000.0


Quiet = Annotated[str, Meta(pattern=r"^(never|([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d)\Z")]


RadioSource = Annotated[
    str, Meta(pattern=r"^((https?|rtsp)://\S+|alsa:[A-Za-z0-9][A-Za-z0-9:,=._-]*)\Z", max_length=300)
]


class Loudness(Section, frozen=True, kw_only=True):
    """The top volume at some hours in some hamlets (none: everywhere), in dB below full."""

    hours: Hours
    gain_db: Annotated[float, Meta(ge=-40, le=0)]
    hamlets: Annotated[tuple[Slug, ...], Meta(max_length=60)] = ()


class Holiday(Section, frozen=True, kw_only=True):
    """A feast of the commune's own."""

    date: dt.date
    name: Name


class Station(Section, frozen=True, kw_only=True):
    """When and how long the loudspeakers may sound (L9). Khẩn cấp is exempt from all of it, and counted."""

    quiet: Quiet = "21:00-05:00"
    minutes_day: Annotated[int, Meta(ge=0, le=1440)] = 0
    minutes_session: Annotated[int, Meta(ge=0, le=720)] = 0
    loudness: Annotated[tuple[Loudness, ...], Meta(max_length=20)] = ()
    holiday: Annotated[tuple[Holiday, ...], Meta(max_length=100)] = ()


class Group(Section, frozen=True, kw_only=True):
    """Hamlets that are often meant together."""

    id: Slug
    name: Name
    hamlets: Annotated[tuple[Slug, ...], Meta(min_length=1, max_length=60)]


class Radio(Section, frozen=True, kw_only=True):
    """A radio whose programme may be relayed: a stream, or a line input of the box."""

    id: Slug
    name: Name
    source: RadioSource
    approved_by: Name
