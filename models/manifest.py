"""The manifests: which files exist, where they come from in which order, and what their bytes must be.

Standard library only: the supervisor and the command line may load this.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar

from models.errors import AssetMissingError, BadManifestError

MANIFESTS: Final = Path(__file__).parent / "manifests"

# Nobody is recognised and no vehicle is read: Decree 13/2023 calls both sensitive personal data, and the village
# was promised that neither is looked at. A model that offers them is refused whoever wrote its manifest.
_REFUSED_WORDS: Final = frozenset(
    {"face", "faces", "facial", "plate", "plates", "licenseplate", "licenceplate", "numberplate", "khuôn", "mặt"}
)
_REFUSED_PHRASES: Final = ("biển số", "bien so", "khuon mat")


class Kind(StrEnum):
    """What a manifest describes."""

    DETECTOR = "detector"
    VOICE = "voice"
    CLIP = "clip"
    IMAGE = "image"


@dataclass(frozen=True, slots=True)
class BundleSource:
    """The offline folder: a file of the same name."""


@dataclass(frozen=True, slots=True)
class UrlSource:
    """The publisher's own address."""

    url: str


@dataclass(frozen=True, slots=True)
class WheelSource:
    """One member of a published Python wheel, of which nothing else is taken and nothing is run."""

    package: str
    version: str
    member: str


Source = BundleSource | UrlSource | WheelSource
_SOURCES: Final[Mapping[str, type[BundleSource | UrlSource | WheelSource]]] = {
    "bundle": BundleSource,
    "url": UrlSource,
    "wheel_member": WheelSource,
}


@dataclass(frozen=True, slots=True)
class AssetFile:
    """One file with its pinned bytes, and its sources in the order they are tried."""

    name: str
    sha256: str
    bytes: int
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class VoiceFacts:
    """What Piper must know about a voice model: `symbols` is how many of its phonemes the model was trained on."""

    sample_rate_hz: int
    espeak_voice: str
    symbols: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """One asset. `optional`: its absence is a warning. `on_request`: fetched only when asked for by name."""

    name: str
    title: str
    kind: Kind
    licence: str
    files: tuple[AssetFile, ...]
    optional: bool = False
    on_request: bool = False
    labels: tuple[str, ...] = ()
    convert_px: tuple[int, ...] = ()
    voice: VoiceFacts | None = None


def refuse_private_labels(labels: tuple[str, ...], where: str) -> None:
    """Raise BadManifestError if any label is of faces or number plates."""
    for label in labels:
        plain = unicodedata.normalize("NFC", label).casefold()
        words = set(re.split(r"[\W_]+", plain))
        if words & _REFUSED_WORDS or any(phrase in plain for phrase in _REFUSED_PHRASES):
            promise = "Mõ Làng không nhận mặt người, không đọc biển số"
            raise BadManifestError(f"{where}: nhãn “{label}” bị từ chối: {promise}.")


@cache
def all_manifests(folder: Path = MANIFESTS) -> Mapping[str, Manifest]:
    """Every manifest in `folder` by name. Raises BadManifestError naming the file and the key."""
    found = [read_manifest(path) for path in sorted(folder.glob("*.toml"))]
    return {manifest.name: manifest for manifest in found}


def manifest(name: str) -> Manifest:
    """The manifest of that name. Raises AssetMissingError listing the known ones."""
    known = all_manifests()
    if name not in known:
        raise AssetMissingError(f"Không có tài nguyên tên “{name}”. Các tên đã biết: {', '.join(known)}.")
    return known[name]


def read_manifest(path: Path) -> Manifest:
    """One manifest, every key known and every value checked. Raises BadManifestError."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        return _manifest(table, path.name)
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadManifestError(f"{path.name}: bảng kê không đọc được: {error}.") from error


def _manifest(table: dict[str, Any], where: str) -> Manifest:
    table["kind"] = Kind(table["kind"])
    table["files"] = tuple(_file(entry, where) for entry in table["files"])
    table["labels"] = tuple(table.get("labels", ()))
    table["convert_px"] = tuple(table.get("convert_px", ()))
    if "voice" in table:
        table["voice"] = _build(VoiceFacts, table["voice"], where)
    built = _build(Manifest, table, where)
    refuse_private_labels(built.labels, where)
    _check_kind(built, where)
    return built


def _check_kind(built: Manifest, where: str) -> None:
    if not built.files:
        raise BadManifestError(f"{where}: chưa kê tệp nào.")
    if (built.kind is Kind.VOICE) != (built.voice is not None):
        raise BadManifestError(f"{where}: giọng đọc, và chỉ giọng đọc, phải có mục [voice].")
    if built.kind is Kind.DETECTOR and not (built.labels and built.convert_px):
        raise BadManifestError(f"{where}: mô hình phát hiện phải kê labels và convert_px.")


def _file(entry: dict[str, Any], where: str) -> AssetFile:
    entry["sources"] = tuple(_source(source, where) for source in entry["sources"])
    file = _build(AssetFile, entry, where)
    if not re.fullmatch(r"[0-9a-f]{64}", file.sha256):
        raise BadManifestError(f"{where}: sha256 của {file.name} phải là 64 chữ số hex.")
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", file.name):
        raise BadManifestError(f"{where}: tên tệp “{file.name}” không hợp lệ.")
    if file.bytes <= 0 or not file.sources:
        raise BadManifestError(f"{where}: {file.name} phải có bytes lớn hơn 0 và ít nhất một nguồn.")
    return file


def _source(entry: dict[str, Any], where: str) -> Source:
    kind = entry.pop("kind")
    if kind not in _SOURCES:
        raise BadManifestError(f"{where}: loại nguồn “{kind}” không có; được dùng: {', '.join(_SOURCES)}.")
    source = _build(_SOURCES[kind], entry, where)
    if isinstance(source, UrlSource) and not source.url.startswith("https://"):
        raise BadManifestError(f"{where}: địa chỉ {source.url} phải là https.")
    return source


T = TypeVar("T")


def _build(record: type[T], entry: dict[str, Any], where: str) -> T:
    known = {field.name: str(field.type) for field in fields(record)}  # type: ignore[arg-type] # always a dataclass here
    for key, value in entry.items():
        if key not in known:
            raise BadManifestError(f"{where}: khoá “{key}” không có trong {record.__name__}.")
        plain = {"str": str, "int": int, "bool": bool}.get(known[key])
        if plain is not None and type(value) is not plain:
            raise BadManifestError(f"{where}: khoá “{key}” phải là {plain.__name__}.")
    return record(**entry)
