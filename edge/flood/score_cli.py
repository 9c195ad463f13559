"""``molang flood score``: how good the forecast is on floods that it did not learn from."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.progress import track
from rich.table import Table

from edge.core.errors import FinalError
from edge.core.forecast import Flood
from edge.core.forecast.default import default_model
from edge.flood.chart import chart
from edge.flood.options import FILES, LEVELS, STATION, UPSTREAM
from edge.flood.records import flood_in, model_in
from edge.flood.scoring import Scored, report, scored


@click.command()
@FILES
@STATION
@UPSTREAM
@LEVELS
@click.option("--horizon", default=3.0, show_default=True, type=click.FloatRange(1, 6), help="Nhìn trước mấy giờ.")
@click.option(
    "--model", "model_path", type=click.Path(path_type=Path, exists=True), help="Chấm mô hình này, không học."
)
@click.option("--json", "json_path", type=click.Path(path_type=Path, dir_okay=False), help="Ghi kết quả, JSON.")
@click.option("--chart", "chart_path", type=click.Path(path_type=Path, dir_okay=False), help="Vẽ hình, SVG.")
def score(
    files: tuple[Path, ...],
    station: str,
    upstream: str,
    levels: tuple[float, ...],
    horizon: float,
    model_path: Path | None,
    json_path: Path | None,
    chart_path: Path | None,
) -> None:
    """Chấm dự báo: lần lượt giấu một tệp, học từ các tệp khác, rồi dự báo tệp đã giấu.

    Mỗi tệp là một trận lũ. Chỉ một tệp thì chấm mô hình có sẵn. Mã thoát 1 khi có điều chưa đạt.
    """
    console = Console()
    floods = _floods(files, station, upstream, levels[0])
    given = model_in(model_path) if model_path else default_model() if len(floods) == 1 else None
    steps = scored(floods, station, upstream, horizon, given)
    found = list(track(steps, "Đang chấm", total=len(floods), console=console, transient=True))
    whole = report(found, station, horizon)
    _show(console, found, whole)
    if json_path:
        json_path.write_text(json.dumps(whole, ensure_ascii=False, indent=2) + "\n", "utf-8")
    if chart_path:
        chart_path.write_text(chart(found, levels), "utf-8")
    raise SystemExit(1 if whole["misses"] else 0)


def _floods(files: Iterable[Path], station: str, upstream: str, flood_m: float) -> dict[str, Flood]:
    floods: dict[str, Flood] = {}
    for path in files:
        if path.stem in floods:
            raise FinalError(f"Hai tệp cùng tên {path.stem}: mỗi trận lũ phải có một tên riêng.")
        floods[path.stem] = flood_in(path, station, upstream, flood_m)
    return floods


def _show(console: Console, found: Sequence[Scored], whole: dict[str, object]) -> None:
    table = Table(title=f"Dự báo trước {whole['horizon_h']:g} giờ tại {whole['station']}")
    table.add_column("trận lũ", no_wrap=True)
    for name in (
        "số lần",
        "im lặng",
        "sai số, cm",
        "so với giữ nguyên",
        "so với kẻ thẳng",
        "khoảng giữ được",
        "rộng / sai số",
    ):
        table.add_column(name, justify="right")
    for each in found:
        one = each.score
        table.add_row(
            each.name,
            str(one.n),
            str(one.silent),
            f"{one.mae_m * 100:.1f}",
            f"{one.over_persistence:.3f}",
            f"{one.over_line:.3f}",
            f"{one.held:.1%}",
            f"{one.width_over_mae:.2f}",
        )
    console.print(table)
    every = whole["all"]
    assert isinstance(every, dict)
    console.print(
        f"Tất cả: khoảng giữ được {every['band_holds']:.1%}, rộng {every['width_over_mae']:.2f} lần sai số;"
        f" trung bình {every['mae_over_line_mean']:.3f} lần kẻ thẳng.",
        soft_wrap=True,
    )
    misses = whole["misses"]
    assert isinstance(misses, list)
    for miss in misses:
        console.print(f"[red]✘[/] {miss}", soft_wrap=True)
