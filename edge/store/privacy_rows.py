"""Privacy areas as they are read: by the supervisor at its start, by the pages beside the writer."""

import json
import sqlite3
from dataclasses import dataclass

from edge.core.privacy import Areas


@dataclass(frozen=True, slots=True)
class PrivacyRow:
    """What is private of a camera, since when, and what the camera itself has confirmed that it hides.

    ``ours`` are all areas that may lie in the camera because of us; since ``hidden_since_ms`` it hides all of them.
    """

    areas: Areas = ()
    set_at_ms: int = 0
    placed: Areas = ()
    ours: Areas = ()
    hidden_since_ms: int | None = None
    word: str = ""
    checked_at_ms: int | None = None

    @property
    def covered(self) -> bool:
        """Whether something is private that the camera itself has not confirmed to hide."""
        return not set(self.areas) <= set(self.placed)

    def was_covered(self, at_ms: int) -> bool:
        """The same for what was recorded at that moment: a mask in the camera hides nothing of the time before it."""
        hidden = self.hidden_since_ms is not None and self.hidden_since_ms <= at_ms
        return bool(self.areas) and (self.covered or not hidden)


def privacy_rows(connection: sqlite3.Connection) -> dict[str, PrivacyRow]:
    """Every camera's."""
    rows = connection.execute(
        "SELECT camera, areas, set_at_ms, placed, ours, hidden_since_ms, word, checked_at_ms FROM privacy"
    )
    return {
        camera: PrivacyRow(_areas(areas), set_at_ms, _areas(placed), _areas(ours), hidden, word, checked)
        for camera, areas, set_at_ms, placed, ours, hidden, word, checked in rows
    }


def _areas(text: str) -> Areas:
    return tuple(tuple((float(x), float(y)) for x, y in area) for area in json.loads(text))
