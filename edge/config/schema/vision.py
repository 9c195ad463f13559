"""Cameras, recorders, rules, and how pictures are looked at and kept."""

import datetime as dt
from typing import Annotated, Literal

from msgspec import Meta

from edge.config.schema.base import DeviceSettings, Host, Hours, Level, Name, Port, RtspUrl, Section, Share, Slug


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


OnvifUrl = Annotated[str, Meta(pattern=r"^https?://[^\s/@]+/\S*\Z", max_length=400)]


class Camera(Section, frozen=True, kw_only=True):
    """One camera with its entry in the register that the law asks for (L1).

    Its streams: ``url`` is the one that is watched (the sub stream), ``record_url`` the one that is recorded (the main
    stream; without it ``url`` is recorded); or ``recorder`` and ``channel`` instead of both.
    ``onvif_url`` is where it answers ONVIF itself, with the same login: privacy areas are set there.
    """

    id: Slug
    name: Name
    hamlet: Slug
    url: RtspUrl | None = None
    record_url: RtspUrl | None = None
    recorder: Slug | None = None
    channel: Annotated[int, Meta(ge=1, le=512)] | None = None
    transport: Literal["tcp", "udp"] = "tcp"
    onvif_url: OnvifUrl | None = None
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
    backend: Annotated[str, Meta(pattern=r"^(auto|detect_[a-z0-9_]+)\Z", max_length=40)] = "auto"
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
