"""What the province may ask of one box (protocols.md, Downlink): the exact signed bytes, and the answer to a poll.

``body`` is the very text that was signed, never written anew; whoever reads it checks the signature first. The words
of an urgent bulletin carry a signature of their own, by a key that the commune has accepted: the key of the commands
alone cannot make a horn sound.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from edge.core.errors import FinalError
from edge.kernel.statement import Statement
from edge.kernel.wire.event import SourceName
from edge.kernel.wire.order import RUBBISH

COMMANDS_PATH = "/v1/commands"
MAX_BODY = 48 * 1024
"""Characters of one command; a fragment of settings is the longest."""
MOST_IN_A_POLL = 20
LONGEST_POLL_S = 25.0
"""Shorter than the 30 s after which common NATs of 4G forget a line on which nothing moves."""
MAX_POLL_BYTES = 2 * MOST_IN_A_POLL * MAX_BODY
URGENT_CHARACTERS = 1_000

CommandId = Annotated[str, Meta(pattern=r"^[0-9a-z][0-9a-z-]{7,63}\Z")]
KeyId = Annotated[str, Meta(pattern=r"^[0-9a-f]{16}\Z")]
Signature = Annotated[str, Meta(pattern=r"^[0-9a-f]{128}\Z")]
_Ms = Annotated[int, Meta(ge=0, le=4_102_444_800_000)]
_Seq = Annotated[int, Meta(ge=1, le=2**53)]
_Slug = Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*\Z", max_length=40)]
_Name = Annotated[str, Meta(min_length=1, max_length=80)]
_Metres = Annotated[float, Meta(ge=-100, le=4000)]
_Day = Annotated[str, Meta(pattern=r"^(19|20)\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])\Z")]


class Order(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind"):
    """Base of what may be asked; ``kind`` is its tag."""


class ConfigFragment(Order, frozen=True, tag="config"):
    """Settings to be put into the box's file; a technician of the commune accepts them there."""

    toml: Annotated[str, Meta(min_length=1, max_length=32_768)]


class FetchClip(Order, frozen=True, tag="fetch_clip"):
    """The film of a span, of a camera or of an incident."""

    of: Annotated[str, Meta(pattern=r"^(camera|incident)/[0-9A-Za-z-]{1,60}\Z")]
    since_ms: _Ms
    until_ms: _Ms


class TemplateOffer(Order, frozen=True, tag="template"):
    """Words for an announcement; the commune hears and approves them, or does not."""

    id: _Slug
    title: _Name
    text: Annotated[str, Meta(min_length=1, max_length=2000)]
    priority: Literal["thuong", "uu_tien", "khan_cap"] = "uu_tien"


class LevelsOffer(Order, frozen=True, tag="levels"):
    """The báo động levels of a gauge, with the document that says so."""

    station: _Slug
    bao_dong_m: tuple[_Metres, _Metres, _Metres]
    source: Annotated[str, Meta(min_length=1, max_length=300)]
    issued: _Day
    datum: Annotated[str, Meta(max_length=120)] = ""


class Official(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Somebody for the roster, as the file's ``[[person]]``."""

    id: _Slug
    name: _Name
    phone: Annotated[str, Meta(pattern=r"^(0|\+?84)\d{9,10}\Z")]
    duty: _Name
    hamlet: _Slug | None = None


class RosterOffer(Order, frozen=True, tag="roster"):
    """People to be put on the roster, or changed there."""

    people: Annotated[tuple[Official, ...], Meta(min_length=1, max_length=100)]


class UpdateOffer(Order, frozen=True, tag="update"):
    """A newer edition of this software. The box only shows it: a technician installs."""

    version: Annotated[str, Meta(pattern=r"^[0-9][0-9a-z.+-]{0,39}\Z")]
    url: Annotated[str, Meta(pattern=r"^https://\S+\Z", max_length=400)]
    sha256: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
    note: Annotated[str, Meta(max_length=1000)] = ""


class Urgent(Order, frozen=True, tag="urgent"):
    """An urgent bulletin: ``words`` is the signed text of UrgentWords."""

    words: Annotated[str, Meta(min_length=2, max_length=16_384)]
    key_id: KeyId
    sig: Signature


AnyOrder = ConfigFragment | FetchClip | TemplateOffer | LevelsOffer | RosterOffer | UpdateOffer | Urgent


class Command(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One command for one box: ``seq`` rises by box; it holds from ``nbf_ms`` until before ``exp_ms``."""

    v: Literal[1]
    id: CommandId
    source: SourceName
    seq: _Seq
    nbf_ms: _Ms
    exp_ms: _Ms
    order: AnyOrder


class UrgentWords(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an accepted key signs: which words, for which boxes, until when; ``id`` is aired once only.

    ``status`` as in CAP 1.2: whatever is not Actual never reaches a horn.
    """

    v: Literal[1]
    id: CommandId
    sources: Annotated[tuple[SourceName, ...], Meta(min_length=1, max_length=200)]
    status: Literal["Actual", "Exercise", "Test", "System", "Draft"]
    nbf_ms: _Ms
    exp_ms: _Ms
    text: Annotated[str, Meta(min_length=1, max_length=URGENT_CHARACTERS)]
    hamlets: Annotated[tuple[_Slug, ...], Meta(max_length=60)] = ()


class SignedCommand(msgspec.Struct, frozen=True, kw_only=True):
    """A command as it travels. ``seq`` is the hub's word for it, not signed: only that in the body counts."""

    seq: Annotated[int, Meta(ge=0, le=2**53)]
    body: Annotated[str, Meta(max_length=MAX_BODY)]
    key_id: Annotated[str, Meta(max_length=64)]
    sig: Annotated[str, Meta(max_length=256)]

    @property
    def statement(self) -> Statement:
        """For the check of its signature."""
        return Statement(self.body, self.key_id, self.sig)


class PollReply(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to a poll: the next commands by rising seq; the highest seq of this box; the hub's own time."""

    commands: Annotated[tuple[SignedCommand, ...], Meta(max_length=MOST_IN_A_POLL)] = ()
    newest: Annotated[int, Meta(ge=0, le=2**53)] = 0
    now_ms: _Ms = 0


_COMMAND = msgspec.json.Decoder(Command)
_WORDS = msgspec.json.Decoder(UrgentWords)
_POLL = msgspec.json.Decoder(PollReply)
_ORDERS: tuple[type[Order], ...] = (
    ConfigFragment,
    FetchClip,
    TemplateOffer,
    LevelsOffer,
    RosterOffer,
    UpdateOffer,
    Urgent,
)
_TAG_OF: dict[type, str] = {kind: str(kind.__struct_config__.tag) for kind in _ORDERS}


def kind_of(order: AnyOrder) -> str:
    """The tag of this order."""
    return _TAG_OF[type(order)]


KINDS = tuple(_TAG_OF.values())


def encode_body(value: Command | UrgentWords) -> str:
    """The text that is to be signed."""
    return msgspec.json.encode(value).decode()


def read_command(body: str) -> Command:
    """A command whose signature was found true; raises FinalError on anything else than a command."""
    if len(body) > MAX_BODY:
        raise FinalError(f"Lệnh dài {len(body)} ký tự, tối đa {MAX_BODY}.")
    try:
        return _COMMAND.decode(body)
    except RUBBISH as cause:
        raise FinalError(f"Lệnh sai khuôn dạng: {cause}.") from cause


def read_urgent(words: str) -> UrgentWords:
    """The words of an urgent bulletin, after their signature was found true; raises FinalError on anything else."""
    try:
        return _WORDS.decode(words)
    except RUBBISH as cause:
        raise FinalError(f"Bản tin khẩn sai khuôn dạng: {cause}.") from cause


def read_poll(answer: bytes) -> PollReply:
    """The hub's answer; raises FinalError on rubbish."""
    try:
        return _POLL.decode(answer)
    except RUBBISH as cause:
        raise FinalError("Tỉnh trả lời không hiểu được.") from cause
