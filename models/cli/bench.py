"""`molang models bench`: every engine with every model that is here, in turns."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from itertools import product
from pathlib import Path
from typing import Any, Final

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from models.bench.contender import Contender
from models.bench.race import Figures, Settings, fastest, race
from models.catalogue import catalogue
from models.cli.pulling import say
from models.detectors import ensure_detector
from models.errors import AssetMissingError, ModelError
from models.manifest import Manifest, manifest
from models.registry import kinds

THREADS: Final = (1, 2)
_NUMBERS: Final = ("picture_ms", "pictures_per_s", "cpu_ms", "start_s", "pss_mb")
_PACKAGES: Final = ("numpy", "onnxruntime", "openvino", "opencv-python-headless")


@click.command("bench")
@click.argument("names", nargs=-1, metavar="[TÊN]...")
@click.option("--turns", type=click.IntRange(1, 100), default=5, show_default=True, help="Số lượt đo mỗi động cơ.")
@click.option(
    "--turn-s", type=click.FloatRange(0.01, 60), default=1.0, show_default=True, help="Một lượt dài mấy giây."
)
@click.option("--busy", type=click.IntRange(0, 64), default=0, help="Số tiến trình khác cùng chiếm máy trong lúc đo.")
@click.option("--json", "as_json", is_flag=True, help="In JSON thay cho bảng.")
def bench_command(names: tuple[str, ...], turns: int, turn_s: float, busy: int, as_json: bool) -> None:
    """Đo tốc độ từng động cơ, cạnh ảnh, số luồng trên chính máy này; không nêu TÊN thì đo mọi mô hình đã có."""
    console = Console(stderr=as_json)
    groups = _groups(names)
    if not groups:
        raise AssetMissingError("Chưa có mô hình nào để đo; hãy chạy: molang models pull")
    settings = Settings(turns, turn_s, busy)
    load = os.getloadavg()[0]
    figures, reasons = _measured(groups, settings, console)
    if as_json:
        click.echo(json.dumps(_report(figures, reasons, settings, load), ensure_ascii=False, indent=2))
    else:
        _show(figures, reasons, console)


def _groups(names: Sequence[str]) -> list[list[Contender]]:
    """Per model and size all engines: only these are compared, so only these need to be in memory together."""
    detectors = [manifest(name) for name in names] or catalogue().detectors
    return [group for one in detectors for size_px in one.input_px if (group := _group(one, size_px, bool(names)))]


def _group(one: Manifest, size_px: int, must: bool) -> list[Contender]:
    try:
        path = ensure_detector(one.name, size_px)
    except AssetMissingError:
        if must:
            raise
        return []
    backends = [kind for kind in kinds() if kind.startswith("detect_")]
    threads = [count for count in THREADS if count <= (os.cpu_count() or 1)]
    return [Contender(one.name, size_px, *both, path) for both in product(backends, threads)]


def _measured(
    groups: Sequence[Sequence[Contender]], settings: Settings, console: Console
) -> tuple[list[Figures], dict[str, str]]:
    figures: list[Figures] = []
    reasons: dict[str, str] = {}
    with Progress(console=console, transient=True) as bars:
        bar = bars.add_task("Đang đo", total=sum(settings.turns * len(group) for group in groups))
        for group in groups:
            found, refused = race(group, settings, lambda: bars.advance(bar))
            figures += found
            reasons |= {one.backend: reason for one, reason in refused.items()}
    if not figures:
        raise ModelError("Không động cơ nào chạy được: " + "; ".join(reasons.values()))
    return figures, reasons


def _show(figures: Sequence[Figures], reasons: Mapping[str, str], console: Console) -> None:
    table = Table(
        "Mô hình",
        "Cạnh",
        "Động cơ",
        "Luồng",
        "ms/ảnh",
        "ảnh/giây",
        "ms CPU/ảnh",
        "khởi động, s",
        "bộ nhớ, MB",
        box=None,
    )
    best = fastest(figures)
    for one in figures:
        what = (one.contender.model, str(one.contender.size_px), one.contender.backend, str(one.contender.threads))
        cells = (
            *what,
            *(f"{getattr(one, name):.{digits}f}" for name, digits in zip(_NUMBERS, (1, 1, 1, 2, 0), strict=True)),
        )
        table.add_row(*cells, style="bold green" if one in best else None)
    console.print(table)
    for one in best:
        say(console, f"Nhanh nhất ở máy này: {_words(one)}")
    for backend, reason in reasons.items():
        say(console, f"! {backend}: {reason}", "yellow")


def _words(one: Figures) -> str:
    what = one.contender
    return f"{what.model} {what.size_px}: {what.backend}, {what.threads} luồng, {one.pictures_per_s:.0f} ảnh/giây"


def _report(figures: Sequence[Figures], reasons: Mapping[str, str], settings: Settings, load: float) -> dict[str, Any]:
    return {
        "machine": {"architecture": platform.machine(), "cpu": _cpu(), "cores": os.cpu_count(), "load_1min": load},
        "versions": {"python": platform.python_version(), **_versions()},
        "settings": asdict(settings),
        "figures": [_row(one) for one in figures],
        "fastest": [_row(one) for one in fastest(figures)],
        "refused": dict(reasons),
    }


def _row(one: Figures) -> dict[str, Any]:
    what = asdict(one.contender)
    del what["path"]
    return what | {name: round(getattr(one, name), 2) for name in _NUMBERS}


def _cpu() -> str:
    """What Linux calls the processor; ARM boards name themselves elsewhere or not at all."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith(("model name", "Model"))]
    return names[0] if names else platform.processor()


def _versions() -> dict[str, str]:
    there = {one.metadata["Name"]: one.version for one in importlib.metadata.distributions()}
    return {name: there[name] for name in _PACKAGES if name in there}
