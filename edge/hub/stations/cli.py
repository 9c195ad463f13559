"""``molang hub station …``: publish from the province's own machine, by hand or out of a file that others write."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import click

from edge.core.errors import FinalError, MisconfiguredError, TransientError
from edge.hub.database import Database
from edge.hub.projection.following import PAUSE_S, Projector
from edge.hub.stations import book
from edge.hub.stations.given import MOST_BYTES, GivenRelease, checked_release, read_csv, read_json
from edge.kernel.clock import SystemClock

BY = "molang hub station"
_FILE = click.Path(path_type=Path, dir_okay=False)


def _options(command: Callable[..., None]) -> Callable[..., None]:
    folder = click.option("--folder", type=click.Path(path_type=Path, file_okay=False), help="Thư mục của đầu tỉnh.")
    url = click.option("--database", envvar="MOLANG_HUB_DATABASE", help="postgresql+asyncpg://… như của serve.")
    return folder(url(command))


def _with(folder: Path | None, url: str | None, work: Callable[[Database], Awaitable[None]]) -> None:
    """Do something with the database that ``serve`` uses."""
    if url is None and folder is None:
        raise click.UsageError("Cần --folder hoặc --database như của molang hub serve.")

    async def whole() -> None:
        database = Database(url or f"sqlite+aiosqlite:///{folder}/hub.db")
        try:
            await database.make_tables()
            await work(database)
        finally:
            await database.close()

    try:
        asyncio.run(whole())
    except (FinalError, TransientError, MisconfiguredError) as error:
        raise click.ClickException(str(error)) from error


@click.group()
def station() -> None:
    """Trạm và tin xả lũ của tỉnh, để các xã lấy."""


@station.command("import")
@_options
@click.argument("file", type=_FILE)
@click.option("--watch", is_flag=True, help="Đọc lại mỗi khi tệp đổi, cho tới khi bị dừng.")
def import_file(folder: Path | None, database: str | None, file: Path, watch: bool) -> None:
    """Đưa số đo từ FILE: CSV (time,station,quantity,value,unit[,name]) hoặc danh sách JSON."""

    async def once(opened: Database) -> None:
        click.echo(f"{await keep_file(opened, file)} số đo.")

    async def for_ever(opened: Database) -> None:
        await watch_file(opened, file, click.echo)

    _with(folder, database, for_ever if watch else once)


async def keep_file(database: Database, file: Path) -> int:
    """Keep what stands in the file, and how many readings that were; raises FinalError for one that cannot be read."""
    now_ms = SystemClock().now().at_ms
    try:
        body = await asyncio.to_thread(_read, file)
    except OSError as cause:
        raise FinalError(f"{file} không đọc được: {cause}.") from cause
    readings = (read_json if body.lstrip()[:1] in (b"[", b"{") else read_csv)(body, now_ms)
    await book.keep_readings(database, readings, BY, now_ms)
    return len(readings)


def _read(file: Path) -> bytes:
    with file.open("rb") as opened:
        body = opened.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise FinalError(f"{file} dài quá {MOST_BYTES} byte.")
    return body


async def watch_file(database: Database, file: Path, tell: Callable[[str], None], pause_s: float = 5.0) -> None:
    """Keep the file each time it changes; a version that is wrong is told once and waits for the next."""
    known: tuple[int, int] | None = None
    while True:
        stamp = await asyncio.to_thread(_stamp, file)
        if stamp is not None and stamp != known:
            try:
                tell(f"{await keep_file(database, file)} số đo.")
                known = stamp
            except FinalError as error:
                tell(str(error))
                known = stamp
            except TransientError as error:
                tell(str(error))
        await asyncio.sleep(pause_s)


def _stamp(file: Path) -> tuple[int, int] | None:
    try:
        stat = file.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size


@station.command()
@_options
@click.option("--reservoir", required=True, help="Tên hồ chứa.")
@click.option("--flow", type=float, required=True, help="Lưu lượng sẽ xả, m3/s.")
@click.option("--begins", required=True, help="Từ lúc nào, ví dụ 2026-11-28T19:00 (giờ Việt Nam).")
@click.option("--level", type=float, help="Mực nước hồ, m.")
@click.option("--inflow", type=float, help="Nước về hồ, m3/s.")
@click.option("--outflow", type=float, help="Đang xả, m3/s.")
@click.option("--note", default="", help="Lời kèm.")
def release(
    folder: Path | None,
    database: str | None,
    reservoir: str,
    flow: float,
    begins: str,
    level: float | None,
    inflow: float | None,
    outflow: float | None,
    note: str,
) -> None:
    """Báo một hồ sẽ xả lũ; tin trước của hồ đó được thay."""
    given = GivenRelease(
        reservoir=reservoir,
        flow_m3s=flow,
        begins=begins,
        level_m=level,
        inflow_m3s=inflow,
        outflow_m3s=outflow,
        note=note,
    )

    async def work(opened: Database) -> None:
        now_ms = SystemClock().now().at_ms
        checked, begins_ms = checked_release(given, now_ms)
        said = await book.announce(opened, checked, begins_ms, BY, now_ms)
        click.echo(f"Tin {said.id}. Hủy: molang hub station cancel {said.id}")

    _with(folder, database, work)


@station.command()
@_options
@click.argument("name")
def cancel(folder: Path | None, database: str | None, name: str) -> None:
    """Hủy một tin xả lũ."""

    async def work(opened: Database) -> None:
        await book.take_back(opened, name, BY, SystemClock().now().at_ms)
        click.echo("Đã hủy.")

    _with(folder, database, work)


@click.command()
@_options
def rebuild(folder: Path | None, database: str | None) -> None:
    """Làm lại số liệu của các trang từ mọi sự kiện đã nhận; đầu tỉnh cứ chạy."""

    async def work(opened: Database) -> None:
        began = time.monotonic()
        projector = Projector(opened)
        await projector.start_again()
        while await projector.behind():
            if not await projector.step():
                await asyncio.sleep(PAUSE_S)  # an instance that runs is folding
        click.echo(f"Xong trong {time.monotonic() - began:.1f} giây.")

    _with(folder, database, work)
