"""The loudspeaker station: horns, voices, templates."""

import datetime as dt
from typing import Annotated, Literal

from msgspec import Meta

from edge.config.schema.base import DeviceSettings, Driver, Name, Path, PriorityName, Section, Slug, Text, Voice


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
