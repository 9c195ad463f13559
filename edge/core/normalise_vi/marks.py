"""Punctuation, brackets, dashes, bullets, emoji: what is a pause, what is passed over, what may not be ignored."""

from __future__ import annotations

import re

from edge.core.normalise_vi.context import GAP
from edge.core.normalise_vi.reading import Answer, Here, Piece, Reading, Refusal
from edge.core.normalise_vi.result import Kind
from edge.core.normalise_vi.units import DEGREES, LENGTHS

_BLANK_TO_FILL = re.compile(r"(?:\.{4,}|…{2,}|_{2,})[._…]*")
_RULE = re.compile(r"(?:={3,}|_{3,}|~{3,}|-{3,}|#{3,}|\*{3,})(?=[ \t]*(?:\n|\Z))|#{1,3}(?=[ \t])")
_ELLIPSIS = re.compile(r"\.\.\.|…")
_STOPS = re.compile(r"[.,;:!?]+")
_BROKEN_DECIMAL = re.compile(r"[.,](?=[0-9])")
_BRACKETS = re.compile(r"[()\[\]{}]")
_QUOTES = re.compile(r"[\"'“”‘’«»`]+")
_DASH = re.compile(rf"[-–—]+(?={GAP}|\Z|\n)")
_SIGNED_AFTER = re.compile(
    rf"[-–—]{GAP}[0-9][0-9.,]{{0,12}}{GAP}?(?:{'|'.join(map(re.escape, DEGREES | LENGTHS))}|độ)(?!\w)"
)
_BULLET = re.compile(rf"[•·●▪◦■□➢►✓✔*+○▶](?={GAP})")
_INLINE_BULLET = re.compile(rf"[•●▪◦■□➢►✓✔▶](?={GAP})|\+(?={GAP}[^\W\d_])")
_TICK = re.compile("(?:✅|➡|→|⇒|▶|=>|->|»)\ufe0f?(?=\\s)|‼\ufe0f?|⁉\ufe0f?")
_STARS = re.compile(r"\*+(?![0-9])")
_AMPERSAND = re.compile(r"&(?=\s)")
_SLASH = re.compile(r"/(?=\s|0[0-9])|-(?=0[0-9]{9}(?![0-9]))")  # the latter between two telephones
_BETWEEN_FIGURES = re.compile(r"[0-9] / (?:[1-9]|0[0-9](?![0-9]))")
_PLUS = re.compile(rf"\+(?={GAP}[0-9])")

# Pictures that decorate are passed over. Arrows, crosses and keycaps carry a meaning and are refused.
_MEANING = re.compile(
    "[\u2190-\u21ff\u2b05-\u2b07\u27a1\u274c\u274e\u2705\u26d4\U0001f6ab\U0001f51e\u20e3\U0001f51d\u2b06]\ufe0f?"
)
_PICTURE = re.compile(
    "(?:[\u2600-\u26d3\u26d5-\u27a0\u27b0-\u27bf\u231a-\u23ff\u2b1b-\u2b55\U0001f300-\U0001f51d\U0001f51f-\U0001f64f"
    "\U0001f680-\U0001f6aa\U0001f6ac-\U0001f6ff\U0001f7e0-\U0001f7eb\U0001f900-\U0001faff]"
    "[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]*\u200d?)+"
)
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
_STRENGTH = {",": 0, ":": 1, ";": 2, ".": 3, "!": 4, "?": 5}
PAUSES = frozenset(_STRENGTH)


def read_mark(here: Here) -> Answer:
    """Reads what is not a word or a figure. The spoken form is one pause mark, a word, or nothing."""
    for reader in (_dots, _stops, _enclosing, _dash, _sign, _picture):
        if (answer := reader(here)) is not None:
            return answer
    return None


def stronger(one: str, other: str) -> str:
    """The pause that wins where two meet."""
    return max(one, other, key=lambda mark: _STRENGTH[mark])


def _pause(end: int, source: str, mark: str) -> Reading:
    return Reading(end, (Piece(source, mark),), None)


def _silent(end: int, source: str, kind: Kind | None = None) -> Reading:
    return Reading(end, (Piece(source, ""),), kind)


def _dots(here: Here) -> Answer:
    """A row of dots is a form nobody has filled in; three dots end a sentence; a ruled line is none of both."""
    if here.line_start and (rule := _RULE.match(here.text, here.at)):
        return _pause(rule.end(), rule[0], ".")
    if found := _BLANK_TO_FILL.match(here.text, here.at):
        return Refusal(found.end())
    found = _ELLIPSIS.match(here.text, here.at)
    return _pause(found.end(), found[0], ".") if found else None


def _stops(here: Here) -> Answer:
    found = _STOPS.match(here.text, here.at)
    if not found:
        return None
    if _BROKEN_DECIMAL.match(here.text, here.at) and (here.at == 0 or here.text[here.at - 1].isspace()):
        return None
    return _pause(found.end(), found[0], max(found[0], key=lambda mark: _STRENGTH[mark]))


def _enclosing(here: Here) -> Answer:
    if found := _BRACKETS.match(here.text, here.at):
        return _pause(found.end(), found[0], ",")
    found = _QUOTES.match(here.text, here.at) or _STARS.match(here.text, here.at)
    if found and here.line_start and (bullet := _BULLET.match(here.text, here.at)):
        return _pause(bullet.end(), bullet[0], ".")
    return _silent(found.end(), found[0]) if found else None


def _dash(here: Here) -> Answer:
    """A dash is a pause; before a temperature or a level it may be a minus sign."""
    found = _DASH.match(here.text, here.at)
    if not found:
        return None
    if _SIGNED_AFTER.match(here.text, here.at) and not here.left.endswith(("vĩ bắc", "vĩ nam")):
        return Refusal(found.end(), ("âm",))
    return _pause(found.end(), found[0], "." if here.line_start else ",")


def _sign(here: Here) -> Answer:
    if (picture := _TICK.match(here.text, here.at)) and here.line_start:
        return _silent(picture.end(), picture[0], Kind.SILENT)
    inline = _INLINE_BULLET.match(here.text, here.at)
    if inline and (inline[0] != "+" or here.left.endswith(",") or not here.left):
        return _pause(inline.end(), inline[0], ".")
    if here.line_start and (bullet := _BULLET.match(here.text, here.at)):
        after = here.text[bullet.end() : bullet.end() + 2].strip()
        if bullet[0] != "+" or not after.isdigit():
            return _pause(bullet.end(), bullet[0], ".")
    if found := _AMPERSAND.match(here.text, here.at):
        return Reading(found.end(), (Piece("&", "và"),), Kind.SYMBOL)
    if found := _SLASH.match(here.text, here.at):
        if _BETWEEN_FIGURES.search(here.text[max(0, here.at - 2) : here.at + 8]):
            return Refusal(found.end())  # 5 / 10: a date, a share or a pause
        return _pause(found.end(), "/", ",")
    found = _PLUS.match(here.text, here.at) if here.left.endswith("#") else None
    return Reading(found.end(), (Piece("+", "cộng"),), Kind.SYMBOL) if found else None


def _picture(here: Here) -> Answer:
    if found := _MEANING.match(here.text, here.at):
        return Refusal(found.end())
    found = _PICTURE.match(here.text, here.at) or _FLAG.match(here.text, here.at)
    return _silent(found.end(), found[0], Kind.SILENT) if found else None
