"""Who keeps the accounts: makes them, changes and shuts them, and ends sessions."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Literal, TypeVar

from edge.accounts.door import Door
from edge.accounts.vault import Vault, new_password
from edge.core.account import MOST_ACCOUNTS, By, NewAccount, check_login, check_password, tidy_name
from edge.core.errors import FinalError
from edge.core.policy.rights import ROLE_NAMES, Role, is_same_name
from edge.store.accounts import (
    AccountRow,
    account_by,
    accounts,
    add_account,
    end_session,
    end_sessions,
    put_account,
    session_by_id,
    sessions_of,
)
from edge.store.journal import Journal, Tx

NO_SUCH = "Không có tài khoản này."
T = TypeVar("T")


class Office:
    """The accounts, as an admin or the command line of the box keeps them."""

    def __init__(self, journal: Journal, vault: Vault, door: Door, cameras: Sequence[str]) -> None:
        self._journal = journal
        self._vault = vault
        self._door = door
        self._cameras = frozenset(cameras)

    async def list(self) -> list[dict[str, Any]]:
        """Every account with its sessions; no secret."""

        def work(tx: Tx) -> list[dict[str, Any]]:
            return [{**_shown(row), "sessions": sessions_of(tx, row.id)} for row in accounts(tx)]

        return await self._journal.record(work)

    async def add(self, wish: NewAccount, by: By) -> dict[str, Any]:
        """A new account; ``password``: to be handed over, shown this once. Raises FinalError for what is taken."""
        check_login(wish.login)
        name = tidy_name(wish.name)
        self._check_role(wish.role, wish.cameras)
        if wish.password:
            check_password(wish.password, wish.login, name)
        password = wish.password or new_password()
        hashed = await self._door.hashed(self._vault.hash, password)

        def work(tx: Tx) -> str:
            _must_be_free(accounts(tx), wish.login, name)
            row = AccountRow(
                tx.new_id(), wish.login, name, wish.role, wish.cameras, hashed, wish.must_change, None, 0, (), True
            )
            add_account(tx, row)
            tx.deed(by.user, by.role, "account.add", _told(row))
            return row.id

        return {"id": await self._journal.record(work), "login": wish.login, "password": password}

    async def change(self, login: str, role: Role, cameras: tuple[str, ...] | None, by: By) -> None:
        """Another role or other cameras; its sessions end, so that nobody goes on with rights that he lost."""
        self._check_role(role, cameras)

        def work(tx: Tx, row: AccountRow) -> None:
            new = replace(row, role=role, cameras=cameras)
            if row.role is Role.ADMIN and role is not Role.ADMIN:
                _must_leave_an_admin(tx, row)
            put_account(tx, new)
            end_sessions(tx, row.id)
            tx.deed(by.user, by.role, "account.change", _told(new))

        await self._on(login, work)

    async def set_active(self, login: str, by: By, *, active: bool) -> None:
        """Shut an account, or open it again. It is never deleted: its name stands in the audit log."""

        def work(tx: Tx, row: AccountRow) -> None:
            if not active and row.role is Role.ADMIN:
                _must_leave_an_admin(tx, row)
            put_account(tx, replace(row, active=active))
            end_sessions(tx, row.id)
            tx.deed(by.user, by.role, "account.open" if active else "account.shut", row.login)

        await self._on(login, work)

    async def reset(self, login: str, what: Literal["password", "code"], by: By) -> dict[str, Any]:
        """Make a new ``password`` to hand over, or forget the codes, for somebody who lost them; its sessions end."""
        password = new_password() if what == "password" else ""
        hashed = await self._door.hashed(self._vault.hash, password) if password else ""

        def work(tx: Tx, row: AccountRow) -> None:
            anew = replace(row, password=hashed, must_change=True)
            bare = replace(row, code_secret=None, code_step=0, recovery=())
            put_account(tx, anew if password else bare)
            end_sessions(tx, row.id)
            tx.deed(by.user, by.role, "account.reset", f"{row.login}: {'mật khẩu' if password else 'mã xác thực'}")

        await self._on(login, work)
        return {"login": login, "password": password}

    async def end(self, login: str, session: str, by: By) -> dict[str, Any]:
        """End one session of an account, or all of them (``session`` empty); ``ended``: how many."""

        def work(tx: Tx, row: AccountRow) -> int:
            if session:
                held = session_by_id(tx, session)
                ended = int(held is not None and held.account.id == row.id and end_session(tx, session))
            else:
                ended = end_sessions(tx, row.id)
            tx.deed(by.user, by.role, "account.end", f"{row.login}: {session or 'mọi phiên'}, {ended} phiên")
            return ended

        return {"ended": await self._on(login, work)}

    async def _on(self, login: str, work: Callable[[Tx, AccountRow], T]) -> T:
        def whole(tx: Tx) -> T:
            row = account_by(tx, "login", login)
            if row is None:
                raise FinalError(NO_SUCH)
            return work(tx, row)

        try:
            return await self._journal.record(whole)
        finally:
            self._door.forget_seats()

    def _check_role(self, role: Role, cameras: tuple[str, ...] | None) -> None:
        if role is Role.WALL:
            raise FinalError("Màn hình không có tài khoản: nó vào bằng mã thiết bị.")
        unknown = sorted(set(cameras or ()) - self._cameras)
        if unknown:
            raise FinalError(f"Không có camera: {', '.join(unknown)}.")


def _must_be_free(rows: Sequence[AccountRow], login: str, name: str) -> None:
    """Deeds and approvals go by the name, so two accounts never share one, not even one that was shut."""
    if len(rows) >= MOST_ACCOUNTS:
        raise FinalError(f"Hộp giữ tối đa {MOST_ACCOUNTS} tài khoản.")
    if any(row.login == login for row in rows):
        raise FinalError("Tên đăng nhập này đã có người dùng.")
    same = next((row for row in rows if is_same_name(row.name, name)), None)
    if same is not None:
        raise FinalError(
            f"Đã có tài khoản mang họ tên này ({same.login})."
            " Nếu là người khác trùng tên, hãy ghi thêm chức vụ hoặc thôn."
        )


def _must_leave_an_admin(tx: Tx, row: AccountRow) -> None:
    if not any(one.role is Role.ADMIN and one.active and one.id != row.id for one in accounts(tx)):
        raise FinalError("Đây là quản trị cuối cùng. Hãy lập một tài khoản quản trị khác trước.")


def _told(row: AccountRow) -> str:
    seen = "mọi camera" if row.cameras is None else f"camera: {', '.join(row.cameras) or 'không camera nào'}"
    return f"{row.login} = {row.name}, {ROLE_NAMES[row.role]}, {seen}"


def _shown(row: AccountRow) -> dict[str, Any]:
    return {
        "id": row.id, "login": row.login, "name": row.name, "role": row.role.value, "cameras": row.cameras,
        "active": row.active, "has_code": row.code_secret is not None, "must_change": row.must_change,
        "paper_left": len(row.recovery),
    }  # fmt: skip
