"""Planned programmes, storm mode, and the order of two urgent notices."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from edge.control.protocol.base import AtMs, Hamlets, KnownId, Request, Uuid

Day = Annotated[str, Meta(pattern=r"^20\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])\Z")]
"""A local day."""


HourMinute = Annotated[str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d\Z")]


Title = Annotated[str, Meta(min_length=1, max_length=120)]


class PartWish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing to play: an approved bulletin, or so many minutes of a radio of the settings.

    ``standby`` is an approved bulletin for when the radio dies; empty: none.
    """

    source: Literal["notice", "relay"]
    ref: KnownId
    minutes: Annotated[int, Meta(ge=0, le=120)] = 0
    standby: Annotated[str, Meta(max_length=80)] = ""


class ProgrammeWish(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A programme as a person plans it. ``days``: 0 is Monday. Every one has a last day."""

    title: Title
    parts: Annotated[tuple[PartWish, ...], Meta(min_length=1, max_length=20)]
    days: Annotated[tuple[Annotated[int, Meta(ge=0, le=6)], ...], Meta(min_length=1, max_length=7)]
    times: Annotated[tuple[HourMinute, ...], Meta(min_length=1, max_length=24)]
    first: Day
    last: Day
    hamlets: Hamlets
    priority: Literal["thuong", "uu_tien"] = "thuong"
    holidays: Literal["usual", "skip", "only"] = "usual"
    except_on: Annotated[tuple[Day, ...], Meta(max_length=100)] = ()
    gain_db: Annotated[float, Meta(ge=-40, le=0)] = 0.0
    at_night: bool = False


class PreviewProgramme(Request, frozen=True):
    """What a programme would do; nothing is kept. ``id``: the one that it would replace, or a new one.

    Reply: ``{"complaints": [sentence], "clashes": [...], "refused": [...], "airings": [{at_ms, ms, title}]}``.
    """

    id: Uuid
    wish: ProgrammeWish


class AddProgramme(Request, frozen=True):
    """Plan it. The same id again with the same content is the same programme."""

    id: Uuid
    wish: ProgrammeWish


class ChangeProgramme(Request, frozen=True):
    """Plan it otherwise; airings that stay as they are keep their numbers."""

    id: Uuid
    wish: ProgrammeWish


class RemoveProgramme(Request, frozen=True):
    """Plan it no more."""

    id: KnownId


class StartStorm(Request, frozen=True):
    """Storm mode: an approved bulletin every ``every_min`` minutes between two hours, at full power, until a moment."""

    id: Uuid
    bulletin: KnownId
    hamlets: Hamlets
    every_min: Annotated[int, Meta(ge=5, le=24 * 60)]
    from_hour: HourMinute
    to_hour: HourMinute
    until_ms: AtMs


class EndStorm(Request, frozen=True):
    """Storm mode is over."""

    id: KnownId


class GetCalendar(Request, frozen=True):
    """Some days of the calendar. Reply: ``docs/design/airtime.md``, "The calendar"."""

    first: Day
    days: Annotated[int, Meta(ge=1, le=31)] = 7


class OrderUrgent(Request, frozen=True):
    """Of two urgent notices that want the same horns, this one first (R1)."""

    first: KnownId
    second: KnownId


ProgrammesRequest = (
    GetCalendar
    | PreviewProgramme
    | AddProgramme
    | ChangeProgramme
    | RemoveProgramme
    | StartStorm
    | EndStorm
    | OrderUrgent
)
