"""What may be asked of the supervisor over its control socket: one length-framed JSON request, one reply.

The web process imports only this and ``edge.control.client``. Every request names the person; the supervisor checks
the right again by ``core.policy.rights``, whatever the page allowed.
"""

from typing import Any

import msgspec

MAX_REQUEST = 128 * 1024
MAX_REPLY = 4 * 1024 * 1024


class Request(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """Base: who asks. ``role`` is one of core.policy.rights.Role; ``user`` is a name for the audit log."""

    user: str
    role: str


class GetState(Request, frozen=True):
    """All sections of the wall's state: a dict of section -> value (shapes: docs/ref/state.md)."""


class ReadText(Request, frozen=True):
    """How a text would be spoken, without keeping it. Reply: SpokenReply fields."""

    text: str


class DraftBulletin(Request, frozen=True):
    """Keep a notice and render it. ``id`` is a UUID made by the browser: the same id again is the same bulletin.

    ``priority`` is thuong | uu_tien | khan_cap. Reply: bulletin dict and SpokenReply fields. A text with unread
    tokens is kept in state "unread" and cannot be approved.
    """

    id: str
    text: str
    priority: str
    hamlets: tuple[str, ...]


class ApproveBulletin(Request, frozen=True):
    """A leader approves the recording with this hash list, exactly as heard."""

    id: str
    clips: tuple[str, ...]


class ReturnBulletin(Request, frozen=True):
    """A leader sends a notice back with a comment."""

    id: str
    comment: str


class AirBulletin(Request, frozen=True):
    """Air an approved notice now. ``press`` is a UUID of the button press: pressed twice is aired once."""

    id: str
    press: str


class StopHorns(Request, frozen=True):
    """Silence these hamlets (or ("all",)) at once."""

    hamlets: tuple[str, ...]


class TestHorn(Request, frozen=True):
    """Sound a short chime on one horn and report."""

    horn: str


class TakeIncident(Request, frozen=True):
    """The duty officer has seen this incident and acts."""

    id: str


class Diagnose(Request, frozen=True):
    """What the supervisor's process is made of: pid, rss_kb, and the names of its top-level modules."""


AnyRequest = (
    GetState
    | Diagnose
    | ReadText
    | DraftBulletin
    | ApproveBulletin
    | ReturnBulletin
    | AirBulletin
    | StopHorns
    | TestHorn
    | TakeIncident
)


class Done(msgspec.Struct, frozen=True, tag=True):
    """It is stored and will be done; ``value`` is the answer."""

    value: dict[str, Any] = {}


class Refused(msgspec.Struct, frozen=True, tag=True):
    """Nothing changed. ``reason`` is a Vietnamese sentence; ``kind`` is transient, final or forbidden."""

    reason: str
    kind: str = "final"


AnyReply = Done | Refused
