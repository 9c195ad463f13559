"""What the web process must know, written for it by the supervisor into one JSON file (mode 0600)."""

import secrets
import stat
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from flask import current_app
from msgspec import Meta

from edge.core.errors import MisconfiguredError
from edge.core.indicator.values import Indicator
from web.door.settings import Door

SETTINGS_KEY = "MOLANG_SETTINGS"
_SECRET_BYTES = 32

RoleName = Literal["duty", "operator", "leader", "technician", "official", "viewer", "admin"]


class ShownGauge(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A station as the river page shows it: where its levels come from, who measures, and how often (seconds)."""

    id: str
    name: str
    place: str = ""
    bao_dong_m: tuple[float, float, float] | None = None
    datum: str = ""
    document: str = ""
    rain_mm: tuple[float, float, float, float, float] | None = None
    period_s: float = 60.0
    origin: Literal["gauge", "province", "hand"] = "gauge"


class WebSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where things are and who may come in.

    ``hamlets`` and ``cameras`` are names by id, ``horns`` (name, hamlet's id) by id, ``people`` (name, hamlet's id or
    empty) by id: the roster without its numbers. ``link_key_file`` holds the key of links in messages; ``push_key`` is
    what browsers must know for web push (VAPID, base64url), empty where there is none. ``library_folder`` holds the
    scripts' libraries. ``live_url`` is where browsers find the live process (``ws://host:port``, no path).
    ``code_roles`` need a code beside their password.
    ``secret_key_file`` is made at the first start. ``https`` says that nginx speaks TLS in front of us, so that cookies
    travel over nothing else; ``door`` is that nginx.
    """

    commune: Annotated[str, Meta(min_length=1, max_length=80)]
    control_socket: Path
    database: Path
    media_folder: Path
    clips_folder: Path
    reports_folder: Path
    library_folder: Path | None = None
    hamlets: dict[str, str] = {}
    horns: dict[str, tuple[str, str]] = {}
    gauges: tuple[ShownGauge, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    people: dict[str, tuple[str, str]] = {}
    link_key_file: Path | None = None
    push_key: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{0,120}\Z")] = ""
    live_url: Annotated[str, Meta(pattern=r"^wss?://[A-Za-z0-9.:\[\]-]+$", max_length=200)]
    wall_token: Annotated[str, Meta(min_length=16, max_length=100)]
    secret_key_file: Path
    code_roles: tuple[RoleName, ...] = ("leader", "admin")
    cameras: dict[str, str] = {}
    host: Annotated[str, Meta(max_length=100)] = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65535)] = 8080
    https: bool = False
    door: Door | None = None

    @property
    def bank_folder(self) -> Path:
        """Recorded prompts of the voice bank, beside the clips."""
        return self.clips_folder.parent / "bank"

    @property
    def spool_folder(self) -> Path:
        """Where files that people bring wait: the pages write it."""
        return self.clips_folder.parent / "spool"

    @property
    def photo_spool_folder(self) -> Path:
        """Where photos that phones send wait: the other folder that the pages write."""
        return self.clips_folder.parent / "photo-spool"

    @property
    def table_spool_folder(self) -> Path:
        """Where tables of figures that people bring wait."""
        return self.clips_folder.parent / "table-spool"

    def link_key(self) -> bytes | None:
        """The key that links are signed with; None where the supervisor made none."""
        file = self.link_key_file
        return file.read_bytes() if file is not None and file.is_file() else None

    @classmethod
    def load(cls, path: Path) -> "WebSettings":
        """Read the file; raises MisconfiguredError that names the file and the setting."""
        try:
            _refuse_readable_by_others(path)
            return msgspec.json.decode(path.read_bytes(), type=cls, dec_hook=_path)
        except OSError as cause:
            raise MisconfiguredError(f"{path}: không đọc được ({cause.strerror}).") from cause
        except msgspec.DecodeError as cause:
            raise MisconfiguredError(f"{path}: {cause}.") from cause

    def secret_key(self) -> bytes:
        """The key that signs cookies; made now if there is none, or an empty file."""
        if not self.secret_key_file.exists() or not self.secret_key_file.stat().st_size:
            _write_whole(self.secret_key_file, secrets.token_bytes(_SECRET_BYTES))
        key = self.secret_key_file.read_bytes()
        if len(key) < _SECRET_BYTES:
            raise MisconfiguredError(f"{self.secret_key_file}: khoá ký cookie ngắn hơn {_SECRET_BYTES} byte.")
        return key


def _write_whole(path: Path, secret: bytes) -> None:
    """The file appears with all of the secret or not at all, and only its owner reads it."""
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600, exist_ok=False)
    draft.write_bytes(secret)
    draft.replace(path)


def current_settings() -> WebSettings:
    """The settings of the running application."""
    settings: WebSettings = current_app.config[SETTINGS_KEY]
    return settings


def _refuse_readable_by_others(path: Path) -> None:
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise MisconfiguredError(f"{path}: người khác đọc được tệp này; hãy đặt quyền 0600.")


def _path(_: type, value: Any) -> Path:
    """msgspec asks for every type that is not JSON's own: ours is Path alone."""
    if not isinstance(value, str):
        raise TypeError("Expected `str`, a path")
    return Path(value)
