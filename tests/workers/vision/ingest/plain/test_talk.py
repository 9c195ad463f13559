"""Logins, descriptions and mixed bytes as cameras send them."""

import socket
import struct
import time

import pytest
from hypothesis import given
from hypothesis import strategies as some

from edge.workers.vision.ingest.plain.description import Video, read_description
from edge.workers.vision.ingest.plain.login import Login
from edge.workers.vision.ingest.plain.pictures import START, Pictures, Whole
from edge.workers.vision.ingest.plain.wire import NotUnderstoodError, Wire

SDP = """v=0\r
s=Media\r
a=control:*\r
m=audio 0 RTP/AVP 8\r
a=control:trackID=1\r
m=video 0 RTP/AVP 96\r
a=rtpmap:96 {codec}/90000\r
a=fmtp:96 packetization-mode=1;{sets}\r
a=control:{control}\r
"""


def test_digest_as_the_standard_shows_it() -> None:
    login = Login("Mufasa", "Circle Of Life")
    assert login.challenged(['Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"'])
    assert 'response="670fd8c2df070c60b045671b8b24ff02"' in login.answer("GET", "/dir/index.html")  # RFC 2069, errata


def test_the_strongest_known_login_is_taken_and_basic_only_where_nothing_else_is_asked() -> None:
    login = Login("a", "b")
    assert login.challenged(["Basic realm=x", 'Digest realm="x", nonce="n", algorithm=MD5, qop="auth"'])
    assert "qop=auth, nc=00000001" in login.answer("DESCRIBE", "u")
    assert "nc=00000002" in login.answer("SETUP", "u")
    assert login.challenged(["Basic realm=x"])
    assert login.answer("DESCRIBE", "u") == "Authorization: Basic YTpi\r\n"


def test_without_a_name_or_a_known_way_there_is_no_answer() -> None:
    assert not Login("", "").challenged(["Basic realm=x"])
    assert not Login("a", "b").challenged(['Digest realm="x", nonce="n", algorithm=SHA-512'])
    assert Login("a", "b").answer("DESCRIBE", "u") == ""


@pytest.mark.parametrize(
    ("control", "base", "url"),
    [
        ("trackID=2", "rtsp://c:554/sub", "rtsp://c:554/sub/trackID=2"),
        ("trackID=2", "rtsp://c:554/sub/", "rtsp://c:554/sub/trackID=2"),
        ("trackID=2", "rtsp://c:554/sub?a=1", "rtsp://c:554/sub?a=1/trackID=2"),
        ("rtsp://other/x", "rtsp://c:554/sub", "rtsp://other/x"),
        ("*", "rtsp://c:554/sub", "rtsp://c:554/sub"),
    ],
)
def test_where_the_video_is(control: str, base: str, url: str) -> None:
    text = SDP.format(codec="H264", sets="sprop-parameter-sets=Z0IAH5WoFAFuQA==,aM48gA==", control=control)
    start = b"\x00\x00\x00\x01"
    sets = start + b"\x67\x42\x00\x1f\x95\xa8\x14\x01\x6e\x40" + start + b"\x68\xce\x3c\x80"
    assert read_description(text, base) == Video("h264", 96, url, sets)


def test_h265_and_damaged_sets_and_other_codecs() -> None:
    text = SDP.format(codec="H265", sets="sprop-vps=QAE=;sprop-sps=QgE=;sprop-pps=RAE=", control="v")
    video = read_description(text, "rtsp://c")
    assert video is not None
    assert video.codec == "hevc"
    assert video.extradata.count(b"\x00\x00\x00\x01") == 3
    odd = read_description(SDP.format(codec="H264", sets="sprop-parameter-sets=%%%,a", control="v"), "rtsp://c")
    assert odd is not None
    assert odd.extradata == b""
    assert read_description(SDP.format(codec="MP4V-ES", sets="", control="v"), "rtsp://c") is None
    assert read_description("", "rtsp://c") is None


def _pair() -> tuple[socket.socket, Wire]:
    theirs, ours = socket.socketpair()
    return theirs, Wire(ours)


def _slice(body: bytes, number: int) -> bytes:
    """One picture in one interleaved packet."""
    rtp = struct.pack(">BBHII", 0x80, 0x80 | 96, number, 6000 * number, 1) + b"\x41" + body
    return b"$\x00" + len(rtp).to_bytes(2) + rtp


def _bodies(wholes: list[Whole]) -> list[bytes]:
    return [whole.data.removeprefix(START + b"\x41") for whole in wholes]


def test_answers_between_packets_are_passed_over_and_packets_before_an_answer_dropped() -> None:
    theirs, wire = _pair()
    pictures = Pictures("h264", 96)
    theirs.sendall(b"$\x00\x00\x03abc" + b"RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: 2\r\n\r\nhi")
    answer = wire.answer(time.monotonic() + 1)
    assert (answer.status, answer.body, answer.header("cseq")) == (200, "hi", "1")
    half = _slice(b"half!", 2)
    theirs.sendall(_slice(b"x", 0) + b"RTSP/1.0 200 OK\r\n\r\n" + b"$\x01\x00\x02yz" + _slice(b"z", 1) + half[:-1])
    wire.fill(time.monotonic() + 1)
    assert _bodies(wire.pictures(pictures, 0)) == [b"x", b"z"]
    theirs.sendall(half[-1:])
    wire.fill(time.monotonic() + 1)
    assert _bodies(wire.pictures(pictures, 0)) == [b"half!"]


@given(some.lists(some.binary(min_size=1, max_size=2000), min_size=1, max_size=20), some.integers(1, 900))
def test_packets_survive_any_cutting_of_the_stream(bodies: list[bytes], step: int) -> None:
    theirs, wire = _pair()
    pictures = Pictures("h264", 96)
    stream = b"".join(_slice(body, number) for number, body in enumerate(bodies))
    got: list[Whole] = []
    for at in range(0, len(stream), step):
        theirs.sendall(stream[at : at + step])
        wire.fill(time.monotonic() + 1)
        got += wire.pictures(pictures, 0)
    assert _bodies(got) == bodies


@pytest.mark.parametrize("rubbish", [b"HTTP/1.1 200 OK\r\n\r\n", b"\x00\x01\x02\x03\x04", b"RTSP/1.0 abc\r\n\r\n"])
def test_rubbish_is_not_understood(rubbish: bytes) -> None:
    theirs, wire = _pair()
    theirs.sendall(rubbish)
    with pytest.raises(NotUnderstoodError):
        wire.answer(time.monotonic() + 1)


def test_silence_ends_at_its_deadline_and_a_hang_up_at_once() -> None:
    theirs, wire = _pair()
    with pytest.raises(TimeoutError):
        wire.fill(time.monotonic() + 0.05)
    theirs.close()
    with pytest.raises(ConnectionResetError):
        wire.answer(time.monotonic() + 1)


def test_a_flood_without_end_has_its_deadline_too() -> None:
    theirs, wire = _pair()
    theirs.sendall(b"RTSP/1.0 200 OK\r\n\r\n")
    with pytest.raises(TimeoutError):
        wire.fill(time.monotonic() - 0.01)


def test_a_line_within_a_header_is_refused() -> None:
    theirs, wire = _pair()
    theirs.sendall(b"RTSP/1.0 200 OK\r\nSession: 1\nX-Evil: 2\r\n\r\n")
    with pytest.raises(NotUnderstoodError):
        wire.answer(time.monotonic() + 1)


def test_an_endless_demand_for_a_login_costs_nothing() -> None:
    began = time.monotonic()
    assert not Login("a", "b").challenged(["Digest " + "a" * 60_000])
    assert time.monotonic() - began < 0.5


def test_an_endless_head_is_refused() -> None:
    theirs, wire = _pair()
    theirs.sendall(b"RTSP/1.0 200 OK\r\n" + b"X: y\r\n" * 12_000)
    with pytest.raises(NotUnderstoodError):
        wire.answer(time.monotonic() + 1)
