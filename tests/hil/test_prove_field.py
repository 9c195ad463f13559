"""The judges of the lines of issue 7: a miss is a miss. What they judge is observed by `./run prove 7`."""

import socket
from typing import Any

import pytest

from hil.prove.field.power import Night
from hil.prove.field.power import judged as night_judged
from hil.prove.field.replace import unexplained
from hil.prove.field.scan import judged as scan_judged
from hil.prove.field.scanner import tcp_round, udp_port
from hil.prove.field.stranger import let_in

WELL = {"video": 66.0, "eyes": 75.0, "sms": 82.0, "horns": 95.0, "back": 240.0}
EYES = {"mains": 1, "video shed": 1, "eyes shed": 0}


def night(at: dict[str, float | None] | None = None, eyes: dict[str, int] | None = None, horns: int = 4) -> Night:
    return Night(0.0, {**WELL, **(at or {})}, {**EYES, **(eyes or {})}, horns, minutes_told=True)


def test_a_night_in_order_holds() -> None:
    assert night_judged(night()).ok


@pytest.mark.parametrize(
    "wrong",
    [
        night({"video": 20.0}),  # a flicker shed something
        night({"video": 80.0}),  # the eyes went before the pictures
        night({"sms": None}),
        night({"back": None}),
        night(horns=3),
        night(eyes={"video shed": 0}),
        night(eyes={"eyes shed": 1}),
    ],
)
def test_a_night_out_of_order_is_missed(wrong: Night) -> None:
    assert not night_judged(wrong).ok


def scanned(**other: Any) -> dict[str, Any]:
    doors = {"mqtt": 11, "http": 14, "socket": 6, "media": 6}
    well = {
        "tcp": [80, 443, 8443, 8883],
        "expected": [80, 443, 8443, 8883],
        "udp": [],
        "rounds": 3,
        "took_s": 61.0,
        "tried": doors,
        "let_in": dict.fromkeys(doors, 0),
        "counted": {"mqtt": 20, "http": 15, "socket": 6},
    }
    return well | other


def test_only_the_doors_of_the_document_hold() -> None:
    assert scan_judged(scanned()).ok


@pytest.mark.parametrize(
    "wrong",
    [
        {"tcp": [80, 443, 5432, 8443, 8883]},
        {"tcp": [80, 443]},
        {"udp": [161]},
        {"let_in": {"mqtt": 0, "http": 1, "socket": 0, "media": 0}},
        {"counted": {"mqtt": 20, "http": 13, "socket": 6}},
        {"counted": {"mqtt": 20, "http": 15}},
        {"tried": {"mqtt": 0, "http": 14, "socket": 6, "media": 6}},
    ],
)
def test_any_other_scan_is_missed(wrong: dict[str, Any]) -> None:
    assert not scan_judged(scanned(**wrong)).ok


async def test_the_scanner_finds_the_open_port_among_shut_ones() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        found = await tcp_round("127.0.0.1", range(port - 20, port + 1))
    assert port in found


def test_an_open_datagram_port_is_told_from_a_shut_one() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
        assert udp_port("127.0.0.1", port)
    assert not udp_port("127.0.0.1", port)


def test_a_line_that_is_shut_in_his_face_is_a_refusal() -> None:
    def shut() -> bool:
        raise ConnectionResetError

    assert not let_in(shut)


def test_a_gap_is_explained_only_by_a_run_that_holds_the_whole_of_it() -> None:
    assert unexplained([1, 2, 3, 10, 11], [(4, 9)]) == []
    assert unexplained([1, 2, 3, 5, 10], [(4, 9)]) == []  # what the dead box still told lies within
    assert unexplained([1, 2, 3, 11], [(4, 9)]) == [(4, 10)]
    assert unexplained([2, 3], []) == [(1, 1)]
    assert unexplained([], []) == []
