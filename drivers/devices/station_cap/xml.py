"""Alerts of CAP 1.2 and the links of a feed, out of XML that nobody vouches for. Pure.

Only what a station needs is taken. A DTD ends the reading, so that neither outside entities nor entities of entities
exist; elements, depth and bytes are bounded.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat

from drivers.base import TransientDriverError

CAP = "urn:oasis:names:tc:emergency:cap:1.2"
MOST_BYTES = 1024 * 1024
MOST_ELEMENTS = 20_000
DEEPEST = 16
LONGEST_TEXT = 8_000
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d")


class BadAlertError(Exception):
    """One alert of a feed lacks what every alert has."""


@dataclass(frozen=True, slots=True)
class Info:
    """What one alert says in one language: when it begins (UTC milliseconds), and its parameters."""

    begins_ms: int
    parameters: dict[str, str]


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert. ``references`` are (sender, identifier) of what it replaces or cancels."""

    sender: str
    identifier: str
    sent_ms: int
    status: str
    kind: str
    references: tuple[tuple[str, str], ...]
    infos: tuple[Info, ...]


@dataclass(frozen=True, slots=True)
class Feed:
    """The alerts that stand in a document, the links to others, and what could not be read."""

    alerts: tuple[Alert, ...]
    links: tuple[str, ...]
    bad: tuple[str, ...]


@dataclass(slots=True)
class _Node:
    space: str
    name: str
    href: str
    text: list[str] = field(default_factory=list)
    children: list[_Node] = field(default_factory=list)


class _Reading:
    def __init__(self) -> None:
        self.top = _Node("", "", "")
        self._open = [self.top]
        self._elements = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        if self._elements > MOST_ELEMENTS or len(self._open) > DEEPEST:
            _refuse(f"has more than {MOST_ELEMENTS} elements or is nested deeper than {DEEPEST}")
        space, _, local = name.rpartition(" ")
        node = _Node(space, local, attributes.get("href", ""))
        self._open[-1].children.append(node)
        self._open.append(node)

    def end(self, _name: str) -> None:
        self._open.pop()

    def text(self, data: str) -> None:
        self._open[-1].text.append(data)

    def forbidden(self, *_: object) -> NoReturn:
        _refuse("declares a DTD or an entity")


def read_feed(data: bytes) -> Feed:
    """One alert, several in whatever wraps them, or an Atom or RSS feed with links; raises TransientDriverError."""
    found, bad = [], []
    top = _tree(data)
    for node in _all(top, "alert", CAP):
        try:
            found.append(_alert(node))
        except BadAlertError as error:
            bad.append(f"{_text(node, 'identifier')[:80] or 'an alert'}: {error}")
    return Feed(tuple(found), tuple(_links(top)), tuple(bad))


def _tree(data: bytes) -> _Node:
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
    except (expat.ExpatError, ValueError, LookupError) as error:  # LookupError: an encoding that nobody knows
        raise TransientDriverError(f"the answer is no XML: {error}") from error
    return reading.top


def _refuse(why: str) -> NoReturn:
    raise TransientDriverError(f"the answer {why}")


def _all(node: _Node, name: str, space: str | None = None) -> Iterator[_Node]:
    """Elements of this name at any depth; not those inside one of them."""
    for child in node.children:
        if child.name == name and space in (None, child.space):
            yield child
        else:
            yield from _all(child, name, space)


def _links(top: _Node) -> Iterator[str]:
    """Of each entry (Atom) or item (RSS) the first link; entries that hold their alert have none to follow."""
    for entry in (*_all(top, "entry"), *_all(top, "item")):
        if next(_all(entry, "alert", CAP), None) is None:
            links = (link.href or "".join(link.text).strip() for link in entry.children if link.name == "link")
            yield from [link for link in links if link][:1]


def _alert(node: _Node) -> Alert:
    sent_ms = _time(_needed(node, "sent"))
    return Alert(
        _needed(node, "sender"),
        _needed(node, "identifier"),
        sent_ms,
        _needed(node, "status"),
        _needed(node, "msgType"),
        tuple(_references(_text(node, "references"))),
        tuple(_info(child, sent_ms) for child in node.children if child.name == "info"),
    )


def _info(node: _Node, sent_ms: int) -> Info:
    begins = _text(node, "onset") or _text(node, "effective")
    pairs: dict[str, str] = {}
    for parameter in (child for child in node.children if child.name == "parameter"):
        name = _needed(parameter, "valueName")
        if name in pairs:
            raise BadAlertError(f"{name[:80]} stands twice")
        pairs[name] = _text(parameter, "value")
    return Info(_time(begins) if begins else sent_ms, pairs)


def _references(text: str) -> Iterator[tuple[str, str]]:
    for word in text.split():
        sender, _, rest = word.partition(",")
        yield sender, rest.partition(",")[0]


def _text(node: _Node, name: str) -> str:
    found = ["".join(child.text) for child in node.children if child.name == name]
    if len(found) > 1 or any(len(text) > LONGEST_TEXT for text in found):
        raise BadAlertError(f"{name} stands twice or is longer than {LONGEST_TEXT}")
    return " ".join(found[0].split()) if found else ""


def _needed(node: _Node, name: str) -> str:
    text = _text(node, name)
    if not text:
        raise BadAlertError(f"{name} is missing")
    return text


def _time(text: str) -> int:
    if not _TIME.fullmatch(text):
        raise BadAlertError(f"{text[:40]!r} is no time of CAP")
    try:
        return round(dt.datetime.fromisoformat(text).timestamp() * 1000)
    except (ValueError, OverflowError) as error:
        raise BadAlertError(f"{text!r} is no real time") from error
