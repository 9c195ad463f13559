"""The loudspeaker station: writing, approving, airing, silencing."""

from typing import Annotated

from msgspec import Meta

from edge.control.protocol.base import (
    MAX_TEXT,
    Comment,
    HamletName,
    Hamlets,
    KnownId,
    Own,
    PriorityName,
    Request,
    Sha,
    Uuid,
)

MOST_OFFER = 20_000
"""Characters of an SDP offer with its candidates: a browser's has 2,000 to 6,000."""


class ReadText(Request, frozen=True):
    """How a text would be spoken, without keeping it.

    Reply: SpokenReply fields, ``cautions``, the estimated ``seconds``, and ``day`` {used_s, limit_s} of ``hamlets``,
    null where there is no limit.
    """

    text: Annotated[str, Meta(max_length=MAX_TEXT)]
    hamlets: Annotated[tuple[HamletName, ...], Meta(max_length=60)] = ()


class DraftBulletin(Request, frozen=True):
    """Keep a notice and render it. ``id`` is a UUID made by the browser: the same id again is the same bulletin.

    Reply: bulletin dict and SpokenReply fields. A text with unread tokens is kept in state "unread" and cannot be
    approved.
    """

    id: Uuid
    text: Annotated[str, Meta(min_length=1, max_length=MAX_TEXT)]
    priority: PriorityName
    hamlets: Hamlets
    submit: bool = True
    """Sent for approval as soon as it was spoken; else it waits as a draft for ``SubmitBulletin``."""


class ChangeBulletin(Request, frozen=True):
    """Another text, class or place for a notice that was not aired yet: rendered anew, an approval is void."""

    id: KnownId
    text: Annotated[str, Meta(min_length=1, max_length=MAX_TEXT)]
    priority: PriorityName
    hamlets: Hamlets


class SubmitBulletin(Request, frozen=True):
    """Send a draft to those who approve; one that lost its clips, or could not be spoken, is spoken anew first."""

    id: KnownId


Value = Annotated[str, Meta(max_length=2_000)]
"""What fills a blank: 200 letters at most, or the names of hamlets."""
Values = Annotated[dict[Annotated[str, Meta(max_length=30)], Value], Meta(max_length=12)]


class ApproveTemplate(Request, frozen=True):
    """A leader heard the fixed words of a template: what ``seal`` names may be aired with filled blanks."""

    template: HamletName
    seal: Sha


class PreviewTemplate(Request, frozen=True):
    """What a filled template would say. Reply: {text, clips, ms}; aired afterwards, it sounds with these very clips."""

    template: HamletName
    values: Values


class AirTemplate(Request, frozen=True):
    """Fill the blanks of a pre-approved template and air it at once; a leader signs it off afterwards.

    ``id`` is made by the browser; ``times`` counts the first time too and is capped by the template.
    """

    id: Uuid
    template: HamletName
    values: Values
    hamlets: Hamlets
    press: Uuid
    times: Annotated[int, Meta(ge=1, le=24)] = 1


class SignOff(Request, frozen=True):
    """A leader confirms what was aired from a template without him."""

    id: KnownId


class ApproveBulletin(Request, frozen=True):
    """A leader approves what he was shown and heard: ``seal`` names text, clips, class and hamlets of that moment."""

    id: KnownId
    seal: Sha


class ReturnBulletin(Request, frozen=True):
    """A leader sends a notice back with a comment."""

    id: KnownId
    comment: Comment


class AirBulletin(Request, frozen=True):
    """Air an approved notice now. ``press`` is a UUID of the button press: pressed twice is aired once.

    ``at_night``: also in quiet hours; only a leader may say so.
    """

    id: KnownId
    press: Uuid
    at_night: bool = False


class BeginTalk(Own, frozen=True):
    """Speak live into these hamlets. ``id`` is a UUID of the button press; ``offer`` is the browser's SDP (WebRTC).

    Reply: {id, order, answer: SDP, until_ms, takes_from: [titles of what gives way]}. Refused while something stronger
    sounds there. The talk ends with the session.
    """

    id: Uuid
    hamlets: Hamlets
    offer: Annotated[str, Meta(min_length=1, max_length=MOST_OFFER)]


class EndTalk(Request, frozen=True):
    """The talk of this press is over; one that ended already is no fault."""

    id: Uuid


class StopHorns(Request, frozen=True):
    """Silence these hamlets (or ("all",)) at once."""

    hamlets: Hamlets


class TestHorn(Request, frozen=True):
    """Sound a short chime on one horn and report."""

    horn: KnownId


StationRequest = (
    ReadText
    | DraftBulletin
    | ApproveBulletin
    | ChangeBulletin
    | SubmitBulletin
    | ApproveTemplate
    | PreviewTemplate
    | AirTemplate
    | SignOff
    | ReturnBulletin
    | AirBulletin
    | BeginTalk
    | EndTalk
    | StopHorns
    | TestHorn
)
