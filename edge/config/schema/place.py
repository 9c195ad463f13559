"""Who the box belongs to, and its hamlets."""

from typing import Annotated

from msgspec import Meta

from edge.config.schema.base import Name, Path, Section, Slug
from edge.core.village_map import LATITUDE, LONGITUDE

Longitude = Annotated[float, Meta(ge=LONGITUDE[0], le=LONGITUDE[1])]
Latitude = Annotated[float, Meta(ge=LATITUDE[0], le=LATITUDE[1])]


class Commune(Section, frozen=True, kw_only=True):
    """Who this box belongs to, and where it keeps its data. ``map`` is a GeoJSON file (core.village_map)."""

    id: Slug
    name: Name
    data: Path
    box: Annotated[int, Meta(ge=1, le=99)] = 1
    demo: bool = False
    map: Annotated[str, Meta(max_length=400)] = ""


class Hamlet(Section, frozen=True, kw_only=True):
    """A hamlet (thôn, bản, tổ dân phố). ``people``: how many live there, for the roll call; 0: not known.

    ``shape``: corners of its land on the map, each longitude and latitude as GeoJSON has them (RFC 7946); it goes
    before what the commune's map file says of this hamlet.
    """

    id: Slug
    name: Name
    people: Annotated[int, Meta(ge=0, le=100_000)] = 0
    shape: Annotated[tuple[tuple[Longitude, Latitude], ...], Meta(min_length=3, max_length=200)] | None = None
