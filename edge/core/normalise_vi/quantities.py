"""Numbers with signs, units, money, percent, and ranges of them: +3,5 m, 0,05m, 25-30°C, 100-200 mm/24h, 1.5 tỷ."""

from __future__ import annotations

import re
from dataclasses import dataclass

from edge.core.normalise_vi import context
from edge.core.normalise_vi.bare import SPELLED_FROM, is_spelled, no_such_quarter, say_bare
from edge.core.normalise_vi.boundaries import ends_number
from edge.core.normalise_vi.context import GAP, TO
from edge.core.normalise_vi.figures import (
    NUMBER,
    Figure,
    speak,
    spell_digits,
    understand,
)
from edge.core.normalise_vi.middles import read_middle
from edge.core.normalise_vi.numbers import LARGEST
from edge.core.normalise_vi.reading import Answer, Here, Piece, Reading, Refusal
from edge.core.normalise_vi.result import Accent, Kind
from edge.core.normalise_vi.rows import read_row
from edge.core.normalise_vi.units import DEGREES, LENGTHS, MEASURED_NEXT, MONEY, Unit, unit_after

SIGNS = {"+": "cộng", "-": "âm", "−": "âm", "–": "âm", "±": "cộng trừ", "(+)": "cộng", "(-)": "âm"}
COMPARED = {
    ">": "trên", "<": "dưới", "≥": "từ", "≤": "không quá", ">=": "từ", "<=": "không quá", "~": "khoảng",
    "≈": "khoảng", "=": "bằng",
}  # fmt: skip
_WORD_NEXT = re.compile(rf"{GAP}[^\W\d_]")
_AT_LEAST = frozenset({"≥", ">="})

_LEAD = re.compile(
    rf"(?P<compared>>=|<=|[><≥≤~≈=])?{GAP}?(?:(?P<sign>[+−–-]|\((?:\+|-)\))|(?P<about>±){GAP}?)?(?P<money>[$€])?(?=[0-9])"
)
_TO = re.compile(TO)
_SIGNED_TO = re.compile(rf"{TO}\+(?=[0-9])")
_OVER = re.compile(rf"{GAP}?/{GAP}?")
_TIMES = re.compile(rf"{GAP}?[x×]{GAP}?")
_VOLTS = frozenset({"kV", "KV"})
_MONEY_NEXT = context.follows("đồng|đô la|đô")
_NAMED_AGAIN = re.compile(r"(?:^| )(thứ|tháng)$")
_TERMS_MAX = 3


@dataclass(frozen=True, slots=True)
class Term:
    """One number of a quantity with what hangs on it."""

    end: int
    sign: str
    figure: Figure
    unit: Unit | None
    literal: str


def read_quantity(here: Here) -> Answer:
    """Reads a number and everything that belongs to it."""
    lead = _LEAD.match(here.text, here.at)
    if lead is None or (lead["sign"] and here.text[here.at - 1 : here.at].isdigit()):
        return None
    if (special := _special(here)) is not None:
        return special
    terms = _terms(here, lead)
    if isinstance(terms, Refusal) or not terms:
        return terms if isinstance(terms, Refusal) else None
    end = terms[-1].end
    if not ends_number(here.text, end):
        return None
    return _doubt(here, lead, terms) or _reading(here, lead, terms)


def _special(here: Here) -> Answer:
    for reader in (read_row, read_middle):
        if (answer := reader(here)) is not None:
            return answer
    return None


def _terms(here: Here, lead: re.Match[str]) -> list[Term] | Refusal | None:
    """One number, or the two of a range, or the two or three of a size; a refusal when one of them is ambiguous."""
    terms: list[Term] = []
    at, sign, joint = lead.end(), lead["sign"] or lead["about"] or "", None
    while True:
        term = _term(here, at, sign)
        if isinstance(term, Refusal) or term is None:
            return term
        terms.append(term)
        joint = joint or _joint(here, term)
        following = joint.match(here.text, term.end) if joint else None
        if following is None or len(terms) == _TERMS_MAX:
            return terms
        at, sign = following.end(), "+" if joint is _SIGNED_TO else ""


def _joint(here: Here, term: Term) -> re.Pattern[str] | None:
    """What joins this number to the next one: a dash, a times sign, or the slash of 45,2m/45,5m before a figure."""
    text, at = here.text, term.end
    if term.sign and _SIGNED_TO.match(text, at):
        return _SIGNED_TO
    for pattern in (_TO, _TIMES):
        found = pattern.match(text, at)
        if found and "0" <= text[found.end() : found.end() + 1] <= "9":
            return pattern
    return _OVER if _same_unit_over(here, term) else None


def _same_unit_over(here: Here, term: Term) -> bool:
    """45,2m/45,5m and 110/22kV: what is over what may be."""
    over = _OVER.match(here.text, term.end)
    number = NUMBER.match(here.text, over.end()) if over else None
    unit = unit_after(here.text, number.end(), here.accent) if number else None
    if unit is None:
        return False
    if term.unit is None:
        return unit.symbol in _VOLTS or (bool(term.figure.part) and unit.symbol in LENGTHS)
    return unit.symbol == term.unit.symbol


def _term(here: Here, at: int, sign: str) -> Term | Refusal | None:
    found = NUMBER.match(here.text, at)
    if found is None:
        return None
    unit = unit_after(here.text, found.end(), here.accent)
    end = unit.end if unit else found.end()
    meanings = _settle(here, understand(found[0]), unit, found.end(), signed=bool(sign))
    sayable = len(meanings) == 1 and (meanings[0].integer <= LARGEST or is_spelled(here, found[0]))
    if not sayable:
        return Refusal(end, _spoken(meanings, here.accent)) if ends_number(here.text, end) else None
    return Term(end, sign, meanings[0], unit, found[0])


def _settle(
    here: Here, meanings: tuple[Figure, ...], unit: Unit | None, end: int, *, signed: bool
) -> tuple[Figure, ...]:
    """Lets the unit decide between the meanings of a dot or a comma."""
    if len(meanings) == 2 and _whole_only(here, unit, end):
        return meanings[1:]
    only = meanings[0] if len(meanings) == 1 else None
    if only is None:
        return meanings
    if only.needs_unit and unit is not None and unit.pieces[0].words == "đồng":
        return (only, only)
    if only.needs_unit and not (_measured(here, unit, end) or _surely_decimal(here, only, signed=signed)):
        return (only, only)
    if only.grouped_once and _maybe_level(here, unit):
        return only, Figure(only.whole.split(".")[0], only.whole.split(".")[1])
    return meanings


def _whole_only(here: Here, unit: Unit | None, end: int) -> bool:
    """No money has three decimals."""
    money = (unit is not None and unit.symbol in MONEY) or _MONEY_NEXT.match(here.text, end)
    return bool(money or here.text[here.at] in "$€")


def _surely_decimal(here: Here, figure: Figure, *, signed: bool) -> bool:
    """+12.5 has a sign, 102.7 is no day and no hour, and FM has a frequency after it."""
    return len(figure.part) <= 2 and (
        signed or figure.integer > 31 or context.DECIMAL_LEFT.search(here.left) is not None
    )


def _measured(here: Here, unit: Unit | None, end: int) -> bool:
    shared = _TO.match(here.text, end) or _TIMES.match(here.text, end)
    return unit is not None or MEASURED_NEXT.match(here.text, end) is not None or _later_unit(here, shared)


def _later_unit(here: Here, joint: re.Match[str] | None) -> bool:
    """The unit of 1.5-2.5 m stands after the second number."""
    number = NUMBER.match(here.text, joint.end()) if joint else None
    return number is not None and (
        unit_after(here.text, number.end(), here.accent) is not None
        or MEASURED_NEXT.match(here.text, number.end()) is not None
    )


def _maybe_level(here: Here, unit: Unit | None) -> bool:
    """3.125 m of water is more likely three metres than three thousand: ask."""
    in_metres = unit is not None and unit.symbol == "m"
    signed = here.text[here.at] in SIGNS
    return signed or (in_metres and context.LEVEL.search(here.left) is not None)


def _spoken(meanings: tuple[Figure, ...], accent: Accent) -> tuple[str, ...]:
    said = (
        " ".join(piece.words for piece in speak(figure, accent)) for figure in meanings if figure.integer <= LARGEST
    )
    return tuple(dict.fromkeys(said))


def _doubt(here: Here, lead: re.Match[str], terms: list[Term]) -> Refusal | None:
    """What is well formed and still may mean two things."""
    end, first = terms[-1].end, terms[0]
    if len(terms) > 1 and _is_range(here, terms):
        return _doubt_range(here, terms)
    if lead["sign"] == "–" and not _surely_dash_minus(here, first):
        return Refusal(end, ("âm " + " ".join(_spoken((first.figure,), here.accent)),))
    if lead["sign"] == "-" and here.line_start and not _surely_minus(here, first):
        return Refusal(end, ("âm " + " ".join(_spoken((first.figure,), here.accent)),))
    if lead["sign"] == "+" and here.line_start and first.unit is None:
        return Refusal(end, ("cộng " + " ".join(_spoken((first.figure,), here.accent)),))
    if first.literal.isdigit() and no_such_quarter(here, first.literal):
        return Refusal(end)
    if len(terms) == 1 and _nobodys_number(here, first):
        return Refusal(end, (spell_digits(first.literal).words, *_spoken((first.figure,), here.accent)))
    return None


def _surely_dash_minus(here: Here, term: Term) -> bool:
    """An office program turns the minus of -0,5 m into a dash; elsewhere a dash before a figure is a list or a span."""
    if here.line_start or here.left.endswith("#") or term.unit is None:
        return False
    level = term.unit.symbol in LENGTHS and context.LEVEL.search(here.left)
    return bool(level or term.unit.symbol in DEGREES)


def _surely_minus(here: Here, term: Term) -> bool:
    """A dash that opens a line is a minus before degrees, and before another unit where there is but one line."""
    return term.unit is not None and (term.unit.symbol in DEGREES or "\n" not in here.text)


def _is_range(here: Here, terms: list[Term]) -> bool:
    at = terms[0].end
    return _TIMES.match(here.text, at) is None and _OVER.match(here.text, at) is None


def _doubt_range(here: Here, terms: list[Term]) -> Refusal | None:
    """A range has two ends, the lesser first; 2-1 is a score only after words that say so."""
    end = terms[-1].end
    if len(terms) != 2 or (terms[0].unit and not terms[1].unit) or _maybe_name_and_count(here, terms):
        return Refusal(end)
    if context.SCORE.search(here.left):
        return None
    if _maybe_day(here, terms):
        return Refusal(end)
    first, second = (_size(term) for term in terms)
    same_unit = not terms[0].unit or (terms[1].unit and terms[0].unit.symbol == terms[1].unit.symbol)
    return Refusal(end) if same_unit and first >= second and not terms[0].sign else None


def _maybe_name_and_count(here: Here, terms: list[Term]) -> bool:
    """Thôn 5 - 7 hộ may be the seven households of thôn 5."""
    spaced = here.text[terms[0].end] in " \u00a0\u202f"
    counted = terms[1].unit or context.COUNT_NEXT.match(here.text, terms[1].end)
    return bool(spaced and counted and context.NAMED_BY_NUMBER.search(here.left))


def _maybe_day(here: Here, terms: list[Term]) -> bool:
    """Newspapers write the fifth of September as 5-9: after sáng, or after từ with nothing that is counted."""
    day, month = terms[0].literal, terms[1].literal
    if not (day.isdigit() and month.isdigit() and int(day) <= 31 and int(month) <= 12) or terms[1].unit:
        return False
    end = terms[1].end
    alone = context.NOTHING_NEXT.match(here.text, end) or context.SPAN_GOES_ON.match(here.text, end)
    sure, likely = context.DATE_SURE.search(here.left), context.DATE_LIKELY.search(here.left)
    return bool((sure and not context.follows("giờ").match(here.text, end)) or (likely and alone))


def _size(term: Term) -> tuple[int, str]:
    return term.figure.amount


def _nobodys_number(here: Here, term: Term) -> bool:
    """Many digits without a dot, no unit and no word that says account or telephone."""
    if term.unit or not term.literal.isdigit() or len(term.literal) < SPELLED_FROM:
        return False
    if term.literal.startswith("0"):
        return context.CALLED.search(here.left) is not None  # a telephone with a digit too few or too many
    known = context.SPELLED.search(here.left) or context.CALLED.search(here.left)
    return not known and not context.follows("đồng|người|tấn|lượt").match(here.text, term.end)


def _reading(here: Here, lead: re.Match[str], terms: list[Term]) -> Reading:
    end = terms[-1].end
    pieces: list[Piece] = []
    compared = lead["compared"] or ""
    at_least = compared in _AT_LEAST and terms[-1].unit is None and _WORD_NEXT.match(here.text, end)
    if compared:
        pieces.append(Piece(compared, "ít nhất" if at_least else COMPARED[compared]))
    for i, term in enumerate(terms):
        pieces += [_joined(here, terms)] if i else []
        pieces += _say(here, term)
    if lead["money"]:
        pieces.append(Piece(lead["money"], {"$": "đô la", "€": "ơ rô"}[lead["money"]]))
    if compared in _AT_LEAST and not at_least:
        pieces.append(Piece("", "trở lên"))
    plain = len(terms) == 1 and not terms[0].unit and not lead[0]
    return Reading(end, tuple(pieces), Kind.NUMBER if plain else Kind.QUANTITY)


def _joined(here: Here, terms: list[Term]) -> Piece:
    if _OVER.match(here.text, terms[0].end):
        return Piece("/", "trên")
    if not _is_range(here, terms):
        return Piece("x", "nhân")
    if context.SCORE.search(here.left):
        return Piece("-", ",")
    again = _NAMED_AGAIN.search(here.left)
    return Piece("-", f"đến {again[1]}" if again else "đến")


def _say(here: Here, term: Term) -> tuple[Piece, ...]:
    sign = (Piece(term.sign, SIGNS[term.sign]),) if term.sign else ()
    bare = term.literal.isdigit() and not term.unit and not term.sign
    number = (say_bare(here, term.literal),) if bare else speak(term.figure, here.accent)
    return *sign, *number, *(term.unit.pieces if term.unit else ())
