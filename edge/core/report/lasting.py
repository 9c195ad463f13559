"""How long something was there and how long it was away, from the instants at which it changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

ONLINE, OFFLINE, UNWATCHED = "online", "offline", "unwatched"


@dataclass(frozen=True, slots=True)
class Lasting:
    """Milliseconds of a span in each state, how often it went away, how often it came back, the longest absence."""

    online_ms: int = 0
    offline_ms: int = 0
    unwatched_ms: int = 0
    outages: int = 0
    returns: int = 0
    longest_ms: int = 0

    @property
    def online_pct(self) -> float | None:
        """Of the time that was watched; None when nobody watched."""
        watched = self.online_ms + self.offline_ms
        return 100 * self.online_ms / watched if watched else None


def lasting(changes: Iterable[tuple[int, str]], since_ms: int, until_ms: int) -> Lasting:
    """The span from changes (UTC ms, state), oldest first; before the first of them nobody watched."""
    spent: dict[str, int] = dict.fromkeys((ONLINE, OFFLINE, UNWATCHED), 0)
    state, at_ms, longest_ms, outages, returns = UNWATCHED, since_ms, 0, 0, 0
    for changed_ms, after in [*changes, (until_ms, "")]:
        ends_ms = min(max(changed_ms, since_ms), until_ms)
        spent[state] += ends_ms - at_ms
        longest_ms = max(longest_ms, ends_ms - at_ms if state == OFFLINE else 0)
        if changed_ms >= until_ms:
            break
        if after != state and changed_ms >= since_ms:
            outages += after == OFFLINE
            returns += after == ONLINE and state == OFFLINE
        state, at_ms = after, ends_ms
    return Lasting(spent[ONLINE], spent[OFFLINE], spent[UNWATCHED], outages, returns, longest_ms)


def states(rows: Iterable[Mapping[str, object]]) -> dict[str, list[tuple[int, str]]]:
    """Rows of (subject, at_ms, state), oldest first, by subject."""
    found: dict[str, list[tuple[int, str]]] = {}
    for row in rows:
        found.setdefault(str(row["subject"]), []).append((int(str(row["at_ms"])), str(row["state"])))
    return found
