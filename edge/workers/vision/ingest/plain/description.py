"""What a camera says of its video in SDP: codec, parameter sets, where to ask for it."""

import base64
import binascii
import re
from dataclasses import dataclass
from urllib.parse import urljoin

CODECS = {"H264": "h264", "H265": "hevc"}
CLOCK_HZ = 90_000
_START = b"\x00\x00\x00\x01"
_SETS = {"h264": ("sprop-parameter-sets",), "hevc": ("sprop-vps", "sprop-sps", "sprop-pps")}


@dataclass(frozen=True, slots=True)
class Video:
    """One video track. ``extradata`` is its parameter sets in Annex B, empty when the SDP names none."""

    codec: str
    payload: int
    control: str
    extradata: bytes


def read_description(text: str, base: str) -> Video | None:
    """The first video track that is plain, or None; ``base`` is the address that relative ones belong to."""
    session, *media = re.split(r"^(?=m=)", text.replace("\r\n", "\n"), flags=re.MULTILINE)
    whole = _control(session)
    base = urljoin(base, whole) if whole and whole != "*" else base
    for part in media:
        if part.startswith("m=video") and (video := _video(part, base)):
            return video
    return None


def _video(part: str, base: str) -> Video | None:
    found = re.search(r"^a=rtpmap:(\d{1,3}) +([\w-]{1,20})/(\d{1,7})", part, re.MULTILINE)
    if found is None or found[2].upper() not in CODECS or int(found[3]) != CLOCK_HZ:
        return None
    codec, payload = CODECS[found[2].upper()], int(found[1])
    options = _options(part, payload)
    if options.get("packetization-mode") == "2" or options.get("sprop-max-don-diff", "0") != "0":
        return None  # interleaved pictures: nobody does that
    control = _control(part)
    return Video(codec, payload, _joined(base, control), _extradata(codec, options))


def _options(part: str, payload: int) -> dict[str, str]:
    found = re.search(rf"^a=fmtp:{payload} +(.*)$", part, re.MULTILINE)
    pairs = (piece.strip().partition("=") for piece in (found[1] if found else "").split(";"))
    return {name.lower(): value for name, _, value in pairs if name}


def _extradata(codec: str, options: dict[str, str]) -> bytes:
    sets = [one for name in _SETS[codec] for one in options.get(name, "").split(",") if one]
    try:
        return b"".join(_START + base64.b64decode(one + "=" * (-len(one) % 4)) for one in sets)
    except (binascii.Error, ValueError):
        return b""


def _control(part: str) -> str:
    found = re.search(r"^a=control:(\S+)", part, re.MULTILINE)
    return found[1] if found else ""


def _joined(base: str, control: str) -> str:
    """RFC 2326 C.1.1, as cameras mean it: a relative name goes behind the whole address, query and all."""
    if not control or control == "*":
        return base
    if "://" in control:
        return control
    return f"{base.rstrip('/')}/{control.lstrip('/')}"
