"""``molang web nginx`` and ``molang web certificate``."""

from pathlib import Path

import click

from edge.core.errors import MisconfiguredError
from web.door.certificate import make_certificate
from web.door.nginx import HEADERS, NGINX, write_nginx
from web.settings import WebSettings


@click.command("nginx")
@click.option(
    "--settings", type=click.Path(path_type=Path), default=Path("/var/lib/molang/run/web.json"), show_default=True
)
@click.option(
    "--folder", type=click.Path(path_type=Path, file_okay=False), default=Path("/run/molang-nginx"), show_default=True
)
@click.option("--credentials", type=click.Path(path_type=Path), help="Thư mục có web.pem và web.key (systemd).")
def nginx(settings: Path, folder: Path, credentials: Path | None) -> None:
    """Viết cấu hình nginx từ thiết lập của hộp; chạy bằng `nginx -c THƯ-MỤC/nginx.conf`."""
    try:
        write_nginx(WebSettings.load(settings), folder.resolve(), credentials)
    except MisconfiguredError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Đã viết {folder / NGINX} và {folder / HEADERS}.", err=True)


@click.command("certificate")
@click.option("--name", required=True, help="Tên mà trình duyệt gọi, như trong [nginx].")
@click.option("--address", "addresses", multiple=True, help="Địa chỉ của hộp trong mạng xã; ghi được nhiều lần.")
@click.option("--commune", required=True, help="Tên xã, hiện trên điện thoại khi cài.")
@click.option(
    "--folder", type=click.Path(path_type=Path, file_okay=False), default=Path("/etc/molang/pki"), show_default=True
)
def certificate(name: str, addresses: tuple[str, ...], commune: str, folder: Path) -> None:
    """Làm chứng thư của trang; lần đầu làm cả chứng thư gốc mà điện thoại sẽ cài."""
    try:
        files = make_certificate(folder, commune, name, addresses)
    except (MisconfiguredError, ValueError, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Chứng thư của trang: {files.cert}, dùng được 820 ngày; làm lại trước khi hết hạn bằng đúng lệnh này.")
    click.echo(f"Điện thoại cài {files.ca}: mở http://{name}/ca.")
    click.echo(f"Chép {files.ca_key} vào nơi cất giữ rồi xoá khỏi hộp: chỉ lần làm chứng thư sau mới cần.")
