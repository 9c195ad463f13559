"""Pages and live behind a real nginx on loopback, with the commune's own certificate: what a browser meets."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
import urllib3.util.connection
import waitress
from requests.adapters import HTTPAdapter

from hil.nginx import running_nginx
from hil.ports import free_ports
from tests.web.stage import settings_in
from web.app import create_app
from web.door.certificate import DoorFiles, make_certificate
from web.door.settings import Door
from web.settings import WebSettings

NAME = "mo.thuonggiang.example"
NETWORKS = ("127.0.0.0/8",)


@dataclass(frozen=True, slots=True)
class DoorBox:
    """``secure`` and ``plain`` are addresses; ``session()`` trusts the authority and finds the name on loopback."""

    settings: WebSettings
    files: DoorFiles
    log: Path

    @property
    def door(self) -> Door:
        assert self.settings.door is not None
        return self.settings.door

    @property
    def secure(self) -> str:
        return self.door.origin

    @property
    def plain(self) -> str:
        return f"http://{NAME}:{self.door.http_port}"

    def session(self) -> requests.Session:
        session = requests.Session()
        session.trust_env = False
        session.verify = str(self.files.ca)
        for scheme in ("http://", "https://"):
            session.mount(scheme, _OnLoopback())
        return session


class _OnLoopback(HTTPAdapter):
    """Finds every name on loopback, and still checks it in the certificate."""

    def send(self, *args: Any, **options: Any) -> requests.Response:
        usual = urllib3.util.connection.create_connection

        def here(address: tuple[str, int], *more: Any, **options: Any) -> socket.socket:
            return usual(("127.0.0.1", address[1]), *more, **options)

        urllib3.util.connection.create_connection = here
        try:
            return super().send(*args, **options)
        finally:
            urllib3.util.connection.create_connection = usual


def door_settings(folder: Path, **fields: Any) -> WebSettings:
    """Settings of pages behind a door on free ports of loopback."""
    files = make_certificate(folder / "pki", "Xã Kiến Giang", NAME, ["127.0.0.1"])
    named: dict[str, Any] = {"name": NAME, "ca": files.ca, "cert": files.cert, "key": files.key}
    *of_door, pages = free_ports((0, 0, 0, 0))
    ports = dict(zip(("port", "http_port", "live_port"), of_door, strict=True))
    door = Door(**{**named, **ports, "addresses": ("127.0.0.1",), "networks": NETWORKS, **fields})
    live = door.origin.replace("https", "wss", 1)
    return settings_in(folder, door=door, https=True, live_url=live, port=pages)


@contextlib.contextmanager
def door_box(folder: Path, **fields: Any) -> Iterator[DoorBox]:
    """Real pages served by waitress in a thread, and nginx before them."""
    settings = door_settings(folder, **fields)
    server = waitress.create_server(create_app(settings), host=settings.host, port=settings.port, threads=4, ident=None)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        with running_nginx(settings, folder / "nginx") as log:
            yield DoorBox(settings, DoorFiles(folder / "pki"), log)
    finally:
        server.close()
        thread.join(5)
