"""DESCRIBE, SETUP, PLAY: from an address to a camera that sends."""

import re
import socket
import time
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit, urlunsplit

from edge.core.vision import CameraState
from edge.workers.vision import words
from edge.workers.vision.ingest.plain.description import Video, read_description
from edge.workers.vision.ingest.plain.login import Login
from edge.workers.vision.ingest.plain.wire import Answer, NotUnderstoodError, Wire
from edge.workers.vision.ingest.trouble import RTSP_PORT, LoginRefusedError, refused

RECEIVE_BYTES = 1_000_000
"""What the kernel may gather for a reader that sleeps (it grants what net.core.rmem_max allows)."""
DEFAULT_SESSION_S = 60.0
SHORTEST_SESSION_S = 10.0
MOST_CHANNEL = 254
"""Its reports have the next one, and a channel is a byte."""
GOODBYE_S = 0.5
_AGENT = "User-Agent: Mo Lang\r\n"


@dataclass(frozen=True, slots=True)
class Session:
    """A camera that plays: which track on which channel, and how often it wants to hear of us."""

    video: Video
    channel: int
    alive_every_s: float


class Conversation:
    """One RTSP conversation. One thread uses it. The password never appears in an error."""

    def __init__(self, url: str, until: float) -> None:
        """Connect; raises OSError."""
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or RTSP_PORT
        self._login = Login(unquote(parts.username or ""), unquote(parts.password or ""))
        bare = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        self._url = urlunsplit(parts._replace(netloc=bare, fragment=""))
        self._session = ""
        self._alive = "GET_PARAMETER"
        self._number = 0
        self.sock = socket.create_connection((host, port), timeout=max(0.1, until - time.monotonic()))
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BYTES)
        self.wire = Wire(self.sock)

    def play(self, until: float) -> Session:
        """Make the camera send its video. Raises CameraTroubleError, NotUnderstoodError, OSError."""
        told = self._ask("DESCRIBE", self._url, "Accept: application/sdp\r\n", until)
        base = told.header("content-base") or told.header("content-location") or self._url
        video = read_description(told.body, self._without_login(base))
        if video is None:
            raise NotUnderstoodError
        made = self._ask("SETUP", video.control, "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n", until)
        channel = re.search(r"interleaved=(\d{1,3})", made.header("transport"))
        name, _, rest = made.header("session").partition(";")
        if channel is None or int(channel[1]) > MOST_CHANNEL or not name:
            raise NotUnderstoodError
        self._session = f"Session: {name.strip()}\r\n"
        self._ask("PLAY", self._without_login(base), "Range: npt=0.000-\r\n", until)
        return Session(video, int(channel[1]), _alive_every_s(rest))

    def say_alive(self, last: Answer | None, until: float) -> None:
        """Without a word now and then a camera ends the session.

        ``last`` is its answer to the word before: a demand for a new login is met, and a camera that does not know
        GET_PARAMETER is asked by OPTIONS from then on.
        """
        if last and last.status == 401:
            self._login.challenged(last.headers.get("www-authenticate", []))
        elif last and last.status != 200:
            self._alive = "OPTIONS"
        self._say(self._alive, self._url, "", until)

    def end(self) -> None:
        """Say goodbye and close, whether or not anybody listens."""
        try:
            if self._session:
                self._say("TEARDOWN", self._url, "", time.monotonic() + GOODBYE_S)
        except OSError:
            pass  # it has gone already
        finally:
            self.sock.close()

    def _ask(self, method: str, url: str, more: str, until: float) -> Answer:
        """A request and its answer; a demand for a login is answered once."""
        self._say(method, url, more, until)
        answer = self.wire.answer(until)
        if answer.status == 401 and self._login.challenged(answer.headers.get("www-authenticate", [])):
            self._say(method, url, more, until)
            answer = self.wire.answer(until)
        _judge(answer.status)
        return answer

    def _say(self, method: str, url: str, more: str, until: float) -> None:
        self._number += 1
        text = f"{method} {url} RTSP/1.0\r\nCSeq: {self._number}\r\n{_AGENT}{self._session}{more}"
        self.wire.send(f"{text}{self._login.answer(method, url)}\r\n".encode(), until)

    def _without_login(self, url: str) -> str:
        parts = urlsplit(url)
        return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def _alive_every_s(parameters: str) -> float:
    found = re.search(r"timeout=(\d{1,5})", parameters)
    return max(SHORTEST_SESSION_S, float(found[1]) if found else DEFAULT_SESSION_S) / 2


def _judge(status: int) -> None:
    """What FFmpeg calls the same: a refused login, a wrong address; everything else it may try for itself."""
    if status in {401, 403}:
        raise LoginRefusedError(CameraState.REFUSED, words.CAMERA_PASSWORD)
    if status == 404:
        raise refused(words.CAMERA_NO_PATH)
    if status != 200:
        raise NotUnderstoodError
