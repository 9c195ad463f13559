"""A box out of a backup: a new epoch of orders, ids that no earlier start made, and a gap that explains itself.

The old box may have gone on after the backup, or may still run somewhere: nodes obey the higher epoch alone
(protocols.md), ids of starts after the backup are jumped over, and so are numbers of events that the province may know.
"""

import os
import re
import sqlite3
import tarfile
from collections.abc import Mapping
from contextlib import closing
from io import BytesIO
from pathlib import Path

from edge.backup.archive import SEALED, SOUNDS, STORE, Backup, Member, digest_of
from edge.backup.sealed import unseal
from edge.core.errors import FinalError
from edge.kernel.clock import SystemClock
from edge.kernel.disk import SECRET, sync_folder, write_atomically
from edge.store.ids import get_meta, put_meta
from edge.store.outbox import LANE_RESULT, Event, add_event

BOOTS_JUMPED = 100_000
"""A box that starts every ten minutes needs two years for so many."""
EVENTS_JUMPED = 10_000_000
"""Half a year of a busy commune."""
SETTINGS, DIGEST = "molang.toml", "members.sha256"
"""Of what is sealed: the settings hold passwords of cameras and the wall's token."""
_NAME = re.compile(r"(?:{})/[A-Za-z0-9._-]{{1,100}}".format("|".join(SOUNDS)))
_KEY = re.compile(r"(?:keys|pki)/[A-Za-z0-9._-]{1,100}")


def restore(path: Path, data: Path, settings: Path, pki: Path, passphrase: str) -> dict[str, int]:
    """Put a box back; ``data`` must not hold a store yet. Nothing is in its place until all of it was checked.

    Returns the numbers from which the box goes on. Raises FinalError for a damaged backup or a wrong passphrase.
    """
    if (data / STORE).exists():
        raise FinalError(f"{data} đã có kho dữ liệu; hãy dời nó đi trước.")
    with Backup(path) as backup:
        secrets = _read_secrets(unseal(backup.read(SEALED), passphrase))
        if secrets.pop(DIGEST, b"") != digest_of(backup.members):
            raise FinalError("Danh mục của bản sao không phải do hộp của xã làm: có người đã thay tệp trong đó.")
        data.mkdir(parents=True, exist_ok=True)
        for member in backup.members:
            if member.name not in (STORE, SEALED):
                _put(backup, member, data)
        text = secrets.pop(SETTINGS)
        _put_keys(secrets, data, pki)
        if not settings.exists():
            write_atomically(settings, text, SECRET)
        store = next(member for member in backup.members if member.name == STORE)
        return _put_store(backup, store, data)


def _put(backup: Backup, member: Member, data: Path) -> None:
    if not _NAME.fullmatch(member.name):
        raise FinalError(f"Bản sao có tệp lạ: {member.name!r}.")
    target = data / member.name
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file:
        backup.copy(member, file)
        file.flush()
        os.fsync(file.fileno())


def _read_secrets(packed: bytes) -> dict[str, bytes]:
    """Name → bytes of what was sealed; raises FinalError for anything that does not belong there."""
    found: dict[str, bytes] = {}
    with tarfile.open(fileobj=BytesIO(packed), mode="r:") as tar:
        for entry in tar:
            known = entry.name in (SETTINGS, DIGEST) or _KEY.fullmatch(entry.name)
            stream = tar.extractfile(entry) if entry.isreg() and known else None
            if stream is None:
                raise FinalError(f"Bản sao có khóa lạ: {entry.name!r}.")
            found[entry.name] = stream.read()
    return found


def _put_keys(secrets: Mapping[str, bytes], data: Path, pki: Path) -> None:
    """Keys of the box below its data, certificates where the config expects them."""
    for name, key in secrets.items():
        folder = data / "keys" if name.startswith("keys/") else pki
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_atomically(folder / Path(name).name, key, SECRET)


def _put_store(backup: Backup, member: Member, data: Path) -> dict[str, int]:
    """The store last: with it the box is there."""
    draft = data / f".{STORE}.restored"
    with draft.open("wb") as file:
        backup.copy(member, file)
        file.flush()
        os.fsync(file.fileno())
    numbers = begin_anew(draft)
    draft.replace(data / STORE)
    sync_folder(data)
    return numbers


def begin_anew(store: Path) -> dict[str, int]:
    """One epoch on, and past every number that the old box may have given out since the backup."""
    with closing(sqlite3.connect(store, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("BEGIN IMMEDIATE")
        epoch = int(get_meta(connection, "epoch", "1")) + 1
        boot = int(get_meta(connection, "boot", "0")) + BOOTS_JUMPED
        put_meta(connection, "epoch", str(epoch))
        put_meta(connection, "boot", str(boot))
        row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'").fetchone()
        last = row[0] if row else 0  # the outbox itself forgets what has arrived
        first = last + EVENTS_JUMPED
        connection.execute("DELETE FROM sqlite_sequence WHERE name = 'outbox'")
        connection.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('outbox', ?)", (first,))
        told = {"epoch": epoch, "from_seq": last + 1, "to_seq": first}
        event = Event(f"{boot}-0", LANE_RESULT, "box.restored", f"boot/{boot}", told)
        add_event(connection, event, boot, SystemClock().now())
        connection.execute("COMMIT")
    return {"epoch": epoch, "boot": boot, "seq": first + 1}
