"""The volume of this horn, kept over restarts."""

import logging
from pathlib import Path

from edge.kernel.disk import write_atomically

log = logging.getLogger(__name__)

LOWEST_DB, HIGHEST_DB = -40.0, 12.0


class Volume:
    """Decibels added to every order's own gain."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.gain_db = _load(path)

    def turn_to(self, gain_db: float) -> None:
        """Set and keep the volume, within what the horn allows; raises OSError when it cannot be kept."""
        self.gain_db = min(max(gain_db, LOWEST_DB), HIGHEST_DB)
        write_atomically(self._path, f"{self.gain_db}\n".encode())


def _load(path: Path) -> float:
    try:
        return min(max(float(path.read_text()), LOWEST_DB), HIGHEST_DB)
    except FileNotFoundError:
        return 0.0
    except ValueError:
        log.warning("%s is damaged, volume is 0 dB", path)
        return 0.0
