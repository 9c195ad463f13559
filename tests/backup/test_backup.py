"""A box is copied while it runs, and put back elsewhere: the same rows, a new epoch, nothing given out twice."""

import asyncio
import hashlib
import io
import json
import random
import sqlite3
import subprocess
import sys
import tarfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from edge.backup.archive import FORMAT, MANIFEST, Backup
from edge.backup.restoring import BOOTS_JUMPED, EVENTS_JUMPED
from edge.backup.rotation import KEEP, backups_in, rotate
from edge.backup.sealed import seal, unseal
from edge.core.errors import FinalError, MisconfiguredError
from edge.kernel.clock import SystemClock
from edge.store.journal import Journal
from edge.store.outbox import LANE_ALARM
from hil.pki import Authority
from tests.store.whole_village import fill_all

PASSPHRASE = "một câu dài chỉ xã biết"
BEYOND = ("meta", "outbox", "outbox_count", "sqlite_sequence")


@pytest.fixture
def box(tmp_path: Path) -> Path:
    """The data of a box that has run, its certificates, its config and the passphrase."""
    data, pki = tmp_path / "data", tmp_path / "pki"
    (data / "clips").mkdir(parents=True)
    asyncio.run(filled(data))
    (data / "keys").mkdir()
    (data / "keys" / "order.pem").write_text("khóa ký lệnh")
    authority = Authority(pki)
    for name in ("box", "loa-uy-ban", "thuong-giang"):
        authority.issue(name)
    (pki / "tinh-ca.pem").write_bytes((pki / "ca.pem").read_bytes())
    for name in ("web-ca.pem", "web.pem", "web.key"):
        (pki / name).write_text(f"of the pages: {name}")
    text = Path("docs/ref/example.toml").read_text()
    text = text.replace("/var/lib/molang", str(data)).replace("/etc/molang/pki", str(pki))
    (tmp_path / "molang.toml").write_text(text)
    (tmp_path / "passphrase").write_text(PASSPHRASE + "\n")
    (tmp_path / "usb").mkdir()
    return tmp_path


async def filled(data: Path) -> None:
    journal = await Journal.open(data / "molang.db", SystemClock())
    await fill_all(journal, data / "clips")
    journal.close()


def molang(*words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "edge", "backup", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def made(box: Path) -> Path:
    done = molang(
        "make", "--config", box / "molang.toml", "--passphrase-file", box / "passphrase", "--to", box / "usb"
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (path,) = backups_in(box / "usb", "thuong-giang")
    return path


def put_back(box: Path, path: Path, secret: str = "passphrase") -> subprocess.CompletedProcess[str]:  # noqa: S107 - a file
    new = box / "new"
    return molang(
        "restore", path, "--passphrase-file", box / secret,
        "--data", new / "data", "--settings", new / "molang.toml", "--pki", new / "pki",
    )  # fmt: skip


def rows(path: Path) -> dict[str, list[Sequence[object]]]:
    with closing(sqlite3.connect(path)) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            name: sorted(connection.execute(f"SELECT * FROM {name}"), key=repr)  # noqa: S608 - names of the schema
            for name in names
            if name not in BEYOND and not name.startswith("sqlite_")
        }


def test_a_box_put_back_has_every_row_every_sound_and_its_keys(box: Path) -> None:
    path = made(box)
    assert molang("verify", path).returncode == 0
    done = put_back(box, path)
    assert done.returncode == 0, done.stderr
    assert rows(box / "new/data/molang.db") == rows(box / "data/molang.db")
    sounds = {file.name: file.read_bytes() for file in (box / "data/clips").iterdir()}
    assert {file.name: file.read_bytes() for file in (box / "new/data/clips").iterdir()} == sounds
    assert (box / "new/data/keys/order.pem").read_text() == "khóa ký lệnh"
    assert (box / "new/data/keys/order.pem").stat().st_mode & 0o077 == 0
    for name in ("box.key", "web-ca.pem", "web.pem", "web.key"):
        assert (box / "new/pki" / name).read_bytes() == (box / "pki" / name).read_bytes()
    assert (box / "new/molang.toml").read_text() == (box / "molang.toml").read_text()


async def test_the_new_box_begins_an_epoch_and_gives_out_nothing_that_the_old_one_may_have(box: Path) -> None:
    path = await asyncio.to_thread(made, box)
    old = await Journal.open(box / "data/molang.db", SystemClock())
    old_ids = {old.new_id() for _ in range(50)}
    await old.record(lambda tx: tx.event(LANE_ALARM, "incident.opened", "sau-khi-chép", {}))
    old_seq = await old.record(lambda tx: tx.row("SELECT max(seq) FROM outbox"))
    old.close()
    assert (await asyncio.to_thread(put_back, box, path)).returncode == 0
    new = await Journal.open(box / "new/data/molang.db", SystemClock())
    try:
        assert new.epoch == old.epoch + 1
        assert not old_ids & {new.new_id() for _ in range(50)}
        await new.record(lambda tx: tx.event(LANE_ALARM, "incident.opened", "hộp mới", {}))
        seqs = await new.record(
            lambda tx: tx.run("SELECT seq, type, data FROM outbox ORDER BY seq DESC LIMIT 2").fetchall()
        )
    finally:
        new.close()
    (newest, _, _), (told_seq, kind, told) = seqs
    assert old_seq is not None
    assert newest > told_seq > old_seq[0]
    assert kind == "box.restored"
    gap = json.loads(told)
    assert gap["to_seq"] == told_seq - 1
    assert gap["to_seq"] - gap["from_seq"] + 1 == EVENTS_JUMPED
    assert int(new.new_id().partition("-")[0]) > BOOTS_JUMPED


async def test_a_store_that_is_written_meanwhile_is_copied_whole(box: Path) -> None:
    journal = await Journal.open(box / "data/molang.db", SystemClock())
    stop = asyncio.Event()

    async def write_on() -> int:
        count = 0
        while not stop.is_set():
            await journal.record(lambda tx: tx.event(LANE_ALARM, "incident.opened", "x", {"a": "b" * 500}))
            count += 1
        return count

    writing = asyncio.create_task(write_on())
    path = await asyncio.to_thread(made, box)
    stop.set()
    assert await writing > 10
    journal.close()
    assert (await asyncio.to_thread(put_back, box, path)).returncode == 0
    with closing(sqlite3.connect(box / "new/data/molang.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_any_byte_that_is_changed_is_found_and_nothing_is_put_in_place(box: Path) -> None:
    path = made(box)
    whole = path.read_bytes()
    chance = random.Random(7)
    with Backup(path) as backup:
        inside = [entry for entry in backup._tar.getmembers() if entry.size]
    for entry in inside:
        at = entry.offset_data + chance.randrange(entry.size)
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x20]) + whole[at + 1 :])
        verified = molang("verify", path).returncode if entry.name == "molang.db" else checked(path)
        assert verified != 0, (entry.name, at)
    path.write_bytes(whole[: len(whole) // 2])
    assert put_back(box, path).returncode != 0
    assert not (box / "new/data/molang.db").exists()


def checked(path: Path) -> int:
    """Like ``verify``, without a process for each of many."""
    try:
        with Backup(path) as backup, Path("/dev/null").open("wb") as nowhere:
            for member in backup.members:
                backup.copy(member, nowhere)
    except FinalError:
        return 1
    return 0


def test_a_wrong_passphrase_puts_nothing_in_place(box: Path) -> None:
    path = made(box)
    (box / "wrong").write_text("một câu dài ai cũng biết")
    done = put_back(box, path, "wrong")
    assert done.returncode == 1
    assert "Sai mật khẩu" in done.stderr
    assert not (box / "new/data/molang.db").exists()


def test_a_box_that_has_a_store_is_never_overwritten(box: Path) -> None:
    path = made(box)
    assert put_back(box, path).returncode == 0
    before = (box / "new/data/molang.db").read_bytes()
    assert "đã có kho dữ liệu" in put_back(box, path).stderr
    assert (box / "new/data/molang.db").read_bytes() == before


def test_a_stick_that_is_not_there_is_named(box: Path) -> None:
    done = molang("make", "--config", box / "molang.toml", "--passphrase-file", box / "passphrase", "--to", box / "no")
    assert done.returncode == 1
    assert "USB đã cắm chưa" in done.stderr


def test_no_secret_lies_open_in_a_backup(box: Path) -> None:
    whole = made(box).read_bytes()
    assert "khóa ký lệnh".encode() not in whole
    assert (box / "pki/box.key").read_bytes() not in whole
    assert (box / "molang.toml").read_bytes()[:200] not in whole


def test_who_has_the_stick_and_not_the_passphrase_can_change_nothing_unseen(box: Path) -> None:
    """He changes a sound and writes its new hash into the list: ``verify`` sees a whole file, the restore does not."""
    path = made(box)
    with Backup(path) as backup:
        parts = {one.name: backup.read(one.name) for one in backup.members}
        about = {"format": FORMAT, **backup.about}
    sound = next(name for name in parts if name.startswith("clips/"))
    parts[sound] = b"of somebody else"
    named = [
        {"name": name, "bytes": len(part), "sha256": hashlib.sha256(part).hexdigest()} for name, part in parts.items()
    ]
    manifest = json.dumps({**about, "members": named}, ensure_ascii=False).encode()
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as tar:
        for name, part in {MANIFEST: manifest, **parts}.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(part)
            tar.addfile(entry, io.BytesIO(part))
    assert molang("verify", path).returncode == 0
    done = put_back(box, path)
    assert done.returncode == 1
    assert "có người đã thay tệp" in done.stderr
    assert not (box / "new/data/clips").exists()


def test_a_short_passphrase_is_refused_and_a_changed_seal_too() -> None:
    with pytest.raises(MisconfiguredError):
        seal(b"x", "ngắn")
    sealed = bytearray(seal(b"x", PASSPHRASE))
    assert unseal(bytes(sealed), PASSPHRASE) == b"x"
    for at in range(0, len(sealed), 5):
        changed = bytearray(sealed)
        changed[at] ^= 1
        with pytest.raises(FinalError):
            unseal(bytes(changed), PASSPHRASE)


def test_the_newest_fourteen_stay_and_strangers_are_left_alone(tmp_path: Path) -> None:
    names = [f"molang-dong-son-202611{day:02d}T023000Z.tar" for day in range(1, 21)]
    for name in (*names, "molang-dong-son-quan-trong.tar", "molang-tay-son-20261101T023000Z.tar"):
        (tmp_path / name).touch()
    assert [path.name for path in rotate(tmp_path, "dong-son")] == names[:-KEEP]
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {*names[-KEEP:], "molang-dong-son-quan-trong.tar", "molang-tay-son-20261101T023000Z.tar"}
