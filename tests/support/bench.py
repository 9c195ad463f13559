"""Remote support on a bench: a real sshd for the province, the real service over a real store."""

import asyncio
import contextlib
import getpass
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from edge.config.schema import Support as Settings
from edge.kernel.bus import Bus
from edge.kernel.clock import SystemClock
from edge.kernel.support_files import STATE, TERM, SupportPlaces, Tunnel
from edge.store.journal import Journal
from edge.support.service import Support
from hil.ports import LOOPBACK, free_ports
from hil.ssh_host import SSHD, SshHost, new_key, ssh_host

needs_sshd = pytest.mark.skipif(SSHD is None, reason="openssh-server is not installed")
SETTINGS = Settings(host="tinh.example", user="xa", host_key="ssh-ed25519 AAAA", listen=43001)
ADMIN = {"user": "Chị Hoa", "role": "admin"}


def settings_for(host: SshHost, **other: object) -> Settings:
    """What the box's [support] says of this host."""
    told = {"host": host.address, "port": host.port, "user": host.user, "host_key": host.host_key}
    return Settings(**{**told, "listen": host.listen, **other})  # type: ignore[arg-type]


@contextlib.contextmanager
def province(folder: Path) -> Iterator[SshHost]:
    """It listens on 127.0.0.1 and trusts the key ``box`` that lies in its folder."""
    port, listen = free_ports([0, 0])
    with ssh_host(folder, LOOPBACK, port, listen, getpass.getuser()) as host:
        host.allow(new_key(folder / "box"))
        host.start()
        yield host


@dataclass
class Bench:
    """The supervisor's part, and its folders."""

    support: Support
    journal: Journal
    bus: Bus
    places: SupportPlaces

    async def deeds(self) -> list[tuple[str, str, str]]:
        """What the audit log says of support: who, what, words."""
        question = "SELECT user, action, detail FROM audit WHERE action LIKE 'support.%' ORDER BY seq"
        return await self.journal.with_connection(lambda connection: connection.execute(question).fetchall())


def places_in(folder: Path) -> SupportPlaces:
    """The folders that systemd and the role of Ansible make."""
    places = SupportPlaces(folder / "wishes", folder / "tunnel", folder / "keys", (folder / "groups",))
    for path in (places.wishes, places.tunnel, places.keys, *places.groups):
        path.mkdir(parents=True, exist_ok=True)
    (places.keys / "box_key.pub").write_text("ssh-ed25519 AAAA molang-box_key\n")
    (places.keys / "keys").write_text("ssh-ed25519 AAAA anh.hung\n")
    return places


@contextlib.asynccontextmanager
async def bench(folder: Path, settings: Settings | None) -> AsyncIterator[Bench]:
    """On the store of ``folder``; the service's ``run`` is the test's to start."""
    places = places_in(folder)
    journal = await Journal.open(folder / "molang.db", SystemClock())
    try:
        bus = Bus()
        yield Bench(Support(settings, journal, bus, places), journal, bus, places)
    finally:
        journal.close()


def tunnel_is(places: SupportPlaces, state: str) -> None:
    (places.tunnel / STATE).write_bytes(msgspec.json.encode(Tunnel(state)))  # type: ignore[arg-type]


async def systemd(places: SupportPlaces) -> None:
    """What the units do: the tunnel lives while the wish lies there."""
    while True:
        if (places.wishes / TERM).exists():
            if not (places.tunnel / STATE).exists():
                tunnel_is(places, "up")
        else:
            (places.tunnel / STATE).unlink(missing_ok=True)
        await asyncio.sleep(0.02)
