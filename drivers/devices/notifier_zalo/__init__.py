"""Zalo ZNS: an approved template to a phone number, over the internet."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from drivers.devices.notifier_zalo import codec
from drivers.devices.notifier_zalo.driver import NotifierZalo
from drivers.devices.notifier_zalo.refresh import Refresher
from drivers.devices.notifier_zalo.tokens import TokenFile
from drivers.transport.uplink import Uplink, checked_base, reachability_of


@dataclass(frozen=True, slots=True)
class Settings:
    """`secret_file` holds the application's key, `token_file` its tokens (README.md), in a folder we write to; 0600.

    `blanks` are the blanks of the template, all that leaves the box. The addresses are for a simulator.
    """

    app_id: str
    secret_file: str
    token_file: str
    template_id: str
    blanks: str = codec.TEXT_BLANK
    send_url: str = "https://business.openapi.zalo.me"
    oauth_url: str = "https://oauth.zaloapp.com"


async def setup(settings: Settings) -> NotifierZalo:
    """The driver; reads its files when it is first asked, so that a missing token stops nothing else."""
    send_url = checked_base("notifier_zalo.send_url", settings.send_url)
    oauth_url = checked_base("notifier_zalo.oauth_url", settings.oauth_url)
    uplink = Uplink()
    refresher = Refresher(
        uplink,
        TokenFile(Path(settings.token_file)),
        app_id=settings.app_id,
        secret=Path(settings.secret_file),
        oauth_url=oauth_url,
    )
    return NotifierZalo(
        uplink,
        refresher,
        reachability_of(send_url),
        send_url=send_url,
        template=settings.template_id,
        blanks=codec.blanks_of(settings.blanks),
    )
