"""The operator's abbreviations: what the reader says for what is written."""

from typing import Annotated, Literal

from msgspec import Meta

from edge.control.protocol.base import MAX_TEXT, Request

Written = Annotated[str, Meta(min_length=1, max_length=80)]
SpokenWords = Annotated[str, Meta(max_length=300)]
ScopeName = Literal["as_written", "any_case", "before_number"]


class ListAbbreviations(Request, frozen=True):
    """The whole table. Reply: {"rows": [{written, spoken, scope, ours, by_user, changed_at_ms}], "digest"}.

    `ours` is what the box says for these letters without the table, or "".
    """


class SetAbbreviation(Request, frozen=True):
    """Add or change an entry. Refused with a sentence when the letters or the words cannot be used. Reply: as List."""

    written: Written
    spoken: SpokenWords
    scope: ScopeName


class RemoveAbbreviation(Request, frozen=True):
    """Take an entry out of the table. Reply: as List."""

    written: Written
    scope: ScopeName


class TryAbbreviation(Request, frozen=True):
    """How a text would be spoken if this entry were in the table; nothing is kept. Reply: SpokenReply fields."""

    written: Written
    spoken: SpokenWords
    scope: ScopeName
    text: Annotated[str, Meta(max_length=MAX_TEXT)]


AbbreviationsRequest = ListAbbreviations | SetAbbreviation | RemoveAbbreviation | TryAbbreviation
