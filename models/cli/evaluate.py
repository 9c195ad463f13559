"""`molang models eval`: average precision on pictures of one's own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from models.cli.pulling import say
from models.detectors import ensure_detector
from models.evaluation.coco_folder import open_folder
from models.evaluation.scoring import Scores, open_for_judging, score
from models.manifest import manifest

_WORDS: Final = {
    "ap": "AP",
    "ap50": "AP50",
    "ap75": "AP75",
    "ap_small": "AP nhỏ (< 32² px)",
    "ap_medium": "AP vừa",
    "ap_large": "AP lớn (> 96² px)",
}


@click.command("eval")
@click.argument("name", metavar="TÊN")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True), metavar="THƯ_MỤC_COCO")
@click.option("--imgsz", "size_px", type=int, help="Cạnh ảnh; mặc định là cạnh lớn nhất của mô hình.")
@click.option("--backend", default="detect_onnx", show_default=True, help="Động cơ chạy mô hình.")
@click.option("--annotations", type=click.Path(path_type=Path, dir_okay=False), help="Khi thư mục có nhiều tệp .json.")
@click.option("--json", "as_json", is_flag=True, help="In JSON thay cho bảng.")
def eval_command(
    name: str, folder: Path, size_px: int | None, backend: str, annotations: Path | None, as_json: bool
) -> None:
    """Chấm điểm mô hình (COCO AP) trên một thư mục ảnh có chú giải dạng COCO."""
    console = Console(stderr=as_json)
    size = size_px or max(manifest(name).input_px)
    scores = _scores(name, size, backend, folder, annotations, console)
    if as_json:
        facts = {"model": name, "size_px": size, "backend": backend, "pictures": scores.pictures, "boxes": scores.boxes}
        report = {**facts, **scores.figures, "judged": scores.judged, "left_out": scores.left_out}
        click.echo(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        _show(scores, f"{name} {size}, {backend}", console)


def _scores(name: str, size_px: int, backend: str, folder: Path, annotations: Path | None, console: Console) -> Scores:
    """The folder is checked before anything heavy loads."""
    data = open_folder(folder, annotations)
    detector = open_for_judging(backend, ensure_detector(name, size_px))
    with Progress(console=console, transient=True) as bars:
        bar = bars.add_task("Đang xem ảnh", total=len(data.pictures))
        return score(detector, data, lambda: bars.advance(bar))


def _show(scores: Scores, title: str, console: Console) -> None:
    table = Table("", title, box=None)
    for figure, value in scores.figures.items():
        table.add_row(_WORDS[figure], "–" if value is None else f"{value:.3f}")
    console.print(table)
    say(console, f"{scores.pictures} ảnh, {scores.boxes} khung, {len(scores.judged)} lớp được chấm.")
    if scores.left_out:
        say(console, f"Mô hình không biết, không chấm: {', '.join(scores.left_out)}.", "yellow")
