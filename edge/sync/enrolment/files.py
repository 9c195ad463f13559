"""The box's identity on the disk: whatever is cut off in between, one pair that the hub takes is always there.

``province-box.pem`` is used: key and certificate in one file, so that they can never be of two minds.
``province-next.key`` is made before the hub is asked, so that an answer is never for a key that a power cut took.
``province-next.pem`` is the new pair until the hub has seen it; then one rename puts it in the place of the old one.
"""

from dataclasses import dataclass
from pathlib import Path

import msgspec

from edge.config.hub_files import CA, COMMAND_KEYS, PAIR
from edge.core.errors import FinalError
from edge.kernel.disk import SECRET, sync_folder, write_atomically
from edge.kernel.identity import BoxKey, key_pem, new_key, read_key


class Told(msgspec.Struct, frozen=True):
    """What the enrolment must remember: the door of enrolment, and the request that waits there."""

    door: str
    request: str = ""


@dataclass(frozen=True, slots=True)
class IdentityFiles:
    """All in the box's folder of keys, 0700."""

    folder: Path

    @property
    def ca(self) -> Path:
        """The province's authority, pinned at enrolment."""
        return self.folder / CA

    @property
    def next_ca(self) -> Path:
        """That of the province that was asked and has not said yes yet."""
        return self.folder / "province-next-ca.pem"

    @property
    def pair(self) -> Path:
        """The pair that is used."""
        return self.folder / PAIR

    @property
    def next_pair(self) -> Path:
        """A new pair that the hub has not seen yet."""
        return self.folder / "province-next.pem"

    def make(self) -> None:
        """The folder."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def next_key(self) -> BoxKey:
        """The key for the next certificate, made and safe on the disk when there is none."""
        path = self.folder / "province-next.key"
        if path.exists():
            return read_key(path.read_bytes())
        key = new_key()
        write_atomically(path, key_pem(key), SECRET)
        return key

    def drop_next(self) -> None:
        """The hub will not sign this key."""
        (self.folder / "province-next.key").unlink(missing_ok=True)
        self.next_pair.unlink(missing_ok=True)

    def keep_next(self, key: BoxKey, certificate: str) -> None:
        """The hub has signed."""
        write_atomically(self.next_pair, key_pem(key) + certificate.encode(), SECRET)

    def take_over(self) -> None:
        """The hub has seen the new pair: from now on it is the pair."""
        self.next_pair.replace(self.pair)
        sync_folder(self.folder)
        (self.folder / "province-next.key").unlink(missing_ok=True)

    def pin(self, ca: bytes, command_key: str) -> None:
        """Whom this box believes from now on."""
        write_atomically(self.ca, ca)
        write_atomically(self.folder / COMMAND_KEYS, f"{command_key}\n".encode())

    def told(self) -> Told | None:
        """What is remembered, or None before the first enrolment."""
        try:
            return msgspec.json.decode((self.folder / "province-enrolment.json").read_bytes(), type=Told)
        except FileNotFoundError:
            return None
        except msgspec.DecodeError as cause:
            raise FinalError(f"{self.folder}/province-enrolment.json bị hỏng: hãy ghi danh lại.") from cause

    def remember(self, told: Told) -> None:
        """Keep it."""
        write_atomically(self.folder / "province-enrolment.json", msgspec.json.encode(told), SECRET)


def pinned_keys(folder: Path) -> tuple[str, ...]:
    """The public keys of the province's commands, hex; none before the enrolment."""
    try:
        return tuple((folder / COMMAND_KEYS).read_text("ascii").split())[:4]
    except (FileNotFoundError, UnicodeDecodeError):
        return ()
