"""Rules that rest for a while because somebody asked for it."""

from edge.store.journal import Tx

ALL_RULES = "all"


def suspend_rule(tx: Tx, camera: str, rule: str, minutes: int, user: str, role: str) -> int | None:
    """Let a rule (or ``all`` of a camera) rest; its end, or None when the rest is over with 0 minutes."""
    tx.run("DELETE FROM suspension WHERE camera = ? AND (rule = ? OR ? = ?)", camera, rule, rule, ALL_RULES)
    tx.deed(user, role, "rule.suspend", f"{camera}/{rule}: {minutes} phút")
    if not minutes:
        return None
    until_ms = tx.now.at_ms + minutes * 60_000
    tx.run("INSERT INTO suspension VALUES (?, ?, ?, ?, ?)", camera, rule, until_ms, user, tx.now.at_ms)
    return until_ms


def suspensions(tx: Tx) -> dict[tuple[str, str], int]:
    """Until when which rule of which camera rests; what is over is forgotten."""
    tx.run("DELETE FROM suspension WHERE until_ms <= ?", tx.now.at_ms)
    return {(camera, rule): until for camera, rule, until in tx.run("SELECT camera, rule, until_ms FROM suspension")}
