"""Headers that keep other sites out: scripts, frames and sockets are ours alone."""

from flask import Response, request

from web.settings import current_settings

MICROPHONE_PAGES = frozenset({"talk.page", "bank.page"})
"""The only pages that may ask for the microphone."""
PLACE_PAGES = frozenset({"phone.page"})
"""The only page that may ask where its phone is."""


def harden(answer: Response) -> Response:
    """Add the headers to every answer; nothing made for one person is kept by caches."""
    answer.headers["Content-Security-Policy"] = _policy(current_settings().live_url)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["X-Frame-Options"] = "DENY"
    answer.headers["Referrer-Policy"] = "no-referrer"
    microphone = "(self)" if request.endpoint in MICROPHONE_PAGES else "()"
    place = "(self)" if request.endpoint in PLACE_PAGES else "()"
    answer.headers["Permissions-Policy"] = f"camera=(), geolocation={place}, microphone={microphone}, payment=()"
    answer.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    answer.headers.setdefault("Cache-Control", "no-store")
    return answer


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
