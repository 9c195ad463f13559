"""Two network namespaces and a cable between them that can be cut, choked and poisoned. Needs root."""

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.chaos.tools import run, run_or_skip

TOOLS = ("ip", "nft", "tc")
CLONE_NEWNET = 0x40000000
"""linux/sched.h"""
_FOLDER = Path("/run/netns")
_HOLE = "hole"
_libc = ctypes.CDLL(None, use_errno=True)


class Wire:
    """The cable. The test itself lives at the ``near`` end; ``inside_far`` starts a process at the ``far`` one."""

    near = "10.213.7.1"
    far = "10.213.7.2"

    def __init__(self) -> None:
        self._near, self._far = (f"molang-{os.getpid()}-{end}" for end in ("near", "far"))
        self.inside_far = ("ip", "netns", "exec", self._far)

    def lay(self) -> None:
        """Make both ends and connect them."""
        for namespace in (self._near, self._far):
            run_or_skip("ip netns add", namespace)
        run(f"ip link add cable netns {self._near} type veth peer name cable netns {self._far}")
        for namespace, address in ((self._near, self.near), (self._far, self.far)):
            run(f"ip -n {namespace} address add {address}/30 dev cable")
            for device in ("lo", "cable"):
                run(f"ip -n {namespace} link set {device} up")

    def remove(self) -> None:
        """Take all away again; the cable goes with its ends."""
        for namespace in (self._near, self._far):
            if (_FOLDER / namespace).exists():
                run("ip netns delete", namespace)

    @contextmanager
    def entered(self) -> Iterator[None]:
        """This thread, and every thread and process it starts, lives at the near end."""
        home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        there = os.open(_FOLDER / self._near, os.O_RDONLY)
        try:
            _enter(there)
            yield
        finally:
            _enter(home)
            os.close(there)
            os.close(home)

    def cut(self) -> None:
        """The link goes down: nothing leaves, and the routes are gone."""
        run(f"ip -n {self._near} link set cable down")

    def swallow(self, *hooks: str) -> None:
        """A black hole: what goes out (``output``) or comes in (``input``) vanishes, and nobody is told."""
        self._nft(f"add table inet {_HOLE}")
        for hook in hooks:
            self._nft(f"add chain inet {_HOLE} {hook} {{ type filter hook {hook} priority 0; }}")
            device = "oifname" if hook == "output" else "iifname"
            self._nft(f"add rule inet {_HOLE} {hook} {device} cable drop")

    def lose(self, percent: int) -> None:
        """Of the packets that come in and go out, so many of a hundred vanish, each by chance."""
        self._nft(f"add table inet {_HOLE}")
        for hook, device in (("input", "iifname"), ("output", "oifname")):
            self._nft(f"add chain inet {_HOLE} {hook} {{ type filter hook {hook} priority 0; }}")
            self._nft(f"add rule inet {_HOLE} {hook} {device} cable numgen random mod 100 < {percent} drop")

    def cut_far(self) -> None:
        """The other machine vanishes: the near end keeps its link and its routes, and no goodbye ever comes."""
        run(f"ip -n {self._far} link set cable down")

    def choke(self, kbit: int) -> None:
        """A thin line towards the far end."""
        run(f"tc -n {self._near} qdisc add dev cable root tbf rate {kbit}kbit burst 16kb latency 400ms")

    def mend(self) -> None:
        """No cut and no black hole any more."""
        self._nft(f"add table inet {_HOLE}")  # so that there is one to delete
        self._nft(f"delete table inet {_HOLE}")
        for namespace in (self._near, self._far):
            run(f"ip -n {namespace} link set cable up")

    def _nft(self, command: str) -> None:
        run(f"ip netns exec {self._near} nft", command)


def _enter(namespace: int) -> None:
    """setns(2); the standard library has it from Python 3.12."""
    if _libc.setns(namespace, CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "setns")
