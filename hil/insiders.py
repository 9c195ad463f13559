"""Asks a running box as its people do: every role and name gets an account, and a session of its own.

The box must be a demo (`[commune] demo = true`), where no role needs a code beside its password.
"""

from pathlib import Path
from typing import Any

import msgspec

from edge.control.client import call
from edge.control.protocol import AddAccount, AnyRequest, Done, LogIn, PeopleRole, Refused
from edge.core.errors import FinalError

PASSWORD = "ao-sen-7-thuyen-nan"  # noqa: S105 - of boxes that live for a bench


class Insiders:
    """Those who asked this box so far. Raises MolangError while it is away."""

    def __init__(self, control: Path) -> None:
        self._control = control
        self._tokens: dict[tuple[str, str], str] = {}

    def ask(self, request: AnyRequest) -> Done | Refused:
        """The box's answer to a request in the name of its ``user`` and ``role``."""
        who = (request.user, request.role)
        if who not in self._tokens:
            self._tokens[who] = self._enter(*who)
        return call(self._control, msgspec.structs.replace(request, session=self._tokens[who]))

    def _enter(self, name: str, role: str) -> str:
        login = f"{role}.{len(self._tokens)}"
        make_account(self._control, login, name, msgspec.convert(role, PeopleRole), PASSWORD)
        return str(done(call(self._control, LogIn(user=login, role="", password=PASSWORD)))["token"])


def make_account(control: Path, login: str, name: str, role: PeopleRole, password: str) -> None:
    """An account with this password, as the box's own command line makes it; one that is there already stays."""
    who: dict[str, Any] = {"login": login, "name": name, "as_role": role, "password": password}
    reply = call(control, AddAccount(user="hil", role="admin", **who, must_change=False))
    if isinstance(reply, Refused) and "đã có người dùng" not in reply.reason:
        raise FinalError(reply.reason)


def done(reply: Done | Refused) -> dict[str, Any]:
    """What it gave; raises FinalError with what it refused."""
    if isinstance(reply, Refused):
        raise FinalError(reply.reason)
    return reply.value
