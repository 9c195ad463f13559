"""Names of backups, and which of them go: the newest fourteen stay."""

import datetime as dt
import re
from pathlib import Path

KEEP = 14
"""Two weeks of nights: a fault is found within that, and a stick has room for it."""
_NAMED = re.compile(r"molang-[a-z0-9-]+-\d{8}T\d{6}Z\.tar")


def name_of(commune: str, at: dt.datetime) -> str:
    """``molang-<commune>-<UTC>.tar``: the order of names is the order of time."""
    return f"molang-{commune}-{at:%Y%m%dT%H%M%SZ}.tar"


def backups_in(folder: Path, commune: str) -> list[Path]:
    """Backups of this commune, oldest first; nothing else that lies there."""
    found = folder.glob(f"molang-{commune}-*.tar")
    return sorted(path for path in found if _NAMED.fullmatch(path.name) and path.is_file())


def rotate(folder: Path, commune: str) -> list[Path]:
    """Delete the oldest ones beyond ``KEEP``; returns them. Called only after a new one is whole."""
    gone = backups_in(folder, commune)[:-KEEP]
    for path in gone:
        path.unlink()
    return gone
