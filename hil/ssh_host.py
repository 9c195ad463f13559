"""The province's SSH host, a real sshd: a box's key may forward one port of its loopback, and nothing else."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from hil.bench.waiting import until

SSHD = shutil.which("sshd", path="/usr/sbin:/usr/local/sbin")
STARTS_S, ENDS_S = 20.0, 10.0


def new_key(path: Path) -> str:
    """A key pair without a passphrase; the public half."""
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", path], check=True, timeout=30)
    return path.with_suffix(".pub").read_text().strip()


@dataclass
class SshHost:
    """``user`` is an account of this machine; ``where``: words before the command, such as those of a namespace."""

    folder: Path
    address: str
    port: int
    listen: int
    user: str
    where: Sequence[str] = ()
    running: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    @property
    def host_key(self) -> str:
        """As [support] of the box names it."""
        return " ".join((self.folder / "host.pub").read_text().split()[:2])

    def allow(self, public: str, listen: int | None = None) -> None:
        """Whose key may forward, and to which port."""
        rule = f'restrict,port-forwarding,permitlisten="127.0.0.1:{listen or self.listen}"'
        (self.folder / "authorized").write_text(f"{rule} {public}\n")

    def start(self) -> None:
        """Listen, as whoever runs the bench."""
        assert SSHD, "openssh-server is not installed"
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # it wants an empty folder to lock itself into
        (self.folder / "config").write_text(
            f"Port {self.port}\nListenAddress {self.address}\nHostKey {self.folder}/host\nPidFile none\n"
            f"StrictModes no\nUsePAM no\nAuthorizedKeysFile {self.folder}/authorized\nAllowUsers {self.user}\n"
            "PasswordAuthentication no\nKbdInteractiveAuthentication no\n"
        )
        path = self.folder / "sshd.log"
        with path.open("ab") as log:
            words = [*self.where, SSHD, "-D", "-e", "-f", str(self.folder / "config")]
            self.running.append(subprocess.Popen(words, stderr=log, start_new_session=True))
        until(lambda: b"Server listening" in path.read_bytes(), STARTS_S, "sshd listens")

    def stop(self) -> None:
        """Gone, with all that it held."""
        for process in self.running:
            subprocess.run(["pkill", "-P", str(process.pid)], check=False)
            process.kill()
            process.wait(ENDS_S)
        self.running.clear()
        (self.folder / "sshd.log").unlink(missing_ok=True)


@contextlib.contextmanager
def ssh_host(folder: Path, address: str, port: int, listen: int, user: str) -> Iterator[SshHost]:
    """With a new host key, in a folder of its own; who may come, where and when it starts is the caller's."""
    folder.mkdir(mode=0o755, parents=True)
    new_key(folder / "host")
    host = SshHost(folder, address, port, listen, user)
    try:
        yield host
    finally:
        host.stop()
        shutil.rmtree(folder)
