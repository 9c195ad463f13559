"""Why a camera gives no picture: what FFmpeg said, and where that is vague, one question of our own."""

import socket
from urllib.parse import urlsplit

import av

from edge.core.errors import TransientError
from edge.core.vision import CameraState
from edge.workers.vision import words

RTSP_PORT = 554
ASK_S = 2.0
_QUESTION = b"OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n"


class CameraTroubleError(TransientError):
    """A camera gives no picture now; ``state`` says which kind of trouble."""

    def __init__(self, state: CameraState, detail: str) -> None:
        super().__init__(detail)
        self.state = state


class LoginRefusedError(CameraTroubleError):
    """The name or the password was not taken: trying again soon locks the account."""


def refused(detail: str) -> CameraTroubleError:
    """The camera is there and says no."""
    return CameraTroubleError(CameraState.REFUSED, detail)


def garbled(detail: str) -> CameraTroubleError:
    """The camera sends something that is not a picture."""
    return CameraTroubleError(CameraState.GARBLED, detail)


def stalled() -> CameraTroubleError:
    """The camera is connected and sends nothing."""
    return CameraTroubleError(CameraState.STALLED, words.CAMERA_SILENT)


def offline(detail: str) -> CameraTroubleError:
    """The camera cannot be reached or hung up."""
    return CameraTroubleError(CameraState.OFFLINE, detail)


def explain(error: av.error.FFmpegError, url: str) -> CameraTroubleError:
    """What FFmpeg's error means. Its text is never used: it holds the URL with the password."""
    match error:
        case av.error.HTTPUnauthorizedError() | av.error.HTTPForbiddenError():
            return LoginRefusedError(CameraState.REFUSED, words.CAMERA_PASSWORD)
        case av.error.HTTPClientError():
            return refused(words.CAMERA_NO_PATH)
        case av.error.ConnectionRefusedError():
            return refused(words.CAMERA_REFUSED)
        case _:
            return _ask(url)


def _ask(url: str) -> CameraTroubleError:
    """FFmpeg gives one vague error for a dead host, a silent one and a rubbish one: ask the host one RTSP question."""
    try:
        parts = urlsplit(url)
        with socket.create_connection((parts.hostname, parts.port or RTSP_PORT), timeout=ASK_S) as sock:
            return stalled() if parts.scheme == "rtsps" else _judge(sock)  # no plain question to a TLS port
    except ConnectionRefusedError:
        return refused(words.CAMERA_REFUSED)
    except (OSError, ValueError):
        return offline(words.CAMERA_UNREACHABLE)


def _judge(sock: socket.socket) -> CameraTroubleError:
    try:
        sock.sendall(_QUESTION)
        answer = sock.recv(5)
    except TimeoutError:
        return stalled()
    except OSError:
        return offline(words.CAMERA_CLOSED)
    if not answer:
        return offline(words.CAMERA_CLOSED)
    return stalled() if b"RTSP/".startswith(answer) else garbled(words.CAMERA_RUBBISH)
