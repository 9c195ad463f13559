"""Where the sound of a radio relay comes from: an address, or the line-in of this machine."""

import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from edge.core.errors import FinalError

MOST_CHARACTERS = 300
_DEVICE = re.compile(r"[A-Za-z0-9][A-Za-z0-9:,=._-]{0,60}")
_SCHEMES = frozenset({"http", "https", "rtsp"})
LINE_IN = "alsa:"


class SourceKind(StrEnum):
    """How a source is opened."""

    URL = "url"
    LINE = "line"


@dataclass(frozen=True, slots=True)
class RelaySource:
    """``where`` is an address, or the name of an ALSA device."""

    kind: SourceKind
    where: str


def relay_source(text: str) -> RelaySource:
    """Read ``http(s)://…``, ``rtsp://…`` or ``alsa:<device>``; raises FinalError on anything else.

    No other scheme: FFmpeg would open files and pipes of this machine too.
    """
    if len(text) > MOST_CHARACTERS:
        raise FinalError(f"Địa chỉ nguồn tiếp sóng dài quá {MOST_CHARACTERS} ký tự.")
    if text.startswith(LINE_IN):
        device = text.removeprefix(LINE_IN)
        if not _DEVICE.fullmatch(device):
            raise FinalError(f"Tên cổng âm thanh vào không hợp lệ: {device!r}.")
        return RelaySource(SourceKind.LINE, device)
    parts = urlsplit(text)
    if parts.scheme not in _SCHEMES or not parts.hostname or any(sign.isspace() for sign in text):
        raise FinalError("Nguồn tiếp sóng phải là địa chỉ http, https, rtsp, hoặc alsa:<thiết bị>.")
    return RelaySource(SourceKind.URL, text)
