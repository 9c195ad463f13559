"""Reservoirs upstream, by the CAP 1.2 alerts of whoever runs or watches them."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.devices.station_cap.codec import Names
from drivers.devices.station_cap.driver import CapStation
from drivers.devices.station_cap.xml import MOST_BYTES
from drivers.transport.http_line import HttpLine, client_tls_of, require_safe, token_in


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the alerts lie, whose are believed, and under which parameters they write what."""

    url: str
    sender: str
    release: str = "vn:xa-lu"
    reservoir: str = "vn:ho-chua"
    level: str = "vn:muc-nuoc-ho"
    inflow: str = "vn:luu-luong-den"
    outflow: str = "vn:luu-luong-xa"
    token_file: str | None = None
    ca: str | None = None
    cert: str | None = None
    key: str | None = None

    def __post_init__(self) -> None:
        require_safe("station_cap.url", self.url)


async def setup(settings: Settings) -> CapStation:
    """The driver; reads the files of token, authority and certificate, asks nothing yet."""
    token = token_in("station_cap.token_file", settings.token_file)
    tls = client_tls_of("station_cap", settings.ca, settings.cert, settings.key)
    line = HttpLine(settings.url, token=token, tls=tls, most_bytes=MOST_BYTES)
    names = Names(settings.release, settings.reservoir, settings.level, settings.inflow, settings.outflow)
    return CapStation(settings.url, line, settings.sender, names)
