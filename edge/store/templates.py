"""Rows of notices that were made from templates: fixed clips, sign-off, repeats."""

from collections.abc import Sequence
from dataclasses import dataclass

from edge.core.errors import FinalError
from edge.core.moment import AtMs
from edge.core.speech import Clip, Sha256
from edge.store.bulletins import BulletinRow, add_clip, get_bulletin, get_clip
from edge.store.journal import Tx


@dataclass(frozen=True, slots=True)
class FixedClip:
    """Fixed words as they were spoken once, for good."""

    spoken: str
    clip: Clip
    voice: str
    model_sha256: Sha256


@dataclass(frozen=True, slots=True)
class Repeats:
    """How often a notice is still said, how far apart, and when that ends whatever happens (L9)."""

    left: int
    every_ms: int
    next_at_ms: AtMs
    ends_at_ms: AtMs


def fixed_clip(tx: Tx, spoken: str) -> FixedClip | None:
    """These words' clip, if they were rendered before."""
    row = tx.row("SELECT clip, voice, model_sha256 FROM fixed_clip WHERE spoken = ?", spoken)
    return FixedClip(spoken, get_clip(tx, row[0]), row[1], Sha256(row[2])) if row else None


def forget_fixed_clips(tx: Tx) -> int:
    """Fixed words that were spoken before the commune's own voice was recorded are spoken anew; how many."""
    return tx.run("DELETE FROM fixed_clip WHERE made_at_ms < (SELECT max(made_at_ms) FROM bank_prompt)").rowcount


def keep_fixed_clip(tx: Tx, fixed: FixedClip) -> None:
    """Keep it; what was there for these words is replaced (its file was lost)."""
    add_clip(tx, fixed.clip)
    tx.run(
        "INSERT OR REPLACE INTO fixed_clip (spoken, voice, model_sha256, clip, made_at_ms) VALUES (?, ?, ?, ?, ?)",
        fixed.spoken,
        fixed.voice,
        fixed.model_sha256,
        fixed.clip.sha256,
        tx.now.at_ms,
    )


def mark_template(tx: Tx, bulletin: str, template: str, repeats: Repeats) -> None:
    """This notice came from a template: a leader signs it off afterwards; it may be said again so often."""
    tx.run(
        "UPDATE bulletin SET template = ?, signed_off_by = '', repeats_left = ?, repeat_ms = ?, next_at_ms = ?,"
        " ends_at_ms = ? WHERE id = ?",
        template,
        repeats.left,
        repeats.every_ms,
        repeats.next_at_ms,
        repeats.ends_at_ms,
        bulletin,
    )


def sign_off(tx: Tx, bulletin: str, user: str) -> BulletinRow:
    """A leader has heard what was aired without him; raises FinalError when there is nothing to sign."""
    row = get_bulletin(tx, bulletin)
    signed = tx.row("SELECT signed_off_by FROM bulletin WHERE id = ?", bulletin)
    if signed is None or signed[0] is None:
        raise FinalError("Bản tin này không cần ký xác nhận.")
    if signed[0]:
        raise FinalError(f"Bản tin này {signed[0]} đã ký xác nhận.")
    tx.run("UPDATE bulletin SET signed_off_by = ? WHERE id = ?", user, bulletin)
    return row


def due_repeats(tx: Tx) -> Sequence[tuple[BulletinRow, int]]:
    """Notices that are to be said again now, with how many times are left; what has ended is closed on the way.

    A STOP ends the repeats of a notice for good. One that still sounds or waits is not due.
    """
    now = tx.now.at_ms
    tx.run(
        "UPDATE bulletin SET repeats_left = 0 WHERE repeats_left > 0"
        " AND (ends_at_ms <= ?1 OR state NOT IN ('aired', 'airing', 'queued', 'approved'))",
        now,
    )
    rows = tx.run(
        "SELECT id, repeats_left FROM bulletin WHERE repeats_left > 0 AND next_at_ms <= ? AND state = 'aired'"
        " ORDER BY next_at_ms LIMIT 20",
        now,
    ).fetchall()
    return [(get_bulletin(tx, name), left) for name, left in rows]


def use_repeat(tx: Tx, bulletin: str) -> None:
    """One of its repeats is said now."""
    tx.run(
        "UPDATE bulletin SET repeats_left = repeats_left - 1, next_at_ms = ?1 + repeat_ms"
        " WHERE id = ?2 AND repeats_left > 0",
        tx.now.at_ms,
        bulletin,
    )
