"""A web process in wrong hands may ask for anything; what no page of ours sends is refused before anybody acts."""

from typing import Any

import msgspec
import pytest

from edge.control.peer import Peer
from edge.control.protocol import AnyRequest, DraftBulletin
from edge.control.server import ControlServer

UUID = "0c7a3f52-4ce1-4d6c-9d7b-1f4f0e7c2a11"
WHO = {"user": "lan", "role": "leader"}
DRAFT = {"type": "DraftBulletin", "id": UUID, "text": "Họp.", "priority": "thuong", "hamlets": ["all"]}
AIR = {"type": "AirBulletin", "id": "1-7/air", "press": UUID}
decoder = msgspec.json.Decoder(AnyRequest)


def test_what_a_page_sends_is_understood() -> None:
    assert isinstance(decoder.decode(msgspec.json.encode(DRAFT | WHO)), DraftBulletin)
    decoder.decode(msgspec.json.encode(AIR | WHO))


@pytest.mark.parametrize(
    "lie",
    [
        DRAFT | {"id": "1-7/air"},  # the id of the announcement of incident 1-7
        DRAFT | {"id": UUID + "\n"},
        DRAFT | {"priority": "stop"},
        DRAFT | {"hamlets": ["all"] * 61},
        DRAFT | {"hamlets": ["../all"]},
        DRAFT | {"text": "x" * 20_001},
        DRAFT | {"user": "x" * 81},
        DRAFT | {"user": ""},
        AIR | {"press": "1-7/air"},  # the press by which that announcement airs itself
        {"type": "StopHorns", "hamlets": ["x" * 41]},
        {"type": "TakeIncident", "id": "x" * 81},
        {"type": "ApproveBulletin", "id": UUID, "seal": "a" * 63},
        {"type": "GetState", "session": "x" * 101},
        {"type": "LogIn", "password": "x" * 201},
        {"type": "LogIn", "password": "x", "address": "x" * 46},
        {"type": "AddAccount", "login": "lan", "name": "Lan", "as_role": "wall"},
        {"type": "ReturnBulletin", "id": UUID, "comment": "x" * 501},
    ],
    ids=lambda lie: str(lie)[:60],
)
def test_what_no_page_sends_is_refused(lie: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        decoder.decode(msgspec.json.encode(WHO | lie))


@pytest.mark.parametrize("body", [b'{"type": "GetState", "user": "\xff"}', b"[" * 5_000], ids=["encoding", "depth"])
async def test_rubbish_is_answered(body: bytes) -> None:
    server = ControlServer(None, {}, frozenset())  # type: ignore[arg-type]  # nothing listens here
    assert "sai khuôn dạng" in str(await server._answer(body, Peer(0, 1, is_console=True)))
