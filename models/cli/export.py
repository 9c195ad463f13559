"""`molang models export`: the default model at another size, or any Ultralytics model as one of the commune's own."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import onnx
from rich.console import Console

from models.assets import locked, replacing
from models.cli.pulling import say
from models.detection.network import head_of, labels_of
from models.detectors import ensure_detector
from models.errors import ExportError
from models.export.environment import build, default_environment, run
from models.folders import default_cache_dir
from models.manifest import NAME, shipped
from models.own import write_manifest


@click.command("export")
@click.argument("name", metavar="TÊN|TỆP.pt|KIẾN_TRÚC.yaml", required=False)
@click.option("--imgsz", "size_px", type=click.IntRange(32, 1920), default=320, show_default=True, help="Cạnh ảnh.")
@click.option("--as", "own_name", help="Tên của mô hình mới; mặc định lấy theo tên tệp.")
@click.option("--licence", help="Giấy phép của trọng số; mặc định là điều tệp tự ghi.")
@click.option("--build", "build_first", is_flag=True, help="Tạo môi trường xuất (torch, Ultralytics, khoảng 2 GB).")
def export_command(
    name: str | None, size_px: int, own_name: str | None, licence: str | None, build_first: bool
) -> None:
    """Xuất mô hình ra ONNX. Mô hình kèm theo máy được chuyển đổi ngay tại đây; mô hình khác cần môi trường xuất."""
    console = Console()
    if build_first:
        with console.status("Đang tạo môi trường xuất mô hình…"):
            build(default_environment())
        say(console, f"✓ Môi trường xuất: {default_environment()}", "green")
    if name is None:
        if not build_first:
            raise click.UsageError("Hãy nêu tên mô hình hoặc tệp.")
    elif name in shipped():
        say(console, f"✓ {ensure_detector(name, size_px)}", "green")
    else:
        with console.status(f"Đang xuất {name}…"):
            path = _export(name, size_px, own_name, licence)
        say(console, f"✓ {path}", "green")


def _export(weights: str, size_px: int, own_name: str | None, licence: str | None) -> Path:
    """The network as a model of the commune's own, ready to be opened."""
    name = own_name or Path(weights).stem
    if not re.fullmatch(NAME, name) or name in shipped():
        raise ExportError(f"“{name}” không dùng làm tên được; hãy đặt tên khác bằng --as.")
    if not weights.endswith((".pt", ".yaml")):
        raise ExportError(f"{weights} không phải mô hình kèm theo máy, cũng không phải tệp .pt hay .yaml.")
    source = default_cache_dir() / f"{name}.onnx"
    with locked(source), replacing(source) as stream:
        stream.write(_exported(weights, size_px))
    notes = _notes(source)
    labels, head = labels_of(notes, source.name), head_of(notes, source.name)
    write_manifest(name, source, labels, size_px, head, licence or _licence(notes))
    return ensure_detector(name, size_px)


def _exported(weights: str, size_px: int) -> bytes:
    # What is no file here is an architecture that Ultralytics knows by name.
    where = str(Path(weights).absolute()) if Path(weights).is_file() else weights
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "made.onnx"
        run("models.export.with_ultralytics", [where, str(size_px), str(made)], default_environment())
        return made.read_bytes()


def _licence(notes: Mapping[str, str]) -> str:
    """Ultralytics writes "AGPL-3.0 License (address)"."""
    return notes.get("license", "không rõ").partition(" License")[0]


def _notes(source: Path) -> dict[str, str]:
    network: Any = onnx.load(source, load_external_data=False)
    return {note.key: note.value for note in network.metadata_props}
