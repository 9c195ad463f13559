"""E-mail addresses and web addresses. What is not a known word is spelled, so that it can be written down."""

from __future__ import annotations

import re

from edge.core.normalise_vi.boundaries import CLOSERS
from edge.core.normalise_vi.figures import spell_digits
from edge.core.normalise_vi.letters import spell
from edge.core.normalise_vi.reading import Answer, Here, Piece, Reading, Refusal
from edge.core.normalise_vi.result import Kind

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,40}[A-Za-z0-9])?"
_TOP = r"(?:vn|com|net|org|gov|edu|info|biz|io|asia|int|me|ly|tv|app|page)"
_DOMAIN = rf"(?:{_LABEL}\.){{1,5}}{_TOP}(?![A-Za-z0-9@-]|\.[A-Za-z0-9])"
_EMAIL = re.compile(rf"[A-Za-z0-9._+-]{{1,64}}@{_DOMAIN}", re.IGNORECASE)
_WEB = re.compile(
    rf"(?P<scheme>https?://)?(?P<rest>{_DOMAIN}(?P<path>/[A-Za-z0-9._/@-]{{0,60}}(?<![.]))?)", re.IGNORECASE
)
_ENDS = re.compile(rf"[{CLOSERS}'’]*(?:\s|\Z)")
_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_PART = re.compile(r"[A-Za-z]+|[0-9]+|.")

WORDS = {
    "gov": "gờ o vê", "vn": "vê nờ", "com": "com", "net": "nét", "org": "o rờ gờ", "edu": "e đu", "gmail": "gi meo",
    "yahoo": "da hu", "dichvucong": "dịch vụ công", "baochinhphu": "báo chính phủ", "chinhphu": "chính phủ",
    "facebook": "phây búc", "zalo": "da lô", "youtube": "diu túp", "google": "gu gồ", "hue": "huế",
    "thuathienhue": "thừa thiên huế", "quangbinh": "quảng bình", "quangtri": "quảng trị", "hanoi": "hà nội",
    "danang": "đà nẵng", "phongchongthientai": "phòng chống thiên tai", "thoitiet": "thời tiết",
}  # fmt: skip
SIGNS = {
    ".": "chấm", "@": "a còng", "-": "gạch ngang", "_": "gạch dưới", "/": "gạch chéo", "+": "cộng",
}  # fmt: skip
_LENGTH_MAX = 80  # longer ones nobody can write down by ear


def read_internet(here: Here) -> Answer:
    """Reads an address; the scheme is passed over, a final slash too."""
    found = _EMAIL.match(here.text, here.at) or _WEB.match(here.text, here.at)
    if not found:
        scheme = _SCHEME.match(here.text, here.at)
        return Refusal(_end_of_run(here)) if scheme else None
    if not _ENDS.match(here.text, found.end()) or found.end() - here.at > _LENGTH_MAX:
        return Refusal(_end_of_run(here))
    scheme = _SCHEME.match(found[0])
    written = found[0][scheme.end() :] if scheme else found[0]
    return Reading(found.end(), tuple(map(_say, _PART.findall(written.rstrip("/")))), Kind.INTERNET)


def _end_of_run(here: Here) -> int:
    space = re.compile(r"\s").search(here.text, here.at)
    return space.start() if space else len(here.text)


def _say(part: str) -> Piece:
    if part.isdigit():
        return spell_digits(part)
    words = SIGNS.get(part) or WORDS.get(part.lower()) or spell(part)
    assert words, "the pattern admits only letters and signs with names"
    return Piece(part, words)
