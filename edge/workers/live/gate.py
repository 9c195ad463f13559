"""Who may open a socket: a page of ours that knows the token."""

import hmac

from aiohttp import web

from edge.core.errors import MisconfiguredError


class Gate:
    """Checks the token in constant time, and the Origin that a browser always sends with a WebSocket."""

    def __init__(self, token: str, origins: tuple[str, ...]) -> None:
        if not token:
            raise MisconfiguredError("Mã thiết bị của màn hình (token) để trống: ai cũng vào được.")
        self._token = token.encode()
        self._origins = frozenset(origins)

    def check(self, request: web.Request) -> None:
        """Raises HTTPForbidden for a wrong token or a foreign page. Tools that are no browsers send no Origin."""
        given = request.query.get("token", "").encode(errors="surrogateescape")
        if not hmac.compare_digest(given, self._token):
            raise web.HTTPForbidden(text="Mã thiết bị không đúng.")
        origin = request.headers.get("Origin")
        if origin is not None and "*" not in self._origins and origin not in self._origins:
            raise web.HTTPForbidden(text="Trang này không được phép xem trực tiếp.")
