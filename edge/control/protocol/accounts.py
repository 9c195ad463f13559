"""Requests about accounts: coming in, one's own account, and what an admin does."""

from typing import Annotated, Literal

from msgspec import Meta

from edge.control.protocol.base import HamletName, KnownId, Own, Request
from edge.core.account import Caller

Password = Annotated[str, Meta(min_length=1, max_length=200)]
Code = Annotated[str, Meta(min_length=1, max_length=40)]
LoginName = Annotated[str, Meta(min_length=1, max_length=40)]
PeopleRole = Literal["duty", "operator", "leader", "technician", "official", "viewer", "admin"]
CameraList = Annotated[tuple[HamletName, ...], Meta(max_length=200)]


class FromBrowser(Own, frozen=True, kw_only=True):
    """Base: where a browser asks from, for the audit log and the limits; ``device`` is the word of its cookie."""

    address: Annotated[str, Meta(max_length=45)] = ""
    agent: Annotated[str, Meta(max_length=200)] = ""
    device: Annotated[str, Meta(max_length=64)] = ""

    @property
    def caller(self) -> Caller:
        """The same as a value of its own."""
        return Caller(self.address, self.agent, self.device)


class LogIn(FromBrowser, frozen=True, kw_only=True):
    """Let me in: ``user`` is the login as typed. The answer: token, stage, until_ms. The only one without a session."""

    password: Password


class GiveCode(FromBrowser, frozen=True, kw_only=True):
    """The code of an app, or one on paper. The answer: stage."""

    code: Code


class BeginCode(FromBrowser, frozen=True, kw_only=True):
    """I want codes of an app. The answer: uri, secret.

    Whoever is in proves it again: ``password``, and ``code`` of the app that he has, or one on paper. Both empty: show
    me once more what was begun just now.
    """

    password: Annotated[str, Meta(max_length=200)] = ""
    code: Annotated[str, Meta(max_length=40)] = ""


class ConfirmCode(FromBrowser, frozen=True, kw_only=True):
    """My app shows this. The answer: stage, and paper, the codes to keep."""

    code: Code


class ChangePassword(FromBrowser, frozen=True, kw_only=True):
    """Another password. The answer: stage."""

    old: Password
    new: Password


class LogOut(Own, frozen=True, kw_only=True):
    """I leave, here or everywhere. The answer: ended."""

    everywhere: bool = False


class GetMe(Own, frozen=True, kw_only=True):
    """My account and its sessions."""


class ListAccounts(Request, frozen=True, kw_only=True):
    """All accounts with their sessions: ``accounts``."""


class AddAccount(Request, frozen=True, kw_only=True):
    """A new account. The answer: id, login, password (made up when none is given)."""

    login: LoginName
    name: Annotated[str, Meta(min_length=1, max_length=60)]
    as_role: PeopleRole
    cameras: CameraList | None = None
    password: Annotated[str, Meta(max_length=200)] = ""
    must_change: bool = True


class ChangeAccount(Request, frozen=True, kw_only=True):
    """Another role, other cameras (null: all)."""

    login: LoginName
    as_role: PeopleRole
    cameras: CameraList | None


class ShutAccount(Request, frozen=True, kw_only=True):
    """Shut it, or open it again."""

    login: LoginName
    active: bool


class ResetAccount(Request, frozen=True, kw_only=True):
    """A new password (in the answer), or no codes any more."""

    login: LoginName
    what: Literal["password", "code"]


class EndSessions(Request, frozen=True, kw_only=True):
    """End one session of an account, or all of them. The answer: ended."""

    login: LoginName
    id: KnownId | None = None


AccountsRequest = (
    LogIn
    | GiveCode
    | BeginCode
    | ConfirmCode
    | ChangePassword
    | LogOut
    | GetMe
    | ListAccounts
    | AddAccount
    | ChangeAccount
    | ShutAccount
    | ResetAccount
    | EndSessions
)
