"""Whether whoever asks may see this camera: the one place where the pages ask it."""

from typing import Any

from edge.store.reader import Reader
from web.person import Person
from web.problems import ForbiddenError


def must_see(person: Person, camera: str) -> None:
    """Raise ForbiddenError when this account may not see this camera (accounts name their cameras; none: all)."""
    cameras = getattr(person, "cameras", None)
    if cameras is not None and camera not in cameras:
        raise ForbiddenError("Tài khoản của bạn không được xem camera này.")


def shows_private(reader: Reader, still: str) -> dict[str, Any] | None:
    """The row of a still that was made before its camera's privacy areas were drawn: nothing hides them on it."""
    return reader.row(
        "SELECT p.camera FROM incident i JOIN privacy p ON p.camera = i.camera"
        " WHERE i.still = ? AND p.areas <> '[]' AND i.began_at_ms < p.set_at_ms",
        f"stills/{still}",
    )
