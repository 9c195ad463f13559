"""Who may open a socket: a wall that knows the device token, or a page of a person that carries a pass."""

import hmac
import time
from collections.abc import Collection, Mapping
from typing import TypeVar

from aiohttp import web

from edge.core.account import may_see_camera
from edge.core.errors import MisconfiguredError
from edge.core.live_pass import LivePass, read_live_pass

T = TypeVar("T")


class Gate:
    """Checks token or pass in constant time, and the Origin that a browser always sends with a WebSocket."""

    def __init__(self, token: str, origins: tuple[str, ...]) -> None:
        if not token:
            raise MisconfiguredError("Mã thiết bị của màn hình (token) để trống: ai cũng vào được.")
        self._token = token
        self._origins = frozenset(origins)
        self._sessions: frozenset[str] = frozenset()

    def hold(self, sessions: Collection[str]) -> None:
        """From now on these log-ins hold, and no others."""
        self._sessions = frozenset(sessions)

    def still(self, request: web.Request) -> bool:
        """Whether whoever opened this may go on."""
        given = request.query.get("token", "")
        return self._is_the_token(given) or self._pass(given) is not None

    def check(self, request: web.Request) -> None:
        """Raises HTTPForbidden for a wrong token or a foreign page. Tools that are no browsers send no Origin."""
        if not self.still(request):
            raise web.HTTPForbidden(text="Mã thiết bị không đúng.")
        origin = request.headers.get("Origin")
        if origin is not None and "*" not in self._origins and origin not in self._origins:
            raise web.HTTPForbidden(text="Trang này không được phép xem trực tiếp.")

    def session(self, request: web.Request) -> str:
        """The log-in by which somebody looks; empty for a wall, whose token is nobody's."""
        granted = self._pass(request.query.get("token", ""))
        return granted.session if granted is not None else ""

    def visible(self, request: web.Request, feeds: Mapping[str, T]) -> Mapping[str, T]:
        """Those cameras of ``feeds`` that whoever asks may see: all for a wall, his account's for a person."""
        granted = self._pass(request.query.get("token", ""))
        if granted is None:
            return feeds if self._is_the_token(request.query.get("token", "")) else {}
        return {camera: feed for camera, feed in feeds.items() if may_see_camera(granted.cameras, camera)}

    def _is_the_token(self, given: str) -> bool:
        return hmac.compare_digest(given.encode(errors="surrogateescape"), self._token.encode())

    def _pass(self, given: str) -> LivePass | None:
        granted = read_live_pass(self._token, given, time.time_ns() // 1_000_000)
        return granted if granted is not None and granted.session in self._sessions else None
