"""sd_notify(3) without a library: one datagram to the socket that systemd names."""

import os
import socket


def notify(message: str) -> bool:
    """Tell systemd ``READY=1``, ``WATCHDOG=1``, ``STATUS=…``; False where no systemd listens."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return False
    if address.startswith("@"):
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sock:
        sock.sendto(message.encode(), address)
    return True


def watchdog_period_s() -> float | None:
    """How often to feed the watchdog: a third of what the unit asks for, or None without one."""
    usec = os.environ.get("WATCHDOG_USEC", "")
    return int(usec) / 3_000_000 if usec.isdecimal() else None
