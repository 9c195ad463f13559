"""``molang enrol``: a new box, or one that takes another's place, gets its certificate from the province."""

import asyncio
from pathlib import Path

import click

from edge.config import load
from edge.config.hub_files import province_folder
from edge.config.option import CONFIG
from edge.core.errors import FinalError
from edge.kernel.clock import SystemClock
from edge.kernel.process import keep_files_private
from edge.kernel.wire.enrolment import ClaimToken
from edge.sync.enrolment.door import NoAnswerError
from edge.sync.enrolment.files import IdentityFiles
from edge.sync.enrolment.first import begin, finish

ASK_EVERY_S = 3.0


@click.command()
@CONFIG
@click.option("--hub", "door", help="Cửa ghi danh của tỉnh, ví dụ https://hub.tinh.example:9445.")
@click.option("--token", help="Mã ghi danh tỉnh cấp (molang hub claim new).")
@click.option("--minutes", type=click.IntRange(0, 600), default=30, show_default=True, help="Chờ tỉnh duyệt bao lâu.")
def enrol(config_path: Path, door: str | None, token: str | None, minutes: int) -> None:
    """Ghi danh hộp này với tỉnh; chạy lại không kèm --token thì chờ tiếp yêu cầu đang có. Khóa không rời khỏi hộp."""
    keep_files_private()
    config = load(config_path)
    files = IdentityFiles(province_folder(config))
    source = f"/xa/{config.commune.id}/box/{config.commune.box}"
    if token:
        if not door or not door.startswith("https://"):
            raise FinalError("Phải cho --hub là địa chỉ https:// của cửa ghi danh.")
        waiting = asyncio.run(begin(door.rstrip("/"), ClaimToken.parse(token), files, source, SystemClock()))
        click.echo(f"Đã xin ghi danh cho {waiting.source}. Đọc dãy số này cho tỉnh nghe:")
        click.echo(f"    {waiting.fingerprint}")
    if not asyncio.run(_wait(files, source, minutes * 60.0)):
        raise FinalError("Tỉnh chưa duyệt. Chạy lại `molang enrol` (không cần mã) để chờ tiếp.")
    click.echo("Đã ghi danh. Hộp đang chạy sẽ tự dùng chứng thư mới.")


async def _wait(files: IdentityFiles, source: str, longest_s: float) -> bool:
    loop = asyncio.get_running_loop()
    until_s = loop.time() + longest_s
    while not await _asked(files, source):
        if loop.time() >= until_s:
            return False
        await asyncio.sleep(ASK_EVERY_S)
    return True


async def _asked(files: IdentityFiles, source: str) -> bool:
    try:
        return await finish(files, source, SystemClock())
    except NoAnswerError as error:
        click.echo(f"{error} Thử lại…", err=True)
        return False
