"""Every setting of a box, typed and bounded. ``docs/ref/example.toml`` explains each of them to people."""

import datetime as dt
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Slug = Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*\Z", max_length=40)]
Name = Annotated[str, Meta(min_length=1, max_length=80)]
Text = Annotated[str, Meta(min_length=1, max_length=2000)]
Path = Annotated[str, Meta(min_length=1, max_length=400)]
Host = Annotated[str, Meta(pattern=r"^[A-Za-z0-9.:-]+\Z", max_length=100)]
Port = Annotated[int, Meta(ge=1, le=65535)]
RtspUrl = Annotated[str, Meta(pattern=r"^rtsps?://\S+\Z", max_length=400)]
HttpsUrl = Annotated[str, Meta(pattern=r"^https://\S+\Z", max_length=400)]
Driver = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]*\Z", max_length=40)]
"""A folder below ``drivers/devices``."""
Level = Annotated[float, Meta(ge=-100, le=4000)]
"""A water level in metres; the highest river gauges of the country lie below 2,000 m."""
Voice = Annotated[str, Meta(pattern=r"^(piper|espeak):\S+\Z", max_length=100)]
Origin = Annotated[str, Meta(pattern=r"^(\*|https?://[A-Za-z0-9.:\[\]-]+)\Z", max_length=200)]
PasswordHash = Annotated[str, Meta(pattern=r"^(scrypt|pbkdf2):[^$]+\$[^$]+\$[0-9a-f]+\Z", max_length=400)]
RoleName = Literal["duty", "operator", "leader", "technician"]
Share = Annotated[float, Meta(ge=0, le=1)]
Hours = Annotated[str, Meta(pattern=r"^(always|([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d)\Z")]
Phone = Annotated[str, Meta(pattern=r"^(0|\+?84)\d{9,10}\Z")]
DeviceSettings = dict[str, str | int | float | bool]
PriorityName = Literal["thuong", "uu_tien", "khan_cap"]


class Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of every table of the file: a key that nobody knows is an error."""


class Commune(Section, frozen=True, kw_only=True):
    """Who this box belongs to, and where it keeps its data."""

    id: Slug
    name: Name
    data: Path
    box: Annotated[int, Meta(ge=1, le=99)] = 1
    demo: bool = False


class Hamlet(Section, frozen=True, kw_only=True):
    """A hamlet (thôn, bản, tổ dân phố)."""

    id: Slug
    name: Name


class Zone(Section, frozen=True, kw_only=True):
    """A polygon of a camera's picture in which a person is an incident while ``active``."""

    id: Slug
    name: Name
    polygon: Annotated[tuple[tuple[Share, Share], ...], Meta(min_length=3, max_length=30)]
    active: Hours = "always"
    labels: Annotated[tuple[Name, ...], Meta(min_length=1, max_length=20)] = ("person",)
    min_hits: Annotated[int, Meta(ge=1, le=30)] = 3
    quiet_s: Annotated[float, Meta(ge=2, le=3600)] = 30.0
    severity: Literal["minor", "moderate", "severe", "extreme"] = "moderate"
    template: Slug | None = None


class Camera(Section, frozen=True, kw_only=True):
    """One camera with its entry in the register that the law asks for (L1)."""

    id: Slug
    name: Name
    hamlet: Slug
    url: RtspUrl
    purpose: Annotated[str, Meta(max_length=300)] = ""
    legal_basis: Annotated[str, Meta(max_length=300)] = ""
    owner: Annotated[str, Meta(max_length=120)] = ""
    sign_posted: dt.date | None = None
    retention_days: Annotated[int, Meta(ge=0, le=90)] = 7
    detect_fps: Annotated[float, Meta(ge=0.2, le=15)] = 5.0
    zone: Annotated[tuple[Zone, ...], Meta(max_length=16)] = ()


class Vision(Section, frozen=True, kw_only=True):
    """How pictures are looked at."""

    shards: Annotated[int, Meta(ge=1, le=8)] = 1
    model: Slug = "yolov8n"
    size: Literal[320, 416, 640] = 320
    threads: Annotated[int, Meta(ge=1, le=8)] = 1
    min_score: Annotated[float, Meta(ge=0.05, le=0.95)] = 0.4


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


class Broker(Section, frozen=True, kw_only=True):
    """The MQTT broker inside the commune."""

    ca: Path
    cert: Path
    key: Path
    host: Host = "127.0.0.1"
    port: Port = 8883


class Media(Section, frozen=True, kw_only=True):
    """The address where nodes fetch clips, by their certificates."""

    ca: Path
    cert: Path
    key: Path
    url: HttpsUrl
    host: Host = "127.0.0.1"
    port: Port = 8443


class Hub(Section, frozen=True, kw_only=True):
    """The province. Leave the table out to run alone."""

    url: HttpsUrl
    ca: Path
    cert: Path
    key: Path


class Modem(Section, frozen=True, kw_only=True):
    """A GSM modem."""

    id: Slug
    kind: Driver = "modem_at"
    settings: DeviceSettings = {}


class Gauge(Section, frozen=True, kw_only=True):
    """A river gauge and its báo động levels, with the document they come from (R9)."""

    id: Slug
    name: Name
    kind: Driver = "gauge_modbus"
    settings: DeviceSettings = {}
    period_s: Annotated[float, Meta(ge=1, le=3600)] = 60.0
    bao_dong_m: tuple[Level, Level, Level] | None = None
    datum: Annotated[str, Meta(max_length=120)] = ""
    source: Annotated[str, Meta(max_length=300)] = ""
    range_m: tuple[Level, Level] = (-5.0, 60.0)
    hamlets: Annotated[tuple[Slug, ...], Meta(min_length=1, max_length=60)] = ("all",)
    template: Slug | None = None


class Person(Section, frozen=True, kw_only=True):
    """An official on the roster. No hamlet: the whole commune."""

    id: Slug
    name: Name
    phone: Phone
    duty: Name
    hamlet: Slug | None = None


class Template(Section, frozen=True, kw_only=True):
    """A pre-approved announcement. Blanks: {place} {hamlet} {time}, for a gauge also {station} {level} {value}."""

    id: Slug
    text: Text
    priority: PriorityName = "khan_cap"
    approved_by: Name
    approved_on: dt.date


class Speech(Section, frozen=True, kw_only=True):
    """How text becomes sound. Voices are tried in order."""

    voices: Annotated[tuple[Voice, ...], Meta(min_length=1, max_length=8)] = (
        "piper:vi_VN-vais1000-medium",
        "espeak:vi",
    )
    accent: Literal["north", "south"] = "north"
    speed: Annotated[float, Meta(ge=0.5, le=2)] = 1.0


class Live(Section, frozen=True, kw_only=True):
    """Where browsers get video and state."""

    host: Host = "127.0.0.1"
    port: Port = 8081
    url: Annotated[str, Meta(pattern=r"^wss?://[A-Za-z0-9.:\[\]-]+\Z", max_length=200)] = "ws://127.0.0.1:8081"
    origins: Annotated[tuple[Origin, ...], Meta(min_length=1, max_length=20)] = ("*",)


class Web(Section, frozen=True, kw_only=True):
    """Where the pages are. ``passwords`` holds one hash per role, made by ``molang web hash-password``."""

    host: Host = "127.0.0.1"
    port: Port = 8080
    wall_token: Annotated[str, Meta(min_length=16, max_length=100)]
    passwords: dict[RoleName, PasswordHash]


class Config(Section, frozen=True, kw_only=True):
    """The whole file."""

    commune: Commune
    web: Web
    broker: Broker
    media: Media
    live: Live = Live()
    vision: Vision = Vision()
    speech: Speech = Speech()
    hub: Hub | None = None
    local_node: LocalNode | None = None
    hamlet: Annotated[tuple[Hamlet, ...], Meta(min_length=1, max_length=60)]
    camera: Annotated[tuple[Camera, ...], Meta(max_length=64)] = ()
    horn: Annotated[tuple[Horn, ...], Meta(max_length=60)] = ()
    gauge: Annotated[tuple[Gauge, ...], Meta(max_length=20)] = ()
    modem: Annotated[tuple[Modem, ...], Meta(max_length=2)] = ()
    person: Annotated[tuple[Person, ...], Meta(max_length=100)] = ()
    template: Annotated[tuple[Template, ...], Meta(max_length=100)] = ()


def fields_of(section: type[Section]) -> tuple[msgspec.structs.FieldInfo, ...]:
    """The settings of a table, for the docs test."""
    return msgspec.structs.fields(section)
