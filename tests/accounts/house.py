"""The accounts of a box that has no other part."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyotp

from edge.accounts.service import Accounts
from edge.core.account import CODES_DEMANDED, By, Caller, NewAccount, Seat
from edge.core.policy.rights import Role
from edge.kernel.bus import Bus
from edge.kernel.clock import SystemClock
from edge.store.journal import Journal

HERE = Caller("10.0.0.7", "trình duyệt thử")
ADMIN = By("Quản trị Minh", "admin")
PASSWORD = "ao-sen-7-thuyen-nan"
CHEAP_KIB = 64
KEY = b"k" * 32


@dataclass
class House:
    """The service, and the store below it."""

    accounts: Accounts
    journal: Journal
    bus: Bus

    async def make(self, login: str, role: Role, name: str = "", cameras: tuple[str, ...] | None = None) -> None:
        wish = NewAccount(login, name or f"Người {login}", role, cameras, PASSWORD, must_change=False)
        await self.accounts.office.add(wish, ADMIN)

    async def enter(self, login: str, password: str = PASSWORD, caller: Caller = HERE) -> str:
        """The token of a new session."""
        return str((await self.accounts.door.log_in(login, password, caller))["token"])

    async def seat(self, token: str) -> Seat:
        found = await self.accounts.door.who(token)
        assert found is not None
        return found

    async def enrol(self, token: str, password: str = PASSWORD, code: str = "") -> tuple[str, list[str]]:
        """Set an app up in this session: its secret, and the codes on paper. ``code``: of the app that was there."""
        door, session = self.accounts.door, (await self.seat(token)).session
        secret = str((await door.begin_code(session, password, code, HERE))["secret"])
        given = await door.confirm_code(session, pyotp.TOTP(secret).now(), HERE)
        return secret, given["paper"]

    async def deeds(self) -> list[tuple[Any, ...]]:
        return await self.journal.record(
            lambda tx: tx.run("SELECT user, role, action, detail FROM audit ORDER BY seq").fetchall()
        )

    async def ask(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        return await self.journal.record(lambda tx: tx.run(sql, *values).fetchall())


@contextlib.asynccontextmanager
async def house(folder: Path, key: bytes = KEY) -> AsyncIterator[House]:
    journal = await Journal.open(folder / "molang.db", SystemClock())
    try:
        bus = Bus()
        accounts = Accounts(journal, bus, key, "Xã Kiến Giang", ("cau-treo", "cho"), CODES_DEMANDED, CHEAP_KIB)
        yield House(accounts, journal, bus)
    finally:
        journal.close()
