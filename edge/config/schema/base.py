"""The kinds of values, and what every table is."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Slug = Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*\Z", max_length=40)]


Name = Annotated[str, Meta(min_length=1, max_length=80)]


Text = Annotated[str, Meta(min_length=1, max_length=2000)]


Path = Annotated[str, Meta(min_length=1, max_length=400)]


Host = Annotated[str, Meta(pattern=r"^[A-Za-z0-9.:-]+\Z", max_length=100)]


Port = Annotated[int, Meta(ge=1, le=65535)]


RtspUrl = Annotated[str, Meta(pattern=r"^rtsps?://\S+\Z", max_length=400)]


HttpsUrl = Annotated[str, Meta(pattern=r"^https://\S+\Z", max_length=400)]


Driver = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]*\Z", max_length=40)]
"""A folder below ``drivers/devices``."""


Level = Annotated[float, Meta(ge=-100, le=4000)]
"""A water level in metres; the highest river gauges of the country lie below 2,000 m."""


Voice = Annotated[str, Meta(pattern=r"^(bank|piper:[^/\s]+|espeak:vi(-vn-x-(central|south))?)\Z", max_length=100)]
"""``bank`` is the commune's own recorded speaker."""


Origin = Annotated[str, Meta(pattern=r"^(\*|https?://[A-Za-z0-9.:\[\]-]+)\Z", max_length=200)]


Share = Annotated[float, Meta(ge=0, le=1)]


Hours = Annotated[str, Meta(pattern=r"^(always|([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d)\Z")]


Phone = Annotated[str, Meta(pattern=r"^(0|\+?84)\d{9,10}\Z")]


DeviceSettings = dict[str, str | int | float | bool]


PriorityName = Literal["thuong", "uu_tien", "khan_cap"]


class Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of every table of the file: a key that nobody knows is an error."""
