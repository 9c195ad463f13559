"""``molang sync export``, ``receipt`` and ``key``: the outbox goes to the province by hand when no line does."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import click

from edge.config import load
from edge.config.folders import control_socket
from edge.config.option import CONFIG
from edge.config.schema import Config
from edge.control.client import call
from edge.control.protocol import NoteStick, Refused, TakeReceipt
from edge.core.errors import FinalError
from edge.kernel.clock import SystemClock
from edge.store.reader import Reader
from edge.store.writer import Writer
from edge.sync.receipt import Progress, Receipts
from edge.sync.stick_export import Outgoing, public_key, write_stick

USER, ROLE = "molang sync", "technician"
DEADLINE_S = 90.0
"""For some hundred frames of a receipt, while the box does all the rest."""


@click.command()
@CONFIG
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option("--media", is_flag=True, help="Kèm hình của các sự cố đang chờ báo tỉnh.")
def export(config_path: Path, folder: Path, media: bool) -> None:
    """Ghi mọi thứ đang chờ gửi tỉnh vào một tệp đã ký trong FOLDER, ví dụ trên thẻ nhớ. Hộp vẫn chạy bình thường."""
    config = load(config_path)
    data = Path(config.commune.data)
    outgoing = Outgoing(source_of(config), public_key(data / "keys" / "audit.pem"), data / "media" if media else None)
    clock = SystemClock()
    with closing(Reader(data / "molang.db")) as reader:
        reader.connection.row_factory = None
        written = write_stick(reader.connection, outgoing, folder, clock.now().at_ms, _noter(config))
    click.echo(f"{written.path}: {written.events} sự kiện, {written.media} hình, {written.length} byte.")
    if not written.whole:
        click.echo("Chưa hết: tệp đã đầy. Khi tỉnh nhận xong và có biên nhận, hãy xuất lần nữa.")
    click.echo("Mang tới tỉnh: molang hub import. Biên nhận mang về: molang sync receipt.")


@click.command()
@CONFIG
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
def receipt(config_path: Path, file: Path) -> None:
    """Nhận biên nhận của tỉnh: những gì tỉnh đã có thì không gửi nữa. Mất biên nhận cũng không sao."""
    config = load(config_path)
    settled = rejected = frame = 0
    while True:
        done = _take(config, file.resolve(), frame)
        settled, rejected, frame = settled + done.settled, rejected + done.rejected, done.next_frame
        if frame == 0:
            break
    click.echo(f"Tỉnh đã nhận: {settled} sự kiện không phải gửi nữa, {rejected} sự kiện tỉnh từ chối.")


@click.command()
@CONFIG
def key(config_path: Path) -> None:
    """In tên và khóa công khai của hộp: giao cho tỉnh để kiểm tra tệp chuyển tay (--box-key)."""
    config = load(config_path)
    found = public_key(Path(config.commune.data) / "keys" / "audit.pem")
    click.echo(f"{source_of(config)} {found.public_hex}")


def source_of(config: Config) -> str:
    """The name of this box at the province."""
    return f"/xa/{config.commune.id}/box/{config.commune.box}"


def control_of(config: Config) -> Path:
    """Where the running box listens."""
    return control_socket(config.commune.data)


def _noter(config: Config) -> Callable[[str, int, int], None]:
    """Through the box while it runs, for only one may write its database; else by ourselves."""

    def note(stick: str, made_at_ms: int, events: int) -> None:
        if box_runs(control_of(config)):
            _ask(config, NoteStick(user=USER, role=ROLE, stick=stick, made_at_ms=made_at_ms, events=events))
        else:
            asyncio.run(_alone(config, lambda own: own.note(stick, made_at_ms, events)))

    return note


def _take(config: Config, path: Path, frame: int) -> Progress:
    if box_runs(control_of(config)):
        return Progress(**_ask(config, TakeReceipt(user=USER, role=ROLE, path=str(path), first_frame=frame)))
    done: Progress = asyncio.run(_alone(config, lambda own: own.take(path, frame)))
    return done


def _ask(config: Config, request: NoteStick | TakeReceipt) -> dict[str, Any]:
    answer = call(control_of(config), request, DEADLINE_S)
    if isinstance(answer, Refused):
        raise FinalError(answer.reason)
    return dict(answer.value)


async def _alone(config: Config, work: Callable[[Receipts], Any]) -> Any:
    with _writer(config) as writer:
        return await work(Receipts(config.hub, source_of(config), writer.write, SystemClock()))


@contextmanager
def _writer(config: Config) -> Iterator[Writer]:
    writer = Writer(Path(config.commune.data) / "molang.db")
    try:
        yield writer
    finally:
        writer.close()


def box_runs(control: Path) -> bool:
    """Whether a box answers there."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        try:
            line.connect(str(control))
        except OSError:
            return False
    return True
