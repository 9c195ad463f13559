"""Asks the supervisor something over its control socket, and waits: for the web process and the command line.

A frame is four bytes of length, big endian, then one JSON message of ``edge.control.protocol``.
"""

import socket
import struct
import time
from pathlib import Path

import msgspec

from edge.control.protocol import MAX_REPLY, MAX_REQUEST, AnyReply, AnyRequest, Done, Refused
from edge.core.errors import FinalError, TransientError

DEADLINE_S = 5.0
"""For the whole exchange. The supervisor answers from memory or after one commit: longer means that it is stuck."""

_LENGTH = struct.Struct(">I")
_DECODER: msgspec.json.Decoder[AnyReply] = msgspec.json.Decoder(AnyReply)

NOT_THERE = "Bộ điều khiển không chạy, chưa có gì thay đổi. Hãy thử lại sau ít giây."
NO_ANSWER = (
    "Bộ điều khiển không trả lời, chưa rõ yêu cầu đã được nhận hay chưa. Hãy xem lại trạng thái trước khi làm tiếp."
)
RUBBISH = "Bộ điều khiển trả lời sai khuôn dạng. Hãy báo kỹ thuật viên."


def call(path: Path, request: AnyRequest, deadline_s: float = DEADLINE_S) -> Done | Refused:
    """The supervisor's answer to one request.

    Raises TransientError when it is not there or does not answer within ``deadline_s`` (what was asked may or may not
    have been done: ask with the same id again), FinalError when the request is too long or the answer is not one.
    """
    frame = _frame(request)
    until = time.monotonic() + deadline_s
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        _connect(line, path, deadline_s)
        try:
            _give(line, frame, until)
            return _take(line, until)
        except OSError as cause:
            raise TransientError(NO_ANSWER) from cause


def _frame(request: AnyRequest) -> bytes:
    body = msgspec.json.encode(request)
    if len(body) > MAX_REQUEST:
        raise FinalError(f"Yêu cầu dài {len(body)} byte, tối đa {MAX_REQUEST}.")
    return _LENGTH.pack(len(body)) + body


def _connect(line: socket.socket, path: Path, deadline_s: float) -> None:
    line.settimeout(deadline_s)
    try:
        line.connect(str(path))
    except OSError as cause:
        raise TransientError(NOT_THERE) from cause


def _give(line: socket.socket, frame: bytes, until: float) -> None:
    line.settimeout(_left_s(until))
    line.sendall(frame)


def _take(line: socket.socket, until: float) -> Done | Refused:
    (length,) = _LENGTH.unpack(_exactly(line, _LENGTH.size, until))
    if length > MAX_REPLY:
        raise FinalError(RUBBISH)
    try:
        return _DECODER.decode(_exactly(line, length, until))
    except msgspec.DecodeError as cause:
        raise FinalError(RUBBISH) from cause


def _exactly(line: socket.socket, count: int, until: float) -> bytes:
    parts = bytearray()
    while len(parts) < count:
        line.settimeout(_left_s(until))
        chunk = line.recv(count - len(parts))
        if not chunk:
            raise ConnectionResetError("the supervisor closed the line")
        parts += chunk
    return bytes(parts)


def _left_s(until: float) -> float:
    """Seconds left; raises TimeoutError at the deadline (a timeout of 0 would mean: do not block)."""
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError("deadline")
    return left
