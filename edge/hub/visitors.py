"""Who knocks: the common name of a client certificate, and what it may see and send."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from edge.kernel.certificate import common_name

_BOX = re.compile(r"box-(?P<commune>[a-z0-9]+(?:-[a-z0-9]+)*)-(?P<box>[1-9][0-9]?)")
_PROVINCE = re.compile(r"province(-[a-z0-9]+)*")
_COMMANDER = re.compile(r"commander(-[a-z0-9]+)+")


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody with a certificate of our authority. ``box`` is the source it sends for; None may not send.

    ``commands``: a person who may make commands and approve boxes, by this ``name``.
    """

    box: str | None
    sees_all: bool
    commands: bool = False
    name: str = ""


STRANGER = Visitor(None, sees_all=False)
PROVINCE = Visitor(None, sees_all=True)


def visitor_of(peer_certificate: Mapping[str, Any] | None) -> Visitor:
    """Read the common name from ``ssl.SSLSocket.getpeercert()``.

    ``box-<commune>-<n>`` sends and sees events of ``/xa/<commune>/box/<n>`` alone; ``province`` and ``province-<word>``
    see everything and send nothing; ``commander-<word>`` sees everything, makes commands and approves boxes; any other
    name does nothing.
    """
    name = common_name(peer_certificate)
    if found := _BOX.fullmatch(name):
        return Visitor(f"/xa/{found['commune']}/box/{found['box']}", sees_all=False)
    if _COMMANDER.fullmatch(name):
        return Visitor(None, sees_all=True, commands=True, name=name)
    return PROVINCE if _PROVINCE.fullmatch(name) else STRANGER


def by_certificate(request: web.Request) -> Visitor:
    """Who asks at the boxes' door."""
    return visitor_of(request.get_extra_info("peercert"))


def sight(visitor: Visitor) -> str | None:
    """The only source that a visitor sees, None for all; raises HTTPForbidden for a stranger."""
    if visitor.sees_all:
        return None
    if visitor.box is None:
        raise web.HTTPForbidden(text="Chứng thư này không được xem.")
    return visitor.box
