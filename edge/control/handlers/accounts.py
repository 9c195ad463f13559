"""Requests about accounts. In those about one's own session the server has put its public id."""

from typing import Any, Literal, Protocol

from edge.control import protocol as asked
from edge.control.server import Handler
from edge.core.account import By, Caller, NewAccount
from edge.core.policy.rights import Role


class Door(Protocol):
    """Who comes in and out."""

    async def log_in(self, login: str, password: str, caller: Caller) -> dict[str, Any]:
        """A new session."""
        ...

    async def give_code(self, session: str, code: str, caller: Caller) -> dict[str, Any]:
        """The second thing."""
        ...

    async def begin_code(self, session: str, password: str, code: str, caller: Caller) -> dict[str, Any]:
        """A secret for an app."""
        ...

    async def confirm_code(self, session: str, code: str, caller: Caller) -> dict[str, Any]:
        """The app shows it."""
        ...

    async def change_password(self, session: str, old: str, new: str, caller: Caller) -> dict[str, Any]:
        """Another password."""
        ...

    async def log_out(self, session: str, *, everywhere: bool = False) -> dict[str, Any]:
        """Out."""
        ...

    async def me(self, session: str) -> dict[str, Any]:
        """One's own account."""
        ...


class Office(Protocol):
    """Who keeps the accounts."""

    async def list(self) -> list[dict[str, Any]]:
        """All of them."""
        ...

    async def add(self, wish: NewAccount, by: By) -> dict[str, Any]:
        """One more."""
        ...

    async def change(self, login: str, role: Role, cameras: tuple[str, ...] | None, by: By) -> None:
        """Another role, other cameras."""
        ...

    async def set_active(self, login: str, by: By, *, active: bool) -> None:
        """Shut or open."""
        ...

    async def reset(self, login: str, what: Literal["password", "code"], by: By) -> dict[str, Any]:
        """For somebody who lost it."""
        ...

    async def end(self, login: str, session: str, by: By) -> dict[str, Any]:
        """Sessions are over."""
        ...


def account_handlers(door: Door, office: Office) -> dict[type, Handler]:
    """Part of the table for the control server."""
    return {**_coming_in(door), **_own(door), **_keeping(office)}


def _coming_in(door: Door) -> dict[type, Handler]:
    async def log_in(request: asked.LogIn) -> dict[str, Any]:
        return await door.log_in(request.user, request.password, request.caller)

    async def give_code(request: asked.GiveCode) -> dict[str, Any]:
        return await door.give_code(request.session, request.code, request.caller)

    async def begin_code(request: asked.BeginCode) -> dict[str, Any]:
        return await door.begin_code(request.session, request.password, request.code, request.caller)

    async def confirm_code(request: asked.ConfirmCode) -> dict[str, Any]:
        return await door.confirm_code(request.session, request.code, request.caller)

    return {
        asked.LogIn: log_in,
        asked.GiveCode: give_code,
        asked.BeginCode: begin_code,
        asked.ConfirmCode: confirm_code,
    }


def _own(door: Door) -> dict[type, Handler]:
    async def change_password(request: asked.ChangePassword) -> dict[str, Any]:
        return await door.change_password(request.session, request.old, request.new, request.caller)

    async def log_out(request: asked.LogOut) -> dict[str, Any]:
        return await door.log_out(request.session, everywhere=request.everywhere)

    async def get_me(request: asked.GetMe) -> dict[str, Any]:
        return await door.me(request.session)

    return {asked.ChangePassword: change_password, asked.LogOut: log_out, asked.GetMe: get_me}


def _keeping(office: Office) -> dict[type, Handler]:
    async def list_accounts(_: asked.ListAccounts) -> dict[str, Any]:
        return {"accounts": await office.list()}

    async def add(request: asked.AddAccount) -> dict[str, Any]:
        role = Role(request.as_role)
        password, must_change = request.password, request.must_change
        wish = NewAccount(request.login, request.name, role, request.cameras, password, must_change)
        return await office.add(wish, _by(request))

    async def change(request: asked.ChangeAccount) -> dict[str, Any]:
        await office.change(request.login, Role(request.as_role), request.cameras, _by(request))
        return {}

    async def shut(request: asked.ShutAccount) -> dict[str, Any]:
        await office.set_active(request.login, _by(request), active=request.active)
        return {}

    async def reset(request: asked.ResetAccount) -> dict[str, Any]:
        return await office.reset(request.login, request.what, _by(request))

    async def end(request: asked.EndSessions) -> dict[str, Any]:
        return await office.end(request.login, request.id or "", _by(request))

    return {
        asked.ListAccounts: list_accounts,
        asked.AddAccount: add,
        asked.ChangeAccount: change,
        asked.ShutAccount: shut,
        asked.ResetAccount: reset,
        asked.EndSessions: end,
    }


def _by(request: asked.Request) -> By:
    return By(request.user, request.role)
