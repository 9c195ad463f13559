"""Hosts of the commune's network that are watched."""

from typing import Annotated

from msgspec import Meta

from edge.config.schema.base import DeviceSettings, Driver, Name, Section, Slug


class Watch(Section, frozen=True, kw_only=True):
    """A host: a Wi-Fi point, a server, a recorder. ``group`` is what an [[indicator]] of kind ``watch`` counts."""

    id: Slug
    name: Name
    kind: Driver = "host_ping"
    settings: DeviceSettings = {}
    group: Slug | None = None
    hamlet: Slug | None = None
    period_s: Annotated[float, Meta(ge=1, le=3600)] = 60.0
    incident: bool = True
