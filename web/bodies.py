"""What a page may send: typed, bounded, and nothing else."""

import re
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from flask import request
from msgspec import Meta

from edge.control.protocol import (
    MAX_TEXT,
    MOST_OFFER,
    Areas,
    AtMs,
    Comment,
    Day,
    HamletName,
    Hamlets,
    HourMinute,
    KnownId,
    LanguageCode,
    PriorityName,
    ProgrammeWish,
    Sha,
    Uuid,
    Values,
)
from web.problems import BadInputError

MAX_BODY = 256 * 1024
_SAFE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,79}")
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_NAME = 40
Word = Annotated[str, Meta(pattern=r"^[a-z0-9_-]*\Z", max_length=40)]


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of every JSON body."""


class ReadBody(Body, frozen=True):
    """A text to show as it would be spoken."""

    text: Annotated[str, Meta(max_length=MAX_TEXT)]
    hamlets: Annotated[tuple[HamletName, ...], Meta(max_length=60)] = ()


class DraftBody(Body, frozen=True):
    """A notice to keep; the browser made the id."""

    id: Uuid
    text: Annotated[str, Meta(min_length=1, max_length=MAX_TEXT)]
    priority: PriorityName
    hamlets: Hamlets
    submit: bool = True


class ChangeBody(Body, frozen=True):
    """What a notice that was not aired yet shall say instead."""

    text: Annotated[str, Meta(min_length=1, max_length=MAX_TEXT)]
    priority: PriorityName
    hamlets: Hamlets


class TemplateBody(Body, frozen=True):
    """A template with its blanks filled; the browser made the id and the press."""

    id: Uuid
    template: HamletName
    values: Values
    hamlets: Hamlets
    press: Uuid
    times: Annotated[int, Meta(ge=1, le=24)] = 1


class PreviewBody(Body, frozen=True):
    """A filled template to hear."""

    template: HamletName
    values: Values


class ApproveBody(Body, frozen=True):
    """What the leader was shown and heard, under one name."""

    seal: Sha


class ReturnBody(Body, frozen=True):
    """Why a notice goes back."""

    comment: Comment


class AirBody(Body, frozen=True):
    """Which press of the button this is; ``at_night``: a leader wants it in quiet hours too."""

    press: Uuid
    at_night: bool = False


class TalkBody(Body, frozen=True):
    """Where a browser wants to speak, which press of the button this is, and its WebRTC offer."""

    id: Uuid
    hamlets: Hamlets
    offer: Annotated[str, Meta(min_length=1, max_length=MOST_OFFER)]


class ViewQuery(Body, frozen=True):
    """Which try to look at a camera this is (the browser made the id), why, and of which look."""

    id: Uuid
    why: Comment
    look: Uuid | None = None


class NoteViewBody(Body, frozen=True):
    """Why somebody looks at a camera, and which look this is."""

    why: Comment
    look: Uuid | None = None


class PrivacyBody(Body, frozen=True):
    """What of a camera's picture nobody may see, why, and when what the page shows was set."""

    areas: Areas
    why: Comment
    known_at_ms: AtMs


class StopBody(Body, frozen=True):
    """Which hamlets fall silent."""

    hamlets: Hamlets


class SliceQuery(Body, frozen=True):
    """Which part of which brought file this is."""

    id: Uuid
    at: Annotated[int, Meta(ge=0, le=2**31)]


class PromptBody(Body, frozen=True):
    """The brought file that is a prompt of the voice bank."""

    upload: Uuid


class TryBankBody(Body, frozen=True):
    """A sentence to hear."""

    text: Annotated[str, Meta(min_length=1, max_length=300)]


class UploadBody(Body, frozen=True):
    """A brought file, and the bulletin that it becomes or that it continues."""

    upload: Uuid
    bulletin: Annotated[str, Meta(min_length=1, max_length=80)]
    text: Comment
    language: LanguageCode
    priority: PriorityName
    hamlets: Hamlets
    appends: bool = False


class CloseBody(Body, frozen=True):
    """How an incident was settled."""

    how: Comment


class JudgeBody(Body, frozen=True):
    """False alarm or true."""

    verdict: Literal["false_alarm", "true_alarm"]


class RestBody(Body, frozen=True):
    """Which rule rests for how long; 0 ends the rest."""

    rule: HamletName
    minutes: Annotated[int, Meta(ge=0, le=24 * 60)]


class TryBody(Body, frozen=True):
    """A rule as it would stand in the config file."""

    rule: Annotated[dict[str, Any], Meta(min_length=1, max_length=40)]
    hours: Annotated[int, Meta(ge=1, le=24)] = 24


class ViewBody(Body, frozen=True):
    """Which recordings somebody wants to see, and why."""

    since_ms: AtMs
    until_ms: AtMs
    why: Comment


class PinBody(Body, frozen=True):
    """A span to keep."""

    id: Uuid
    since_ms: AtMs
    until_ms: AtMs
    reason: Comment
    days: Annotated[int, Meta(ge=1, le=366)]


class ExportBody(Body, frozen=True):
    """A span to cut into a file."""

    id: Uuid
    since_ms: AtMs
    until_ms: AtMs
    blur: bool
    reason: Comment


class SearchQuery(Body, frozen=True):
    """What is looked for among the incidents (edge.store.search)."""

    since_ms: AtMs | None = None
    until_ms: AtMs | None = None
    camera: Word = ""
    rule: Word = ""
    kind: Word = ""
    state: Literal["", "open", "closed"] = ""
    verdict: Literal["", "false_alarm", "true_alarm"] = ""
    text: Annotated[str, Meta(max_length=200)] = ""
    after: Annotated[str, Meta(max_length=100)] = ""


class SpanQuery(Body, frozen=True):
    """A span of time."""

    since_ms: AtMs
    until_ms: AtMs


class CalendarQuery(Body, frozen=True):
    """Which local days of the calendar."""

    first: Day
    days: Annotated[int, Meta(ge=1, le=31)] = 7


class ProgrammeBody(Body, frozen=True):
    """A programme as somebody plans it; the browser made the id."""

    id: Uuid
    wish: ProgrammeWish


class StormBody(Body, frozen=True):
    """Storm mode: which bulletin, how often, when, until when."""

    id: Uuid
    bulletin: KnownId
    hamlets: Hamlets
    every_min: Annotated[int, Meta(ge=5, le=24 * 60)]
    from_hour: HourMinute
    to_hour: HourMinute
    until_ms: AtMs


class OrderBody(Body, frozen=True):
    """Of two urgent notices, which first."""

    first: KnownId
    second: KnownId


AnyBody = TypeVar("AnyBody", bound=Body)


def read_body(kind: type[AnyBody]) -> AnyBody:
    """The JSON body of this request; raises BadInputError with the reason."""
    if request.mimetype != "application/json":
        raise BadInputError("Dữ liệu gửi lên phải là JSON.")
    try:
        return msgspec.json.decode(request.get_data(), type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as cause:
        raise BadInputError(f"Dữ liệu gửi lên không hợp lệ: {cause}.") from cause


def read_query(kind: type[AnyBody]) -> AnyBody:
    """What stands behind the ? of the address; raises BadInputError with the reason."""
    try:
        return msgspec.convert(request.args.to_dict(), kind, strict=False)
    except msgspec.ValidationError as cause:
        raise BadInputError(f"Địa chỉ không hợp lệ: {cause}.") from cause


def safe_id(name: str) -> str:
    """An id of the address as it is; raises BadInputError for anything that no id looks like."""
    if not _SAFE_ID.fullmatch(name):
        raise BadInputError("Mã trong địa chỉ không hợp lệ.")
    return name


def camera_id(name: str) -> str:
    """The same for a camera, whose id is also the name of files."""
    return _name_of("camera", name)


def template_id(name: str) -> str:
    """The same for a template."""
    return _name_of("mẫu tin", name)


def _name_of(what: str, name: str) -> str:
    if len(name) > _LONGEST_NAME or not _NAME.fullmatch(name):
        raise BadInputError(f"Mã {what} trong địa chỉ không hợp lệ.")
    return name
