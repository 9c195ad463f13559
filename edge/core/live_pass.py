"""What lets a person's page watch live: for as long as his log-in holds, and only the cameras of his account.

A wall holds the device token itself. Pages of people get a pass that is signed with it instead, so that whoever has
left the commune's service takes nothing along that opens a wall.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass

_SHAPE = re.compile(
    r"p\.(?P<until>[0-9]{1,15})\.(?P<session>[A-Za-z0-9-]{1,80})"
    r"\.(?P<cameras>\*|[a-z0-9~-]{0,4000})\.(?P<seal>[0-9a-f]{64})"
)
_ALL = "*"


@dataclass(frozen=True, slots=True)
class LivePass:
    """``cameras`` None: every camera; ``session`` is the public id of the log-in that it ends with."""

    until_ms: int
    cameras: frozenset[str] | None
    session: str


def live_pass(token: str, granted: LivePass) -> str:
    """The pass as a page carries it in an address; ``token`` is the walls' device token."""
    cameras = _ALL if granted.cameras is None else "~".join(sorted(granted.cameras))
    said = f"p.{granted.until_ms}.{granted.session}.{cameras}"
    return f"{said}.{_seal(token, said)}"


def read_live_pass(token: str, text: str, now_ms: int) -> LivePass | None:
    """What a pass grants; None when it is none of ours or over."""
    found = _SHAPE.fullmatch(text)
    if found is None or not hmac.compare_digest(found["seal"], _seal(token, text[: found.start("seal") - 1])):
        return None
    until_ms = int(found["until"])
    return LivePass(until_ms, _cameras(found["cameras"]), found["session"]) if now_ms < until_ms else None


def _cameras(text: str) -> frozenset[str] | None:
    return None if text == _ALL else frozenset(filter(None, text.split("~")))


def _seal(token: str, said: str) -> str:
    return hmac.new(token.encode(), said.encode(), hashlib.sha256).hexdigest()
