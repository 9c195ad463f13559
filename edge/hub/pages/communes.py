"""``communes.toml`` of the hub's folder: the communes of the province, where they lie and what they are called."""

import logging
import tomllib
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from edge.core.errors import MisconfiguredError

log = logging.getLogger(__name__)

FILE = "communes.toml"
MOST_BYTES = 4 * 1024 * 1024
_Slug = Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*\Z", max_length=40)]
_Name = Annotated[str, Meta(min_length=1, max_length=80)]
_Lat = Annotated[float, Meta(ge=-90, le=90)]
_Lon = Annotated[float, Meta(ge=-180, le=180)]


class Commune(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One commune. ``outline`` is its border as [lat, lon] corners; without one a point is drawn."""

    id: _Slug
    name: _Name
    lat: _Lat
    lon: _Lon
    outline: Annotated[tuple[tuple[_Lat, _Lon], ...], Meta(max_length=500)] = ()


class ProvinceName(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the province is called, on the pages and as the sender of its CAP alerts."""

    name: _Name = "Tỉnh"
    cap_sender: Annotated[str, Meta(pattern=r"^[^\s,<&]+\Z", max_length=120)] = "tinh@mo-lang.invalid"


class ProvinceMap(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole file."""

    province: ProvinceName = ProvinceName()
    commune: Annotated[tuple[Commune, ...], Meta(max_length=4_000)] = ()

    def name_of(self, commune: str) -> str:
        """As people call it; its id where the file does not name it."""
        return next((one.name for one in self.commune if one.id == commune), commune)


def read_communes(path: Path) -> ProvinceMap:
    """The file; empty when there is none. Raises MisconfiguredError naming what is wrong in it."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise MisconfiguredError(f"{path} dài quá {MOST_BYTES // 1024 // 1024} MB.")
        read = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), ProvinceMap)
    except FileNotFoundError:
        return ProvinceMap()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as cause:
        raise MisconfiguredError(f"{path} không đọc được: {cause}.") from cause
    ids = [one.id for one in read.commune]
    if twice := sorted({one for one in ids if ids.count(one) > 1}) if len(ids) != len(set(ids)) else []:
        raise MisconfiguredError(f"{path}: xã {twice[0]} có hai lần.")
    return read


class CommuneFile:
    """The file as it is now: read again when it changes; a change that cannot be read leaves what was known.

    Without a path there is no map. Raises MisconfiguredError at the start already.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._stamp = self._stamp_now()
        self._known = ProvinceMap() if path is None else read_communes(path)
        self.fault = ""

    def now(self) -> ProvinceMap:
        """The communes; ``fault`` says why the newest file is not among them."""
        stamp = self._stamp_now()
        if self._path is not None and stamp != self._stamp:
            self._stamp = stamp
            try:
                self._known, self.fault = read_communes(self._path), ""
            except MisconfiguredError as error:
                self.fault = str(error)
                log.warning("the old map of communes stays: %s", error)
        return self._known

    def _stamp_now(self) -> tuple[int, int] | None:
        if self._path is None:
            return None
        try:
            stat = self._path.stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_size
