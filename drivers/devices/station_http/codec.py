"""Rows of JSON or CSV as readings, bounded. Pure."""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from drivers.base import FinalDriverError, GaugeReading, MisconfiguredDriverError, TransientDriverError
from drivers.devices.station_http.path import Step, found_at, parse_path, text_of
from drivers.value_line import ValueLine

MOST_BYTES = 1024 * 1024
MOST_ROWS = 5_000
MOST_READINGS = 1_000
"""Of one answer; of more the newest are taken."""
LONGEST_STATION = 80
NOT_MEASURED = frozenset({"", "-", "--", "na", "n/a", "nan", "null", "none"})
LATEST_MS = 253_402_300_800_000
"""The end of the year 9999: what a source may write, and no number that fits nowhere."""
_NUMBER = re.compile(r"[+-]?\d{1,12}(\.\d{1,20})?([eE][+-]?\d{1,2})?")
T = TypeVar("T")
Row = Callable[[tuple[Step, ...] | str], object]
Field = tuple[Step, ...] | str
"""A path in a JSON row, or the name of a column."""


class UnreadableError(Exception):
    """A field of one row is there and cannot be read."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One value of a row: where it lies, what it means, and in which rows (``when``) it is looked for."""

    quantity: str
    unit: str
    field: Field
    scale: float
    offset: float
    when: tuple[Field, str] | None
    words: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Layout:
    """How the answers of one address look."""

    csv: bool
    rows: tuple[Step, ...]
    values: tuple[Wanted, ...]
    time: Field | None
    time_format: str
    zone: dt.timezone
    station: Field | None
    delimiter: str
    decimal: str


def field_of(setting: str, text: str, *, csv: bool) -> Field:
    """A column's name as it stands, or a path."""
    if csv:
        return text
    try:
        return parse_path(text)
    except ValueError as error:
        raise MisconfiguredDriverError(f"{setting}: {error}") from error


def wanted_of(setting: str, text: str, *, csv: bool) -> Wanted:
    """A line of settings; raises MisconfiguredDriverError naming it."""
    line = ValueLine(setting, text)
    field, when = line.text("field"), line.text("when")
    scale, offset = line.scaling()
    words = {word: number for key, number in (("on", 1.0), ("off", 0.0)) if (word := line.text(key)) is not None}
    line.done()
    if field is None:
        raise line.wrong("field= is missing")
    return Wanted(
        line.quantity,
        line.unit,
        field_of(setting, field, csv=csv),
        scale,
        offset,
        None if when is None else _condition(setting, when, csv=csv),
        words,
    )


def _condition(setting: str, text: str, *, csv: bool) -> tuple[Field, str]:
    name, _, value = text.partition("=")
    if not (name and value):
        raise MisconfiguredDriverError(f"{setting}: when={text} is not when=name=text")
    return field_of(setting, name, csv=csv), value


def readings_of(body: bytes, layout: Layout, *, whole: bool = True) -> tuple[GaugeReading, ...]:
    """What an answer tells, oldest first.

    A row or field that cannot be read is passed over as long as the first value can be read somewhere; raises
    TransientDriverError for an answer that is none, FinalDriverError when the first value is nowhere in it.
    """
    rows = list(_csv_rows(body, layout, whole=whole) if layout.csv else _json_rows(body, layout))
    found: list[GaugeReading] = []
    problems: list[str] = []
    for row in rows:
        for wanted in layout.values:
            try:
                found += _reading(row, wanted, layout)
            except UnreadableError as error:
                problems.append(str(error))
    if not any(reading.quantity == layout.values[0].quantity for reading in found):
        if problems:
            raise TransientDriverError(f"the answer cannot be read: {problems[0]}")
        raise FinalDriverError(f"none of {len(rows)} rows has {layout.values[0].quantity}")
    return tuple(sorted(found, key=lambda reading: reading.at_ms or 0)[-MOST_READINGS:])


def _json_rows(body: bytes, layout: Layout) -> Iterator[Row]:
    try:
        document = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise TransientDriverError(f"the answer is no JSON: {error}") from error
    place = found_at(document, layout.rows)
    rows = place if isinstance(place, list) else [] if place is None else [place]
    for row in _at_most(rows):
        yield lambda field, row=row: found_at(row, field) if isinstance(field, tuple) else None  # type: ignore[misc]  # the default binds the row


def _csv_rows(body: bytes, layout: Layout, *, whole: bool) -> Iterator[Row]:
    if not whole:
        body = body[: body.rfind(b"\n") + 1]  # of a line that was cut off "3" may have been "3.25"
    try:
        text = io.StringIO(body.decode("utf-8-sig"), newline="")
        reader = csv.reader(text, delimiter=layout.delimiter, strict=True)
        heads = [name.strip() for name in next(reader, [])]
        rows = _at_most([row for row in reader if row])
    except (csv.Error, UnicodeDecodeError) as error:
        raise TransientDriverError(f"the answer is no CSV: {error}") from error
    needed = {field for field in _fields(layout) if isinstance(field, str)} - set(heads)
    if needed:
        raise FinalDriverError(f"the CSV has no column {', '.join(sorted(needed))}; it has {', '.join(heads)[:200]}")
    for row in rows:
        cells = dict(zip(heads, row, strict=False))
        yield lambda field, cells=cells: cells.get(field)  # type: ignore[misc]  # the default binds the row


def _fields(layout: Layout) -> Iterator[Field]:
    for wanted in layout.values:
        yield wanted.field
        if wanted.when is not None:
            yield wanted.when[0]
    yield from (field for field in (layout.time, layout.station) if field is not None)


def _at_most(rows: list[T]) -> list[T]:
    if len(rows) > MOST_ROWS:
        raise TransientDriverError(f"the answer has {len(rows)} rows, at most {MOST_ROWS} are taken")
    return rows


def _reading(row: Row, wanted: Wanted, layout: Layout) -> Iterator[GaugeReading]:
    """One reading, or none where the row is not meant or nothing was measured."""
    if wanted.when is not None and text_of(row(wanted.when[0])).strip() != wanted.when[1]:
        return
    raw = _number(row(wanted.field), wanted, layout.decimal)
    if raw is None:
        return
    value = round(wanted.offset + raw * wanted.scale, 6)
    at_ms = None if layout.time is None else time_ms(row(layout.time), layout.time_format, layout.zone)
    station = "" if layout.station is None else " ".join(text_of(row(layout.station)).split())[:LONGEST_STATION]
    yield GaugeReading(wanted.quantity, value, wanted.unit, at_ms, station)


def _number(value: object, wanted: Wanted, decimal: str) -> float | None:
    text = text_of(value).strip()
    if text in wanted.words:
        return wanted.words[text]
    if isinstance(value, bool):
        return float(value)
    if text.lower() in NOT_MEASURED:
        return None
    plain = text.replace(decimal, ".") if isinstance(value, str) else text
    if not _NUMBER.fullmatch(plain) or not math.isfinite(float(plain)):
        raise UnreadableError(f"{wanted.quantity} is {text[:40]!r}")
    return float(plain)


def time_ms(value: object, time_format: str, zone: dt.timezone) -> int:
    """UTC milliseconds of what a source wrote; raises UnreadableError."""
    text = text_of(value).strip()
    try:
        if time_format in {"unix_s", "unix_ms"}:
            return _within(round(float(text) * (1000 if time_format == "unix_s" else 1)))
        if time_format == "iso":
            at = dt.datetime.fromisoformat(text)
        else:
            at = dt.datetime.strptime(text, time_format)  # noqa: DTZ007 - the next line adds what the text does not say
        return round((at if at.tzinfo else at.replace(tzinfo=zone)).timestamp() * 1000)
    except (ValueError, OverflowError) as error:
        raise UnreadableError(f"time is {text[:40]!r}") from error


def _within(at_ms: int) -> int:
    if not 0 <= at_ms < LATEST_MS:
        raise ValueError("no time of this age")
    return at_ms
