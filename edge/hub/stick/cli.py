"""``molang hub import``: takes what a box wrote onto a stick."""

import asyncio
from pathlib import Path

import click

from edge.core.errors import MisconfiguredError
from edge.hub.stick.box_keys import keys_in
from edge.hub.stick.door import open_ledger
from edge.hub.stick.taking import Imported, Office, take_stick
from edge.kernel.certified import signer_of
from edge.kernel.clock import SystemClock
from edge.kernel.process import keep_files_private

RECEIPT = ".receipt"
_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), required=True, help="Nơi giữ tệp của tỉnh.")
@click.option("--database", envvar="MOLANG_HUB_DATABASE", default="", help="Như của `molang hub serve`.")
@click.option("--box-key", type=_FILE, required=True, help="Khóa của các hộp: các dòng do `molang sync key` in ra.")
@click.option("--cert", type=_FILE, required=True, help="Chứng thư của đầu tỉnh, để ký biên nhận.")
@click.option("--key", type=_FILE, required=True, help="Khóa của đầu tỉnh.")
@click.option("--receipt", type=_FILE, help="Ghi biên nhận vào tệp này; mặc định nằm cạnh FILE.")
def import_stick(
    file: Path, folder: Path, database: str, box_key: Path, cert: Path, key: Path, receipt: Path | None
) -> None:
    """Nhận tệp mà một hộp ghi ra thẻ nhớ, rồi ghi biên nhận đã ký lên thẻ. Nhận lại lần nữa không sao."""
    keep_files_private()
    try:
        office = Office(keys_in(box_key), folder / "media", signer_of(key), cert.read_text())
    except OSError as cause:
        raise MisconfiguredError(f"{cert}: không đọc được chứng thư.") from cause
    out = receipt or file.with_name(file.name + RECEIPT)
    brought = asyncio.run(_import(file, folder, database, office, out))
    click.echo(
        f"Đã nhận {brought.events} sự kiện của {brought.source}, từ chối {brought.rejected}, {brought.media} hình."
        f" Biên nhận: {out}"
    )


async def _import(file: Path, folder: Path, database: str, office: Office, receipt: Path) -> Imported:
    clock = SystemClock()
    async with open_ledger(folder, clock, database) as take:
        return await take_stick(file, office, take, receipt, clock.now().at_ms)
