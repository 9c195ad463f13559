"""Reports of the commune: when they are made, to whom they go, how the paper looks."""

from typing import Annotated

from msgspec import Meta

from edge.config.schema.base import Name, Section, Slug

Clock = Annotated[str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d\Z")]
Short = Annotated[str, Meta(max_length=120)]


class Tier(Section, frozen=True, kw_only=True):
    """An authority above the commune, and by when it wants reports: the next day, a day of the next month."""

    id: Slug
    name: Name
    day_by: Clock = "09:00"
    month_by_day: Annotated[int, Meta(ge=1, le=28)] = 5


class Signature(Section, frozen=True, kw_only=True):
    """A place where somebody signs, from left to right. ``name``: printed below it, where it is always one person."""

    title: Name
    name: Short = ""
    how: Short = "(ký, ghi rõ họ tên)"


class Report(Section, frozen=True, kw_only=True):
    """Daily and monthly reports. ``at``: when those of yesterday, and on the 1st of last month, are made.

    ``to``: ids of tiers that get them. ``authority``: as on the letterhead, empty: from the commune's name.
    ``tsa``: a time stamp authority (RFC 3161) for signatures, empty: none.
    """

    at: Clock = "06:00"
    to: Annotated[tuple[Slug, ...], Meta(max_length=4)] = ()
    authority: Short = ""
    above: Short = ""
    place: Short = ""
    number: Short = "/BC-UBND"
    tsa: Annotated[str, Meta(pattern=r"^(https?://\S+)?\Z", max_length=400)] = ""
    tier: Annotated[tuple[Tier, ...], Meta(max_length=4)] = ()
    signature: Annotated[tuple[Signature, ...], Meta(max_length=3)] = (
        Signature(title="NGƯỜI LẬP"),
        Signature(title="LÃNH ĐẠO XÃ", how="(ký, đóng dấu)"),
    )
