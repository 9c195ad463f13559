"""What the phone page may send: typed, bounded, and nothing else."""

from typing import Annotated, Literal

from msgspec import Meta

from edge.control.protocol import HamletName, KnownId, Note, Place, PushEndpoint, PushKey, Uuid, Waited
from web.bodies import Body


class ActBody(Body, frozen=True):
    """A press; the browser made the id, and the same id again is the same press."""

    id: Uuid
    incident: KnownId
    act: Literal["take", "coming", "help", "done"]
    note: Note = ""
    hamlet: HamletName | None = None
    place: Place | None = None
    waited_ms: Waited = 0


class ReportBody(Body, frozen=True):
    """What somebody sees."""

    id: Uuid
    hamlet: HamletName
    kind: Literal["flooding", "fire", "landslide", "missing", "other"]
    note: Note = ""
    place: Place | None = None
    waited_ms: Waited = 0


class PhotoQuery(Body, frozen=True):
    """Which part of which photo this is."""

    id: Uuid
    at: Annotated[int, Meta(ge=0, le=2**24)]


class PhotoBody(Body, frozen=True):
    """The photo that is all here, and the press or report that it belongs to."""

    id: Uuid
    of: Uuid


class LinkBody(Body, frozen=True):
    """What stood behind the # of a link."""

    token: Annotated[str, Meta(min_length=1, max_length=400)]


class PushBody(Body, frozen=True):
    """A push subscription as browsers make it."""

    endpoint: PushEndpoint
    p256dh: PushKey
    auth: PushKey


class EndPushBody(Body, frozen=True):
    """The subscription that ends."""

    endpoint: PushEndpoint
