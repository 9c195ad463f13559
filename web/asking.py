"""Questions and orders to the supervisor, in the name of whoever is at the browser."""

from contextlib import nullcontext
from threading import BoundedSemaphore
from typing import Any

import msgspec

from edge.control.client import DEADLINE_S, call
from edge.control.protocol import AnyRequest, Done
from edge.core.account import ThrottledError
from edge.core.errors import FinalError, TransientError
from edge.core.policy.rights import OPEN, Role, check_right
from web.person import Person, session_token, the_person
from web.problems import ConflictError, ForbiddenError, NotLoggedInError, TryLaterError
from web.settings import current_settings
from web.speaking import later

LONG_S = 10.0
"""Whoever waits longer than this for the supervisor holds a thread that the other pages may need."""
MOST_LONG = 3
"""Of the eight threads of the pages (web.cli): a crowd that makes reports or examines the log leaves five for STOP."""
BUSY = later("Hộp đang làm ba việc dài cùng lúc, chưa nhận thêm. Hãy thử lại sau một phút.")
_long = BoundedSemaphore(MOST_LONG)


class _LongTurn:
    """One of the few places of long work; raises TransientError (503) when all are taken, and does not wait."""

    def __enter__(self) -> None:
        if not _long.acquire(blocking=False):
            raise TransientError(BUSY)

    def __exit__(self, *_: object) -> None:
        _long.release()


def ask(request: AnyRequest, deadline_s: float = DEADLINE_S) -> dict[str, Any]:
    """The supervisor's value. A refusal becomes the error that fits it, with the supervisor's own sentence."""
    must_be_allowed(Person(request.user, Role(request.role)), type(request).__name__)  # it is checked again there
    return ask_unchecked(request, deadline_s)


def ask_unchecked(request: AnyRequest, deadline_s: float = DEADLINE_S) -> dict[str, Any]:
    """The same for requests on the way in, when there is no person yet: only the supervisor says what may be asked."""
    nobody = request.role == Role.WALL or type(request).__name__ in OPEN  # an old cookie must not shut the way in
    token = "" if nobody else session_token()
    with _LongTurn() if deadline_s > LONG_S else nullcontext():
        reply = call(current_settings().control_socket, msgspec.structs.replace(request, session=token), deadline_s)
    if isinstance(reply, Done):
        return reply.value
    raise _REFUSALS.get(reply.kind, ConflictError)(reply.reason)


_REFUSALS = {
    "forbidden": ForbiddenError,
    "login": NotLoggedInError,
    "throttled": ThrottledError,
    "transient": TryLaterError,
}


def who(person: Person) -> dict[str, str]:
    """The two fields of every request that say who asks."""
    return {"user": person.name, "role": person.role.value}


def must_be_allowed(person: Person, request: str) -> None:
    """Raise ForbiddenError unless this person may make this kind of request."""
    try:
        check_right(person.role, request)
    except FinalError as cause:
        raise ForbiddenError(str(cause)) from cause


def allowed(request: type) -> Person:
    """Who asks, if he may make this request: judged before a word of what he sends is read."""
    person = the_person()
    must_be_allowed(person, request.__name__)
    return person
