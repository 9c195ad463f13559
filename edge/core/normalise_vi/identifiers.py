"""What is spelled sign by sign: accounts, cards, codes, varieties of rice, formulas of fertiliser."""

from __future__ import annotations

import re

from edge.core.normalise_vi import context
from edge.core.normalise_vi.boundaries import ends_number
from edge.core.normalise_vi.figures import cardinal, numbered, spell_digits
from edge.core.normalise_vi.letters import spell
from edge.core.normalise_vi.reading import Answer, Here, Piece, Reading
from edge.core.normalise_vi.result import Kind

_GROUPS = re.compile(r"[0-9]{2,}(?:(?: |[.-])[0-9]{2,}){1,5}(?![0-9])")
_MIXED_CODE = re.compile(r"(?=[A-Z]{0,4}[0-9])[A-Z0-9]{1,6}[A-Z0-9]*(?:[.-][A-Z0-9]{1,16}){0,4}(?!\w)")
_PART = re.compile(r"[0-9]+|[A-ZĐ]+|[.-]")
_SIGNS = {"-": "gạch ngang", ".": "chấm"}
_DIGITS_MIN = 8
_CODE_MAX = 30
_VARIETY = re.compile(r"(?P<letters>[A-ZĐ]{1,3})(?P<gap>[ -]?)(?P<number>[0-9]{1,4})(?![0-9])")
_VARIETY_LEFT = re.compile(
    r"(?:^| )(?:giống|giống lúa|lúa|ngô|lạc|sắn|mía|giống ngô|giống lạc|giống sắn)(?: (?:,|và|#|<code>))*$"
)
_FORMULA = re.compile(r"[0-9]{1,2}(?:-[0-9]{1,2}){2,3}(?P<more>\+?(?P<trace>TE|S))?(?!\w)")
_FORMULA_LEFT = re.compile(r"(?:^| )(?:nờ pê ca|phân|phân bón|tổng hợp)(?: (?:,|và|#|loại))*$")
_STRENGTH = re.compile(r"(?P<number>[0-9]{1,4})(?P<form>WG|WP|EC|SC|SL|WDG|SG|GR|OD|EW|DD|SP)(?!\w)")


def read_identifier(here: Here) -> Answer:
    """Reads a code after the words that announce one."""
    for reader in (_account, _code, _formula, _strength):
        if (answer := reader(here)) is not None:
            return answer
    return None


def _account(here: Here) -> Answer:
    """046 090 001 234, 3300100123-001: groups of digits of one number."""
    found = _GROUPS.match(here.text, here.at)
    if not found or len(re.sub("[^0-9]", "", found[0])) < _DIGITS_MIN or not context.SPELLED.search(here.left):
        return None
    return Reading(found.end(), _signs(found[0]), Kind.CODE) if ends_number(here.text, found.end()) else None


def _code(here: Here) -> Answer:
    """DN4757512345678, H57.12-261005-0001, B1234567."""
    found = _MIXED_CODE.match(here.text, here.at)
    if (
        not found
        or not any(char.isalpha() for char in found[0])
        or len(found[0]) > _CODE_MAX
        or not ends_number(here.text, found.end())
    ):
        return None
    if sum(char.isdigit() for char in found[0]) < 4 or not context.SPELLED.search(here.left):
        return None
    return Reading(found.end(), _signs(found[0]), Kind.CODE)


def _signs(code: str) -> tuple[Piece, ...]:
    """Dots inside a number of digits only divide it; in a code with letters they are said."""
    said = _SIGNS if any(char.isalpha() for char in code) else {"-": "gạch ngang", ".": ""}
    return tuple(
        spell_digits(part) if part.isdigit() else Piece(part, said.get(part) or spell(part) or "")
        for part in _PART.findall(code)
    )


def read_variety(here: Here) -> Answer:
    """KH1, HN6, J02 after giống or lúa."""
    found = _VARIETY.match(here.text, here.at)
    if not found or not ends_number(here.text, found.end()) or not _VARIETY_LEFT.search(here.left):
        return None
    letters = Piece(found["letters"], spell(found["letters"]) or "")
    return Reading(found.end(), (letters, numbered(found["number"], here.accent)), Kind.CODE)


def _formula(here: Here) -> Answer:
    """The 16-16-8+TE of a fertiliser: three shares, a pause between them."""
    found = _FORMULA.match(here.text, here.at)
    if not found or not ends_number(here.text, found.end()) or not _FORMULA_LEFT.search(here.left):
        return None
    pieces: list[Piece] = []
    for part in found[0].removesuffix(found["more"] or "").split("-"):
        pieces += [Piece("-", ","), cardinal(part, here.accent)]
    if found["trace"]:
        pieces += [Piece("+", "cộng"), Piece(found["trace"], spell(found["trace"]) or "")]
    return Reading(found.end(), tuple(pieces[1:]), Kind.CODE)


def _strength(here: Here) -> Answer:
    """800WG, 75WP: how strong a pesticide is, and its form."""
    found = _STRENGTH.match(here.text, here.at)
    if not found or not ends_number(here.text, found.end()):
        return None
    form = Piece(found["form"], spell(found["form"]) or "")
    return Reading(found.end(), (cardinal(found["number"], here.accent), form), Kind.CODE)
