"""Remote support as small files: what an admin wished, how the tunnel stands, and how many are inside.

The supervisor writes the wish, systemd takes it (molang-support.path), the tunnel writes its state. All of them lie in
/run: a machine that starts again is shut.
"""

import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

WISH, TERM, STATE, NOTES = "support.json", "support.term", "state.json", "support-input.sock"
BOX_KEY, GUESTS = "box_key.pub", "keys"
MOST_LINE = 500
"""Bytes of one line in the audit log; what is longer comes in pieces."""


class Wish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who opened it, why and until when; where the tunnel goes, and by which key that host is known."""

    by: str
    reason: str
    opened_at_ms: int
    ends_s: float
    """On the steady clock: a wall clock that is set neither lengthens nor shortens it."""
    host: str
    port: int
    user: str
    host_key: str
    listen: int


class Tunnel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the tunnel stands; ``detail`` is a Vietnamese sentence."""

    state: Literal["connecting", "up", "waiting"]
    detail: str = ""


@dataclass(frozen=True, slots=True)
class SupportPlaces:
    """``wishes`` is the supervisor's, ``tunnel`` the tunnel's, ``keys`` root's; ``groups`` systemd's."""

    wishes: Path = Path("/run/molang")
    tunnel: Path = Path("/run/molang-support")
    keys: Path = Path("/etc/molang-release/support")
    groups: tuple[Path, ...] = (
        Path("/sys/fs/cgroup/molang.slice/molang-support.slice"),
        Path("/sys/fs/cgroup/systemd/molang.slice/molang-support.slice"),  # where groups are still of the first kind
    )


USUAL = SupportPlaces()


def wish_in(folder: Path) -> Wish | None:
    """What stands open; None where nothing does, or where half of it is gone."""
    if not (folder / TERM).exists():
        return None
    with contextlib.suppress(OSError, msgspec.DecodeError):
        return msgspec.json.decode((folder / WISH).read_bytes(), type=Wish)
    return None


def tunnel_in(folder: Path) -> Tunnel | None:
    """How the tunnel stands; None while there is none."""
    with contextlib.suppress(OSError, msgspec.DecodeError):
        return msgspec.json.decode((folder / STATE).read_bytes(), type=Tunnel)
    return None


def sessions_in(groups: tuple[Path, ...]) -> int:
    """How many people are inside: systemd keeps a group for each shell."""
    for folder in groups:
        if folder.is_dir():
            return sum(path.name.startswith("molang-support-shell@") for path in folder.iterdir())
    return 0
