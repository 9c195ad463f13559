"""What a page may send: typed, bounded, and nothing else."""

from typing import Annotated, TypeVar

import msgspec
from flask import request
from msgspec import Meta

from edge.control.protocol import MAX_TEXT, Clips, Comment, Hamlets, PriorityName, Uuid
from web.problems import BadInputError

MAX_BODY = 256 * 1024


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of every JSON body."""


class ReadBody(Body, frozen=True):
    """A text to show as it would be spoken."""

    text: Annotated[str, Meta(max_length=MAX_TEXT)]


class DraftBody(Body, frozen=True):
    """A notice to keep; the browser made the id."""

    id: Uuid
    text: Annotated[str, Meta(min_length=1, max_length=MAX_TEXT)]
    priority: PriorityName
    hamlets: Hamlets


class ApproveBody(Body, frozen=True):
    """The clips that the leader heard."""

    clips: Clips


class ReturnBody(Body, frozen=True):
    """Why a notice goes back."""

    comment: Comment


class AirBody(Body, frozen=True):
    """Which press of the button this is."""

    press: Uuid


class StopBody(Body, frozen=True):
    """Which hamlets fall silent."""

    hamlets: Hamlets


AnyBody = TypeVar("AnyBody", bound=Body)


def read_body(kind: type[AnyBody]) -> AnyBody:
    """The JSON body of this request; raises BadInputError with the reason."""
    if request.mimetype != "application/json":
        raise BadInputError("Dữ liệu gửi lên phải là JSON.")
    try:
        return msgspec.json.decode(request.get_data(), type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as cause:
        raise BadInputError(f"Dữ liệu gửi lên không hợp lệ: {cause}.") from cause
