"""What happens when the water comes: rules, shelters, drills."""

from typing import Annotated, Literal

from msgspec import Meta

from edge.config.schema.base import Name, Section, Slug

StormEvery = Annotated[int, Meta(ge=0, le=1440)]


class FloodRule(Section, frozen=True, kw_only=True):
    """One rule of the commune: ``when`` at ``station`` -> ``template`` to ``hamlets``, a message, the way back.

    ``level``: of level, falling and forecast; ``at_least``: m³/s of a release, mm of rain in ``hours``; ``hours``: also
    how far ahead a forecast counts. Without ``hamlets`` those of the station.
    """

    id: Slug
    name: Name
    when: Literal["level", "falling", "release", "forecast", "rain"]
    station: Slug
    level: Annotated[int, Meta(ge=0, le=3)] = 0
    at_least: Annotated[float, Meta(ge=0, le=100_000)] = 0.0
    hours: Annotated[int, Meta(ge=0, le=24)] = 0
    hamlets: Annotated[tuple[Slug, ...], Meta(max_length=60)] = ()
    severity: Literal["usual", "minor", "moderate", "severe", "extreme"] = "usual"
    template: Slug | None = None
    all_clear: Slug | None = None
    storm_every_min: StormEvery = 0
    cap: bool = True


class Shelter(Section, frozen=True, kw_only=True):
    """A place where people of some hamlets go when they must leave."""

    id: Slug
    name: Name
    hamlets: Annotated[tuple[Slug, ...], Meta(min_length=1, max_length=60)]
    capacity: Annotated[int, Meta(ge=1, le=100_000)]
    where: Name


class Drill(Section, frozen=True, kw_only=True):
    """Whom a drill reaches, and nobody else: some officials, the horns of some hamlets. Empty: nobody."""

    people: Annotated[tuple[Slug, ...], Meta(max_length=100)] = ()
    hamlets: Annotated[tuple[Slug, ...], Meta(max_length=60)] = ()
