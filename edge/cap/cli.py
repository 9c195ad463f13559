"""``molang cap``: looks at a warning without doing anything with it."""

from pathlib import Path

import click

from edge.cap.inbox import dropped
from edge.cap.intake import trust_in
from edge.config import load
from edge.core.cap import BAO_DONG, Cap, hamlets_named, parameter
from edge.core.cap_xml import read_cap
from edge.core.errors import FinalError
from edge.core.local_time import local
from edge.core.moment import AtMs
from edge.core.policy.cap_intake import Effect, judge
from edge.kernel.clock import SystemClock

EFFECTS = {
    Effect.DRAFT: "thành bản nháp chờ lãnh đạo duyệt",
    Effect.ALARM: "phát ngay mẫu tin đã duyệt trước",
    Effect.CANCEL: "hủy những bản tin nó nhắc đến",
    Effect.REFUSE: "không nhận",
}


@click.group()
def cap() -> None:
    """Bản tin cảnh báo theo CAP 1.2."""


@cap.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--config", "config_path", type=click.Path(path_type=Path, dir_okay=False), help="Tệp cấu hình của hộp.")
def check(file: Path, config_path: Path | None) -> None:
    """Đọc một tệp CAP, nói hộp sẽ làm gì với nó; không phát gì. Mã thoát 1 khi không nhận."""
    one = dropped(file)
    try:
        found = read_cap(one.data)
    except FinalError as error:
        raise click.ClickException(str(error)) from error
    for line in _facts(found):
        click.echo(line)
    if config_path is None:
        return
    config = load(config_path)
    sources = {source.sender: source for source in config.cap.source}
    trust = trust_in(sources.get(found.sender), one)
    hamlets = {hamlet.id for hamlet in config.hamlet}
    verdict = judge(found, trust, hamlets, frozenset(), SystemClock().now().at_ms, drill=config.cap.drill)
    click.echo(f"Chữ ký:     {'đúng' if trust.signed else 'không có hoặc không đúng'}")
    click.echo(f"Hộp sẽ:     {EFFECTS[verdict.effect]}. {verdict.reason}".rstrip())
    if verdict.text:
        click.echo(f"Lời phát:   {verdict.text}")
    raise SystemExit(1 if verdict.effect is Effect.REFUSE else 0)


def _facts(found: Cap) -> list[str]:
    info = found.info
    lines = [
        f"Bản tin:    {found.identifier} của {found.sender}",
        f"Gửi lúc:    {_when(found.sent_ms)}",
        f"Trạng thái: {found.status}, {found.msg_type}, {found.scope}",
    ]
    if info is not None:
        level = parameter(found, BAO_DONG)
        lines += [
            f"Sự kiện:    {info.event} ({info.severity}{f', báo động {level}' if level else ''})",
            f"Hết hạn:    {_when(found.expires_ms) if found.expires_ms else 'không ghi'}",
            f"Thôn:       {', '.join(hamlets_named(found)) or 'không ghi'}",
        ]
    return lines


def _when(at_ms: int) -> str:
    return f"{local(AtMs(at_ms)):%H:%M:%S ngày %d/%m/%Y}"
