"""CAP messages as XML, both directions. What comes in is untrusted: bounded, and refused with any DTD or entity.

The standard library's expat expands nothing that was not declared, and here nothing can be declared: a DTD ends the
reading, so that neither outside entities (XXE) nor entities of entities ("billion laughs") exist.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NoReturn, TypeVar
from xml.parsers import expat
from xml.sax.saxutils import escape

from edge.core.cap import (
    CATEGORIES,
    CERTAINTIES,
    RESPONSES,
    URGENCIES,
    Area,
    Cap,
    CapSeverity,
    Info,
    MsgType,
    Reference,
    Scope,
    Status,
)
from edge.core.errors import FinalError
from edge.core.local_time import local
from edge.core.moment import AtMs

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
MOST_BYTES = 128 * 1024
MOST_ELEMENTS = 2_000
DEEPEST = 8
LONGEST_TEXT = 8_000
MOST_INFOS, MOST_AREAS, MOST_CODES, MOST_REFERENCES = 8, 50, 200, 50
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d")
_NAME = re.compile(r"[^\s,<&]{1,200}")
_NEVER = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no way to write (production 2)."""
_REPEATED = frozenset(
    [
        "info",
        "area",
        "category",
        "responseType",
        "geocode",
        "parameter",
        "polygon",
        "circle",
        "code",
        "eventCode",
        "resource",
    ]
)
"""What may stand more than once; anything else that does could be read in two ways."""
Word = TypeVar("Word", bound=StrEnum)


@dataclass(slots=True)
class _Node:
    name: str
    text: list[str] = field(default_factory=list)
    children: list["_Node"] = field(default_factory=list)


class _Reading:
    """A small tree of the CAP elements alone; what stands in another namespace is passed over."""

    def __init__(self) -> None:
        self.root: _Node | None = None
        self._open: list[_Node | None] = []
        self._elements = 0

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        self._elements += 1
        if self._elements > MOST_ELEMENTS or len(self._open) >= DEEPEST:
            _refuse("Bản tin CAP có quá nhiều phần tử hoặc lồng quá sâu.")
        space, _, local_name = name.rpartition(" ")
        parent = self._open[-1] if self._open else None
        if space != NAMESPACE or (self._open and parent is None):
            self._open.append(None)
            return
        node = _Node(local_name)
        if parent is not None:
            parent.children.append(node)
        elif self.root is None:
            self.root = node
        self._open.append(node)

    def end(self, _name: str) -> None:
        self._open.pop()

    def text(self, data: str) -> None:
        node = self._open[-1] if self._open else None
        if node is not None:
            node.text.append(data)

    def forbidden(self, *_: object) -> NoReturn:
        _refuse("Bản tin CAP có phần khai báo DTD hoặc thực thể: không nhận.")


def read_cap(data: bytes) -> Cap:
    """The message; raises FinalError with a Vietnamese sentence for anything that is none."""
    if len(data) > MOST_BYTES:
        _refuse(f"Bản tin CAP dài {len(data)} byte, tối đa {MOST_BYTES}.")
    root = _tree(data)
    if root is None or root.name != "alert":
        _refuse("Tệp không phải bản tin CAP 1.2.")
    return _alert(root)


def _tree(data: bytes) -> _Node | None:
    reading = _Reading()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    parser.CharacterDataHandler = reading.text
    for handler in ("StartDoctypeDeclHandler", "EntityDeclHandler", "ExternalEntityRefHandler", "SkippedEntityHandler"):
        setattr(parser, handler, reading.forbidden)
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError) as cause:  # LookupError: an encoding that nobody knows
        raise FinalError(f"Bản tin CAP không phải XML đúng: {cause}.") from cause
    return reading.root


def _alert(root: _Node) -> Cap:
    _refuse_twice(root)
    return Cap(
        identifier=_name(root, "identifier"),
        sender=_name(root, "sender"),
        sent_ms=_time(_needed(root, "sent"), "sent"),
        status=_word(root, "status", Status),
        msg_type=_word(root, "msgType", MsgType),
        scope=_word(root, "scope", Scope),
        source=_text(root, "source"),
        note=_text(root, "note"),
        references=tuple(_references(_text(root, "references"))),
        infos=tuple(_info(node) for node in _some(root, "info", MOST_INFOS)),
    )


def _info(node: _Node) -> Info:
    _refuse_twice(node)
    return Info(
        event=_needed(node, "event"),
        severity=_word(node, "severity", CapSeverity),
        categories=_words(node, "category", CATEGORIES) or _refuse("Thiếu category trong info."),
        urgency=_one_of(node, "urgency", URGENCIES),
        certainty=_one_of(node, "certainty", CERTAINTIES),
        language=_text(node, "language") or "en-US",
        responses=_words(node, "responseType", RESPONSES),
        effective_ms=_maybe_time(node, "effective"),
        onset_ms=_maybe_time(node, "onset"),
        expires_ms=_maybe_time(node, "expires"),
        sender_name=_text(node, "senderName"),
        headline=_text(node, "headline"),
        description=_text(node, "description"),
        instruction=_text(node, "instruction"),
        web=_text(node, "web"),
        contact=_text(node, "contact"),
        parameters=_pairs(node, "parameter"),
        areas=tuple(_area(area) for area in _some(node, "area", MOST_AREAS)),
    )


def _area(node: _Node) -> Area:
    _refuse_twice(node)
    return Area(
        _needed(node, "areaDesc"),
        tuple(_of(one) for one in _some(node, "polygon", MOST_AREAS)),
        tuple(_of(one) for one in _some(node, "circle", MOST_AREAS)),
        _pairs(node, "geocode"),
    )


def _pairs(node: _Node, name: str) -> tuple[tuple[str, str], ...]:
    return tuple((_needed(one, "valueName"), _text(one, "value")) for one in _some(node, name, MOST_CODES))


def _references(text: str) -> Iterator[Reference]:
    words = text.split()
    if len(words) > MOST_REFERENCES:
        _refuse("Bản tin CAP nhắc đến quá nhiều bản tin khác.")
    for word in words:
        sender, _, rest = word.partition(",")
        identifier, _, sent = rest.partition(",")
        if not (_NAME.fullmatch(sender) and _NAME.fullmatch(identifier)):
            _refuse("Mục references viết sai.")
        yield Reference(sender, identifier, _time(sent, "references"))


def _refuse_twice(node: _Node) -> None:
    names = [child.name for child in node.children if child.name not in _REPEATED]
    if len(names) != len(set(names)):
        _refuse(f"Có mục xuất hiện hai lần trong {node.name}.")


def _some(node: _Node, name: str, most: int) -> list[_Node]:
    found = [child for child in node.children if child.name == name]
    if len(found) > most:
        _refuse(f"Có hơn {most} mục {name}.")
    return found


def _of(node: _Node) -> str:
    """Its words: NFC, blanks joined, without control characters."""
    text = unicodedata.normalize("NFC", "".join(node.text))
    if len(text) > LONGEST_TEXT:
        _refuse(f"Mục {node.name} dài quá {LONGEST_TEXT} ký tự.")
    return " ".join(text.split())


def _text(node: _Node, name: str) -> str:
    return next((_of(child) for child in node.children if child.name == name), "")


def _needed(node: _Node, name: str) -> str:
    return _text(node, name) or _refuse(f"Thiếu {name} trong {node.name}.")


def _name(node: _Node, name: str) -> str:
    text = _needed(node, name)
    return text if _NAME.fullmatch(text) else _refuse(f"{name} có ký tự không được dùng.")


def _word(node: _Node, name: str, kind: type[Word]) -> Word:
    text = _needed(node, name)
    try:
        return kind(text)
    except ValueError as cause:
        raise FinalError(f"{name} có giá trị lạ: {text[:40]!r}.") from cause


def _one_of(node: _Node, name: str, known: frozenset[str]) -> str:
    text = _needed(node, name)
    return text if text in known else _refuse(f"{name} có giá trị lạ: {text[:40]!r}.")


def _words(node: _Node, name: str, known: frozenset[str]) -> tuple[str, ...]:
    found = tuple(_of(child) for child in _some(node, name, MOST_AREAS))
    for text in found:
        if text not in known:
            _refuse(f"{name} có giá trị lạ: {text[:40]!r}.")
    return found


def _time(text: str, name: str) -> int:
    """A dateTime with its offset; ``-00:00`` is UTC."""
    if not _TIME.fullmatch(text):
        _refuse(f"{name} không phải giờ theo CAP: {text[:40]!r}.")
    try:
        return round(dt.datetime.fromisoformat(text).timestamp() * 1000)
    except (ValueError, OverflowError) as cause:
        raise FinalError(f"{name} không phải giờ có thật: {text!r}.") from cause


def _maybe_time(node: _Node, name: str) -> int | None:
    text = _text(node, name)
    return _time(text, name) if text else None


def _refuse(sentence: str) -> NoReturn:
    raise FinalError(sentence)


def write_cap(cap: Cap) -> bytes:
    """The message as UTF-8, in the order of the schema; times with the offset of Vietnam."""
    parts = [
        _tag("identifier", cap.identifier),
        _tag("sender", cap.sender),
        _tag("sent", _written(cap.sent_ms)),
        _tag("status", cap.status),
        _tag("msgType", cap.msg_type),
        _tag("source", cap.source),
        _tag("scope", cap.scope),
        _tag("note", cap.note),
        _tag(
            "references", " ".join(f"{ref.sender},{ref.identifier},{_written(ref.sent_ms)}" for ref in cap.references)
        ),
        *(_info_text(info) for info in cap.infos),
    ]
    body = "".join(parts)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<alert xmlns="{NAMESPACE}">\n{body}</alert>\n'.encode()


def _info_text(info: Info) -> str:
    times = {"effective": info.effective_ms, "onset": info.onset_ms, "expires": info.expires_ms}
    parts = [
        _tag("language", info.language),
        *(_tag("category", category) for category in info.categories),
        _tag("event", info.event),
        *(_tag("responseType", response) for response in info.responses),
        _tag("urgency", info.urgency),
        _tag("severity", info.severity),
        _tag("certainty", info.certainty),
        *(_tag(name, _written(at_ms)) for name, at_ms in times.items() if at_ms is not None),
        _tag("senderName", info.sender_name),
        _tag("headline", info.headline),
        _tag("description", info.description),
        _tag("instruction", info.instruction),
        _tag("web", info.web),
        _tag("contact", info.contact),
        *_pair_texts("parameter", info.parameters),
        *(_area_text(area) for area in info.areas),
    ]
    return f"<info>\n{''.join(parts)}</info>\n"


def _area_text(area: Area) -> str:
    shapes = [*(_tag("polygon", one) for one in area.polygons), *(_tag("circle", one) for one in area.circles)]
    codes = "".join(_pair_texts("geocode", area.geocodes))
    return f"<area>\n{_tag('areaDesc', area.desc)}{''.join(shapes)}{codes}</area>\n"


def _pair_texts(name: str, pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    for key, value in pairs:
        yield f"<{name}>{_tag('valueName', key).strip()}{_tag('value', value).strip() or '<value/>'}</{name}>\n"


def _tag(name: str, text: str) -> str:
    """An element, or nothing where there are no words."""
    clean = _NEVER.sub("", unicodedata.normalize("NFC", text))
    return f"<{name}>{escape(clean)}</{name}>\n" if clean else ""


def _written(at_ms: int) -> str:
    return local(AtMs(at_ms)).isoformat(timespec="seconds")
