"""nginx as the box runs it, from the file that ``molang web nginx`` writes."""

import shlex
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hil.harness import NotReadyError, python
from hil.ports import LOOPBACK, listens
from web.door.nginx import NGINX, write_nginx
from web.settings import WebSettings

READY_S = 10.0
STOP_S = 5.0
_AS_WE_ARE = "user root;"
"""Started by root it would change to www-data, who may not read the bench's folders."""


def command(file: Path) -> list[str]:
    """How it is started: in the foreground, telling its troubles to us."""
    return ["nginx", "-e", "stderr", "-g", _AS_WE_ARE, "-c", str(file)]


def start_line(settings: Path, folder: Path) -> list[str]:
    """The same as one program that waits for the supervisor's settings first, as the unit does."""
    write = shlex.join(python("edge", "web", "nginx", "--settings", settings, "--folder", folder))
    wait = f"while [ ! -s {shlex.quote(str(settings))} ]; do sleep 0.1; done"
    return ["sh", "-c", f"{wait}; {write} && exec {shlex.join(command(folder / NGINX))}"]


@contextmanager
def running_nginx(settings: WebSettings, folder: Path) -> Iterator[Path]:
    """nginx before these pages while the block runs; yields its log. Raises NotReadyError with what it said."""
    assert settings.door is not None
    host = settings.door.addresses[0] if settings.door.addresses else LOOPBACK
    log = folder / "nginx.log"
    file = write_nginx(settings, folder)
    with log.open("wb") as out:
        process = subprocess.Popen(command(file), stdout=out, stderr=out, stdin=subprocess.DEVNULL)
    try:
        _wait_for(process, host, settings.door.port, log)
        yield log
    finally:
        process.terminate()
        process.wait(STOP_S)


def _wait_for(process: "subprocess.Popen[bytes]", host: str, port: int, log: Path) -> None:
    until = time.monotonic() + READY_S
    while not listens(port, host):
        if process.poll() is not None or time.monotonic() > until:
            raise NotReadyError(f"nginx:\n{log.read_text('utf-8', 'replace')[-2000:]}")
        time.sleep(0.05)
