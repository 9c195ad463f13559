"""A reading of a sensor on MQTT as it travels (docs/ref/mqtt.md), both directions, bounded. Pure."""

from __future__ import annotations

import datetime as dt
import math
from typing import Annotated

import msgspec
from msgspec import Meta

from drivers.base import GaugeReading
from drivers.transport.mqtt_link import MOST_BYTES

GOOD = "good"


class ReadingJson(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a sensor says. Without ``at`` it was measured when it was sent; other fields are passed over."""

    quantity: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,39}\Z")]
    value: float
    unit: Annotated[str, Meta(min_length=1, max_length=12)]
    at: dt.datetime | None = None
    quality: Annotated[str, Meta(max_length=40)] = GOOD


class UnreadableError(Exception):
    """A message is no reading."""


_decoder = msgspec.json.Decoder(ReadingJson)


def reading_of(payload: bytes, *, retained: bool, station: str) -> GaugeReading:
    """The reading; raises UnreadableError.

    One that the sensor itself does not call good is no reading, and neither is an old one that does not say how old.
    """
    if len(payload) > MOST_BYTES:
        raise UnreadableError(f"more than {MOST_BYTES} bytes")
    try:
        told = _decoder.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise UnreadableError(str(error)) from error
    if not math.isfinite(told.value) or (told.at is not None and told.at.tzinfo is None):
        raise UnreadableError("a value that is no number, or a time without its offset")
    if told.quality != GOOD:
        raise UnreadableError(f"the sensor calls its own {told.quantity} {told.quality!r}")
    if retained and told.at is None:
        raise UnreadableError("a retained reading without its time")
    at_ms = None if told.at is None else round(told.at.timestamp() * 1000)
    return GaugeReading(told.quantity, told.value, told.unit, at_ms, station)


def payload_of(reading: GaugeReading, quality: str = GOOD) -> bytes:
    """The other way round, for a sensor of our own."""
    at = None if reading.at_ms is None else dt.datetime.fromtimestamp(reading.at_ms / 1000, dt.UTC)
    told = ReadingJson(quantity=reading.quantity, value=reading.value, unit=reading.unit, at=at, quality=quality)
    return msgspec.json.encode(told)


def station_of(topic: str, wanted: str) -> str:
    """What stands where the subscription has its `+`; empty where it has none."""
    places = wanted.split("/")
    return topic.split("/")[places.index("+")] if "+" in places else ""
