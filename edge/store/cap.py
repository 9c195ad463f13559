"""Warnings that came in, with what became of them; and those that this box issued."""

from collections.abc import Iterable
from dataclasses import dataclass

from edge.core.cap import Cap, Reference
from edge.store.bulletins import get_bulletin, set_state
from edge.store.incidents import Closed, close_incident
from edge.store.journal import Tx
from edge.store.outbox import LANE_ALARM

STALE_MS = 24 * 3_600_000
"""A message without an end is over after a day (core.policy.cap_intake)."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What was done with a message: a bulletin drafted, an incident opened by its subject, or nothing."""

    effect: str
    reason: str
    bulletin: str | None = None
    subject: str | None = None


def received(tx: Tx) -> frozenset[Reference]:
    """Every message that came before."""
    return frozenset(Reference(*row) for row in tx.run("SELECT sender, identifier, sent_ms FROM cap_received"))


def keep_received(tx: Tx, cap: Cap, taken: Taken) -> None:
    """Write down what came and what was done; a message that was refused as a copy changes nothing."""
    ends_ms = cap.expires_ms if cap.expires_ms is not None else cap.sent_ms + STALE_MS
    tx.run(
        "INSERT OR IGNORE INTO cap_received (sender, identifier, sent_ms, msg_type, status, effect, reason, bulletin,"
        " subject, expires_ms, received_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        cap.sender,
        cap.identifier,
        cap.sent_ms,
        cap.msg_type,
        cap.status,
        taken.effect,
        taken.reason,
        taken.bulletin,
        taken.subject,
        ends_ms,
        tx.now.at_ms,
    )


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What a cancelled, replaced or expired message takes with it."""

    bulletins: tuple[str, ...]
    incidents: tuple[Closed, ...]


def withdraw(tx: Tx, references: Iterable[Reference], why: str) -> Withdrawn:
    """These messages are over: their bulletins may not be aired any more, their incidents are closed."""
    bulletins, closed = [], []
    for ref in references:
        row = tx.row(
            "SELECT bulletin, subject FROM cap_received WHERE sender = ? AND identifier = ? AND sent_ms = ?",
            ref.sender,
            ref.identifier,
            ref.sent_ms,
        )
        bulletin, subject = row or (None, None)
        if bulletin is not None and get_bulletin(tx, bulletin).state != "returned":
            set_state(tx, bulletin, "returned", why)
            bulletins.append(bulletin)
        if subject is not None and (ended := close_incident(tx, subject)):
            closed.append(ended)
        tx.run(
            "UPDATE cap_received SET over = 1 WHERE sender = ? AND identifier = ? AND sent_ms = ?",
            ref.sender,
            ref.identifier,
            ref.sent_ms,
        )
    return Withdrawn(tuple(bulletins), tuple(closed))


def run_out(tx: Tx) -> list[Reference]:
    """Messages that did something and have expired since."""
    rows = tx.run(
        "SELECT sender, identifier, sent_ms FROM cap_received WHERE over = 0 AND expires_ms <= ?"
        " AND (bulletin IS NOT NULL OR subject IS NOT NULL)",
        tx.now.at_ms,
    )
    return [Reference(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Issued:
    """A message of ours; ``about`` is the incident or bulletin that it tells."""

    identifier: str
    about: str
    msg_type: str
    sent_ms: int
    xml: str


def keep_issued(tx: Tx, issued: Issued) -> None:
    """Keep it and tell the province, in one transaction."""
    tx.run(
        "INSERT INTO cap_issued (identifier, about, msg_type, sent_ms, xml) VALUES (?, ?, ?, ?, ?)",
        issued.identifier,
        issued.about,
        issued.msg_type,
        issued.sent_ms,
        issued.xml,
    )
    told = {"msg_type": issued.msg_type, "about": issued.about, "xml": issued.xml}
    tx.event(LANE_ALARM, "cap.issued", issued.identifier, told)


@dataclass(frozen=True, slots=True)
class Flood:
    """An incident of a gauge, as a warning tells it; ``alert`` is the message that told it, if one did."""

    id: str
    subject: str
    severity: str
    title: str
    place: str
    began_at_ms: int
    closed: bool
    alert: str | None
    alert_sent_ms: int | None


def untold_floods(tx: Tx, since_ms: int) -> list[Flood]:
    """Incidents of the water that began and were not told, and those that are over and were not called off.

    One that other systems shall not be told of (``cap`` 0) is called off if they were told before.
    """
    rows = tx.run(
        "SELECT i.id, i.subject, i.severity, i.title, i.place, i.began_at_ms, i.state = 'closed' OR i.cap = 0,"
        " a.identifier, a.sent_ms FROM incident i LEFT JOIN cap_issued a ON a.about = i.id AND a.msg_type = 'Alert'"
        " WHERE (i.kind = 'flood_level' OR (i.subject LIKE 'flood/%' AND i.subject NOT LIKE '%/het'))"
        " AND i.drill = 0 AND i.made_at_ms >= ?"
        " AND ((i.state = 'open' AND i.cap = 1 AND a.identifier IS NULL)"
        " OR ((i.state = 'closed' OR i.cap = 0) AND a.identifier IS NOT NULL"
        " AND NOT EXISTS (SELECT 1 FROM cap_issued c WHERE c.about = i.id AND c.msg_type = 'Cancel')))"
        " ORDER BY i.made_at_ms",
        since_ms,
    )
    return [Flood(*row) for row in rows]


def untold_bulletins(tx: Tx, since_ms: int) -> list[tuple[str, str, tuple[str, ...]]]:
    """Khẩn cấp notices of people that went on air and were not told: id, text, hamlets."""
    rows = tx.run(
        "SELECT id, text FROM bulletin b WHERE priority = 'khan_cap' AND incident IS NULL AND changed_at_ms >= ?"
        " AND state IN ('airing', 'aired') AND NOT EXISTS (SELECT 1 FROM cap_issued WHERE about = b.id)"
        " AND NOT EXISTS (SELECT 1 FROM cap_received WHERE bulletin = b.id) ORDER BY changed_at_ms",
        since_ms,
    ).fetchall()
    return [(name, text, get_bulletin(tx, name).hamlets) for name, text in rows]


def unwritten(tx: Tx) -> list[tuple[str, str]]:
    """Issued messages whose file is not there yet: identifier, XML."""
    return tx.run("SELECT identifier, xml FROM cap_issued WHERE written = 0 ORDER BY sent_ms LIMIT 100").fetchall()


def note_written(tx: Tx, identifier: str) -> None:
    """Its file lies in the folder."""
    tx.run("UPDATE cap_issued SET written = 1 WHERE identifier = ?", identifier)
