"""The door: passwords and codes are checked here, in the supervisor, and sessions begin and end here."""

import asyncio
import logging
import secrets
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Any, TypeVar

from edge.accounts.codes import Match, address, match_of, new_paper, step_of
from edge.accounts.hashing import Hashing
from edge.accounts.pending import Pending
from edge.accounts.throttle import Key, Throttle, Try
from edge.accounts.vault import Vault
from edge.core.account import Caller, Seat, Stage, ThrottledError, check_password, life_ms, stage_of
from edge.core.errors import FinalError
from edge.core.policy.rights import Role
from edge.store.accounts import (
    AccountRow,
    NewSession,
    SessionRow,
    account_by,
    begin_session,
    end_session,
    end_sessions,
    is_known_device,
    know_device,
    prove_session,
    put_account,
    see_session,
    session_by_id,
    session_by_token,
    sessions_of,
)
from edge.store.journal import Journal, Tx
from edge.store.seats import token_hash

log = logging.getLogger(__name__)

WRONG = "Sai tên đăng nhập hoặc mật khẩu."
WRONG_CODE = "Mã không đúng, đã dùng rồi hoặc đã hết hạn. Hãy đợi mã mới trong ứng dụng rồi nhập lại."
GONE = "Phiên làm việc đã kết thúc. Hãy đăng nhập lại."
SEEN_EVERY_MS = 5 * 60_000
MOST_SEATS = 2_000
PROVE = "Muốn cài ứng dụng tạo mã, hãy nhập mật khẩu hiện tại của bạn."
NO_CODE = "Việc này cần mã xác thực hai lớp: hãy bật mã ở trang Tài khoản của tôi rồi làm lại."
WRONG_OLD = "Mật khẩu hiện tại không đúng."
T = TypeVar("T")


class Door:
    """Who comes in, who is in, who is out again. One for the box."""

    def __init__(self, journal: Journal, vault: Vault, demanded: Collection[Role], commune: str) -> None:
        self._journal = journal
        self._vault = vault
        self._demanded = frozenset(demanded)
        self._commune = commune
        self._throttle = Throttle(lambda: float(journal.clock.steady()))
        self._pending = Pending(lambda: float(journal.clock.steady()))
        self._hashing = Hashing()
        self.hashed = self._hashing.run
        self.changed = asyncio.Event()
        """Set whenever an account or a session changed; whoever waits for it clears it."""
        self._seats: dict[str, tuple[Seat, int]] = {}
        self._generation = 0

    async def who(self, token: str) -> Seat | None:
        """Whose token this is, from memory or the store; None when nobody's."""
        key, now_ms = token_hash(token), self._journal.clock.now().at_ms
        seat, seen_ms = self._seats.get(key, (None, 0))
        if seat is None or now_ms - seen_ms > SEEN_EVERY_MS:
            asked_in = self._generation
            seat = await self._journal.record(lambda tx: self._look(tx, key))
            if seat is not None and asked_in == self._generation:
                self._remember(key, seat, now_ms)
        return seat if seat is not None and seat.until_ms > now_ms else None

    def forget_seats(self) -> None:
        """An account or a session changed: everybody is looked up anew."""
        self._generation += 1
        self._seats.clear()
        self.changed.set()

    async def log_in(self, login: str, password: str, caller: Caller) -> dict[str, Any]:
        """A new session: its ``token``, ``stage`` and ``until_ms``; raises FinalError for a wrong pair."""
        account, known = await self._journal.record(lambda tx: _asks(tx, login, caller))
        keys = self._throttle.admit(Try(login, caller.address, known))
        stored = account.password if account is not None and account.active else None
        fits = await self._fits(keys, stored, password, stranger=not known)
        if account is None or not fits:
            await self._refuse(account, login, f"sai mật khẩu, từ {caller.address}")
            raise FinalError(WRONG)
        self._throttle.succeeded(keys)
        token, now = secrets.token_urlsafe(32), account.password
        if self._vault.is_dated(account.password):
            now = await self.hashed(self._vault.hash, password)
        seat = await self._changed(lambda tx: self._begin(tx, (account.id, stored, now), token, caller))
        log.info("%s entered from %s", account.login, caller.address)
        return {"token": token, "stage": seat.stage.value, "until_ms": seat.until_ms}

    async def give_code(self, session: str, code: str, caller: Caller) -> dict[str, Any]:
        """The second thing; the session's new ``stage``."""
        account = (await self._the(session)).account
        _, known = await self._journal.record(lambda tx: _asks(tx, account.login, caller))
        match = await self._matched(account, code, Try(account.login, caller.address, known, codes=True))

        def work(tx: Tx) -> str:
            _spend(tx, session, match)
            prove_session(tx, session)
            return self._stage(tx, session, caller)

        return {"stage": await self._changed(work)}

    async def prove_code(self, session: str, code: str, caller: Caller) -> None:
        """Whoever is in is still he, before something grave; the code is used up. Raises FinalError."""
        account = (await self._the(session)).account
        if account.code_secret is None:
            raise FinalError(NO_CODE)
        match = await self._matched(account, code, Try(account.login, caller.address, session, codes=True))
        await self._changed(lambda tx: _spend(tx, session, match))

    async def begin_code(self, session: str, password: str, code: str, caller: Caller) -> dict[str, Any]:
        """A new secret for the app: ``uri`` for the QR code, ``secret`` for the keyboard. Asked for once confirmed.

        Who is in already proves that it is he, with what he has: a desk that was left open must not change hands.
        """
        row = await self._the(session)
        secret = "" if password else self._pending.of(session)
        if not secret:
            if self._seat(row).stage is Stage.WHOLE:
                await self._prove(row, password, code, caller)
            secret = self._pending.make(session)
        return {"uri": address(secret, row.account.login, self._commune), "secret": secret}

    async def confirm_code(self, session: str, code: str, caller: Caller) -> dict[str, Any]:
        """The app shows the right code: from now on it is asked for. ``paper``: codes to keep, shown once."""
        account = (await self._the(session)).account
        keys = self._throttle.admit(Try(account.login, caller.address, session))
        secret = self._pending.of(session)
        if not secret:
            raise FinalError("Ô vuông này đã hết hạn. Hãy bắt đầu cài lại từ trang tài khoản.")
        step = step_of(secret, code, self._journal.clock.now().at_ms, 0)
        if step is None:
            raise FinalError("Mã chưa đúng. Hãy quét lại ô vuông rồi nhập mã sáu số đang hiện trong ứng dụng.")
        self._throttle.succeeded(keys)
        codes, stored = new_paper(self._vault)
        sealed = self._vault.seal(secret, account.id)

        def work(tx: Tx) -> str:
            held = _must_be(session_by_id(tx, session)).account
            put_account(tx, replace(held, code_secret=sealed, code_step=step, recovery=stored))
            prove_session(tx, session)
            gone = end_sessions(tx, held.id, but=session)
            tx.deed(held.name, held.role, "account.code_set", f"{held.login}: phiên khác đã kết thúc: {gone}")
            return self._stage(tx, session, caller)

        stage = await self._changed(work)
        self._pending.drop(session)
        return {"stage": stage, "paper": codes}

    async def change_password(self, session: str, old: str, new: str, caller: Caller) -> dict[str, Any]:
        """A new password; every other session of the account ends."""
        account = (await self._the(session)).account
        await self._check_old(account, old, Try(account.login, caller.address, session))
        if new == old:
            raise FinalError("Mật khẩu mới phải khác mật khẩu cũ.")
        check_password(new, account.login, account.name)
        hashed = await self.hashed(self._vault.hash, new)

        def work(tx: Tx) -> str:
            held = _must_be(session_by_id(tx, session)).account
            put_account(tx, replace(held, password=hashed, must_change=False))
            gone = end_sessions(tx, held.id, but=session)
            tx.deed(held.name, held.role, "account.password", f"{held.login}: phiên khác đã kết thúc: {gone}")
            return self._stage(tx, session, caller)

        return {"stage": await self._changed(work)}

    async def log_out(self, session: str, *, everywhere: bool = False) -> dict[str, Any]:
        """This session is over, or all of its account; ``ended``: how many."""

        def work(tx: Tx) -> int:
            held = session_by_id(tx, session)
            if held is None:
                return 0
            ended = end_sessions(tx, held.account.id) if everywhere else int(end_session(tx, session))
            who = held.account
            tx.deed(who.name, who.role, "account.leave", f"{who.login}: {'mọi nơi' if everywhere else 'phiên này'}")
            return ended

        return {"ended": await self._changed(work)}

    async def me(self, session: str) -> dict[str, Any]:
        """What somebody may know of his own account."""

        def work(tx: Tx) -> dict[str, Any]:
            held = _must_be(session_by_id(tx, session))
            who = held.account
            rows = [{**row, "mine": row["id"] == session} for row in sessions_of(tx, who.id)]
            return {
                "login": who.login, "name": who.name, "role": who.role.value, "has_code": who.code_secret is not None,
                "paper_left": len(who.recovery), "demanded": who.role in self._demanded, "sessions": rows,
                "cameras": who.cameras,
            }  # fmt: skip

        return await self._journal.record(work)

    async def _fits(self, keys: tuple[Key, ...], stored: str | None, password: str, *, stranger: bool) -> bool:
        try:
            return await self.hashed(self._vault.fits, stored, password, stranger=stranger)
        except ThrottledError:
            self._throttle.spared(keys)
            raise

    async def _check_old(self, account: AccountRow, old: str, one: Try) -> None:
        """Raise FinalError unless this is the password that the account has."""
        keys = self._throttle.admit(one)
        if not await self._fits(keys, account.password, old, stranger=False):
            await self._refuse(account, account.login, f"sai mật khẩu cũ, từ {one.address}")
            raise FinalError(WRONG_OLD)
        self._throttle.succeeded(keys)

    async def _matched(self, account: AccountRow, code: str, one: Try) -> Match:
        """Which of the account's codes this is; raises FinalError for none of them."""
        keys = self._throttle.admit(one)
        match = match_of(self._vault, account, code, self._journal.clock.now().at_ms)
        if match is None:
            await self._refuse(account, account.login, f"sai mã xác thực, từ {one.address}")
            raise FinalError(WRONG_CODE)
        self._throttle.succeeded(keys)
        return match

    async def _prove(self, row: SessionRow, password: str, code: str, caller: Caller) -> None:
        """The password, and a code where the account has some; the code is used up. Raises FinalError."""
        if not password:
            raise FinalError(PROVE)
        one = Try(row.account.login, caller.address, row.id)
        await self._check_old(row.account, password, one)
        if row.account.code_secret is not None:
            match = await self._matched(row.account, code, replace(one, codes=True))
            await self._changed(lambda tx: _spend(tx, row.id, match))

    async def _refuse(self, account: AccountRow | None, login: str, why: str) -> None:
        """A wrong try is a line of the audit log: the throttle bounds how many there can be."""
        if account is None:  # what was typed may be a password, or somebody else's name: it is written nowhere
            name, role, told = "?", "", f"không có tài khoản này; {why}"
        else:
            name, role, told = account.name, account.role.value, f"{account.login}: {why}"
        log.warning("refused: %s", told)
        await self._journal.record(lambda tx: tx.deed(name, role, "account.refused", told))

    def _begin(self, tx: Tx, known: tuple[str, str | None, str], token: str, caller: Caller) -> Seat:
        """``known``: the account, its password when it was checked, and how it is stored from now on."""
        account = account_by(tx, "id", known[0])
        if account is None or not account.active or account.password != known[1]:
            raise FinalError(WRONG)
        put_account(tx, replace(account, password=known[2]))
        until_ms = tx.now.at_ms + life_ms(account.role)
        new = NewSession(token_hash(token), tx.new_id(), account.id, caller.address, caller.agent, until_ms)
        begin_session(tx, new)
        tx.deed(account.name, account.role, "account.enter", f"{account.login}, từ {caller.address}")
        self._stage(tx, new.id, caller)
        return self._seat(_must_be(session_by_id(tx, new.id)))

    async def _the(self, session: str) -> SessionRow:
        return _must_be(await self._journal.record(lambda tx: session_by_id(tx, session)))

    async def _changed(self, work: Callable[[Tx], T]) -> T:
        """Whatever the transaction says, nobody is taken for who he was before it."""
        try:
            return await self._journal.record(work)
        finally:
            self.forget_seats()

    def _stage(self, tx: Tx, session: str, caller: Caller) -> str:
        """How far it got; the device of whoever is wholly in is known from now on."""
        seat = self._seat(_must_be(session_by_id(tx, session)))
        if seat.stage is Stage.WHOLE and caller.device:
            know_device(tx, seat.account, token_hash(caller.device))
        return seat.stage.value

    def _look(self, tx: Tx, key: str) -> Seat | None:
        row = session_by_token(tx, key)
        if row is None or not row.account.active:
            return None
        if tx.now.at_ms - row.seen_at_ms > SEEN_EVERY_MS:
            see_session(tx, row.id)
        return self._seat(row)

    def _seat(self, row: SessionRow) -> Seat:
        who = row.account
        stage: Stage = stage_of(
            who.role,
            self._demanded,
            has_code=who.code_secret is not None,
            must_change=who.must_change,
            proved=row.proved,
        )
        cameras = None if who.cameras is None else frozenset(who.cameras)
        return Seat(who.id, row.id, who.login, who.name, who.role, cameras, stage, row.until_ms)

    def _remember(self, key: str, seat: Seat, now_ms: int) -> None:
        while len(self._seats) >= MOST_SEATS:
            self._seats.pop(next(iter(self._seats)))
        self._seats[key] = (seat, now_ms)


def _must_be(row: SessionRow | None) -> SessionRow:
    if row is None:
        raise FinalError(GONE)
    return row


def _asks(tx: Tx, login: str, caller: Caller) -> tuple[AccountRow | None, str]:
    """The account, and the device that it knows; empty for another one."""
    account, device = account_by(tx, "login", login), token_hash(caller.device)
    known = caller.device and is_known_device(tx, account.id if account else "", device)
    return account, device if known else ""


def _spend(tx: Tx, session: str, match: Match) -> None:
    """A code counts once; raises FinalError when another request has just used it."""
    held = _must_be(session_by_id(tx, session)).account
    used = match.step is not None and match.step <= held.code_step
    if used or (match.paper and match.paper not in held.recovery):
        raise FinalError(WRONG_CODE)
    left = tuple(one for one in held.recovery if one != match.paper)
    put_account(tx, replace(held, code_step=match.step or held.code_step, recovery=left))
    how = f"mã giấy, còn {len(left)}" if match.paper else "mã ứng dụng"
    tx.deed(held.name, held.role, "account.code", f"{held.login}: {how}")
