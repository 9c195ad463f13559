"""A source-information system that speaks our own documented JSON over HTTPS (docs/ref/source-information.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from drivers.devices.source_information_http.codec import MOST_BYTES
from drivers.devices.source_information_http.driver import SourceInformationHttp
from drivers.settings import Between
from drivers.transport.http_line import HttpLine, require_safe, tls_of


@dataclass(frozen=True, slots=True)
class Settings:
    """`url` is https, or http on this machine only; `ca` is a PEM file for a source with an authority of its own."""

    url: str
    token: str
    ca: str | None = None
    wait_s: Annotated[int, Between(0, 60)] = 25


async def setup(settings: Settings) -> SourceInformationHttp:
    """The driver; asks nothing yet."""
    require_safe("source_information_http.url", settings.url)
    tls = tls_of("source_information_http.ca", settings.ca)
    line = HttpLine(settings.url, token=settings.token, tls=tls, most_bytes=MOST_BYTES)
    return SourceInformationHttp(line, settings.wait_s)
