"""Indicators of the commune: what is measured, whence its values come, what it should be."""

from typing import Annotated, Literal

from msgspec import Meta

from edge.config.schema.base import DeviceSettings, Driver, Name, Section, Slug

BY_HAND = "typed"
"""The kind of an indicator that people type in or import."""
RESIDENTS, WATCH = "residents", "watch"
OF_THE_BOX = (RESIDENTS, WATCH)
"""Kinds that the box counts itself: answers to residents' reports, hosts of the group ``station`` that are up."""
Amount = Annotated[float, Meta(ge=-1e12, le=1e12)]


class Indicator(Section, frozen=True, kw_only=True):
    """A tile. ``kind``: typed, residents, watch, or a device of drivers/devices that tells ``quantity``.

    ``total``: of how many, where a value brings no whole of its own; ``target_pct``: the target as a share of that.
    ``station``: of which station where a device tells of several; of ``watch`` the group of hosts.
    ``source``: whose figures they are. ``range``: what a value can be at all.
    """

    id: Slug
    name: Name
    kind: Driver = BY_HAND
    settings: DeviceSettings = {}
    quantity: Driver = "value"
    station: Annotated[str, Meta(max_length=80)] = ""
    period_s: Annotated[float, Meta(ge=60, le=86_400)] = 3600.0
    unit: Annotated[str, Meta(max_length=20)] = ""
    group: Annotated[str, Meta(max_length=60)] = ""
    digits: Annotated[int, Meta(ge=0, le=3)] = 0
    target: Amount | None = None
    target_pct: Annotated[float, Meta(gt=0, le=100)] | None = None
    total: Annotated[float, Meta(gt=0, le=1e12)] | None = None
    better: Literal["more", "less"] = "more"
    range: tuple[Amount, Amount] = (0.0, 1e9)
    age_limit_h: Annotated[float, Meta(ge=0.1, le=20_000)] = 840.0
    source: Annotated[str, Meta(max_length=120)] = ""
