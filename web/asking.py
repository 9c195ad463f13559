"""Questions and orders to the supervisor, in the name of whoever is at the browser."""

from typing import Any

from edge.control.client import call
from edge.control.protocol import AnyRequest, Done
from edge.core.errors import FinalError, TransientError
from edge.core.policy.rights import check_right
from web.person import Person
from web.problems import ConflictError, ForbiddenError
from web.settings import current_settings


def ask(request: AnyRequest) -> dict[str, Any]:
    """The supervisor's value. A refusal becomes the error that fits it, with the supervisor's own sentence."""
    _check(request)
    reply = call(current_settings().control_socket, request)
    if isinstance(reply, Done):
        return reply.value
    if reply.kind == "forbidden":
        raise ForbiddenError(reply.reason)
    if reply.kind == "transient":
        raise TransientError(reply.reason)
    raise ConflictError(reply.reason)


def who(person: Person) -> dict[str, str]:
    """The two fields of every request that say who asks."""
    return {"user": person.name, "role": person.role.value}


def _check(request: AnyRequest) -> None:
    """Spare the supervisor what it would refuse anyway; it checks again."""
    try:
        check_right(request.role, type(request).__name__)
    except FinalError as cause:
        raise ForbiddenError(str(cause)) from cause
