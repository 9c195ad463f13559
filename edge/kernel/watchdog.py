"""sd_notify(3) without a library, and the feeding of the watchdog (law 11)."""

import asyncio
import logging
import os
import socket
from collections.abc import Callable

log = logging.getLogger(__name__)


def notify(message: str) -> bool:
    """Tell systemd ``READY=1``, ``WATCHDOG=1``, ``STATUS=…``; False where no systemd listens, or not just now."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return False
    if address.startswith("@"):
        address = "\0" + address[1:]
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sock:
            sock.sendto(message.encode(), address)
    except OSError as error:  # systemd restarts itself at every update of it: no reason to silence the horns
        log.warning("systemd does not hear %s: %s", message, error)
        return False
    return True


def watchdog_period_s() -> float | None:
    """How often to feed the watchdog: a third of what the unit asks for, or None without one."""
    usec = os.environ.get("WATCHDOG_USEC", "")
    return int(usec) / 3_000_000 if usec.isdecimal() else None


async def feed(loudspeaker_path_lives: Callable[[], str]) -> None:
    """Feed the watchdog while the loudspeaker path lives.

    ``loudspeaker_path_lives`` returns an empty string, or what is dead: then nothing is fed and systemd restarts us.
    """
    period_s = watchdog_period_s()
    if period_s is None:
        return
    starving = ""
    while True:
        dead = loudspeaker_path_lives()
        if dead != starving:
            log.error("watchdog: %s", dead or "the loudspeaker path lives again")
            starving = dead
        if not dead:
            notify("WATCHDOG=1")
        await asyncio.sleep(period_s)
