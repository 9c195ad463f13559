"""Rows of figures that are no quantity: 1/ and 1.2 of paragraphs, thôn 1,2, groups of digits with spaces between."""

from __future__ import annotations

import re

from edge.core.normalise_vi import context
from edge.core.normalise_vi.bare import say_bare
from edge.core.normalise_vi.boundaries import NUMBER_END, ends_number
from edge.core.normalise_vi.figures import cardinal, spell_digits
from edge.core.normalise_vi.reading import Answer, Here, Piece, Reading, Refusal
from edge.core.normalise_vi.result import Kind
from edge.core.normalise_vi.units import MEASURED_NEXT, unit_after

_LIST = re.compile(r"[0-9]{1,2}(?:,[0-9]{1,2})+(?![0-9,.]*[0-9])")
_BROKEN_PHONE = re.compile(r"0[0-9]{2,10}(?:[ .-][0-9]{1,10}){1,5}")
_NAMED_SECTION = re.compile(rf"[0-9]{{1,2}}(?:\.[0-9]{{1,2}}){{1,3}}{NUMBER_END}")
_SECTION = re.compile(r"[0-9]{1,2}(?:\.[0-9]{1,2}){1,3}(?=\.?[ \t])")
_GROUPS_APART = re.compile(r"[0-9]{1,3}(?: [0-9]{3}){1,4}(?![0-9]| [0-9]{3}(?![0-9]))")
_GROUP_LEFT_OVER = re.compile(r"(?: [0-9]+)+")
_ITEM = re.compile(r"(?P<number>[0-9]{1,2})/(?=[ \t]+[^\W\d_])")


def read_row(here: Here) -> Answer:
    """Reads the first kind of row that fits."""
    for reader in (_item, _section, _name_list, _broken_phone, _groups_apart):
        if (answer := reader(here)) is not None:
            return answer
    return None


def _item(here: Here) -> Answer:
    """1/ before a capital, where a sentence begins: the number of an item."""
    found = _ITEM.match(here.text, here.at)
    if not found or here.left.rstrip(" ,"):
        return None
    return Reading(found.end(), (cardinal(found["number"], here.accent), Piece("/", ",")), Kind.NUMBER)


def _section(here: Here) -> Answer:
    """1.2 or 1.2.3 that opens a line, before a capital, or follows mục: the number of a paragraph."""
    named = context.SECTION.search(here.left)
    found = _NAMED_SECTION.match(here.text, here.at) if named else _SECTION.match(here.text, here.at)
    if not found or not (here.line_start or named) or unit_after(here.text, found.end(), here.accent):
        return None
    if not named and not here.text[found.end() : found.end() + 5].lstrip(". \t")[:1].isupper():
        return None
    pieces: list[Piece] = []
    for literal in found[0].split("."):
        pieces += [Piece(".", "chấm"), cardinal(literal, here.accent)]
    return Reading(found.end(), tuple(pieces[1:]), Kind.NUMBER)


def _name_list(here: Here) -> Answer:
    """The 1,2 of `thôn 1,2` are two names, not a decimal number; three or more are a list anywhere."""
    found = _LIST.match(here.text, here.at)
    if not found or not ends_number(here.text, found.end()):
        return None
    literals = found[0].split(",")
    named = context.LIST_OF_NAMES.search(here.left)
    if (len(literals) == 2 and not named) or literals[0] == "0":
        return None
    if not named and [int(one) for one in literals] != sorted({int(one) for one in literals}):
        return Refusal(found.end())
    unit = unit_after(here.text, found.end(), here.accent)
    if unit or (len(literals) == 2 and MEASURED_NEXT.match(here.text, found.end())):
        return Refusal(found.end())
    pieces: list[Piece] = []
    for literal in literals:
        pieces += [Piece(",", ","), say_bare(here, literal)]
    return Reading(found.end(), tuple(pieces[1:]), Kind.NUMBER)


def _broken_phone(here: Here) -> Answer:
    """0913 456 78 is a telephone with a digit missing; the readers of telephones have been here before."""
    found = _BROKEN_PHONE.match(here.text, here.at)
    return Refusal(found.end(), (spell_digits(found[0]).words,)) if found else None


def _groups_apart(here: Here) -> Answer:
    """12 000 is a number when a group could not be one of its own; 5 200 may be two numbers."""
    found = _GROUPS_APART.match(here.text, here.at)
    if not found:
        return None
    literal, groups = found[0], found[0].split(" ")
    if left_over := _GROUP_LEFT_OVER.match(here.text, found.end()):
        return Refusal(left_over.end())
    if groups[0].startswith("0") or not any(group.startswith("0") for group in groups[1:]):
        apart = " ".join(cardinal(group, here.accent).words + "," for group in groups).rstrip(",")
        return Refusal(found.end(), (cardinal(literal, here.accent).words, apart))
    unit = unit_after(here.text, found.end(), here.accent)
    end = unit.end if unit else found.end()
    if not ends_number(here.text, end):
        return None
    pieces = (cardinal(literal, here.accent), *(unit.pieces if unit else ()))
    return Reading(end, pieces, Kind.QUANTITY if unit else Kind.NUMBER)
