"""Numbers with their unit in the middle, and places on the map: 1m75, 2tr5, 15,2°N."""

from __future__ import annotations

import re

from edge.core.normalise_vi import context
from edge.core.normalise_vi.boundaries import ends_number
from edge.core.normalise_vi.context import GAP, TO
from edge.core.normalise_vi.figures import cardinal, spell_digits
from edge.core.normalise_vi.reading import Answer, Here, Manner, Piece, Reading, Refusal
from edge.core.normalise_vi.result import Kind

_METRE_AND = re.compile(r"(?P<whole>[0-9]{1,2})m(?P<part>[0-9]{1,2})(?!/)")
_MILLION_AND = re.compile(r"(?P<whole>[0-9]{1,3})tr(?P<part>[0-9]{1,3})")
_POWERS = frozenset({"2", "3"})
_COORDINATE = re.compile(
    rf"(?P<whole>[0-9]{{1,3}})(?:(?P<mark>[.,])(?P<part>[0-9]{{1,2}}))?(?P<degree>[°º])?{GAP}?(?P<pole>[NESWBĐ])(?!\w)"
)
_TO = re.compile(TO)
_POLES = {"N": "vĩ bắc", "B": "vĩ bắc", "E": "kinh đông", "Đ": "kinh đông", "S": "vĩ nam", "W": "kinh tây"}


def read_middle(here: Here) -> Answer:
    """Reads the first of them that fits."""
    return _metre_and(here) or _million_and(here) or _coordinate(here)


def _metre_and(here: Here) -> Answer:
    """1m75 is one metre seventy-five; 1m05 and 1m5 are said by their digits; 1m2 may be a square metre."""
    found = _METRE_AND.match(here.text, here.at)
    if not found or not ends_number(here.text, found.end()):
        return None
    part = found["part"]
    tall = len(found["whole"]) == 1 and context.TALL.search(here.left)
    if part in _POWERS and not tall:
        return _maybe_square(here, found)
    tail = spell_digits(part) if part.startswith("0") else cardinal(part, here.accent)
    return Reading(found.end(), (cardinal(found["whole"], here.accent), Piece("m", "mét"), tail), Kind.QUANTITY)


def _maybe_square(here: Here, found: re.Match[str]) -> Answer:
    """20m2 is an area; 1m2 without a word that says so may be a height."""
    if (
        int(found["whole"]) >= 5
        or context.AREA_LEFT.search(here.left)
        or context.AREA_NEXT.match(here.text, found.end())
    ):
        return None
    whole = cardinal(found["whole"], here.accent).words
    power = {"2": "vuông", "3": "khối"}[found["part"]]
    return Refusal(found.end(), (f"{whole} mét {power}", f"{whole} mét {cardinal(found['part'], here.accent).words}"))


def _million_and(here: Here) -> Answer:
    """2tr5 is two million five hundred thousand, said as it is written."""
    found = _MILLION_AND.match(here.text, here.at)
    if not found or not ends_number(here.text, found.end()):
        return None
    part = found["part"]
    tail = spell_digits(part) if part.startswith("0") else cardinal(part, here.accent)
    return Reading(found.end(), (cardinal(found["whole"], here.accent), Piece("tr", "triệu"), tail), Kind.QUANTITY)


def _coordinate(here: Here) -> Answer:
    """15,2N and 110,5°E of a storm's eye, or both with a dash between."""
    first = _COORDINATE.match(here.text, here.at)
    if not first:
        return None
    joint = _TO.match(here.text, first.end())
    second = _COORDINATE.match(here.text, joint.end()) if joint else None
    end = second.end() if second else first.end()
    if not ends_number(here.text, end) or not all(map(_on_the_map, filter(None, (first, second)))):
        return None
    more = (Piece("-", ","), *_pole(here, second)) if second else ()
    return Reading(end, (*_pole(here, first), *more), Kind.QUANTITY)


def _on_the_map(found: re.Match[str]) -> bool:
    """Around Vietnam, or with a degree sign; 0,05S is sulphur in fuel."""
    if found["degree"]:
        return True
    low, high = {"N": (1, 40), "E": (90, 180)}.get(found["pole"], (1, 0))
    return bool(found["part"]) and low <= int(found["whole"]) <= high


def _pole(here: Here, found: re.Match[str]) -> tuple[Piece, ...]:
    part = (Piece(found["mark"], "phẩy"), spell_digits(found["part"])) if found["part"] else ()
    pole = Piece(found["pole"], f"độ {_POLES[found['pole']]}", Manner.UNIT)
    return cardinal(found["whole"], here.accent), *part, Piece(found["degree"] or "", ""), pole
