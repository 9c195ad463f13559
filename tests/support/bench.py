"""Remote support on a bench: a real sshd for the province, the real service over a real store, folders for /run."""

import asyncio
import contextlib
import getpass
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import pytest

from edge.config.schema import Support as Settings
from edge.kernel.bus import Bus
from edge.kernel.clock import SystemClock
from edge.kernel.support_files import STATE, TERM, SupportPlaces, Tunnel
from edge.store.journal import Journal
from edge.support.service import Support
from hil.bench.waiting import until
from hil.ports import free_ports

SSHD = shutil.which("sshd", path="/usr/sbin:/usr/local/sbin")
needs_sshd = pytest.mark.skipif(SSHD is None, reason="openssh-server is not installed")
SETTINGS = Settings(host="tinh.example", user="xa", host_key="ssh-ed25519 AAAA", listen=43001)
ADMIN = {"user": "Chị Hoa", "role": "admin"}


def new_key(path: Path) -> str:
    """A key pair; the public half."""
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", path], check=True, timeout=30)
    return path.with_suffix(".pub").read_text().strip()


@dataclass
class Province:
    """The province's SSH host: one account, which may forward one port and nothing else."""

    folder: Path
    port: int
    listen: int
    host_key: str
    box_key: Path
    running: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def settings(self, **other: object) -> Settings:
        """What the box's [support] says."""
        told = {"host": "127.0.0.1", "port": self.port, "user": getpass.getuser(), "host_key": self.host_key}
        return Settings(**{**told, "listen": self.listen, **other})  # type: ignore[arg-type]

    def allow(self, public: str, listen: int | None = None) -> None:
        """Whose key may forward, and to which port."""
        rule = f'restrict,port-forwarding,permitlisten="127.0.0.1:{listen or self.listen}"'
        (self.folder / "authorized").write_text(f"{rule} {public}\n")

    def start(self) -> None:
        """Listen; an sshd that runs as whoever runs the tests."""
        assert SSHD
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # it wants an empty folder to lock itself into
        log = (self.folder / "sshd.log").open("ab")
        process = subprocess.Popen([SSHD, "-D", "-e", "-f", self.folder / "config"], stderr=log)
        log.close()
        self.running.append(process)
        until(lambda: b"Server listening" in (self.folder / "sshd.log").read_bytes(), 20.0, "sshd listens")

    def stop(self) -> None:
        """Gone, with all that it held."""
        for process in self.running:
            subprocess.run(["pkill", "-P", str(process.pid)], check=False)
            process.kill()
            process.wait(10)
        self.running.clear()
        (self.folder / "sshd.log").unlink(missing_ok=True)


@contextlib.contextmanager
def province(folder: Path) -> Iterator[Province]:
    """It listens on 127.0.0.1 and trusts the key ``box_key``."""
    folder.mkdir()
    port, listen = free_ports([0, 0])
    host_key, box_public = new_key(folder / "host"), new_key(folder / "box")
    host = Province(folder, port, listen, " ".join(host_key.split()[:2]), folder / "box")
    host.allow(box_public)
    (folder / "config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\nPidFile none\nStrictModes no\nUsePAM no\n"
        f"AuthorizedKeysFile {folder}/authorized\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n"
    )
    try:
        host.start()
        yield host
    finally:
        host.stop()


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
