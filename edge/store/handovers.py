"""Shifts handed over and taken over."""

from edge.core.errors import FinalError
from edge.core.policy.rights import is_same_name
from edge.store.journal import Tx


def hand_over(tx: Tx, number: str, notes: str, matters: str, user: str, role: str) -> None:
    """Keep it; the same press again is the same one."""
    added = tx.run(
        "INSERT OR IGNORE INTO shift_handover (id, from_user, from_role, notes, matters, made_at_ms)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        *(number, user, role, notes, matters, tx.now.at_ms),
    ).rowcount
    if added:
        tx.deed(user, role, "shift.hand_over", number)


def take_over(tx: Tx, number: str, note: str, user: str, role: str) -> None:
    """Somebody else takes the shift; raises FinalError when it is taken, or when it is one's own."""
    found = tx.row("SELECT from_user, taken_by FROM shift_handover WHERE id = ?", number)
    if found is None:
        raise FinalError("Không có lần giao ca này.")
    if found[1] is not None:
        raise FinalError(f"{found[1]} đã nhận ca này rồi.")
    if is_same_name(found[0], user):
        raise FinalError("Người giao ca không tự nhận ca của mình: người trực sau phải đăng nhập và nhận.")
    tx.run(
        "UPDATE shift_handover SET taken_by = ?, taken_note = ?, taken_at_ms = ? WHERE id = ?",
        *(user, note, tx.now.at_ms, number),
    )
    tx.deed(user, role, "shift.take_over", number)
