"""E-mail over SMTP, with STARTTLS or TLS and a login."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from drivers.base import MisconfiguredDriverError
from drivers.devices.notifier_email.codec import is_address
from drivers.devices.notifier_email.dialogue import Server, Tls
from drivers.devices.notifier_email.driver import NotifierEmail
from drivers.settings import Between, OneOf
from drivers.transport.http_line import tls_of
from drivers.transport.uplink import LOOPBACK


@dataclass(frozen=True, slots=True)
class Settings:
    """`sender` is our address.

    `user` and `password_file` (0600) belong together; none: no login. `ca` is a PEM file
    for a server with an authority of its own. `tls` is "starttls" (587), "tls" (465), or "none" for this machine only.
    """

    host: str
    sender: str
    port: Annotated[int, Between(1, 65535)] = 587
    tls: Annotated[str, OneOf(("starttls", "tls", "none"))] = "starttls"
    user: str | None = None
    password_file: str | None = None
    ca: str | None = None


async def setup(settings: Settings) -> NotifierEmail:
    """The driver; asks nothing yet."""
    if not is_address(settings.sender):
        raise MisconfiguredDriverError(f"notifier_email.sender: {settings.sender!r} is no e-mail address")
    if (settings.user is None) is not (settings.password_file is None):
        raise MisconfiguredDriverError("notifier_email.password_file: user and password_file belong together")
    if settings.tls == "none" and settings.host not in LOOPBACK:
        raise MisconfiguredDriverError("notifier_email.tls: only a server on this machine is asked in the clear")
    tls = tls_of("notifier_email.ca", settings.ca) or ssl.create_default_context()
    server = Server(settings.host, settings.port, Tls(settings.tls), tls, settings.user or "")
    password = None if settings.password_file is None else Path(settings.password_file)
    return NotifierEmail(server, settings.sender, password)
