"""A row in every table of the province's commands."""

from edge.store.journal import Tx
from edge.store.proposals import Proposal, add_proposal, add_wish
from edge.store.province_commands import CommandRow, Outcome, keep_forgery, keep_outcome
from edge.store.urgent_bulletins import AcceptedKey, UrgentRow, accept_key, add_urgent

COMMAND = CommandRow("lenh-0001", 1, "template", "d" * 64, "{}", 1, 4_102_444_800_000)


def commands_kept(tx: Tx) -> None:
    """A command that is done, a forgery, a proposal, film that is asked for, an accepted key and its bulletin."""
    keep_outcome(tx, COMMAND, Outcome(done=True, outcome="proposed"))
    keep_forgery(tx, "f" * 64, "bad_signature", "Chữ ký không đúng.")
    add_proposal(tx, Proposal("lenh-0001", "template", "Mẫu tin", "{}"))
    add_wish(tx, "lenh-0002", "camera/cong", 1, 2)
    accept_key(tx, AcceptedKey("0" * 16, "1" * 64, "Trung tâm Phòng chống thiên tai"), "Lan", "leader")
    add_urgent(tx, UrgentRow("khan-0001", "1-900", "0" * 16, "Nước lên nhanh.", ("dong",), 4_102_444_800_000))
