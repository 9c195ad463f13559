"""The ``molang`` command. Each subcommand is loaded when it is asked for, so that none pays for another's imports."""

import asyncio
import importlib
import logging
import os
import sys
from functools import partial
from pathlib import Path
from typing import Any

import click

from edge.config.option import CONFIG
from edge.core.errors import MisconfiguredError, MolangError

log = logging.getLogger("molang")

ELSEWHERE = {
    "assets": "models.cli.assets:assets",
    "audit": "edge.store.audit_cli:audit",
    "bundle": "edge.release.bundle_cli:bundle",
    "backup": "edge.backup.cli:backup",
    "cap": "edge.cap.cli:cap",
    "cameras": "edge.workers.cameras.cli:cameras",
    "demo": "hil.cli:demo",
    "doctor": "edge.doctor.cli:doctor",
    "flood": "edge.flood.cli:flood",
    "hil": "hil.handover.cli:hil",
    "hub": "edge.hub.cli:hub",
    "models": "models.cli.models:models",
    "node": "edge.node.cli:node",
    "privacy": "edge.privacy.cli:privacy",
    "reports": "edge.workers.signing.cli:reports",
    "sbom": "edge.release.sbom:sbom",
    "amps-off": "edge.unit_cli:amps_off",
    "update": "edge.release.update_cli:update",
    "unit-failed": "edge.unit_cli:unit_failed",
    "users": "edge.accounts.cli:users",
    "voices": "edge.workers.speech.cli:voices",
    "web": "web.cli:web",
    "store": "edge.store.cli:store",
    "support": "edge.support.cli:support",
    "sync": "edge.sync.cli:sync",
    "enrol": "edge.sync.enrolment.cli:enrol",
    "init": "edge.config.first:init",
}
"""Subcommands that live with their subject: name -> module:attribute."""

HELP = {
    "assets": "Tải và kiểm tra mô hình, giọng đọc, tệp mẫu.",
    "audit": "Nhật ký: kiểm tra xem có bị sửa không.",
    "bundle": "Bộ cài ngoại tuyến: làm, kiểm tra.",
    "backup": "Bản sao của hộp: chép, kiểm tra, dựng lại trên máy khác.",
    "cap": "Bản tin cảnh báo theo CAP 1.2: đọc thử một tệp.",
    "cameras": "Tìm, xem thử và chỉnh camera.",
    "demo": "Điều khiển xã mô phỏng (cắt đường truyền, dâng nước…).",
    "doctor": "Khám hộp: cái gì hỏng, chữa thế nào.",
    "flood": "Nước: mức báo động, diễn lại một trận lũ.",
    "hil": "Chạy thử trên thiết bị thật hoặc mô phỏng, lập biên bản bàn giao.",
    "hub": "Đầu nhận ở tỉnh.",
    "models": "Mô hình phát hiện: danh sách, tải, xuất, chấm điểm, đo tốc độ.",
    "node": "Tác tử của một cụm loa.",
    "reports": "Báo cáo của xã: danh sách, ký số, kiểm tra chữ ký.",
    "privacy": "Sổ đăng ký camera, biển báo, thông tin nào ra khỏi hộp.",
    "sbom": "Danh sách thành phần phần mềm của bản này (CycloneDX).",
    "amps-off": "Tắt ampli của chính hộp rồi thoát (dùng cho ExecStopPost).",
    "update": "Lên bản mới, tự quay về bản cũ khi bản mới không khỏe.",
    "unit-failed": "Ghi lại một dịch vụ đã dừng hẳn (dùng cho OnFailure).",
    "users": "Tài khoản của từng người: lập, khoá, đặt lại mật khẩu.",
    "voices": "Giọng đọc: danh sách, nghe thử.",
    "web": "Trang màn hình và trang phát thanh.",
    "store": "Kiểm tra kho dữ liệu.",
    "support": "Hỗ trợ từ xa: phần mà các dịch vụ molang-support gọi.",
    "sync": "Đường về tỉnh: còn gì chờ, vì sao; chuyển bằng thẻ nhớ.",
    "enrol": "Ghi danh hộp này với tỉnh.",
    "init": "Hỏi vài câu và viết tệp cấu hình đầu tiên.",
}


class Lazy(click.Group):
    """A group that finds some of its commands in other modules."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names."""
        return sorted([*super().list_commands(ctx), *ELSEWHERE])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now if it lives elsewhere."""
        if cmd_name not in ELSEWHERE:
            return super().get_command(ctx, cmd_name)
        module, _, name = ELSEWHERE[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing those that live elsewhere."""
        own = {name: command.get_short_help_str(80) for name, command in self.commands.items()}
        with formatter.section("Lệnh"):
            formatter.write_dl(sorted((own | HELP).items()))

    def invoke(self, ctx: click.Context) -> Any:
        """Our own errors are one sentence for people, not a traceback."""
        try:
            return super().invoke(ctx)
        except MolangError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Mõ Làng: phòng trực của xã trong một hộp."""


@main.command()
@CONFIG
def run(config_path: Path) -> None:
    """Chạy bộ điều khiển."""
    from edge.app import run_box
    from edge.kernel.log import start_logging
    from edge.kernel.process import give_memory_back, keep_files_private, others_may_read
    from edge.settings_book.trial import Bench

    start_logging("molang")
    give_memory_back()
    keep_files_private()
    if others_may_read(config_path):
        log.warning("%s holds passwords and can be read by others: chmod 600", config_path)
    bench = Bench(config_path)
    try:
        again = asyncio.run(run_box(bench.loaded(), config_path))
    except MisconfiguredError as error:
        if not bench.take_back(str(error)):
            click.echo(f"Error: {error}", err=True)
            raise SystemExit(78) from error  # EX_CONFIG: systemd does not try it again, and molang-failed@ says so
        again = True
    if again:  # in this very process: systemd sees no stop, and the horns' own units need not know
        os.execv(sys.executable, sys.orig_argv)  # noqa: S606 - our own command line, once more


@main.command()
@CONFIG
def check(config_path: Path) -> None:
    """Kiểm tra tệp cấu hình; lỗi nêu tên tệp và dòng."""
    from edge.config import load
    from edge.config.map_file import load_map

    config = load(config_path)
    try:
        load_map(config)
    except MolangError as error:  # the box works without: its wall draws a diagram
        click.echo(f"Bản đồ: {error}", err=True)
    click.echo(
        f"{config_path}: đúng. {len(config.camera)} camera, {len(config.hamlet)} thôn, {len(config.horn)} cụm loa,"
        f" {len(config.gauge)} trạm đo, {len(config.person)} cán bộ."
    )


@main.command()
@click.argument("words", nargs=-1)
@click.option("--jsonl", is_flag=True, help='Đọc từng dòng {"id","text"} từ các tệp, hoặc từ đầu vào chuẩn.')
@click.option("--south", is_flag=True, help="Cách đọc miền Nam.")
def read(words: tuple[str, ...], jsonl: bool, south: bool) -> None:
    """In cách đọc của một câu; mã thoát 1 khi có chỗ không đọc được.

    Với --jsonl, WORDS là tên tệp; mã thoát 1 khi có dòng hỏng (nói rõ dòng nào), các dòng khác vẫn được đọc. Dòng có
    chỗ không đọc được là một câu trả lời ("spoken": null), không phải dòng hỏng.
    """
    from edge import reading

    out, given = sys.stdout.buffer, sys.stdin.buffer
    if jsonl:
        whole = True
        for name, lines in reading.lines_of(map(Path, words), given):
            whole &= reading.read_lines(lines, out, partial(click.echo, err=True), south=south, name=name)
        sys.exit(0 if whole else 1)
    text = os.fsencode(" ".join(words)).decode("utf-8", "replace") if words else given.read().decode("utf-8", "replace")

    def say(line: str) -> None:
        out.write(f"{line}\n".encode("utf-8", "replace"))

    if not reading.read_one(text, say, south=south):
        sys.exit(1)


if __name__ == "__main__":
    main(prog_name="molang")
