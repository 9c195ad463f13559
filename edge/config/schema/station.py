"""The loudspeaker station: horns, voices, templates."""

import datetime as dt
from typing import Annotated, Literal

from msgspec import Meta

from edge.config.schema.base import DeviceSettings, Driver, Hours, Name, Path, PriorityName, Section, Slug, Text, Voice


class Horn(Section, frozen=True, kw_only=True):
    """A loudspeaker cluster with its relay node; the id is also the node's name at the broker."""

    id: Slug
    name: Name
    hamlet: Slug


class LocalNode(Section, frozen=True, kw_only=True):
    """The horn that hangs on this box: amplifier and sound card."""

    horn: Slug
    amplifier: Driver
    amplifier_settings: DeviceSettings = {}
    sound: Literal["alsa", "unix"] = "alsa"
    sound_settings: DeviceSettings = {}
    cert: Path
    key: Path


class Template(Section, frozen=True, kw_only=True):
    """A pre-approved announcement. Blanks: {place} {hamlet} {time}, for a gauge also {station} {level} {value}."""

    id: Slug
    text: Text
    priority: PriorityName = "khan_cap"
    approved_by: Name
    approved_on: dt.date


class SelfTest(Section, frozen=True, kw_only=True):
    """When every horn tests itself at low volume, once a week; ``never`` leaves it to people."""

    day: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "never"] = "wednesday"
    at: Annotated[str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d\Z")] = "09:30"


class Speech(Section, frozen=True, kw_only=True):
    """How text becomes sound. Voices are tried in order."""

    voices: Annotated[tuple[Voice, ...], Meta(min_length=1, max_length=8)] = (
        "piper:vi_VN-vais1000-medium",
        "espeak:vi",
    )
    accent: Literal["north", "south"] = "north"
    speed: Annotated[float, Meta(ge=0.5, le=2)] = 1.0


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
