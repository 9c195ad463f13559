"""Doors of the pages of sound: who may bring what, how much, and where it lands."""

import stat
import uuid
from pathlib import Path

import pytest
from flask import Flask

from edge.core.errors import TransientError
from tests.web.visitor import Visitor
from web.problems import BadInputError, ConflictError
from web.spool import MOST_BYTES, MOST_FILES, MOST_IN_A_SLICE, add_slice

NAME = "5f0c3f0e-6d1b-4a53-9a53-2f6f2a1c9b77"


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    folder = tmp_path / "spool"
    folder.mkdir()
    return folder


def test_slices_become_a_private_file(spool: Path) -> None:
    assert add_slice(spool, NAME, 0, b"abc") == 3
    assert add_slice(spool, NAME, 3, b"def") == 6
    assert (spool / NAME).read_bytes() == b"abcdef"
    assert stat.S_IMODE((spool / NAME).stat().st_mode) == 0o600


def test_a_slice_that_is_sent_again_is_there_once(spool: Path) -> None:
    for at, part in ((0, b"abc"), (3, b"def"), (3, b"def"), (6, b"g")):
        add_slice(spool, NAME, at, part)
    assert (spool / NAME).read_bytes() == b"abcdefg"
    add_slice(spool, NAME, 0, b"new")
    assert (spool / NAME).read_bytes() == b"new"


def test_a_gap_too_much_and_too_many_are_refused(spool: Path) -> None:
    add_slice(spool, NAME, 0, b"abc")
    with pytest.raises(ConflictError):
        add_slice(spool, NAME, 4, b"x")
    for at, content in ((0, b""), (0, b"x" * (MOST_IN_A_SLICE + 1)), (MOST_BYTES, b"x")):
        with pytest.raises(BadInputError):
            add_slice(spool, NAME, at, content)
    for number in range(MOST_FILES):
        (spool / str(number)).touch()
    with pytest.raises(TransientError, match="nhiều tệp"):
        add_slice(spool, str(uuid.uuid4()), 0, b"abc")


def test_a_link_is_not_followed(spool: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    (spool / NAME).symlink_to(tmp_path / "secret")
    with pytest.raises(TransientError):
        add_slice(spool, NAME, 0, b"abc")
    assert (tmp_path / "secret").read_bytes() == b"secret"


def bring(visitor: Visitor, address: str, content: bytes = b"abc") -> tuple[int, str]:
    answer = visitor.client.post(address, data=content, headers={"X-CSRF": visitor.csrf})
    return answer.status_code, answer.get_data(as_text=True)


@pytest.mark.parametrize(("role", "status"), [("operator", 200), ("leader", 200), ("duty", 403), ("technician", 403)])
def test_who_may_bring_files(app: Flask, spool: Path, role: str, status: int) -> None:
    visitor = Visitor(app, role)
    assert bring(visitor, f"/api/spool?id={NAME}&at=0")[0] == status
    assert (spool / NAME).exists() == (status == 200)


@pytest.mark.parametrize("query", ["id=../keys/order.pem&at=0", f"id={NAME}&at=-1", f"id={NAME}", f"id={NAME}/..&at=0"])
def test_no_other_place_can_be_written(app: Flask, spool: Path, query: str) -> None:
    status, said = bring(Visitor(app, "operator"), f"/api/spool?{query}")
    assert status == 400, said
    assert not list(spool.iterdir())


@pytest.mark.parametrize(("role", "status"), [("operator", 200), ("leader", 403), ("duty", 403), ("technician", 403)])
def test_only_operators_record_the_bank(app: Flask, role: str, status: int) -> None:
    page = Visitor(app, role).get("/bank")
    assert page.status_code == status
    if status == 200:
        assert "microphone=(self)" in page.headers["Permissions-Policy"]
    assert "microphone=()" in Visitor(app, role).get("/incidents").headers["Permissions-Policy"]


def test_a_recorded_prompt_is_for_operators_alone(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "bank").mkdir()
    (tmp_path / "bank" / f"{'a' * 64}.wav").write_bytes(b"RIFF")
    sound = Visitor(app, "operator").get(f"/bank/{'a' * 64}.wav")
    assert (sound.status_code, sound.mimetype, sound.data) == (200, "audio/wav", b"RIFF")
    assert Visitor(app, "operator").get(f"/bank/{'A' * 64}.wav").status_code == 404
    assert Visitor(app, "duty").get(f"/bank/{'a' * 64}.wav").status_code == 403
    assert Visitor(app).get(f"/bank/{'a' * 64}.wav").status_code == 401
