"""What happened to an incident, in order: who saw it, who took it, how people judged it."""

import json

from edge.core.incident import Verdict
from edge.core.local_time import minute_of_day
from edge.core.moment import AtMs
from edge.core.policy.rules.proposal import Judged
from edge.core.vision import Box
from edge.store.journal import Tx
from edge.store.outbox import LANE_RESULT

MOST_CHAPTERS = 500
"""A story that nobody ends stops growing here; its incident still changes."""
REMEMBERED = 40
"""Judged incidents of one rule that a proposal looks at, newest first."""


def add_chapter(tx: Tx, incident: str, what: str, user: str = "", detail: str = "") -> None:
    """One more thing that happened to it."""
    row = tx.row("SELECT coalesce(max(number), 0) FROM incident_story WHERE incident = ?", incident)
    number = row[0] + 1 if row else 1
    if number <= MOST_CHAPTERS or what in ("judged", "closed"):
        tx.run(
            "INSERT INTO incident_story (incident, number, at_ms, what, by_user, detail) VALUES (?, ?, ?, ?, ?, ?)",
            incident,
            number,
            tx.now.at_ms,
            what,
            user,
            detail,
        )


def see_incident(tx: Tx, incident: str, user: str) -> bool:
    """Somebody looks at it; True at the first look of this person. An unknown incident is nobody's."""
    if tx.row("SELECT 1 FROM incident WHERE id = ?", incident) is None:
        return False
    known = "SELECT 1 FROM incident_story WHERE incident = ? AND what = 'seen' AND by_user = ?"
    if tx.row(known, incident, user):
        return False
    tx.run("UPDATE incident SET seen_at_ms = coalesce(seen_at_ms, ?) WHERE id = ?", tx.now.at_ms, incident)
    add_chapter(tx, incident, "seen", user)
    return True


def judge_incident(tx: Tx, incident: str, verdict: Verdict, user: str, role: str) -> bool:
    """What it was after all; the last judgement counts. False when it is unknown."""
    if not tx.run("UPDATE incident SET verdict = ? WHERE id = ?", verdict, incident).rowcount:
        return False
    tx.event(LANE_RESULT, "incident.judged", incident, {"verdict": verdict, "role": role})
    tx.deed(user, role, "incident.judge", f"{incident}: {verdict}")
    add_chapter(tx, incident, "judged", user, verdict)
    return True


def judged_of(tx: Tx, incident: str) -> tuple[str, str, Judged] | None:
    """The camera and the rule of an incident, and what is known for judging it; None for one without a picture."""
    row = tx.row(
        "SELECT camera, rule, score, box, began_at_ms FROM incident WHERE id = ? AND camera IS NOT NULL"
        " AND rule IS NOT NULL AND box IS NOT NULL AND score IS NOT NULL",
        incident,
    )
    return (row[0], row[1], _judged(*row[2:])) if row else None


def judged_before(tx: Tx, camera: str, rule: str, verdict: Verdict, but: str) -> list[Judged]:
    """The newest incidents of this rule that people gave this verdict, without one of them."""
    rows = tx.run(
        "SELECT score, box, began_at_ms FROM incident WHERE camera = ? AND rule = ? AND verdict = ? AND id <> ?"
        " AND box IS NOT NULL AND score IS NOT NULL ORDER BY began_at_ms DESC LIMIT ?",
        camera,
        rule,
        verdict,
        but,
        REMEMBERED,
    )
    return [_judged(*row) for row in rows]


def _judged(score: float, box: str, began_at_ms: int) -> Judged:
    return Judged(score, Box(*json.loads(box)), minute_of_day(AtMs(began_at_ms)))
