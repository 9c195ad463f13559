"""TLS to the hub: the box's own pair as it is on the disk now, and patience with a clock that nobody has set.

A renewed certificate is used from the next connection on, without a restart. A box without a clock battery may think
that it is 2025, or 2031: its clock then must not judge the hub's certificate; name, issuer and signature still do.
"""

import ssl
from collections.abc import Callable
from pathlib import Path

from edge.config.hub_files import PAIR
from edge.config.schema import Hub
from edge.core.errors import FinalError, MisconfiguredError, TransientError
from edge.core.policy.downlink import holds
from edge.kernel.clock import Clock, SystemClock
from edge.kernel.identity import read_certificate, times_of

NO_CHECK_TIME = 0x200000
"""X509_V_FLAG_NO_CHECK_TIME of OpenSSL 1.1 and later: the times are judged by us instead."""
RELEASED_MS = 1_764_000_000_000
"""November 2025: this program did not exist before."""


class NotEnrolledError(TransientError):
    """The province has not given this box a certificate yet."""


class ContextOfFiles:
    """A context that is made anew when one of the files of the hub has changed: a renewed pair needs no restart."""

    def __init__(self, hub: Hub, make: Callable[[], ssl.SSLContext]) -> None:
        self._files = (Path(hub.ca), Path(hub.cert), Path(hub.key))
        self._make = make
        self._made: tuple[tuple[tuple[int, int], ...], ssl.SSLContext] | None = None
        self._enrolled = self._files[1].name == PAIR and self._files[1] == self._files[2]

    def check(self) -> None:
        """Raises MisconfiguredError for files that the settings name and that cannot be used; others may come yet."""
        if not self._enrolled or self._files[1].exists():
            self.context()

    def context(self) -> ssl.SSLContext:
        """With what the files hold now.

        Raises NotEnrolledError while there are none, MisconfiguredError naming those that cannot be used.
        """
        try:
            seen = tuple((info.st_ino, info.st_mtime_ns) for info in (path.stat() for path in self._files))
            if self._made is None or self._made[0] != seen:
                self._made = (seen, self._make())
        except FileNotFoundError as cause:
            if self._enrolled:
                raise NotEnrolledError("Hộp chưa ghi danh với tỉnh (molang enrol).") from cause
            raise self._unusable(cause) from cause
        except (OSError, FinalError) as cause:
            raise self._unusable(cause) from cause
        return self._made[1]

    def _unusable(self, cause: Exception) -> MisconfiguredError:
        ca, cert, key = self._files
        return MisconfiguredError(f"[hub] không dùng được {ca}, {cert} hoặc {key}: {cause}.")


class HubTls(ContextOfFiles):
    """Mutual TLS 1.2 or newer that is patient with a clock that nobody has set."""

    def __init__(self, hub: Hub, clock: Clock | None = None) -> None:
        ca, cert, key = Path(hub.ca), Path(hub.cert), Path(hub.key)
        super().__init__(hub, lambda: pair_tls(ca, cert, key, clock or SystemClock()))


def pair_tls(ca: Path, cert: Path, key: Path, clock: Clock) -> ssl.SSLContext:
    """Mutual TLS with this pair; raises OSError (SSLError is one), or FinalError for what is no certificate."""
    context = patient_tls(ca, clock, times_of(read_certificate(cert.read_bytes()))[0])
    context.load_cert_chain(cert, key)
    return context


def patient_tls(ca: Path, clock: Clock, floor_ms: int = RELEASED_MS) -> ssl.SSLContext:
    """TLS to a hub of this authority; ``floor_ms`` is a time that has certainly passed."""
    context = ssl.create_default_context(cafile=ca)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.verify_flags = ssl.VerifyFlags(context.verify_flags | NO_CHECK_TIME)
    passed_ms = max(floor_ms, RELEASED_MS)

    class Judged(ssl.SSLObject):
        """Looks at the times of the hub's certificate before a byte of ours is sent."""

        def do_handshake(self) -> None:
            super().do_handshake()
            shown = self.getpeercert() or {}
            begins, ends = (ssl.cert_time_to_seconds(str(shown[name])) * 1000 for name in ("notBefore", "notAfter"))
            if not holds(begins, ends, clock.now(), passed_ms):
                raise ssl.SSLCertVerificationError("the certificate of the hub does not hold now")

    context.sslobject_class = Judged
    return context
