"""What people answer to an alarm on a page or by a link."""

from typing import Annotated, Literal

from msgspec import Meta

from edge.control.protocol.base import KnownId, PersonName, Request


class AnswerAlert(Request, frozen=True):
    """Somebody of the roster knows of an incident and says so: ``person`` is the id on the roster.

    The first answer takes the incident; the person is told of it no more.
    """

    incident: KnownId
    person: PersonName
    how: Literal["taken", "on_my_way", "need_help", "done"] = "taken"
    via: Literal["link", "panel", "phone", "wall"] = "panel"
    note: Annotated[str, Meta(max_length=500)] = ""


AlertsRequest = AnswerAlert
