"""Gauges and modems."""

import datetime as dt
from typing import Annotated

from msgspec import Meta

from edge.config.schema.base import DeviceSettings, Driver, Level, Name, Section, Slug


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
    issued: dt.date | None = None
    range_m: tuple[Level, Level] = (-5.0, 60.0)
    hamlets: Annotated[tuple[Slug, ...], Meta(min_length=1, max_length=60)] = ("all",)
    template: Slug | None = None
    all_clear: Slug | None = None
