"""`molang assets`: what a technician types to get models, voices and clips, and to see whether they are right.

Exit code 1 if something required cannot be had. Loads neither numpy nor onnx until something is converted.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TransferSpeedColumn
from rich.table import Table

from models.assets import default_bundle, default_cache_dir, is_verified, pull_one, sha256_of
from models.detectors import ensure_detector
from models.errors import ModelError
from models.manifest import Kind, Manifest, all_manifests, manifest

_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.group()
def assets() -> None:
    """Tải, kiểm tra và liệt kê mô hình, giọng đọc, đoạn phim mẫu."""


@assets.command("pull")
@click.argument("names", nargs=-1, metavar="[TÊN]...")
@click.option("--cache", type=_FOLDER, help="Nơi cất tệp; mặc định $MOLANG_ASSETS hoặc assets/.")
@click.option("--bundle", type=_FOLDER, help="Bộ ngoại tuyến; mặc định $MOLANG_BUNDLE hoặc assets/bundle/.")
def pull_command(names: tuple[str, ...], cache: Path | None, bundle: Path | None) -> None:
    """Tải những gì còn thiếu và kiểm tra sha256. Không nêu TÊN thì tải mọi thứ cần cho máy."""
    console = Console()
    try:
        wanted = _wanted(names)
    except ModelError as error:
        raise click.ClickException(str(error)) from error
    with _bars(console) as bars:
        good = [_pull_and_convert(one, cache or default_cache_dir(), bundle, bars) for one in wanted]
    sys.exit(0 if all(good) else 1)


def _wanted(names: tuple[str, ...]) -> list[Manifest]:
    return [manifest(name) for name in names] or [one for one in all_manifests().values() if not one.on_request]


def _bars(console: Console) -> Progress:
    text = TextColumn("{task.description}")
    return Progress(text, BarColumn(), DownloadColumn(), TransferSpeedColumn(), console=console, transient=True)


class _Watcher:
    """One bar a file; a line for each source that gave wrong bytes."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}

    def advanced(self, file: str, done_bytes: int, total_bytes: int) -> None:
        """See models.assets.Progress."""
        if file not in self._tasks:
            self._tasks[file] = self._bars.add_task(file, total=total_bytes)
        self._bars.update(self._tasks[file], completed=done_bytes)

    def refused(self, file: str, source: str, reason: str) -> None:
        """See models.assets.Progress."""
        _say(self._bars.console, f"! {file}: {source}: {reason}", "yellow")


def _pull_and_convert(wanted: Manifest, cache: Path, bundle: Path | None, bars: Progress) -> bool:
    """True unless something required is missing."""
    outcome = pull_one(wanted, cache, bundle or default_bundle(cache), _Watcher(bars))
    try:
        if outcome.error is not None:
            raise outcome.error
        made = list(_converted(wanted, cache))
    except ModelError as error:
        return _missing(wanted, error, bars.console)
    state = "đã tải" if outcome.fresh else "đã có"
    names = ", ".join(path.name for path in (*outcome.paths, *made))
    _say(bars.console, f"✓ {wanted.title}: {state} ({names})", "green")
    return True


def _converted(wanted: Manifest, cache: Path) -> Iterable[Path]:
    return (ensure_detector(wanted.name, size_px, cache) for size_px in wanted.convert_px)


def _missing(wanted: Manifest, error: ModelError, console: Console) -> bool:
    if wanted.optional:
        _say(console, f"! {wanted.title} (không bắt buộc, máy vẫn chạy): {error}", "yellow")
    else:
        _say(console, f"✗ {wanted.title}: {error}", "red")
    return wanted.optional


def _say(console: Console, line: str, colour: str) -> None:
    # Names and reasons come from outside: rich must read no markup in them and break no hash in two.
    console.print(line, style=colour, markup=False, highlight=False, soft_wrap=True)


@assets.command("list")
@click.option("--cache", type=_FOLDER, help="Nơi cất tệp; mặc định $MOLANG_ASSETS hoặc assets/.")
def list_command(cache: Path | None) -> None:
    """Liệt kê tài nguyên, giấy phép của chúng, và cái nào đã có."""
    folder = cache or default_cache_dir()
    table = Table("Tên", "Loại", "Tệp", "MB", "Giấy phép", "Trên máy", box=None)
    for one in all_manifests().values():
        for file in one.files:
            state = "có" if is_verified(folder / file.name, file.sha256) else "chưa"
            table.add_row(one.name, _KINDS[one.kind], file.name, f"{file.bytes / 1e6:.1f}", one.licence, state)
    Console().print(table)


_KINDS = {Kind.DETECTOR: "phát hiện", Kind.VOICE: "giọng đọc", Kind.CLIP: "phim", Kind.IMAGE: "ảnh"}


@assets.command("verify")
@click.option("--cache", type=_FOLDER, help="Nơi cất tệp; mặc định $MOLANG_ASSETS hoặc assets/.")
def verify_command(cache: Path | None) -> None:
    """Đọc lại từng tệp đã có và so sha256; thoát với mã 1 nếu có tệp sai."""
    folder = cache or default_cache_dir()
    files = [file for one in all_manifests().values() for file in one.files if (folder / file.name).is_file()]
    wrong = [file.name for file in files if sha256_of(folder / file.name) != file.sha256]
    console = Console()
    for file in files:
        bad = file.name in wrong
        _say(console, f"✗ {file.name}: sai sha256" if bad else f"✓ {file.name}", "red" if bad else "green")
    if not files:
        _say(console, "Chưa có tệp nào; hãy chạy: molang assets pull", "yellow")
    sys.exit(1 if wrong else 0)
