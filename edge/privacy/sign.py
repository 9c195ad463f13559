"""The sign beside a camera: people who pass learn who films, why, on what basis and for how long (L1)."""

from html import escape
from pathlib import Path
from string import Template

from edge.core.errors import FinalError
from edge.core.register import Entry, missing

_PAGE = Path(__file__).parent / "sign.html"
_SIZES = ((200, "5.6"), (400, "4.6"), (10_000, "4.0"))
"""Up to so many letters, so many millimetres."""
_NOT_POSTED_YET = "ngày cắm biển báo"


def sign(entry: Entry, commune: str, place: str) -> str:
    """One A4 page of HTML. Raises FinalError naming what the register lacks: a sign with blanks informs nobody."""
    lacking = [what for what in missing(entry) if what != _NOT_POSTED_YET]
    if lacking:
        raise FinalError(f"Camera `{entry.camera}` chưa in được biển, sổ đăng ký còn thiếu: {', '.join(lacking)}.")
    words = {
        "commune": commune,
        "name": entry.name,
        "camera": entry.camera,
        "place": place,
        "purpose": entry.purpose,
        "owner": entry.owner,
        "basis": entry.legal_basis,
        "days": str(entry.retention_days),
    }
    words["text_mm"] = _text_mm(sum(map(len, (entry.purpose, entry.owner, entry.legal_basis))))
    page = Template(_PAGE.read_text("utf-8"))
    return page.substitute({name: escape(word) for name, word in words.items()})


def _text_mm(letters: int) -> str:
    """Letters as large as the page allows: what the register may hold at most fits too."""
    return next(size for most, size in _SIZES if letters <= most)
