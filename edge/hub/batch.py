"""Bytes of a request to checked events. Pure; every limit is enforced before the cost that it limits."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from edge.core.errors import FinalError
from edge.kernel.wire.event import MAX_EVENTS, MAX_PACKED_BYTES, MAX_PLAIN_BYTES, CloudEvent, Rejected

_events = msgspec.json.Decoder(CloudEvent)
_lists = msgspec.json.Decoder(list[msgspec.Raw])
_BROKEN = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What msgspec raises for broken, wrong, badly encoded and too deep JSON; anything else is a fault of ours."""
_GZIP = 16 + zlib.MAX_WBITS
MAX_REASON = 200
YEARS = range(1970, 2200)
"""A box without a clock starts in 1970; what lies outside is no time of any box, and no page could show it."""


class TooLargeError(FinalError):
    """More bytes or events than a batch may hold."""


class StrangerError(FinalError):
    """Events of another box than the one that the certificate names."""


class _Named(msgspec.Struct):
    """The little that names an event which is wrong otherwise."""

    id: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """A batch after the check, in its order."""

    events: tuple[CloudEvent, ...]
    rejected: tuple[Rejected, ...]


def read_batch(body: bytes, source: str) -> Checked:
    """The events of a gzip body that ``source`` sends.

    Raises TooLargeError, StrangerError, or FinalError when the body as a whole is no batch; a single wrong event is
    only rejected. Whoever sends for another box has a wrong certificate or a wrong setting: nothing of it is
    rejected, since a box forgets what was rejected.
    """
    raws = _split(inflate(body))
    named = [_name(raw) for raw in raws]
    if any(one.source not in ("", source) for one in named):
        raise StrangerError(f"Chứng thư này chỉ được gửi cho {source}.")
    return _check(raws, named)


def inflate(body: bytes) -> bytes:
    """Decompress one gzip member of at most 1 MiB; a bomb costs no more than that."""
    if len(body) > MAX_PACKED_BYTES:
        raise TooLargeError(f"Gói dài {len(body)} byte, tối đa {MAX_PACKED_BYTES}.")
    inflater = zlib.decompressobj(_GZIP)
    try:
        plain = inflater.decompress(body, MAX_PLAIN_BYTES + 1)
    except zlib.error as cause:
        raise FinalError(f"Gói không phải gzip: {cause}.") from cause
    if len(plain) > MAX_PLAIN_BYTES:
        raise TooLargeError(f"Gói bung ra quá {MAX_PLAIN_BYTES} byte.")
    if not inflater.eof or inflater.unused_data:
        raise FinalError("Gói gzip bị cụt hoặc thừa đuôi.")
    return plain


def _split(plain: bytes) -> list[msgspec.Raw]:
    try:
        raws = _lists.decode(plain)
    except _BROKEN as cause:
        raise FinalError(f"Gói không phải danh sách JSON: {cause}.") from cause
    if len(raws) > MAX_EVENTS:
        raise TooLargeError(f"Gói có {len(raws)} sự kiện, tối đa {MAX_EVENTS}.")
    return raws


def _name(raw: msgspec.Raw) -> _Named:
    try:
        return msgspec.json.decode(raw, type=_Named)
    except _BROKEN:
        return _Named()


def _check(raws: Sequence[msgspec.Raw], named: Sequence[_Named]) -> Checked:
    events: list[CloudEvent] = []
    rejected: list[Rejected] = []
    for raw, name in zip(raws, named, strict=True):
        try:
            events.append(_decode(raw))
        except _BROKEN as error:
            rejected.append(Rejected(name.id, f"Sự kiện không đúng mẫu: {error}"[:MAX_REASON]))
    return Checked(tuple(events), tuple(rejected))


def _decode(raw: msgspec.Raw) -> CloudEvent:
    event = _events.decode(raw)
    if event.time.year not in YEARS:
        raise msgspec.ValidationError(f"năm {event.time.year}")
    if "\0" in event.id or "\0" in event.subject:
        raise msgspec.ValidationError("ký tự NUL trong mã hoặc tên")  # no text of PostgreSQL may hold it
    return event
