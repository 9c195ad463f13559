"""`molang models`: detectors on this machine: which there are, fetching, adding, judging, timing."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Final

import click
from rich.console import Console
from rich.table import Table

from models.assets import is_verified
from models.catalogue import Catalogue, catalogue
from models.cli.pulling import BUNDLE, CACHE, Told, leave, pull_all
from models.detectors import is_ready
from models.folders import default_cache_dir
from models.manifest import Manifest, manifest, shipped

_ELSEWHERE: Final = {
    "bench": "models.cli.bench:bench_command",
    "eval": "models.cli.evaluate:eval_command",
    "export": "models.cli.export:export_command",
}


class _Group(Told):
    """Who lists models does not wait for the engines that bench, eval and export load."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names."""
        return sorted([*super().list_commands(ctx), *_ELSEWHERE])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now if it lives elsewhere."""
        if cmd_name not in _ELSEWHERE:
            return super().get_command(ctx, cmd_name)
        module, _, name = _ELSEWHERE[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command


@click.group(cls=_Group)
def models() -> None:
    """Mô hình phát hiện: danh sách, tải, xuất, chấm điểm, đo tốc độ."""


@models.command("list")
@CACHE
def list_command(cache: Path | None) -> None:
    """Liệt kê mô hình của máy và của xã: giấy phép, số nhãn, cạnh ảnh, cái nào đã có."""
    folder, console = cache or default_cache_dir(), Console()
    known = catalogue()
    table = Table("Tên", "Của", "Giấy phép", "Nhãn", "Dạng", "Cạnh ảnh đã sẵn sàng", "Tệp gốc", box=None)
    for one in known.detectors:
        owner = "máy" if one.name in shipped() else "xã"
        table.add_row(one.name, owner, one.licence, str(len(one.labels)), one.head, *_states(one, folder))
    console.print(table)
    leave(console, known.faults)


def _states(one: Manifest, folder: Path) -> tuple[str, str]:
    ready = [f"{size_px} {'✓' if is_ready(one, size_px, folder) else '–'}" for size_px in one.input_px]
    source = one.files[0]
    return ", ".join(ready), "có" if is_verified(folder / source.name, source.sha256) else "chưa"


@models.command("pull")
@click.argument("names", nargs=-1, metavar="[TÊN]...")
@CACHE
@BUNDLE
def pull_command(names: tuple[str, ...], cache: Path | None, bundle: Path | None) -> None:
    """Tải, kiểm tra và chuyển đổi mô hình. Không nêu TÊN thì mọi mô hình của máy và của xã."""
    known = Catalogue(tuple(manifest(name) for name in names), ()) if names else catalogue()
    pull_all(known.detectors, cache, bundle, known.faults)
