"""What comes from elsewhere: warnings in the form of CAP 1.2, items of source-information systems."""

from typing import Annotated

from msgspec import Meta

from edge.config.schema.base import DeviceSettings, Driver, Name, Section, Slug

Sender = Annotated[str, Meta(pattern=r"^[^\s,<&]{1,200}\Z")]
PublicKey = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]


class CapSource(Section, frozen=True, kw_only=True):
    """Who sends warnings. Without ``key`` (Ed25519, hex) whatever bears its name is only ever a draft.

    ``template``: a signed warning that names hamlets airs this pre-approved announcement at once, in its own words.
    """

    sender: Sender
    name: Name
    key: PublicKey | None = None
    template: Slug | None = None


class Cap(Section, frozen=True, kw_only=True):
    """Warnings in and out. ``drill``: messages of exercises become drafts that begin and end with "diễn tập"."""

    drill: bool = False
    source: Annotated[tuple[CapSource, ...], Meta(max_length=20)] = ()


class NewsSource(Section, frozen=True, kw_only=True):
    """A source-information system; its items become drafts. Never a claim of conformity (R13)."""

    id: Slug
    name: Name
    kind: Driver = "source_information_http"
    settings: DeviceSettings = {}
