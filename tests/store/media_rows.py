"""A row in every table of media for the province."""

from edge.store.journal import Tx
from edge.store.media_fetches import take_wishes
from edge.store.media_queue import made_ready, next_uploads, offer


def media_kept(tx: Tx) -> None:
    """A still that is ready, and a film that the province asked for."""
    offer(tx, "media/stills/1-900.jpg", "still", "1-900", "1-1", by="rule", camera="cong", urgency=2)
    (upload,) = next_uploads(tx, ("waiting",), ("still",), 1, by_rule=True)
    made_ready(tx, upload, "media/outgoing/1.jpg", "0" * 64, 1000)
    tx.run("INSERT INTO media_wish VALUES ('cmd-1', 'incident/1-900', 0, 0, 'waiting', 1)")
    take_wishes(tx)
