"""Privacy areas as they are written: one row a camera."""

import json

from edge.core.privacy import Areas
from edge.core.recording import Who
from edge.store.journal import Tx
from edge.store.privacy_rows import PrivacyRow


def set_privacy(tx: Tx, camera: str, areas: Areas, who: Who, why: str) -> None:
    """Somebody drew it."""
    tx.run(
        "INSERT INTO privacy (camera, areas, set_at_ms, by_user) VALUES (?, ?, ?, ?) ON CONFLICT (camera) DO UPDATE"
        " SET areas = excluded.areas, set_at_ms = excluded.set_at_ms, by_user = excluded.by_user, word = '',"
        " hidden_since_ms = NULL",
        camera,
        json.dumps(areas),
        tx.now.at_ms,
        who.user,
    )
    tx.deed(who.user, who.role, "privacy.set", f"{camera}: {len(areas)} vùng. {why}")


def note_placed(tx: Tx, camera: str, row: PrivacyRow) -> None:
    """What the camera said: ``placed``, ``ours``, ``hidden_since_ms`` and ``word`` of this row."""
    sql = "UPDATE privacy SET placed = ?, ours = ?, hidden_since_ms = ?, word = ?, checked_at_ms = ? WHERE camera = ?"
    known = (json.dumps(row.placed), json.dumps(row.ours), row.hidden_since_ms, row.word)
    tx.run(sql, *known, tx.now.at_ms, camera)
