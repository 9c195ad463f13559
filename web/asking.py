"""Questions and orders to the supervisor, in the name of whoever is at the browser."""

from typing import Any

from edge.control.client import DEADLINE_S, call
from edge.control.protocol import AnyRequest, Done
from edge.core.errors import FinalError
from edge.core.policy.rights import Role, check_right
from web.person import Person
from web.problems import ConflictError, ForbiddenError, TryLaterError
from web.settings import current_settings


def ask(request: AnyRequest, deadline_s: float = DEADLINE_S) -> dict[str, Any]:
    """The supervisor's value. A refusal becomes the error that fits it, with the supervisor's own sentence."""
    must_be_allowed(Person(request.user, Role(request.role)), type(request).__name__)  # it is checked again there
    reply = call(current_settings().control_socket, request, deadline_s)
    if isinstance(reply, Done):
        return reply.value
    if reply.kind == "forbidden":
        raise ForbiddenError(reply.reason)
    if reply.kind == "transient":
        raise TryLaterError(reply.reason)
    raise ConflictError(reply.reason)


def who(person: Person) -> dict[str, str]:
    """The two fields of every request that say who asks."""
    return {"user": person.name, "role": person.role.value}


def must_be_allowed(person: Person, request: str) -> None:
    """Raise ForbiddenError unless this person may make this kind of request."""
    try:
        check_right(person.role, request)
    except FinalError as cause:
        raise ForbiddenError(str(cause)) from cause
