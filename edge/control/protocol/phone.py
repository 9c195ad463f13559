"""What phones send: presses on an incident, reports of hamlet heads, photos, subscriptions."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from edge.control.protocol.base import HamletName, KnownId, Request, Uuid

Note = Annotated[str, Meta(max_length=500)]
PersonId = Annotated[str, Meta(pattern=r"^([a-z0-9]+(-[a-z0-9]+)*)?\Z", max_length=40)]
"""Somebody of the roster, as a signed link named him; empty: whoever on the roster is called like ``user``."""
Waited = Annotated[int, Meta(ge=0, le=7 * 24 * 3_600_000)]
PushKey = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{16,120}={0,2}\Z")]
PushEndpoint = Annotated[str, Meta(pattern=r"^https://[A-Za-z0-9.-]+/[\x21-\x7e]*\Z", max_length=500)]


class Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the phone says that it is."""

    lat: Annotated[float, Meta(ge=-90, le=90)]
    lon: Annotated[float, Meta(ge=-180, le=180)]
    accuracy_m: Annotated[float, Meta(ge=0, le=100_000)]


class FromTheField(Request, frozen=True, kw_only=True):
    """Base: ``id`` is the browser's and the same at every try; ``waited_ms`` is how long it lay in the phone."""

    id: Uuid
    person: PersonId = ""
    note: Note = ""
    place: Place | None = None
    waited_ms: Waited = 0


class PhoneAct(FromTheField, frozen=True, kw_only=True):
    """One of the four buttons. ``done`` needs a note: how it was settled.

    Reply: ``{"sentence": for the person, "closed": bool}``.
    """

    incident: KnownId
    act: Literal["take", "coming", "help", "done"]
    hamlet: HamletName | None = None


class ReportFromHamlet(FromTheField, frozen=True, kw_only=True):
    """Something that somebody sees himself: it becomes an incident. Reply: ``{"incident": id, "sentence": …}``."""

    hamlet: HamletName
    kind: Literal["flooding", "fire", "landslide", "missing", "other"]


class AddPhoto(Request, frozen=True):
    """The spooled file ``id`` is a picture of the act or report ``of``: checked, made smaller, stripped of its data."""

    id: Uuid
    of: Uuid


class Subscribe(Request, frozen=True, kw_only=True):
    """This browser wants web push for whoever is logged in; what a browser calls a push subscription."""

    endpoint: PushEndpoint
    p256dh: PushKey
    auth: PushKey
    person: PersonId = ""


class Unsubscribe(Request, frozen=True):
    """This browser wants no more."""

    endpoint: PushEndpoint


PhoneRequest = PhoneAct | ReportFromHamlet | AddPhoto | Subscribe | Unsubscribe
