"""Gauges, feeds of stations and modems."""

import datetime as dt
from typing import Annotated, Literal

from msgspec import Meta

from edge.config.schema.base import DeviceSettings, Driver, Level, Name, Path, Section, Slug


class Modem(Section, frozen=True, kw_only=True):
    """A GSM modem. ``power``: an amplifier relay wired so that it cuts the modem's power while it is on."""

    id: Slug
    kind: Driver = "modem_at"
    settings: DeviceSettings = {}
    per_minute: Annotated[int, Meta(ge=1, le=60)] = 10
    power: Driver | None = None
    power_settings: DeviceSettings = {}


class UpsDevice(Section, frozen=True, kw_only=True):
    """The supply that carries the box when the mains fail."""

    kind: Driver = "ups_nut"
    settings: DeviceSettings = {}


RainMm = Annotated[float, Meta(gt=0, le=3000)]
"""A warning amount of rain; no place has ever had more in two days."""
HAND = "hand"
"""The kind of a station that has no device: a person reads its staff."""


class Feed(Section, frozen=True, kw_only=True):
    """One line that tells of several stations, the province's for example: each is a [[gauge]] with ``feed``."""

    id: Slug
    kind: Driver
    settings: DeviceSettings = {}
    period_s: Annotated[float, Meta(ge=10, le=3600)] = 300.0
    source: Literal["province", "gauge"] = "province"


class Gauge(Section, frozen=True, kw_only=True):
    """A river gauge and its báo động levels, with the document they come from (R9).

    ``station`` is its name in its ``feed``; two gauges with the same ``place`` measure the same water and vote.
    ``upstream`` is the gauge above it on the same river, ``forecast`` a model made by `molang flood train`.
    """

    id: Slug
    name: Name
    feed: Slug | None = None
    station: Annotated[str, Meta(max_length=80)] = ""
    place: Slug | None = None
    rain_mm: tuple[RainMm, RainMm, RainMm, RainMm, RainMm] | None = None
    kind: Driver = "gauge_modbus"
    settings: DeviceSettings = {}
    period_s: Annotated[float, Meta(ge=1, le=3600)] = 60.0
    bao_dong_m: tuple[Level, Level, Level] | None = None
    datum: Annotated[str, Meta(max_length=120)] = ""
    source: Annotated[str, Meta(max_length=300)] = ""
    issued: dt.date | None = None
    range_m: tuple[Level, Level] = (-5.0, 60.0)
    hamlets: Annotated[tuple[Slug, ...], Meta(min_length=1, max_length=60)] = ("all",)
    template: Slug | None = None
    all_clear: Slug | None = None
    upstream: Slug | None = None
    forecast: Path | None = None
