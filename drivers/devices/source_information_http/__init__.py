"""A source-information system that speaks our own documented JSON over HTTPS (docs/ref/source-information.md)."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from drivers.base import MisconfiguredDriverError
from drivers.devices.source_information_http.driver import SourceInformationHttp
from drivers.settings import Between

LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Settings:
    """`url` is https, or http on this machine only; `ca` is a PEM file for a source with an authority of its own."""

    url: str
    token: str
    ca: str | None = None
    wait_s: Annotated[int, Between(0, 60)] = 25


async def setup(settings: Settings) -> SourceInformationHttp:
    """The driver; asks nothing yet."""
    url = urlsplit(settings.url)
    if not (url.scheme == "https" or (url.scheme == "http" and url.hostname in LOOPBACK)):
        raise MisconfiguredDriverError(f"source_information_http.url: {settings.url!r} is not https")
    return SourceInformationHttp(settings.url, settings.token, settings.wait_s, _tls(settings.ca))


def _tls(ca: str | None) -> ssl.SSLContext | None:
    if ca is None:
        return None
    try:
        return ssl.create_default_context(cafile=ca)
    except (OSError, ssl.SSLError) as error:
        raise MisconfiguredDriverError(f"source_information_http.ca: {ca!r}: {error}") from error
