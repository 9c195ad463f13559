import socket
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from edge.control.client import call
from edge.control.protocol import ApproveBulletin, Done, GetState, ReadText, Refused
from edge.core.errors import FinalError, TransientError
from tests.web.accounts import sit
from tests.web.control import paper_supervisor

WHO = {"user": "An", "role": "operator"}


@pytest.fixture
def silent_peer(tmp_path: Path) -> Iterator[tuple[Path, socket.socket]]:
    """A listening socket whose owner does nothing."""
    path = tmp_path / "control"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        yield path, listener


def answer_with(listener: socket.socket, answer: bytes) -> threading.Thread:
    def work() -> None:
        line, _ = listener.accept()
        with line:
            line.recv(65536)
            line.sendall(answer)

    thread = threading.Thread(target=work)
    thread.start()
    return thread


def test_a_question_gets_the_supervisors_answer(tmp_path: Path) -> None:
    with paper_supervisor(tmp_path):
        token = sit(tmp_path / "molang.db", "duty")
        reply = call(tmp_path / "control", ReadText(user="An", role="duty", text="Họp lúc 7h30.", session=token))
    assert isinstance(reply, Done)
    assert "bảy giờ ba mươi" in reply.value["spoken"]


def test_a_request_beyond_the_role_is_refused_as_forbidden(tmp_path: Path) -> None:
    with paper_supervisor(tmp_path):
        wish = ApproveBulletin(user="An", role="leader", id="x", seal="a" * 64)  # he says leader, and is on duty
        token = sit(tmp_path / "molang.db", "duty")
        reply = call(tmp_path / "control", msgspec.structs.replace(wish, session=token))
    assert isinstance(reply, Refused)
    assert reply.kind == "forbidden"


def test_no_supervisor_is_transient_and_says_that_nothing_changed(tmp_path: Path) -> None:
    with pytest.raises(TransientError, match="chưa có gì thay đổi"):
        call(tmp_path / "control", GetState(**WHO))


def test_a_supervisor_that_is_silent_is_given_up_at_the_deadline(silent_peer: tuple[Path, socket.socket]) -> None:
    with pytest.raises(TransientError, match="không trả lời"):
        call(silent_peer[0], GetState(**WHO), deadline_s=0.2)


@pytest.mark.parametrize(
    "answer",
    [struct.pack(">I", 5) + b"{\xff}..", struct.pack(">I", 2) + b"{}", struct.pack(">I", 1 << 31) + b"x"],
    ids=["not-json", "no-tag", "too-long"],
)
def test_rubbish_is_final(silent_peer: tuple[Path, socket.socket], answer: bytes) -> None:
    thread = answer_with(silent_peer[1], answer)
    with pytest.raises(FinalError, match="sai khuôn dạng"):
        call(silent_peer[0], GetState(**WHO))
    thread.join()


def test_an_answer_cut_short_is_transient(silent_peer: tuple[Path, socket.socket]) -> None:
    thread = answer_with(silent_peer[1], struct.pack(">I", 500) + b'{"type":')
    with pytest.raises(TransientError, match="chưa rõ"):
        call(silent_peer[0], GetState(**WHO))
    thread.join()


def test_a_request_that_is_too_long_is_not_sent(tmp_path: Path) -> None:
    with pytest.raises(FinalError, match="tối đa"):
        call(tmp_path / "control", ReadText(user="An", role="duty", text="a" * 200_000))
