"""Headers that keep other sites out: scripts, frames and sockets are ours alone."""

from collections.abc import Iterable

from flask import Response, request

from web.settings import current_settings

MICROPHONE_PAGES = frozenset({"talk.page", "bank.page"})
"""The only pages that may ask for the microphone."""
DOOR_PAGE, DOOR_TICK = "door.page", "door.tick"
"""The plain page looks whether its browser gets a picture from the secure origin, which is another origin."""
PLACE_PAGES = frozenset({"phone.page"})
"""The only page that may ask where its phone is."""


def harden(answer: Response) -> Response:
    """Add the headers to every answer; nothing made for one person is kept by caches."""
    for name, value in common_headers(current_settings().live_url):
        answer.headers[name] = value
    microphone = "(self)" if request.endpoint in MICROPHONE_PAGES else "()"
    place = "(self)" if request.endpoint in PLACE_PAGES else "()"
    answer.headers["Permissions-Policy"] = f"camera=(), geolocation={place}, microphone={microphone}, payment=()"
    _open_the_door(answer)
    answer.headers.setdefault("Cache-Control", "no-store")
    return answer


def _open_the_door(answer: Response) -> None:
    door = current_settings().door
    if door is not None and request.endpoint == DOOR_PAGE:
        policy = answer.headers["Content-Security-Policy"]
        answer.headers["Content-Security-Policy"] = policy.replace("img-src 'self'", f"img-src 'self' {door.origin}")
    if request.endpoint == DOOR_TICK:
        answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"


def common_headers(live_url: str) -> Iterable[tuple[str, str]]:
    """Those of every answer, also of files that nginx hands out by itself."""
    yield "Content-Security-Policy", _policy(live_url)
    yield "X-Content-Type-Options", "nosniff"
    yield "X-Frame-Options", "DENY"
    yield "Referrer-Policy", "no-referrer"
    yield "Cross-Origin-Opener-Policy", "same-origin"
    yield "Cross-Origin-Resource-Policy", "same-origin"


def _policy(live_url: str) -> str:
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data: blob:",
            "media-src 'self' blob:",
            f"connect-src 'self' {live_url}",
            "manifest-src 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        )
    )
