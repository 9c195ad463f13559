"""Looking at a camera live, and what nobody may look at: each request is an audit line (L5)."""

from typing import Annotated

from msgspec import Meta

from edge.control.protocol.base import AtMs, Comment, HamletName, Own, Request, Uuid
from edge.control.protocol.station import MOST_OFFER

Share = Annotated[float, Meta(ge=0, le=1)]
Area = Annotated[tuple[tuple[Share, Share], ...], Meta(min_length=3, max_length=20)]
Areas = Annotated[tuple[Area, ...], Meta(max_length=8)]


class BeginView(Own, frozen=True):
    """Somebody looks at a camera live, and says why: an audit line before a picture. ``id`` is made by the browser.

    ``look`` joins the tries of one look, by either way, to one line. ``offer`` is the SDP of its WebRTC. The view ends
    with the session. Reply: ``{"id", "answer"}``.
    """

    id: Uuid
    camera: HamletName
    why: Comment
    offer: Annotated[str, Meta(min_length=1, max_length=MOST_OFFER)]
    look: Uuid | None = None


class NoteView(Request, frozen=True):
    """The same for a browser that sees the camera by the slower way (fMP4): the audit line alone. Reply: ``{}``."""

    camera: HamletName
    why: Comment
    look: Uuid | None = None


class EndView(Request, frozen=True):
    """Somebody looks no more. One that ended already is no fault."""

    id: Uuid


class SetPrivacyAreas(Request, frozen=True):
    """What of a camera's picture nobody may see: polygons in shares of the picture; none ends it.

    ``known_at_ms`` is when the areas were set that the page shows (0: none were): who changes others is refused.
    """

    camera: HamletName
    areas: Areas
    why: Comment
    known_at_ms: AtMs


ViewingRequest = BeginView | NoteView | EndView | SetPrivacyAreas
