"""``molang bundle``: one folder on a stick from which a box is set up or brought further without a network."""

import platform
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console

from edge.core.errors import FinalError, MisconfiguredError
from edge.kernel.statement import StatementKey
from edge.release.bundle import (
    MANIFEST,
    MOST_MANIFEST_BYTES,
    MOST_SIGNATURE_BYTES,
    SIGNATURE,
    About,
    Told,
    check,
    read,
)
from edge.release.installing import ROOM_BYTES
from edge.release.making import PLATFORMS, make
from edge.release.unpacking import unpack

KEYS = Path("/etc/molang-release/keys")
"""One public key (hex) a file ``*.pub``: whose bundles this machine takes."""
_ARCHES = {"x86_64": "amd64", "aarch64": "arm64"}
_FOLDER = click.Path(path_type=Path, file_okay=False, exists=True)
_KEYS = click.option("--keys", type=_FOLDER, default=KEYS, show_default=True, help="Thư mục khóa công khai được tin.")


@click.group()
def bundle() -> None:
    """Bộ cài ngoại tuyến: làm trên máy có mạng, dùng ở nơi không có."""


@bundle.command("make")
@click.option("--to", "target", type=click.Path(path_type=Path), required=True, help="Thư mục sẽ được tạo.")
@click.option("--key", "key_file", type=click.Path(path_type=Path, dir_okay=False), required=True,
              help="Khóa ký (PEM); chưa có thì được tạo, kèm tệp .pub cho các máy.")  # fmt: skip
@click.option("--arch", "arches", type=click.Choice(sorted(PLATFORMS)), multiple=True, help="Mặc định: mọi loại máy.")
@click.option("--assets", type=_FOLDER, help="Thư mục mô hình và giọng đọc đã tải (assets/).")
@click.option("--packages", type=_FOLDER, help="Thư mục gói Debian: amd64/*.deb, arm64/*.deb.")
def make_command(
    target: Path, key_file: Path, arches: tuple[str, ...], assets: Path | None, packages: Path | None
) -> None:
    """Làm bộ cài từ mã nguồn này; ký bằng khóa của người làm."""
    key = StatementKey.load_or_make(key_file)
    key_file.with_suffix(".pub").write_text(key.public_hex + "\n")
    found = sorted(path for path in assets.glob("[!.]*") if path.is_file()) if assets else []
    with _telling() as told:
        about = make(Path(__file__).parents[2], target, key, arches or sorted(PLATFORMS), found, packages, told)
    size = sum(one.bytes for one in about.files) / 1e6
    click.echo(f"{target}: bản {about.version}, {len(about.files)} tệp, {size:.0f} MB, khóa {key.key_id}.")


@bundle.command("verify")
@click.argument("folder", type=_FOLDER)
@_KEYS
def verify_command(folder: Path, keys: Path) -> None:
    """Kiểm tra chữ ký và đọc lại từng tệp; mã thoát khác 0 khi hỏng."""
    about = read(folder, trusted(keys))
    with _telling() as told:
        check(folder, about.files, told)
    click.echo(f"{folder}: nguyên vẹn, bản {about.version}, làm lúc {about.made}.")


def trusted(keys: Path) -> list[str]:
    """The public keys of a folder; raises MisconfiguredError when there is none."""
    found = [path.read_text().strip() for path in sorted(keys.glob("*.pub"))]
    if not found:
        raise MisconfiguredError(f"{keys} chưa có khóa công khai nào (*.pub): không biết tin bộ cài của ai.")
    return found


def architecture() -> str:
    """Debian's word for this machine; raises FinalError for one that has no bundle."""
    machine = platform.machine()
    if machine not in _ARCHES:
        raise FinalError(f"Không có bộ cài cho loại máy {machine}.")
    return _ARCHES[machine]


@contextmanager
def opened(path: Path, keys: Path, room: Path) -> Iterator[tuple[Path, About]]:
    """A bundle that is a folder, or a tar of one (as the province sends it), and what it says of itself."""
    if path.is_dir():
        yield path, read(path, trusted(keys))
        return
    room.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=room, prefix="bundle-") as name:
        about = _vouched(path, Path(name), trusted(keys))
        needed = sum(one.bytes for one in about.files)
        if shutil.disk_usage(room).free < needed + ROOM_BYTES:
            raise FinalError(f"{room} không đủ chỗ để mở bộ cài ({needed / 1e6:.0f} MB).")
        unpack(path, Path(name) / "all", needed + MOST_MANIFEST_BYTES + MOST_SIGNATURE_BYTES)
        (found,) = (one.parent for one in (Path(name) / "all").rglob(MANIFEST))
        yield found, about


def _vouched(path: Path, room: Path, keys: list[str]) -> About:
    """What the bundle in this tar says of itself, before anything else is taken out of it."""
    try:
        with tarfile.open(path, "r:") as tar:
            for entry in tar:
                plain = entry.isreg() and entry.size <= MOST_MANIFEST_BYTES and entry.name.count("/") <= 1
                if plain and Path(entry.name).name in (MANIFEST, SIGNATURE):
                    stream = tar.extractfile(entry)
                    assert stream is not None
                    (room / Path(entry.name).name).write_bytes(stream.read())
    except (OSError, tarfile.TarError) as cause:
        raise FinalError(f"{path} không phải bộ cài ngoại tuyến: {cause}.") from cause
    return read(room, keys)


@contextmanager
def _telling() -> Iterator[Told]:
    with Console(stderr=True).status("…") as status:
        yield lambda words: status.update(words)
