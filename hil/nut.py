"""A real upsd with NUT's own dummy-ups driver: a supply whose words are a file."""

import asyncio
import contextlib
import os
import shutil
import socket
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

DRIVER, SERVER = Path("/lib/nut/dummy-ups"), Path("/lib/nut/upsd")
NO_NUT = "" if DRIVER.exists() and SERVER.exists() else "nut-server is not installed"
NAME = "tu"
START_S = 15.0


@dataclass(frozen=True, slots=True)
class Supply:
    """Where upsd listens, and the file of the supply."""

    port: int
    file: Path

    def says(self, words: Mapping[str, str]) -> None:
        """From its next look (two seconds) on it says that."""
        text = "".join(f"{name}: {value}\n" for name, value in words.items())
        draft = self.file.with_suffix(".new")
        draft.write_text(text)
        draft.chmod(0o644)
        draft.replace(self.file)


@asynccontextmanager
async def running_supply(words: Mapping[str, str]) -> AsyncIterator[Supply]:
    """Run both; they are killed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="molang-nut-"))
    supply = Supply(_free_port(), folder / "ups.dev")
    supply.says(words)
    _settings(folder, supply)
    environment = {
        **os.environ,
        "NUT_CONFPATH": str(folder),
        "NUT_STATEPATH": str(folder),
        "NUT_ALTPIDPATH": str(folder),
    }
    processes: list[asyncio.subprocess.Process] = []
    try:
        for command in ([str(DRIVER), "-a", NAME, *_user(), "-D"], [str(SERVER), "-F", *_user()]):
            null = asyncio.subprocess.DEVNULL
            processes.append(await asyncio.create_subprocess_exec(*command, env=environment, stdout=null, stderr=null))
            await _until_there(folder / f"dummy-ups-{NAME}" if len(processes) == 1 else supply.port)
        yield supply
    finally:
        for process in reversed(processes):
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _settings(folder: Path, supply: Supply) -> None:
    (folder / "ups.conf").write_text(f"[{NAME}]\n driver = dummy-ups\n port = {supply.file}\n mode = dummy-loop\n")
    (folder / "upsd.conf").write_text(f"LISTEN 127.0.0.1 {supply.port}\n")
    (folder / "upsd.users").write_text("")
    for path in folder.iterdir():
        path.chmod(0o644)
    folder.chmod(0o755)
    if os.getuid() == 0:  # both step down to the user of their package
        shutil.chown(folder, "nut", "nut")


def _user() -> list[str]:
    return ["-u", "nut"] if os.getuid() == 0 else []


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


async def _until_there(what: Path | int) -> None:
    async with asyncio.timeout(START_S):
        while not await _is_there(what):  # noqa: ASYNC110 - another program sets no event
            await asyncio.sleep(0.1)


async def _is_there(what: Path | int) -> bool:
    return await (asyncio.to_thread(what.exists) if isinstance(what, Path) else _listens(what))


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True
