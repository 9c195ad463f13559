"""The JSON of README.md as values, both directions, bounded. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from drivers.base import NewsItem, NewsPage, NewsPlay, TransientDriverError

MOST_BYTES = 1024 * 1024
MOST_ITEMS = 100
Name = Annotated[str, Meta(min_length=1, max_length=80, pattern=r"^[A-Za-z0-9._:-]+\Z")]
Zone = Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*\Z", max_length=40)]
Words = Annotated[str, Meta(max_length=20_000)]
Line = Annotated[str, Meta(max_length=300)]
Address = Annotated[str, Meta(max_length=1000, pattern=r"^(https://\S+)?\Z")]
Sha = Annotated[str, Meta(pattern=r"^([0-9a-f]{64})?\Z")]


class ItemJson(msgspec.Struct, frozen=True, kw_only=True):
    """One item as it travels; what is left out is empty."""

    id: Name
    rank: Literal["thuong", "uu_tien", "khan_cap"]
    valid_from: dt.datetime
    valid_until: dt.datetime
    title: Line = ""
    text: Words = ""
    audio_url: Address = ""
    audio_sha256: Sha = ""
    language: Annotated[str, Meta(max_length=20)] = "vi"
    zones: Annotated[tuple[Zone, ...], Meta(max_length=60)] = ()
    origin: Line = ""


class PageJson(msgspec.Struct, frozen=True):
    """The answer to a fetch."""

    items: Annotated[tuple[ItemJson, ...], Meta(max_length=MOST_ITEMS)]
    cursor: Annotated[str, Meta(min_length=1, max_length=200)]


_pages = msgspec.json.Decoder(PageJson)


def page_of(data: bytes) -> NewsPage:
    """What a source answered; raises TransientDriverError for anything else: the next answer may be whole."""
    if len(data) > MOST_BYTES:
        raise TransientDriverError(f"the source answers {len(data)} bytes, at most {MOST_BYTES} are taken")
    try:
        page = _pages.decode(data)
        return NewsPage(tuple(_item(item) for item in page.items), page.cursor)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError, OverflowError) as error:
        raise TransientDriverError(f"the source answers what is no page of items: {error}") from error


def page_bytes(page: NewsPage) -> bytes:
    """The other way round, for the simulator."""
    items = tuple(
        ItemJson(
            id=item.id,
            rank=item.rank,  # type: ignore[arg-type]  # one of the three
            title=item.title,
            text=item.text,
            audio_url=item.audio_url,
            audio_sha256=item.audio_sha256,
            language=item.language,
            zones=item.zones,
            valid_from=_written(item.valid_from_ms),
            valid_until=_written(item.valid_until_ms),
            origin=item.origin,
        )
        for item in page.items
    )
    return msgspec.json.encode(PageJson(items, page.cursor))


def plays_bytes(plays: Sequence[NewsPlay]) -> bytes:
    """A report of plays."""
    rows = [
        {
            "item": play.item,
            "order": play.order,
            "zone": play.zone,
            "horn": play.horn,
            "outcome": play.outcome,
            "began": _written(play.began_ms),
            "seconds": round(play.seconds, 1),
        }
        for play in plays
    ]
    return msgspec.json.encode({"plays": rows})


def _item(item: ItemJson) -> NewsItem:
    return NewsItem(
        item.id,
        item.rank,
        item.title,
        item.text,
        item.audio_url,
        item.audio_sha256,
        item.language,
        item.zones,
        _ms(item.valid_from),
        _ms(item.valid_until),
        item.origin,
    )


def _ms(at: dt.datetime) -> int:
    if at.tzinfo is None:
        raise ValueError("a time without its offset")
    return round(at.timestamp() * 1000)


def _written(at_ms: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(at_ms / 1000, dt.UTC)
