"""Questions and orders to the supervisor, in the name of whoever is at the browser."""

from typing import Any

import msgspec

from edge.control.client import DEADLINE_S, call
from edge.control.protocol import AnyRequest, Done
from edge.core.account import ThrottledError
from edge.core.errors import FinalError
from edge.core.policy.rights import OPEN, Role, check_right
from web.person import Person, session_token, the_person
from web.problems import ConflictError, ForbiddenError, NotLoggedInError, TryLaterError
from web.settings import current_settings


def ask(request: AnyRequest, deadline_s: float = DEADLINE_S) -> dict[str, Any]:
    """The supervisor's value. A refusal becomes the error that fits it, with the supervisor's own sentence."""
    must_be_allowed(Person(request.user, Role(request.role)), type(request).__name__)  # it is checked again there
    return ask_unchecked(request, deadline_s)


def ask_unchecked(request: AnyRequest, deadline_s: float = DEADLINE_S) -> dict[str, Any]:
    """The same for requests on the way in, when there is no person yet: only the supervisor says what may be asked."""
    nobody = request.role == Role.WALL or type(request).__name__ in OPEN  # an old cookie must not shut the way in
    token = "" if nobody else session_token()
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
