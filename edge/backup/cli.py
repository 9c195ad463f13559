"""``molang backup``: the nightly copy, and a dead box put back on another machine."""

import datetime as dt
import io
import os
import shutil
import tarfile
from pathlib import Path

import click
import msgspec

from edge.backup.archive import Backup, write
from edge.backup.restoring import DIGEST, SETTINGS
from edge.backup.restoring import restore as put_back
from edge.backup.rotation import backups_in, name_of, rotate
from edge.backup.sealed import seal
from edge.config import load
from edge.config.option import CONFIG
from edge.config.schema import Config
from edge.core.errors import FinalError, MisconfiguredError
from edge.kernel.backup_note import BACKUP_NOTE, BackupNote
from edge.kernel.disk import write_atomically
from edge.kernel.process import keep_files_private

_PASS = click.option(
    "--passphrase-file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Tệp chứa mật khẩu của phần khóa; không có thì hỏi.",
)
_FILE = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))


@click.group()
def backup() -> None:
    """Bản sao của hộp: kho dữ liệu, cấu hình, tiếng đã duyệt, khóa."""


@backup.command()
@CONFIG
@_PASS
@click.option("--to", "folder", type=click.Path(path_type=Path, file_okay=False), required=True, help="Thư mục đích.")
def make(config_path: Path, passphrase_file: Path | None, folder: Path) -> None:
    """Chép hộp đang chạy vào một tệp; giữ mười bốn bản mới nhất."""
    keep_files_private()
    loaded = load(config_path)
    if not folder.is_dir():
        raise FinalError(f"Không có thư mục {folder}; USB đã cắm chưa?")
    data, now = Path(loaded.commune.data), dt.datetime.now(dt.UTC)
    _room_for(data, folder)
    passphrase = _passphrase(passphrase_file, confirm=True)
    target = folder / name_of(loaded.commune.id, now)
    about = {"commune": loaded.commune.id, "box": loaded.commune.box, "made": now.isoformat(timespec="seconds")}
    members = write(target, data, lambda digest: seal(_secrets(loaded, config_path, digest), passphrase), about)
    gone = rotate(folder, loaded.commune.id)
    size = sum(member.bytes for member in members) / 1e6
    _note(data, target, now, loaded.commune.id)
    click.echo(f"{target}: {len(members)} tệp, {size:.1f} MB." + (f" Đã bỏ {len(gone)} bản cũ." if gone else ""))


@backup.command()
@_FILE
def verify(file: Path) -> None:
    """Đọc lại cả bản sao và so mã băm; mã thoát khác 0 khi hỏng."""
    with Backup(file) as found, Path(os.devnull).open("wb") as nowhere:
        for member in found.members:
            found.copy(member, nowhere)
        told = f"{file}: nguyên vẹn, {len(found.members)} tệp, xã {found.about['commune']}, lúc {found.about['made']}."
    click.echo(told)


@backup.command()
@_FILE
@_PASS
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), default=Path("/var/lib/molang"))
@click.option("--settings", type=click.Path(path_type=Path, dir_okay=False), default=Path("/etc/molang/molang.toml"))
@click.option("--pki", type=click.Path(path_type=Path, file_okay=False), default=Path("/etc/molang/pki"))
def restore(file: Path, passphrase_file: Path | None, data: Path, settings: Path, pki: Path) -> None:
    """Dựng lại hộp từ bản sao, trên máy chưa có kho dữ liệu; hộp cũ từ đó không ra lệnh cho loa được nữa."""
    keep_files_private()
    numbers = put_back(file, data, settings, pki, _passphrase(passphrase_file, confirm=False))
    click.echo(f"Đã dựng lại vào {data}: đời lệnh {numbers['epoch']}, lần khởi động kế tiếp {numbers['boot'] + 1}.")
    click.echo("Đừng bật hộp cũ nữa. Chủ sở hữu tệp: chown -R molang:molang.")


def _note(data: Path, made: Path, now: dt.datetime, commune: str) -> None:
    """For the page that says how old the newest backup is."""
    note = BackupNote(
        made_at_ms=round(now.timestamp() * 1000),
        folder=str(made.parent.absolute()),
        file=made.name,
        bytes=made.stat().st_size,
        kept=len(backups_in(made.parent, commune)),
    )
    write_atomically(data / BACKUP_NOTE, msgspec.json.encode(note))


def _passphrase(file: Path | None, *, confirm: bool) -> str:
    if file is not None:
        return file.read_text().strip()
    asked: str = click.prompt("Mật khẩu của phần khóa", hide_input=True, confirmation_prompt=confirm)
    return asked


def _room_for(data: Path, folder: Path) -> None:
    """Twice the store: the copy is checked before it goes into the file."""
    wanted = 2 * (data / "molang.db").stat().st_size + sum(
        path.stat().st_size for name in ("clips", "bank") for path in (data / name).glob("*")
    )
    free = shutil.disk_usage(folder).free
    if free < wanted:
        raise FinalError(f"{folder} còn {free / 1e6:.0f} MB, cần {wanted / 1e6:.0f} MB.")


def _secrets(config: Config, path: Path, digest: bytes) -> bytes:
    """The settings, the box's keys and the certificates that the settings name, as a tar of their own."""
    files = {SETTINGS: path} | {
        f"keys/{path.name}": path for path in sorted((Path(config.commune.data) / "keys").glob("*"))
    }
    named = [config.broker.ca, config.broker.cert, config.broker.key, config.media.cert, config.media.key]
    if config.hub and config.hub.cert:  # what the enrolment fetched lies among the keys
        named += [config.hub.ca, config.hub.cert, config.hub.key]
    if config.local_node:
        named += [config.local_node.cert, config.local_node.key]
    if config.nginx:  # with another one every telephone of the commune would have to install it again
        door = (config.nginx.ca, config.nginx.cert, config.nginx.key)
        named += [name for name in door if Path(name).is_file()]
    for name in dict.fromkeys(named):
        if files.setdefault(f"pki/{Path(name).name}", Path(name)) != Path(name):
            raise MisconfiguredError(f"Hai tệp chứng thư cùng tên {Path(name).name}: hãy đổi tên một tệp.")
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for name, path in files.items():
            if not path.is_file():
                raise MisconfiguredError(f"Thiếu {path}: bản sao không có nó thì không dựng lại được hộp.")
            tar.add(path, arcname=name)
        entry = tarfile.TarInfo(DIGEST)
        entry.size = len(digest)
        tar.addfile(entry, io.BytesIO(digest))
    return packed.getvalue()
