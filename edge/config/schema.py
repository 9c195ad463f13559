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


class Watched(Section, frozen=True, kw_only=True):
    """What every rule of a camera has: whom it looks for, when, how sure it must be, and what then happens.

    ``min_height`` is the least height of a thing as a share of the picture. ``seen_s``: whoever stays longer must be
    noticed; without it the rule takes what its kind needs (1.0 s for lines and river banks, else the camera's own).
    """

    id: Slug
    name: Name
    active: Hours = "always"
    labels: Annotated[tuple[Name, ...], Meta(min_length=1, max_length=20)] = ("person",)
    min_hits: Annotated[int, Meta(ge=1, le=30)] = 3
    min_score: Share = 0.0
    min_height: Share = 0.0
    quiet_s: Annotated[float, Meta(ge=2, le=3600)] = 30.0
    seen_s: Annotated[float, Meta(ge=0.5, le=10)] | None = None
    severity: Literal["minor", "moderate", "severe", "extreme"] = "moderate"
    template: Slug | None = None


Corners = Annotated[tuple[tuple[Share, Share], ...], Meta(min_length=3, max_length=30)]
"""A polygon of a picture."""
ZoneRuleName = Literal["enter", "loiter", "count", "closed_street", "river_bank", "parked"]


class Zone(Watched, frozen=True, kw_only=True):
    """A polygon of a camera's picture with one rule.

    enter: somebody is there; loiter: stays longer than ``after_s``; count: more than ``more_than`` at once;
    closed_street: a vehicle is there; river_bank: a person is there while ``gauge`` stands above ``above_m``;
    parked: a vehicle stands still for longer than ``after_s``.
    """

    polygon: Corners
    rule: ZoneRuleName = "enter"
    after_s: Annotated[float, Meta(ge=1, le=86400)] | None = None
    more_than: Annotated[int, Meta(ge=1, le=200)] | None = None
    gauge: Slug | None = None
    above_m: Level | None = None


class Line(Watched, frozen=True, kw_only=True):
    """Two points of a camera's picture: somebody crosses the line between them.

    ``direction`` as seen by one who stands on the first point and looks at the second.
    """

    points: tuple[tuple[Share, Share], tuple[Share, Share]]
    direction: Literal["both", "left_to_right", "right_to_left"] = "both"


class Recorder(Section, frozen=True, kw_only=True):
    """A recorder (đầu ghi) with several cameras behind one login.

    ``main`` and ``sub`` are the paths of its streams, with {channel} where the camera's number goes.
    ``most_sessions`` streams are open at a time (0: no limit known).
    """

    id: Slug
    name: Name
    host: Host
    port: Port = 554
    user: Annotated[str, Meta(max_length=60)] = ""
    password: Annotated[str, Meta(max_length=100)] = ""
    main: Annotated[str, Meta(min_length=1, max_length=200)] = "/Streaming/Channels/{channel}01"
    sub: Annotated[str, Meta(min_length=1, max_length=200)] = "/Streaming/Channels/{channel}02"
    most_sessions: Annotated[int, Meta(ge=0, le=256)] = 0


class Camera(Section, frozen=True, kw_only=True):
    """One camera with its entry in the register that the law asks for (L1).

    Its streams: ``url`` is the one that is watched (the sub stream), ``record_url`` the one that is recorded (the main
    stream; without it ``url`` is recorded); or ``recorder`` and ``channel`` instead of both.
    """

    id: Slug
    name: Name
    hamlet: Slug
    url: RtspUrl | None = None
    record_url: RtspUrl | None = None
    recorder: Slug | None = None
    channel: Annotated[int, Meta(ge=1, le=512)] | None = None
    transport: Literal["tcp", "udp"] = "tcp"
    budget_kbit_s: Annotated[int, Meta(ge=0, le=100_000)] = 0
    record: Literal["always", "off"] = "always"
    purpose: Annotated[str, Meta(max_length=300)] = ""
    legal_basis: Annotated[str, Meta(max_length=300)] = ""
    owner: Annotated[str, Meta(max_length=120)] = ""
    sign_posted: dt.date | None = None
    sign_photo: Annotated[str, Meta(max_length=400)] = ""
    retention_days: Annotated[int, Meta(ge=0, le=90)] = 7
    detect_fps: Annotated[float, Meta(ge=0.2, le=15)] = 5.0
    decode: Literal["auto", "always"] = "auto"
    offline_s: Annotated[float, Meta(ge=10, le=86400)] = 120.0
    mask: Annotated[tuple[Corners, ...], Meta(max_length=16)] = ()
    zone: Annotated[tuple[Zone, ...], Meta(max_length=16)] = ()
    line: Annotated[tuple[Line, ...], Meta(max_length=16)] = ()


class Vision(Section, frozen=True, kw_only=True):
    """How pictures are looked at."""

    shards: Annotated[int, Meta(ge=1, le=8)] = 1
    model: Slug = "yolov8n"
    size: Annotated[int, Meta(ge=32, le=1920, multiple_of=32)] = 320
    backend: Annotated[str, Meta(pattern=r"^detect_[a-z0-9_]+\Z", max_length=40)] = "detect_onnx"
    backend_settings: DeviceSettings = {}
    threads: Annotated[int, Meta(ge=1, le=8)] = 1
    min_score: Annotated[float, Meta(ge=0.05, le=0.95)] = 0.4
    most_busy: Annotated[float, Meta(ge=0.05, le=1)] = 1.0
    hardware: Annotated[tuple[Slug, ...], Meta(max_length=8)] = ()


class Recording(Section, frozen=True, kw_only=True):
    """Where recordings end: at most so many bytes, whatever the days say. Incidents keep some seconds around them."""

    quota_gb: Annotated[float, Meta(ge=0.01, le=100_000)] = 100.0
    segment_s: Annotated[float, Meta(ge=2, le=60)] = 10.0
    before_s: Annotated[float, Meta(ge=0, le=60)] = 5.0
    after_s: Annotated[float, Meta(ge=0, le=60)] = 5.0


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
    recording: Recording = Recording()
    speech: Speech = Speech()
    hub: Hub | None = None
    local_node: LocalNode | None = None
    hamlet: Annotated[tuple[Hamlet, ...], Meta(min_length=1, max_length=60)]
    recorder: Annotated[tuple[Recorder, ...], Meta(max_length=20)] = ()
    camera: Annotated[tuple[Camera, ...], Meta(max_length=64)] = ()
    horn: Annotated[tuple[Horn, ...], Meta(max_length=60)] = ()
    gauge: Annotated[tuple[Gauge, ...], Meta(max_length=20)] = ()
    modem: Annotated[tuple[Modem, ...], Meta(max_length=2)] = ()
    person: Annotated[tuple[Person, ...], Meta(max_length=100)] = ()
    template: Annotated[tuple[Template, ...], Meta(max_length=100)] = ()


def fields_of(section: type[Section]) -> tuple[msgspec.structs.FieldInfo, ...]:
    """The settings of a table, for the docs test."""
    return msgspec.structs.fields(section)
