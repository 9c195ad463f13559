"""What the command line asks about the way to the province."""

from typing import Annotated

from msgspec import Meta

from edge.control.protocol.base import AtMs, Request

FilePath = Annotated[str, Meta(min_length=1, max_length=1000)]


class NoteStick(Request, frozen=True):
    """A file of the outbox is about to be on a stick: from now on its receipt is believed."""

    stick: Annotated[str, Meta(pattern=r"^[0-9a-f]{32}\Z")]
    made_at_ms: AtMs
    events: Annotated[int, Meta(ge=0, le=2**40)]


class SendAgain(Request, frozen=True):
    """Everything from this number of the outbox on is sent once more; answers how many events."""

    since_seq: Annotated[int, Meta(ge=1, le=2**63 - 1)]


class SendDeadAgain(Request, frozen=True):
    """Put these dead letters (none named: the oldest thousand) back into their lanes; answers how many as ``sent``."""

    ids: Annotated[tuple[Annotated[str, Meta(min_length=1, max_length=100)], ...], Meta(max_length=1000)] = ()


class TakeReceipt(Request, frozen=True):
    """Settle some frames of the receipt in this file, from ``first_frame`` on; answers next_frame, settled, rejected.

    The supervisor reads the file itself and believes nothing that the province has not signed.
    """

    path: FilePath
    first_frame: Annotated[int, Meta(ge=0, le=2**31)] = 0


SyncRequest = NoteStick | SendAgain | SendDeadAgain | TakeReceipt
