"""The real accounts behind the pages of a test: one a role, its login the role's name; or a seat without a log-in."""

import contextlib
import json
import secrets
import time
from collections.abc import AsyncIterator, Collection
from contextlib import closing
from functools import cache
from pathlib import Path
from uuid import uuid4

from edge.accounts.service import Accounts
from edge.accounts.vault import Vault
from edge.core.account import By, NewAccount, life_ms
from edge.core.policy.rights import ROLE_NAMES, Role
from edge.kernel.bus import Bus
from edge.kernel.clock import SystemClock
from edge.store.journal import Journal
from edge.store.schema import open_writer
from edge.store.seats import token_hash

PASSWORD = "song-lo-tre-nua-27"
KEY = b"k" * 32
CHEAP_KIB = 64
CAMERAS = ("cau-treo", "cong-ubnd", "nga-ba", "cho-ban")
PEOPLE = tuple(role for role in Role if role is not Role.WALL)
TEST = By("kiểm thử", "admin")


def accounts_on(journal: Journal, demanded: Collection[Role] = (), bus: Bus | None = None) -> Accounts:
    """The service on this store, its hashes cheap."""
    return Accounts(journal, bus or Bus(), KEY, "Xã Kiến Giang", CAMERAS, demanded, CHEAP_KIB)


@contextlib.asynccontextmanager
async def opened_accounts(
    database: Path, demanded: Collection[Role] = (), bus: Bus | None = None
) -> AsyncIterator[Accounts]:
    """The service on its own journal of this database, with somebody in every role."""
    journal = await Journal.open(database, SystemClock())
    try:
        accounts = accounts_on(journal, demanded, bus)
        await fill(accounts)
        yield accounts
    finally:
        journal.close()


async def fill(accounts: Accounts) -> None:
    """Somebody in every role, called like it; those who are there already stay."""
    known = {row["name"] for row in await accounts.office.list()}
    for role in PEOPLE:
        if ROLE_NAMES[role] not in known:
            wish = NewAccount(role.value, ROLE_NAMES[role], role, None, PASSWORD, must_change=False)
            await accounts.office.add(wish, TEST)


@cache
def _hash() -> str:
    return Vault(KEY, CHEAP_KIB).hash(PASSWORD)


def sit(database: Path, role: str, name: str = "", cameras: Collection[str] | None = None) -> str:
    """The token of a session as if somebody had come in; his account is made if there is none of this name and role."""
    shown, now_ms, who = name or ROLE_NAMES[Role(role)], time.time_ns() // 1_000_000, Role(role)
    with closing(open_writer(database)) as connection:
        row = connection.execute("SELECT id FROM account WHERE name = ? AND role = ?", (shown, role)).fetchone()
        account = row[0] if row else uuid4().hex
        seen = None if cameras is None else json.dumps(sorted(cameras))
        if row is None:
            login = f"{role}-{account[:8]}" if name else role
            values = (account, login, shown, role, seen, _hash(), 0, None, 0, "[]", 1, now_ms, now_ms)
            connection.execute(f"INSERT INTO account VALUES ({', '.join('?' * 13)})", values)
        token = secrets.token_urlsafe(32)
        until_ms = now_ms + life_ms(who)
        session = (token_hash(token), uuid4().hex, account, 1, "127.0.0.1", "kiểm thử", now_ms, now_ms, until_ms)
        connection.execute(f"INSERT INTO session VALUES ({', '.join('?' * 9)})", session)
    return token
