"""A real hub whose page's door stands open, with a scenery in its record."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from edge.hub.database import Database, trial_url
from edge.hub.server import Address, Certificates, Hub, Settings, open_doors
from edge.kernel.clock import SystemClock
from hil.pki import Authority
from tests.hub.province import LOOPBACK

Play = Callable[[Database, int], Awaitable[None]]


@asynccontextmanager
async def stage(folder: Path, communes: str, play: Play) -> AsyncIterator[str]:
    """The address of the page's door."""
    _write(folder, communes)
    clock = SystemClock()
    authority = Authority(folder / "pki")
    identity = authority.issue("hub")
    settings = Settings(trial_url(folder), folder / "media", communes=folder / "communes.toml")
    hub = Hub(settings, clock)
    certificates = Certificates(authority.ca, identity.cert, identity.key)
    async with hub.running(), open_doors(hub, Address(LOOPBACK, 0), certificates, Address(LOOPBACK, 0)) as doors:
        await play(hub.database, clock.now().at_ms)
        yield f"http://{LOOPBACK}:{doors.page}"


def _write(folder: Path, communes: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "communes.toml").write_text(communes, encoding="utf-8")
