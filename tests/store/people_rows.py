"""A row in every table of accounts."""

from edge.core.policy.rights import Role
from edge.store.accounts import AccountRow, NewSession, add_account, begin_session, know_device
from edge.store.journal import Tx


def accounts_kept(tx: Tx) -> None:
    """A leader with an app and codes on paper, and where he is logged in."""
    row = AccountRow("1-7001", "an", "Trần Văn An", Role.LEADER, ("cho",), "$argon2id$", False, b"s", 7, ("h",), True)
    add_account(tx, row)
    begin_session(tx, NewSession("t" * 64, "1-7002", row.id, "10.0.0.7", "trình duyệt", tx.now.at_ms + 1))
    know_device(tx, row.id, "d" * 64)
