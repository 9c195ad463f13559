"""What may be asked of the supervisor over its control socket: one length-framed JSON request, one reply.

The web process imports only this and ``edge.control.client``. Every request names the person; the supervisor checks
the right again by ``core.policy.rights``, whatever the page allowed. Every field is bounded here, so that not even a
page in wrong hands can take an id that the supervisor makes itself.
"""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

MAX_REQUEST = 128 * 1024
MAX_REPLY = 4 * 1024 * 1024
MAX_TEXT = 20_000
"""Characters of a notice: 40 minutes of speech, more than any station airs."""
Uuid = Annotated[str, Meta(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")]
"""An id that a browser made. No id of the supervisor's own (epoch, boot, sequence) looks like one."""
Sha = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
HamletName = Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*\Z", max_length=40)]
Hamlets = Annotated[tuple[HamletName, ...], Meta(min_length=1, max_length=60)]
Clips = Annotated[tuple[Sha, ...], Meta(min_length=1, max_length=200)]
Comment = Annotated[str, Meta(min_length=1, max_length=500)]
PriorityName = Literal["thuong", "uu_tien", "khan_cap"]
KnownId = Annotated[str, Meta(min_length=1, max_length=80)]
PersonName = Annotated[str, Meta(min_length=1, max_length=80)]


class Request(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """Base: who asks. ``role`` is one of core.policy.rights.Role; ``user`` is a name for the audit log."""

    user: PersonName
    role: Annotated[str, Meta(max_length=20)]


class GetState(Request, frozen=True):
    """All sections of the wall's state: a dict of section -> value (shapes: docs/ref/state.md)."""


class ReadText(Request, frozen=True):
    """How a text would be spoken, without keeping it. Reply: SpokenReply fields."""

    text: Annotated[str, Meta(max_length=MAX_TEXT)]


class DraftBulletin(Request, frozen=True):
    """Keep a notice and render it. ``id`` is a UUID made by the browser: the same id again is the same bulletin.

    Reply: bulletin dict and SpokenReply fields. A text with unread tokens is kept in state "unread" and cannot be
    approved.
    """

    id: Uuid
    text: Annotated[str, Meta(min_length=1, max_length=MAX_TEXT)]
    priority: PriorityName
    hamlets: Hamlets


class ApproveBulletin(Request, frozen=True):
    """A leader approves the recording with this hash list, exactly as heard."""

    id: KnownId
    clips: Clips


class ReturnBulletin(Request, frozen=True):
    """A leader sends a notice back with a comment."""

    id: KnownId
    comment: Comment


class AirBulletin(Request, frozen=True):
    """Air an approved notice now. ``press`` is a UUID of the button press: pressed twice is aired once."""

    id: KnownId
    press: Uuid


class StopHorns(Request, frozen=True):
    """Silence these hamlets (or ("all",)) at once."""

    hamlets: Hamlets


class TestHorn(Request, frozen=True):
    """Sound a short chime on one horn and report."""

    horn: KnownId


class TakeIncident(Request, frozen=True):
    """The duty officer has seen this incident and acts."""

    id: KnownId


class SeeIncident(Request, frozen=True):
    """Somebody looks at this incident: the first look of each person is written into its story."""

    id: KnownId


class CloseIncident(Request, frozen=True):
    """Somebody ends an incident by hand and says how it was settled."""

    id: KnownId
    how: Comment


class JudgeIncident(Request, frozen=True):
    """One press: this was a false alarm, or it was not.

    Reply: ``{"proposal": sentence, "toml": lines}`` of a change to the rule that would have prevented it, both empty
    for a true one.
    """

    id: KnownId
    verdict: Literal["false_alarm", "true_alarm"]


class SuspendRule(Request, frozen=True):
    """Let one rule of a camera rest (``rule`` "all": every one) for some minutes; 0 ends the rest."""

    camera: HamletName
    rule: HamletName
    minutes: Annotated[int, Meta(ge=0, le=24 * 60)] = 60


Shares = tuple[Annotated[float, Meta(ge=0, le=1)], Annotated[float, Meta(ge=0, le=1)]]


class TryRule(Request, frozen=True):
    """What a rule would have done with what moved in the last hours; nothing is kept.

    ``rule`` is a table as in the config: a zone with ``polygon`` or a line with ``points``. Reply: ``{"fired":
    [{at_ms, until_ms, label, most}], "passages": [{label, began_ms, path}], "hours", "toml"}``.
    """

    camera: HamletName
    rule: dict[str, Any]
    hours: Annotated[int, Meta(ge=1, le=24)] = 24


AtMs = Annotated[int, Meta(ge=0, le=4_102_444_800_000)]


class ViewRecording(Request, frozen=True):
    """Somebody is about to look at recordings: an audit line (L5). At most 3 hours at a time.

    Reply: ``{"segments": [{id, began_ms, ended_ms, motion, importance, bytes}]}``.
    """

    camera: HamletName
    since_ms: AtMs
    until_ms: AtMs
    why: Comment


class PinSpan(Request, frozen=True):
    """Keep a span beyond its retention, with a reason, for ``days`` days. ``id`` is made by the browser."""

    id: Uuid
    camera: HamletName
    since_ms: AtMs
    until_ms: AtMs
    reason: Comment
    days: Annotated[int, Meta(ge=1, le=366)]


class Unpin(Request, frozen=True):
    """Let a pinned span go its way again."""

    id: KnownId


class ExportSpan(Request, frozen=True):
    """Cut a span into one file, faces and all blurred if ``blur``; ``id`` is made by the browser. Done later."""

    id: Uuid
    camera: HamletName
    since_ms: AtMs
    until_ms: AtMs
    blur: bool
    reason: Comment


class TakeExport(Request, frozen=True):
    """Somebody downloads a finished export: an audit line. Reply: ``{"path", "sha256", "bytes", "name"}``."""

    id: KnownId


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
    | SeeIncident
    | CloseIncident
    | JudgeIncident
    | SuspendRule
    | TryRule
    | ViewRecording
    | PinSpan
    | Unpin
    | ExportSpan
    | TakeExport
)


class Done(msgspec.Struct, frozen=True, tag=True):
    """It is stored and will be done; ``value`` is the answer."""

    value: dict[str, Any] = {}


class Refused(msgspec.Struct, frozen=True, tag=True):
    """Nothing changed. ``reason`` is a Vietnamese sentence; ``kind`` is transient, final or forbidden."""

    reason: str
    kind: str = "final"


AnyReply = Done | Refused
