"""A host that answers over HTTP: a server, a recorder, a page of a system."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from drivers.devices.host_http.driver import HttpHost
from drivers.settings import Between
from drivers.transport.http_line import HttpLine, require_safe, tls_of


@dataclass(frozen=True, slots=True)
class Settings:
    """`url` is asked by GET; `ca` is a PEM file for a server with an authority of its own."""

    url: str
    ca: str | None = None
    deadline_s: Annotated[float, Between(0.5, 20)] = 5.0

    def __post_init__(self) -> None:
        require_safe("host_http.url", self.url, on_lan=True)


async def setup(settings: Settings) -> HttpHost:
    """The driver; asks nothing yet."""
    tls = tls_of("host_http.ca", settings.ca)
    return HttpHost(HttpLine(settings.url, token=None, tls=tls, most_bytes=1024 * 1024), settings.deadline_s)
