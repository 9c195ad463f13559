"""`./run bench [NAME] [--quick] [--json FILE]`."""

import importlib
from pathlib import Path

import click
from rich.console import Console

from edge.core.errors import MolangError
from hil.bench import chart, machine, report
from hil.bench.outcome import BenchUnavailableError, Outcome
from hil.harness import ROOT, NotReadyError
from models.errors import ModelError

BENCHES = {
    "vision": "camera RTSP → tiến trình nhìn → vết: lõi CPU, độ trễ   cameras through one shard: CPU, delay, memory",
    "horns": "lệnh → tiếng đầu tiên, DỪNG → im lặng               order to first sample, STOP to silence",
    "voice": "50 loa: nút bấm → tiếng, chữ mới → tiếng, DỪNG → im, lệch giờ   fifty horns: button, words, STOP, skew",
    "store": "ghi chung một fsync: giao dịch/giây, độ trễ          group commit: rows a second, commit latency",
    "reader": "đọc bản tin thành lời: µs mỗi ký tự                 the normaliser, plain, dense and hostile texts",
    "uplink": "hộp → tỉnh: sự kiện/giây, byte mỗi sự kiện          draining a backlog to a real hub over mTLS",
    "outbox": "hàng chờ gửi tỉnh: 30 ngày trên đĩa, triệu tin chờ      a month on the disk, a million events that wait",
    "backlog": "hàng chờ phát hiện: bận tính toán, công bằng    the engine under backlog against a bare loop of it",
    "regions": "vùng nhìn: tìm thấy bao nhiêu, tốn bao nhiêu      regions beside the whole picture on real footage",
    "tracking": "vết: MOTA, IDF1, đổi số                          trackers on TUD ground truth, kept and home-made",
    "cameras": "29 camera: lõi CPU, độ trễ, bỏ sót, báo nhầm         29 cameras before the whole box, against others",
    "web": "màn hình 29 camera trong Chromium thật               the wall in a real browser: tiles, memory, recovery",
    "models": "phát hiện người, giọng đọc                          detector ms a frame, voice real-time factor",
}


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("name", required=False, type=click.Choice(list(BENCHES)))
@click.option("--quick", is_flag=True, help="Đo nhanh, ít vòng: chỉ để thử. / A short run, to try it.")
@click.option("--json", "path", type=click.Path(path_type=Path, dir_okay=False), help="Mặc định var/bench/.")
@click.option("--only", default="", help="Chỉ một phần của bài đo có nhiều phần. / One part of a bench that has parts.")
def main(name: str | None, quick: bool, path: Path | None, only: str) -> None:
    """Đo hiệu năng; không nêu TÊN thì liệt kê. / Measure performance; without a NAME list the benches."""
    if name is None:
        click.echo("\n".join(f"{one:<8} {about}" for one, about in BENCHES.items()))
        return
    console = Console(stderr=True)
    try:
        run(name, quick, path, console, only)
    except (BenchUnavailableError, MolangError, ModelError, NotReadyError) as error:
        raise click.ClickException(str(error)) from error


def run(name: str, quick: bool, path: Path | None, console: Console, only: str = "") -> report.Report:
    """Measure, show the table, write the JSON and the chart beside it."""
    bench = importlib.import_module(f"hil.bench.{name}")
    parts = tuple(getattr(bench, "PARTS", ()))
    if only and only not in parts:
        raise click.BadParameter(f"{name}: {', '.join(parts) or 'không có phần nào'}", param_hint="--only")
    before, on = machine.moment(), machine.describe()
    with console.status(name) as status:
        part = {"only": only} if only else {}
        outcome: Outcome = bench.measure(quick, lambda words: status.update(f"{name}: {words}"), **part)
    facts = {"machine": on, "before": before, "after": machine.moment()}
    found = report.report_of(name, quick, outcome, facts)
    path = path or ROOT / "var" / "bench" / f"{name}-{str(before['at'])[:19].replace(':', '')}.json"
    report.write(path, found)
    path.with_suffix(".svg").write_text(chart.draw(f"{name}", _note(found), outcome), "utf-8")
    report.show(console, outcome)
    console.print(f"[dim]{_note(found)}[/]\n{path}\n{path.with_suffix('.svg')}", highlight=False, soft_wrap=True)
    return found


def _note(found: report.Report) -> str:
    on, loads = found["machine"], f"{found['before']['load_1min']}–{found['after']['load_1min']}"
    return f"{on['cpu']}, {on['cores']} lõi/cores, load {loads}, {on['commit']}, {found['before']['at']}"


if __name__ == "__main__":
    main()
