"""`molang assets`: what a technician types to get models, voices and clips, and to see whether they are right.

Exit code 1 if something required cannot be had. Loads neither numpy nor onnx until something is converted.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from models.assets import is_verified, sha256_of
from models.cli.pulling import BUNDLE, CACHE, Told, pull_all, say
from models.folders import default_bundle, default_cache_dir
from models.manifest import Kind, Manifest, manifest, shipped

_KINDS = {
    Kind.DETECTOR: "phát hiện",
    Kind.VOICE: "giọng đọc",
    Kind.CLIP: "phim",
    Kind.IMAGE: "ảnh",
    Kind.LIBRARY: "thư viện",
}


@click.group(cls=Told)
def assets() -> None:
    """Tải, kiểm tra và liệt kê mô hình, giọng đọc, đoạn phim mẫu."""


@assets.command("pull")
@click.argument("names", nargs=-1, metavar="[TÊN]...")
@CACHE
@BUNDLE
@click.option(
    "--only-bundle", is_flag=True, help="Thứ không bắt buộc mà bộ ngoại tuyến không có thì thôi, không tìm trên mạng."
)
def pull_command(names: tuple[str, ...], cache: Path | None, bundle: Path | None, *, only_bundle: bool) -> None:
    """Tải những gì còn thiếu và kiểm tra sha256. Không nêu TÊN thì tải mọi thứ cần cho máy."""
    folder = bundle or default_bundle(cache or default_cache_dir())
    wanted = [one for one in _wanted(names) if not (only_bundle and one.optional) or _is_in(one, folder)]
    pull_all(wanted, cache, bundle)


def _is_in(wanted: Manifest, folder: Path) -> bool:
    return all((folder / file.name).is_file() for file in wanted.files)


def _wanted(names: tuple[str, ...]) -> list[Manifest]:
    return [manifest(name) for name in names] or [one for one in shipped().values() if not one.on_request]


@assets.command("list")
@CACHE
def list_command(cache: Path | None) -> None:
    """Liệt kê tài nguyên, giấy phép của chúng, và cái nào đã có."""
    folder = cache or default_cache_dir()
    table = Table("Tên", "Loại", "Tệp", "MB", "Giấy phép", "Trên máy", box=None)
    for one in shipped().values():
        for file in one.files:
            state = "có" if is_verified(folder / file.name, file.sha256) else "chưa"
            table.add_row(one.name, _KINDS[one.kind], file.name, f"{file.bytes / 1e6:.1f}", one.licence, state)
    Console().print(table)


@assets.command("verify")
@CACHE
@BUNDLE
def verify_command(cache: Path | None, bundle: Path | None) -> None:
    """Đọc lại từng tệp đã có và so sha256; thoát với mã 1 nếu có tệp sai.

    Với --bundle: thiếu tệp mà bộ ấy có cũng là sai.
    """
    folder = cache or default_cache_dir()
    places = [folder, bundle] if bundle else [folder]
    known = [file for one in shipped().values() for file in one.files]
    files = [file for file in known if any((place / file.name).is_file() for place in places)]
    wrong = {file.name: why for file in files if (why := _wrong(folder / file.name, file.sha256))}
    console = Console()
    for file in files:
        bad = file.name in wrong
        say(console, f"✗ {file.name}: {wrong[file.name]}" if bad else f"✓ {file.name}", "red" if bad else "green")
    if not files:
        say(console, "Chưa có tệp nào; hãy chạy: molang assets pull", "yellow")
    sys.exit(1 if wrong else 0)


def _wrong(path: Path, sha256: str) -> str:
    if not path.is_file():
        return "chưa có"
    return "" if sha256_of(path) == sha256 else "sai sha256"
