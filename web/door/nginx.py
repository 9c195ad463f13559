"""Writes nginx's whole configuration: the box's only listener that browsers reach.

Everything about a visitor's rights stays in the pages; nginx ends TLS, counts, bounds and hands out files that the
pages named (X-Accel-Redirect). Every value stands in the file as it is, so each is refused that could end its line.
"""

import re
from collections.abc import Iterable
from pathlib import Path

import msgspec

from edge.core.errors import MisconfiguredError
from web.bodies import MAX_BODY
from web.door.inside import INSIDE, roots
from web.door.settings import Door, in_address
from web.headers import common_headers
from web.settings import WebSettings

NGINX, HEADERS = "nginx.conf", "headers.conf"
TEMPLATE = Path(__file__).parent / "nginx.conf.template"
_STATIC = Path(__file__).parents[1] / "static"
_READABLE = 0o644
"""Written by root for nginx, who is somebody else; they hold no secret."""
_PLAIN_PATH = re.compile(r"/[\w./ @+-]*")
_MARK = re.compile(r"@([a-z_]+)@")


def write_nginx(settings: WebSettings, folder: Path, credentials: Path | None = None) -> Path:
    """Write both files into ``folder``, which is nginx's own: its pid and bodies on their way lie there too.

    ``credentials`` is a folder with web.pem and web.key, where systemd gave them to nginx (LoadCredential=).
    Returns the file for ``nginx -c``. Raises MisconfiguredError without a door, and for a path nginx could misread.
    """
    text = nginx_conf(settings, folder, credentials)
    folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    for name, words in ((HEADERS, headers_conf(settings)), (NGINX, text)):
        (folder / name).write_text(words, "utf-8")
        (folder / name).chmod(_READABLE)
    return folder / NGINX


def headers_conf(settings: WebSettings) -> str:
    """Headers of files that nginx hands out itself: what the pages say in their own answers."""
    lines = [*common_headers(settings.live_url), ("Strict-Transport-Security", "max-age=31536000")]
    return "".join(f'add_header {name} "{value}" always;\n' for name, value in lines)


def nginx_conf(settings: WebSettings, folder: Path, credentials: Path | None = None) -> str:
    """The text of the file; raises MisconfiguredError as ``write_nginx``."""
    door = settings.door
    if door is None:
        raise MisconfiguredError("Chưa có bảng [nginx] trong tệp cấu hình: hộp chưa có cửa ra mạng của xã.")
    if credentials is not None:
        door = msgspec.structs.replace(door, cert=credentials / "web.pem", key=credentials / "web.key")
    values = _values(settings, door, folder)
    return _MARK.sub(lambda mark: values[mark[1]], TEMPLATE.read_text("utf-8"))


def _values(settings: WebSettings, door: Door, folder: Path) -> dict[str, str]:
    return {
        "folder": _path(folder),
        "pages": f"{in_address(settings.host)}:{settings.port}",
        "live": f"{in_address(door.live_host)}:{door.live_port}",
        "networks": " ".join(f"{network} 1;" for network in door.networks),
        "name": door.name,
        "origin": door.origin,
        "host": door.origin.removeprefix("https://"),
        "listen_tls": _listen(door, door.port, "ssl http2"),
        "listen_plain": _listen(door, door.http_port, ""),
        "cert": _path(door.cert),
        "key": _path(door.key),
        "body": str(MAX_BODY),
        "static": _path(_STATIC),
        "inside": "\n".join(_inside(settings)),
    }


def _listen(door: Door, port: int, kind: str) -> str:
    """One line an address; without addresses both families, all of them."""
    hosts = [in_address(host) for host in door.addresses] or ["0.0.0.0", "[::]"]  # noqa: S104  # visitors are sorted by network
    return "\n    ".join(f"listen {host}:{port} {kind} default_server;".replace("  ", " ") for host in hosts)


def _inside(settings: WebSettings) -> Iterable[str]:
    """One internal place a folder. A visitor who asks for it gets 404."""
    for name, folder in roots(settings).items():
        yield f'    location {INSIDE}{name}/ {{ internal; alias "{_path(folder)}/"; include {HEADERS}; }}'


def _path(path: Path) -> str:
    text = str(path)
    if not _PLAIN_PATH.fullmatch(text):
        raise MisconfiguredError(f"{text}: đường dẫn có ký tự mà nginx hiểu khác; hãy dùng chữ, số, dấu . _ - /.")
    return text
