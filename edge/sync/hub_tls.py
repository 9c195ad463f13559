"""TLS to the hub with the box's own pair as it is on the disk now: the next connection uses a renewed one."""

import ssl
from pathlib import Path

from edge.config.hub_files import PAIR
from edge.config.schema import Hub
from edge.core.errors import FinalError, MisconfiguredError, TransientError
from edge.kernel.tls_time import KnownTime, client_context


class NotEnrolledError(TransientError):
    """The province has not given this box a certificate yet."""


class HubTls:
    """Mutual TLS; the context is made anew when a file of the hub changes, or what the clock is worth."""

    def __init__(self, hub: Hub, known: KnownTime) -> None:
        self._files = (Path(hub.ca), Path(hub.cert), Path(hub.key))
        self._known = known
        self._made: tuple[object, ssl.SSLContext] | None = None
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
            seen = (self._known.sure, [(info.st_ino, info.st_mtime_ns) for info in map(Path.stat, self._files)])
            if self._made is None or self._made[0] != seen:
                ca, cert, key = self._files
                self._made = (seen, client_context(ca, self._known, (cert, key)))
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
