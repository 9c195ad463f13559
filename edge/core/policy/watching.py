"""When a host of the network counts as down, and when not the hosts are the trouble but the network."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

FAILS_TO_DOWN = 3
"""One lost answer is Wi-Fi; three in a row at the host's own period are a person's walk to the cabinet."""
ANSWERS_TO_UP = 2
BLIND_FROM = 4
BLIND_SHARE = 0.75
"""When so much of at least four hosts is silent at once, the switch or our own cable is gone: one word, not thirty."""
NETWORK = "mang"
"""The subject of that one incident is ``watch/mang``."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One host: None until it was once up or down. ``since_ms``: when that began; ``ms``: its last answer's time."""

    up: bool | None = None
    since_ms: int | None = None
    at_ms: int | None = None
    ms: float | None = None
    detail: str = ""
    run: int = 0
    """Answers in a row (above 0), or failures in a row (below 0)."""


def answered(seen: Seen, ms: float, now_ms: int) -> Seen:
    """It answered after so many milliseconds."""
    run = max(seen.run, 0) + 1
    back = seen.up is None or (seen.up is False and run >= ANSWERS_TO_UP)
    now = replace(seen, at_ms=now_ms, ms=ms, run=run)
    return replace(now, up=True, since_ms=now_ms, detail="") if back else now


def failed(seen: Seen, why: str, now_ms: int) -> Seen:
    """It did not answer."""
    run = min(seen.run, 0) - 1
    gone = seen.up is not False and -run >= FAILS_TO_DOWN
    now = replace(seen, at_ms=now_ms, run=run, detail=why, ms=None)
    return replace(now, up=False, since_ms=now_ms) if gone else now


def wanted(hosts: Mapping[str, Seen], open_now: Collection[str]) -> frozenset[str]:
    """Which of them an incident should stand for; `NETWORK` alone when it is not the hosts.

    What nobody knows yet, after a start, stays as it was.
    """
    down = {name for name, seen in hosts.items() if seen.up is False}
    unknown = {name for name, seen in hosts.items() if seen.up is None}
    if len(hosts) >= BLIND_FROM and len(down) >= BLIND_SHARE * len(hosts):
        return frozenset({NETWORK})
    kept = unknown & set(open_now)
    return frozenset(down | kept | ({NETWORK} & set(open_now) if unknown else set()))
