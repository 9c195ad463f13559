"""Web push: a message to a phone's browser, encrypted for it, over the push service of its maker."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from drivers.base import MisconfiguredDriverError
from drivers.devices.notifier_webpush.driver import NotifierWebpush
from drivers.devices.notifier_webpush.subscription import KNOWN_HOSTS, Allowed, allowed_hosts
from drivers.settings import Between
from drivers.transport.uplink import Reachability, Uplink, reachability_of

CONTACT = re.compile(r"mailto:[^\s@]+@[^\s@]+|https://\S+")


@dataclass(frozen=True, slots=True)
class Settings:
    """`contact` is whom a push service may write to (mailto: or https:); `key_file` is made at first use.

    `hosts` are the push services that may be asked. `simulator_port` opens http://127.0.0.1:PORT beside them.
    """

    contact: str
    key_file: str
    hosts: str = KNOWN_HOSTS
    simulator_port: Annotated[int | None, Between(1, 65535)] = None


async def setup(settings: Settings) -> NotifierWebpush:
    """The driver; makes its key when it is first asked."""
    if not CONTACT.fullmatch(settings.contact):
        raise MisconfiguredDriverError(f"notifier_webpush.contact: {settings.contact!r} is no mailto: and no https:")
    allowed = allowed_hosts(settings.hosts, settings.simulator_port)
    return NotifierWebpush(
        Uplink(public_only=settings.simulator_port is None),
        _reachability(allowed),
        key_file=Path(settings.key_file),
        contact=settings.contact,
        allowed=allowed,
    )


def _reachability(allowed: Allowed) -> Reachability:
    if allowed.simulator_port is not None:
        return reachability_of(f"http://127.0.0.1:{allowed.simulator_port}")
    return reachability_of(f"https://{allowed.hosts[0].removeprefix('*.')}")
