"""A row in every table of media for the province."""

from edge.store.journal import Tx
from edge.store.media_queue import made_ready, next_uploads, offer
from edge.store.media_wishes import Wish, wish


def media_kept(tx: Tx) -> None:
    """A still that is ready, and a film that the province asked for."""
    offer(tx, "media/stills/1-900.jpg", "still", "1-900", "1-1", by="rule", camera="cong", urgency=2)
    (upload,) = next_uploads(tx, ("waiting",), ("still",), 1, by_rule=True)
    made_ready(tx, upload, "media/outgoing/1.jpg", "0" * 64, 1000)
    wish(tx, Wish("cmd-1", "1-900", "", None, None, "command"))
