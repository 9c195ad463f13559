"""Stations in a table at an address: JSON or CSV, asked for again and again."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Annotated

from drivers.base import MisconfiguredDriverError
from drivers.devices.station_http.codec import MOST_BYTES, Field, Layout, field_of, wanted_of
from drivers.devices.station_http.driver import HttpStation
from drivers.settings import Between, OneOf
from drivers.transport.http_line import HttpLine, client_tls_of, require_safe, token_in
from drivers.value_line import value_lines


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the rows are, and in `value_1` to `value_8` what is taken from each; the README explains the lines."""

    url: str
    value_1: str
    format: Annotated[str, OneOf(("json", "csv"))] = "json"
    rows: str | None = None
    time: str | None = None
    time_format: str = "iso"
    utc_offset_h: Annotated[float, Between(-12, 14)] = 7.0
    station: str | None = None
    value_2: str | None = None
    value_3: str | None = None
    value_4: str | None = None
    value_5: str | None = None
    value_6: str | None = None
    value_7: str | None = None
    value_8: str | None = None
    delimiter: Annotated[str, OneOf((",", ";", "\t"))] = ","
    decimal: Annotated[str, OneOf((".", ","))] = "."
    token_file: str | None = None
    ca: str | None = None
    cert: str | None = None
    key: str | None = None

    def __post_init__(self) -> None:
        require_safe("station_http.url", self.url, on_lan=self.token_file is None)
        if self.format == "csv" and self.rows is not None:
            raise MisconfiguredDriverError("station_http.rows: a CSV is all rows; choose some with when= in a value")
        if "%" not in self.time_format and self.time_format not in {"iso", "unix_s", "unix_ms"}:
            raise MisconfiguredDriverError("station_http.time_format: iso, unix_s, unix_ms, or as strptime has it")
        self.layout()

    def layout(self) -> Layout:
        """The settings, read."""
        csv = self.format == "csv"
        rows = field_of("station_http.rows", self.rows or "", csv=False)
        return Layout(
            csv=csv,
            rows=rows if isinstance(rows, tuple) else (),
            values=tuple(wanted_of(name, line, csv=csv) for name, line in value_lines("station_http", self)),
            time=self._field("time", self.time),
            time_format=self.time_format,
            zone=dt.timezone(dt.timedelta(hours=self.utc_offset_h)),
            station=self._field("station", self.station),
            delimiter=self.delimiter,
            decimal=self.decimal,
        )

    def _field(self, name: str, text: str | None) -> Field | None:
        return None if text is None else field_of(f"station_http.{name}", text, csv=self.format == "csv")


async def setup(settings: Settings) -> HttpStation:
    """The driver; reads the files of token, authority and certificate, asks nothing yet."""
    token = token_in("station_http.token_file", settings.token_file)
    tls = client_tls_of("station_http", settings.ca, settings.cert, settings.key)
    line = HttpLine(settings.url, token=token, tls=tls, most_bytes=MOST_BYTES)
    return HttpStation(line, settings.layout())
