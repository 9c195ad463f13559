"""A row of a camera's privacy areas."""

from edge.core.recording import Who
from edge.store.journal import Tx
from edge.store.privacy import note_placed, set_privacy
from edge.store.privacy_rows import PrivacyRow

AREA = ((0.1, 0.1), (0.4, 0.1), (0.4, 0.5))


def privacy_kept(tx: Tx) -> None:
    """Drawn by somebody, and confirmed by the camera."""
    set_privacy(tx, "cong", (AREA,), Who("Lan", "technician"), "cửa sổ nhà dân")
    note_placed(tx, "cong", PrivacyRow((AREA,), tx.now.at_ms, (AREA,), (AREA,), tx.now.at_ms))
