"""Readings that a person takes."""

from typing import Annotated

from msgspec import Meta

from edge.control.protocol.base import AtMs, HamletName, Request, Uuid

QuantityName = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,39}\Z")]


class GiveReading(Request, frozen=True):
    """Somebody read a staff or a rain gauge at ``station`` (the id of a [[gauge]]).

    ``at_ms`` is when it was read, None: now. ``photo`` is the id of a picture in the photo spool. The same ``id`` again
    changes nothing. Reply: ``{"quality": …}``, or ``{"ask": sentence}`` with nothing kept: the person is asked whether
    it is really so and sends it again with ``sure``.
    """

    id: Uuid
    station: HamletName
    quantity: QuantityName
    value: Annotated[float, Meta(ge=-1000, le=100_000)]
    at_ms: AtMs | None = None
    note: Annotated[str, Meta(max_length=500)] = ""
    photo: Uuid | None = None
    sure: bool = False


WaterRequest = GiveReading
