"""Values of indicators that people bring: typed one by one, or in a table."""

from typing import Annotated, Literal

from msgspec import Meta

from edge.control.protocol.base import AtMs, HamletName, Request, Sha, Uuid

Value = Annotated[float, Meta(ge=-1e12, le=1e12)]
Form = Literal["xlsx", "csv"]


class GiveIndicator(Request, frozen=True):
    """A value of ``indicator`` (the id of an [[indicator]] that people type in), as of ``at_ms``.

    ``total``: of how many, where this value has its own whole. One that is there for this moment is replaced; the same
    again changes nothing. Reply: ``{}``, or ``{"ask": sentence}`` with nothing kept: it is sent again with ``sure``.
    """

    indicator: HamletName
    value: Value
    at_ms: AtMs
    total: Value | None = None
    note: Annotated[str, Meta(max_length=500)] = ""
    sure: bool = False


class RemoveIndicatorValue(Request, frozen=True):
    """The value of this moment was wrong: it is taken back, and stays in the audit."""

    indicator: HamletName
    at_ms: AtMs


class CheckTable(Request, frozen=True):
    """What a brought table would change; nothing is kept.

    ``upload`` is a file in the table spool. Reply: ``{"seal", "rows": [{number, indicator, name, value, total, words,
    before, before_words, at_ms, note, leap}], "wrong": [{cell, text, why}], "wrong_count", "same"}``: ``seal`` is what
    `ImportTable` must send back, ``same`` how many rows say what is known already.
    """

    upload: Uuid
    form: Form


class ImportTable(Request, frozen=True):
    """Keep all rows of a table that was shown, in one transaction; refused when it is another table by now.

    Reply: ``{"kept": n}``.
    """

    upload: Uuid
    form: Form
    seal: Sha


IndicatorsRequest = GiveIndicator | RemoveIndicatorValue | CheckTable | ImportTable
