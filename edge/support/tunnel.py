"""The tunnel outwards: one ssh to the province's host, tried again for as long as the wish stands.

It listens nowhere here. The host there gets one port of its own loopback, behind which is a unix socket of this machine
(molang-support.socket), and behind that an sshd that lives as long as one session.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import msgspec

from edge.kernel.disk import write_atomically
from edge.kernel.support_files import STATE, TERM, Tunnel, Wish

log = logging.getLogger(__name__)

LOOK_S = 0.5
FIRST_PAUSE_S, LONGEST_PAUSE_S = 5.0, 60.0
ENDS_S = 3.0
ALIAS = "tinh"
UP = b"remote forward success"
WHY = {
    b"Host key verification failed": "Máy của tỉnh đưa ra khoá khác với `host_key` trong cấu hình: không nối.",
    b"Permission denied": "Máy của tỉnh chưa nhận khoá của hộp.",
    b"remote port forwarding failed": "Máy của tỉnh không cho dùng cổng đã ghi ở `listen`.",
    b"Could not resolve": "Không tìm ra tên máy của tỉnh.",
    b"Connection refused": "Máy của tỉnh không mở cổng SSH.",
    b"timed out": "Máy của tỉnh không trả lời.",
    b"No route to host": "Không có đường ra tới máy của tỉnh.",
    b"Network is unreachable": "Không có đường ra tới máy của tỉnh.",
    b"not responding": "Đường ra tỉnh đứt.",
}
"""What ssh says (a part of it) and what people are told."""


class TunnelKeeper:
    """``wish_folder`` is looked at only for whether the wish still stands; ``folder`` is this process's own."""

    def __init__(self, wish: Wish, wish_folder: Path, folder: Path, key: Path, door: Path) -> None:
        self._wish = wish
        self._term = wish_folder / TERM
        self._folder = folder
        self._key = key
        self._door = door

    async def run(self) -> None:
        """Until the wish is taken back. Whoever starts this ends it when its time is over (`timeout`)."""
        known = f"{ALIAS} {self._wish.host_key}\n"
        write_atomically(self._folder / "known_hosts", known.encode())
        self._tell(Tunnel("connecting"))
        trying = asyncio.create_task(self._keep_trying())
        try:
            while self._term.exists() and not trying.done():  # noqa: ASYNC110 - a file has no event
                await asyncio.sleep(LOOK_S)
        finally:
            trying.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await trying
            (self._folder / STATE).unlink(missing_ok=True)

    async def _keep_trying(self) -> None:
        pause_s = FIRST_PAUSE_S
        while True:
            was_up, why = await self._once()
            pause_s = FIRST_PAUSE_S if was_up else min(LONGEST_PAUSE_S, 2 * pause_s)
            log.warning("the tunnel is down: %s", why)
            self._tell(Tunnel("waiting", why))
            await asyncio.sleep(pause_s)
            self._tell(Tunnel("connecting", why))

    async def _once(self) -> tuple[bool, str]:
        was_up, why = False, "Đường hầm đóng lại."
        async with _started(command(self._wish, self._folder, self._key, self._door)) as ssh:
            assert ssh.stderr is not None
            async for line in _lines(ssh.stderr):
                if UP in line:
                    was_up = True
                    log.info("the tunnel is up")
                    self._tell(Tunnel("up"))
                why = next((words for mark, words in WHY.items() if mark in line), why)
        return was_up, why

    def _tell(self, tunnel: Tunnel) -> None:
        write_atomically(self._folder / STATE, msgspec.json.encode(tunnel), 0o644)


def command(wish: Wish, folder: Path, key: Path, door: Path) -> list[str]:
    """How ssh is called: no settings of anybody's own, one key believed, one port forwarded, nothing run."""
    options = {
        "BatchMode": "yes",
        "IdentitiesOnly": "yes",
        "PreferredAuthentications": "publickey",
        "StrictHostKeyChecking": "yes",
        "HostKeyAlias": ALIAS,
        "UserKnownHostsFile": str(folder / "known_hosts"),
        "GlobalKnownHostsFile": "none",
        "UpdateHostKeys": "no",
        "ExitOnForwardFailure": "yes",
        "ServerAliveInterval": "15",
        "ServerAliveCountMax": "3",
        "ConnectTimeout": "20",
        "ForwardAgent": "no",
        "ForwardX11": "no",
        "PermitLocalCommand": "no",
        "ControlMaster": "no",
        "ControlPath": "none",
    }
    given = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
    forward = f"127.0.0.1:{wish.listen}:{door}"
    return [
        *("/usr/bin/ssh", "-F", "none", "-N", "-T", "-v", "-i", str(key), *given, "-p", str(wish.port)),
        *("-R", forward, "--", f"{wish.user}@{wish.host}"),
    ]


@contextlib.asynccontextmanager
async def _started(words: Sequence[str]) -> AsyncIterator[asyncio.subprocess.Process]:
    """ssh while the block runs; it is ended with it, however that ends."""
    ssh = await asyncio.create_subprocess_exec(
        *words, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
    )
    try:
        yield ssh
    finally:
        with contextlib.suppress(ProcessLookupError):
            ssh.terminate()
        try:
            async with asyncio.timeout(ENDS_S):
                await ssh.wait()
        except TimeoutError:
            ssh.kill()
            await ssh.wait()


async def _lines(stream: asyncio.StreamReader) -> AsyncIterator[bytes]:
    """Line by line; one that is too long for anything that ssh says is left out."""
    while True:
        try:
            line = await stream.readline()
        except ValueError:
            continue
        if not line:
            return
        log.debug("ssh: %s", line.decode("utf-8", "replace").rstrip())
        yield line
