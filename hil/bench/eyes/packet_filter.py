"""Packets of a TCP port of this machine that the kernel loses for us. Needs root and Debian's `nftables`."""

import contextlib
import random
import subprocess
from collections.abc import Sequence

NFT_S = 10.0


class Filter:
    """A table of its own, so that nobody else's rules are touched; `clear` takes it away again."""

    def __init__(self) -> None:
        self._table = f"molang_bench_{random.randrange(10**9)}"

    def drop(self, port: int, far_ports: Sequence[int] = ()) -> None:
        """Lose every packet from and to this port, or only those of the connections from these other ports.

        Raises CalledProcessError where that is not allowed, FileNotFoundError without `nft`.
        """
        only = [(f" tcp dport {far}", f" tcp sport {far}") for far in far_ports] or [("", "")]
        rules = [f"tcp sport {port}{away} drop\ntcp dport {port}{towards} drop" for away, towards in only]
        chain = "\n".join(["chain lost {", "type filter hook output priority 0", *rules, "}"])
        self._nft(f"table inet {self._table} {{\n{chain}\n}}\n", check=True)

    def clear(self) -> None:
        """Lose nothing any more."""
        with contextlib.suppress(FileNotFoundError):
            self._nft(f"delete table inet {self._table}", check=False)

    def _nft(self, text: str, *, check: bool) -> None:
        subprocess.run(["nft", "-f", "-"], input=text, text=True, check=check, capture_output=True, timeout=NFT_S)
