"""Telephones and hotlines, digit by digit: 0913 456 789, (0234) 3.822.115, +84 913 456 789, 1900 1234."""

from __future__ import annotations

import re

from edge.core.normalise_vi import context
from edge.core.normalise_vi.boundaries import ends_number
from edge.core.normalise_vi.dates import full_day
from edge.core.normalise_vi.figures import spell_digits
from edge.core.normalise_vi.reading import Answer, Here, Piece, Reading
from edge.core.normalise_vi.result import Kind

_SEPARATOR = "(?:[ \u00a0]{1,2}|[.-])?"
_DOMESTIC = re.compile(rf"\(?0[0-9]{{1,4}}\)?(?:{_SEPARATOR}[0-9]{{1,4}}){{1,5}}(?![0-9])|0[0-9]{{9,10}}(?![0-9])")
_ABROAD = re.compile(rf"(?:\(\+84\)|\+84)(?:{_SEPARATOR}\(0\))?(?:{_SEPARATOR}[0-9]{{1,4}}){{2,5}}(?![0-9])")
_AREA = re.compile(rf"\(?02[0-9]{{1,2}}\)? ?[-–] ?[0-9]{{1,4}}(?:{_SEPARATOR}[0-9]{{1,4}}){{0,4}}(?![0-9])")
_HOTLINE = re.compile(rf"1[89]00(?:{_SEPARATOR}[0-9]{{2,4}}){{1,3}}(?![0-9])")
_JOINED = re.compile(r"0[0-9]{9}(?=-0[0-9]{9}(?![0-9]))")
_LOCAL = re.compile(rf"[2-9](?:{_SEPARATOR}[0-9]{{1,4}}){{1,4}}(?![0-9])")

_ROW = re.compile(r"11[1-5](?:/11[1-5]){1,4}(?![0-9/])")
_ANOTHER = re.compile(r"/ ?(?=0[0-9])|-(?=0[0-9]{9})")

# Digits of the national numbering plan (Thông tư 22/2014/TT-BTTTT): mobile 10, landline 10 or 11, 1800/1900 8 to 10.
_MOBILE = re.compile(r"0[35789][0-9]{8}")
_LANDLINE = re.compile(r"02[0-9]{8,9}")
_SERVICE = re.compile(r"1[89]00[0-9]{4,6}")
_INTERNATIONAL = re.compile(r"840?(?:[35789][0-9]{8}|2[0-9]{8,9})")


def read_phone(here: Here) -> Answer:
    """Reads a number that has the form of a telephone number, or a local one after words that announce it."""
    if (row := _ROW.match(here.text, here.at)) and ends_number(here.text, row.end()):
        pieces = [piece for number in row[0].split("/") for piece in (Piece("/", ","), spell_digits(number))]
        return Reading(row.end(), tuple(pieces[1:]), Kind.PHONE)
    if full_day(here.text, here.at):
        return None  # 1900-12-04
    for shape, plan in (
        (_JOINED, _MOBILE),
        (_DOMESTIC, _MOBILE),
        (_DOMESTIC, _LANDLINE),
        (_AREA, _LANDLINE),
        (_HOTLINE, _SERVICE),
        (_ABROAD, _INTERNATIONAL),
    ):
        found = shape.match(here.text, here.at)
        if found and plan.fullmatch(_digits(found[0])) and _ends(here.text, found.end()):
            return _reading(found)
    found = _LOCAL.match(here.text, here.at) if context.CALLED.search(here.left) else None
    if found and len(_digits(found[0])) in (7, 8) and ends_number(here.text, found.end()):
        return _reading(found)
    return None


def _ends(text: str, at: int) -> bool:
    """Two numbers of one person are often joined by a slash."""
    return ends_number(text, at) or _ANOTHER.match(text, at) is not None


def _digits(written: str) -> str:
    return re.sub(r"[^0-9]", "", written)


def _reading(found: re.Match[str]) -> Reading:
    plus = (Piece("+", "cộng"),) if "+" in found[0] else ()
    return Reading(found.end(), (*plus, spell_digits(found[0])), Kind.PHONE)
