"""What every request is made of; the bounds of its fields; the two answers."""

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
    """Base: who asks.

    On the wire ``session`` is the token that the supervisor gave at the log-in. It takes the token out and puts the
    account's name and role in place of what came, so that a handler may believe both.

    Without a session only a wall may ask, and the box's own command line: then ``role`` and ``user`` are what it says.
    """

    user: PersonName
    role: Annotated[str, Meta(max_length=20)]
    session: Annotated[str, Meta(max_length=100)] = ""


class Own(Request, frozen=True, kw_only=True):
    """Base: it belongs to the session that it comes by; in the handler ``session`` is that session's public id."""


class GetState(Request, frozen=True):
    """All sections of the wall's state: a dict of section -> value (shapes: docs/ref/state.md)."""


class GetWater(Request, frozen=True):
    """The rivers alone: ``{"gauges": section gauges, "outlooks": those of section flood}`` (docs/ref/state.md)."""


class Diagnose(Request, frozen=True):
    """What the supervisor's process is made of: pid, rss_kb, and the names of its top-level modules."""


AtMs = Annotated[int, Meta(ge=0, le=4_102_444_800_000)]


class Done(msgspec.Struct, frozen=True, tag=True):
    """It is stored and will be done; ``value`` is the answer."""

    value: dict[str, Any] = {}


class Refused(msgspec.Struct, frozen=True, tag=True):
    """Nothing changed. ``reason`` is a Vietnamese sentence.

    ``kind`` is transient, throttled, final, forbidden or login (nobody, no longer or not yet wholly logged in).
    """

    reason: str
    kind: str = "final"


AnyReply = Done | Refused


BaseRequest = GetState | GetWater | Diagnose
