"""Who is at the other end of a unix socket, as the kernel tells it."""

import contextlib
import socket
import struct
from dataclasses import dataclass
from pathlib import Path

_UCRED = struct.Struct("3i")
ROOT = 0
PAGES_UNIT = "molang-web.service"
"""The unit of the pages (systemd/). A process cannot leave the cgroup that systemd put it into."""


@dataclass(frozen=True, slots=True)
class Peer:
    """One process. ``is_console``: it is not the pages', so it may speak for the box's own command line."""

    uid: int
    pid: int
    is_console: bool


def peer_of(line: socket.socket) -> Peer:
    """SO_PEERCRED, and the cgroup of the process that connected.

    Root is never the pages, and what it runs may be hidden from us (ProtectProc of our unit), so it is not looked up.
    """
    credentials = line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _UCRED.size)
    pid, uid, _gid = _UCRED.unpack(credentials)
    return Peer(uid, pid, uid == ROOT or not is_of_the_pages(_cgroup(pid)))


def is_of_the_pages(cgroup: str) -> bool:
    """Whether /proc/PID/cgroup names the unit of the pages. A process that is gone already is taken for one of them."""
    return not cgroup or any(PAGES_UNIT in line.split("/") for line in cgroup.splitlines())


def _cgroup(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cgroup").read_text()
    return ""
