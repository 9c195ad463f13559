"""``molang flood levels``: which levels are in force, whence; out to the commune's file, and in from it."""

import datetime as dt
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click
import msgspec

from edge.config import load
from edge.config.folders import control_socket
from edge.config.option import CONFIG
from edge.config.schema import Config
from edge.control.client import call
from edge.control.protocol import Done, SetLevels
from edge.core.decimals import decimal
from edge.core.errors import FinalError
from edge.core.local_time import local
from edge.core.moment import AtMs
from edge.store.gauge_levels import FROM_CONFIG, LEVELS_IN_FORCE, GaugeLevels, levels_of_row
from edge.store.reader import Reader

MAX_FILE_BYTES = 256 * 1024


class StationLevels(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One [[station]] of the commune's levels file."""

    station: str
    bao_dong_m: tuple[float, float, float]
    source: str
    issued: dt.date
    datum: str = ""


class LevelsFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file, one for a commune."""

    commune: str
    station: tuple[StationLevels, ...] = ()


@click.command()
@CONFIG
@click.option("--export", "out", type=click.Path(path_type=Path, dir_okay=False), help="Ghi các mức ra tệp TOML này.")
@click.option("--import", "given", type=click.Path(path_type=Path, dir_okay=False, exists=True), help="Đặt theo tệp.")
@click.option("--user", help="Ai đặt; phải có khi dùng --import.")
def levels(config_path: Path, out: Path | None, given: Path | None, user: str | None) -> None:
    """In mức báo động đang dùng của từng trạm và nguồn của nó; xuất ra, hoặc đặt theo tệp của xã khi hộp chạy."""
    config = load(config_path)
    if given:
        if not user:
            raise click.UsageError("--import cần --user: nhật ký phải ghi ai đã đặt.")
        _set_all(config, read_levels(given.read_bytes(), config.commune.id), user)
    in_force = _in_force(config)
    if out:
        out.write_text(levels_text(config.commune.id, in_force), "utf-8")
    for line in _lines(config, in_force):
        click.echo(line)


def read_levels(raw: bytes, commune: str) -> LevelsFile:
    """The file's stations; raises FinalError with what is wrong. A file of another commune is refused."""
    if len(raw) > MAX_FILE_BYTES:
        raise FinalError("Tệp mức báo động quá lớn.")
    try:
        found = msgspec.convert(tomllib.loads(raw.decode("utf-8-sig")), LevelsFile)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as cause:
        raise FinalError(f"Tệp mức báo động không đúng: {cause}") from cause
    if found.commune != commune:
        raise FinalError(f"Tệp này của xã {found.commune}, không phải của {commune}.")
    return found


def levels_text(commune: str, in_force: Mapping[str, GaugeLevels]) -> str:
    """The commune's levels file; what has no date of its document cannot be set again from it, and says so."""
    blocks = [f'# Mức báo động của xã, xuất từ hộp Mõ Làng.\ncommune = "{commune}"']
    for one in in_force.values():
        issued = f"issued = {one.issued}" if one.issued else "# issued = …   (chưa ghi ngày ban hành)"
        numbers = ", ".join(f"{level:g}" for level in one.bao_dong_m)
        blocks.append(
            f"[[station]]\nstation = {_quoted(one.station)}\nbao_dong_m = [{numbers}]\ndatum = {_quoted(one.datum)}\n"
            f"source = {_quoted(one.source)}\n{issued}"
        )
    return "\n\n".join(blocks) + "\n"


def _quoted(text: str) -> str:
    """A TOML basic string; JSON's escapes are a part of TOML's."""
    return msgspec.json.encode(text).decode()


def _set_all(config: Config, wanted: LevelsFile, user: str) -> None:
    socket = control_socket(config.commune.data)
    for one in wanted.station:
        request = SetLevels(
            user=user,
            role="technician",
            station=one.station,
            bao_dong_m=one.bao_dong_m,
            datum=one.datum,
            source=one.source,
            issued=one.issued.isoformat(),
        )
        reply = call(socket, request)
        if not isinstance(reply, Done):
            raise FinalError(f"Trạm {one.station}: {reply.reason}")


def _in_force(config: Config) -> dict[str, GaugeLevels]:
    """From the store of the box, as its supervisor keeps it."""
    reader = Reader(Path(config.commune.data) / "molang.db")
    try:
        rows = reader.rows(LEVELS_IN_FORCE)
    finally:
        reader.close()
    known = {row["station"]: levels_of_row(tuple(row.values())) for row in rows}
    return {gauge.id: known[gauge.id] for gauge in config.gauge if gauge.id in known and gauge.bao_dong_m}


def _lines(config: Config, in_force: Mapping[str, GaugeLevels]) -> Sequence[str]:
    names: dict[str, Any] = {gauge.id: gauge.name for gauge in config.gauge}
    if not in_force:
        return ("Chưa có trạm nào có mức báo động trong kho dữ liệu của hộp.",)
    return [line for one in in_force.values() for line in _words(names[one.station], one)]


def _words(name: str, one: GaugeLevels) -> tuple[str, ...]:
    numbers = " / ".join(map(decimal, one.bao_dong_m))
    issued = f", ngày {one.issued:%d/%m/%Y}" if one.issued else ""
    whence = "tệp cấu hình" if one.origin == FROM_CONFIG else f"{one.by_user} sửa"
    return (
        f"{one.station}: {name}",
        f"  báo động 1 / 2 / 3: {numbers} m{f', mốc {one.datum}' if one.datum else ''}",
        f"  văn bản: {one.source}{issued}",
        f"  lấy từ: {whence}, {local(AtMs(one.set_at_ms)):%H:%M %d/%m/%Y}",
    )
