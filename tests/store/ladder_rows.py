"""A row in every table of the ladder, written through the store's own functions."""

from edge.store.heard import keep_heard
from edge.store.journal import Tx
from edge.store.messages import NewMessage, queue_message


def ladder_kept(tx: Tx) -> None:
    """One of each; incident 1-900 with its ladder is there already."""
    message = NewMessage("1-900/2/1/sms", "binh", "sms", "0900000002", "Có người trong kho.", 2, 2)
    queue_message(tx, message, [("1-900/2", 1)])
    keep_heard(tx, "binh", "+84900000002", "1", "take", 1)
