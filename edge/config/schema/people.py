"""Officials: the roster, who is on duty when, how people are reached, and the ladders."""

from typing import Annotated, Literal

from msgspec import Meta

from edge.config.schema.base import DeviceSettings, Driver, Hours, Name, Phone, Section, Slug

Email = Annotated[str, Meta(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+\Z", max_length=120)]
WeekDay = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
EVERY_DAY: tuple[WeekDay, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
StepName = Literal["tell", "ring", "substitute", "chairman"]


class Person(Section, frozen=True, kw_only=True):
    """An official on the roster. No hamlet: the whole commune. ``quiet``: only emergencies are told then."""

    id: Slug
    name: Name
    phone: Phone
    duty: Name
    hamlet: Slug | None = None
    substitute: Slug | None = None
    email: Email | None = None
    zalo: bool = False
    quiet: Hours | None = None


class Shift(Section, frozen=True, kw_only=True):
    """When these people are on duty. Somebody who is in no shift always is."""

    who: Annotated[tuple[Slug, ...], Meta(min_length=1, max_length=100)]
    days: Annotated[tuple[WeekDay, ...], Meta(min_length=1, max_length=7)] = EVERY_DAY
    hours: Hours = "always"


class Ladder(Section, frozen=True, kw_only=True):
    """What is done about an incident of this severity until somebody answers."""

    severity: Literal["minor", "moderate", "severe", "extreme"]
    steps: Annotated[tuple[StepName, ...], Meta(min_length=1, max_length=8)]
    wait_s: Annotated[float, Meta(ge=10, le=3600)] = 180.0
    until: Literal["by_kind", "taken", "each"] = "by_kind"


class Channel(Section, frozen=True, kw_only=True):
    """A way to people beside SMS. ``to``: which address of a person it uses; ``push``: given on the phone page."""

    id: Slug
    kind: Driver
    to: Literal["zalo", "email", "push"]
    settings: DeviceSettings = {}
