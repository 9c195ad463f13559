"""Gauges and modems."""

from typing import Annotated

from msgspec import Meta

from edge.config.schema.base import DeviceSettings, Driver, Level, Name, Section, Slug


class Modem(Section, frozen=True, kw_only=True):
    """A GSM modem. ``power``: an amplifier relay wired so that it cuts the modem's power while it is on."""

    id: Slug
    kind: Driver = "modem_at"
    settings: DeviceSettings = {}
    per_minute: Annotated[int, Meta(ge=1, le=60)] = 10
    power: Driver | None = None
    power_settings: DeviceSettings = {}


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
