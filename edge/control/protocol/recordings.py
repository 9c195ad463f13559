"""Recordings: each request is an audit line (L5)."""

from typing import Annotated

from msgspec import Meta

from edge.control.protocol.base import AtMs, Comment, HamletName, KnownId, Request, Uuid


class ViewRecording(Request, frozen=True):
    """Somebody is about to look at recordings: an audit line (L5). At most 3 hours at a time.

    Reply: ``{"segments": [{id, began_ms, ended_ms, motion, importance, bytes}]}``.
    """

    camera: HamletName
    since_ms: AtMs
    until_ms: AtMs
    why: Comment


class PinSpan(Request, frozen=True):
    """Keep a span beyond its retention, with a reason, for ``days`` days. ``id`` is made by the browser."""

    id: Uuid
    camera: HamletName
    since_ms: AtMs
    until_ms: AtMs
    reason: Comment
    days: Annotated[int, Meta(ge=1, le=366)]


class Unpin(Request, frozen=True):
    """Let a pinned span go its way again."""

    id: KnownId


class ExportSpan(Request, frozen=True):
    """Cut a span into one file, faces and all blurred if ``blur``; ``id`` is made by the browser. Done later."""

    id: Uuid
    camera: HamletName
    since_ms: AtMs
    until_ms: AtMs
    blur: bool
    reason: Comment


class TakeExport(Request, frozen=True):
    """Somebody downloads a finished export: an audit line. Reply: ``{"path", "sha256", "bytes", "name"}``."""

    id: KnownId


RecordingsRequest = ViewRecording | PinSpan | Unpin | ExportSpan | TakeExport
