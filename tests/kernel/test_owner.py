"""Root looks into what others own with no more rights than they have."""

import os
import pwd
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import pytest

from edge.kernel.process import as_owner_of


def test_for_who_is_not_root_or_owns_it_himself_nothing_changes(tmp_path: Path) -> None:
    before = (os.geteuid(), os.getegid())
    with as_owner_of(tmp_path):
        assert (os.geteuid(), os.getegid()) == before


@pytest.mark.root
def test_a_journal_beside_a_store_of_others_deletes_nothing_of_roots() -> None:
    """A rollback journal may name a super-journal, which SQLite deletes: as root that would be any file at all."""
    nobody = pwd.getpwnam("nobody")
    with tempfile.TemporaryDirectory() as name:  # pytest's own folder is closed to others
        Path(name).chmod(0o755)
        _root_reads_the_store_of(nobody, Path(name))


def _root_reads_the_store_of(nobody: pwd.struct_passwd, place: Path) -> None:
    folder, victim = place / "data", place / "victim"
    folder.mkdir()
    victim.write_text("root's")
    store = folder / "molang.db"
    with closing(sqlite3.connect(store)) as connection:
        connection.execute("CREATE TABLE x (y)")
    for path in (folder, store):
        os.chown(path, nobody.pw_uid, nobody.pw_gid)
    with as_owner_of(folder):
        assert os.geteuid() == nobody.pw_uid
        with pytest.raises(PermissionError):
            victim.unlink()
        with closing(sqlite3.connect(store)) as connection:
            connection.execute("INSERT INTO x VALUES (1)")
            connection.commit()
    assert os.geteuid() == os.getegid() == 0
    assert victim.exists()
    assert store.stat().st_uid == nobody.pw_uid
