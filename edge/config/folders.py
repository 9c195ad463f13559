"""The folders of a box."""

from pathlib import Path

from edge.config import load
from edge.core.errors import MisconfiguredError

USUAL_DATA = Path("/var/lib/molang")
"""As in docs/ref/example.toml, and the only folder into which the units may write."""


class Folders:
    """Where a box keeps its things, all below ``commune.data``."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.database = data / "molang.db"
        self.clips = data / "clips"
        self.media = data / "media"
        self.run = data / "run"
        self.keys = data / "keys"
        self.bank = data / "bank"
        self.spool = data / "spool"
        self.photo_spool = data / "photo-spool"
        self.table_spool = data / "table-spool"
        self.reports = data / "reports"
        self.failed_units = data / "failed-units"
        spools = (self.spool, self.photo_spool, self.table_spool)
        for folder in (self.clips, self.media, self.run, self.keys, self.reports, self.bank, *spools):
            folder.mkdir(parents=True, exist_ok=True)
        if data.stat().st_mode & 0o007:  # pictures, recordings and the roster's numbers are nobody else's business
            data.chmod(0o750)
        for private in (self.keys, self.run, *spools):
            private.chmod(0o700)

    @property
    def control(self) -> Path:
        """The control socket."""
        return control_socket(self.data)

    @property
    def link_key(self) -> Path:
        """The key that signs links for phones."""
        return self.keys / "link.key"

    @property
    def account_key(self) -> Path:
        """The key of the accounts' passwords and codes."""
        return self.keys / "accounts.key"

    @property
    def order_key(self) -> Path:
        """The commune's order-signing key."""
        return self.keys / "order.pem"


def data_of(config: Path) -> Path:
    """The data folder that these settings name; the usual one while nobody can read them: the way back needs none."""
    try:
        return Path(load(config).commune.data)
    except MisconfiguredError:
        return USUAL_DATA


def control_socket(data: Path | str) -> Path:
    """Where the running box of this data folder listens; for commands that make no folders."""
    return Path(data) / "run" / "control.sock"
