"""Kilometre posts, roads, number plates, and names that mix letters with figures: Km 12+500, QL1A, 75A-123.45, TDP3."""

from __future__ import annotations

import re

from edge.core.normalise_vi import context
from edge.core.normalise_vi.abbreviations import ABBREVIATIONS
from edge.core.normalise_vi.boundaries import ends_number, ends_word
from edge.core.normalise_vi.context import GAP, TO
from edge.core.normalise_vi.figures import cardinal, numbered, spell_digits
from edge.core.normalise_vi.foreign import FOREIGN
from edge.core.normalise_vi.letters import spell
from edge.core.normalise_vi.numbers import number_to_words
from edge.core.normalise_vi.reading import Answer, Here, Manner, Piece, Reading, Refusal
from edge.core.normalise_vi.result import Accent, Kind

_POST = re.compile(
    rf"(?P<name>[Kk][Mm]|[Kk]){GAP}?(?P<km>[0-9]{{1,4}}){GAP}?\+{GAP}?(?P<metres>[0-9]{{1,3}})(?:m(?!\w))?"
)
_POST_TO = re.compile(TO)
_POST_ONLY = re.compile(rf"(?P<name>[Kk][Mm]){GAP}?(?P<km>[0-9]{{1,4}})(?![0-9,/+]|\.[0-9])")
_BARE_POST = re.compile(rf"{TO}(?P<km>[0-9]{{1,4}})(?![0-9,/+.])")
_ALLEY = re.compile(r"K(?P<alley>[0-9]{1,4})/(?P<house>[0-9]{1,4}(?:/[0-9]{1,4})?)(?=[ \u00a0][^\W\d_])")
_ROAD = re.compile(
    rf"(?P<name>QL|ĐT|TL|HL|ĐH|CT)(?P<gap>[.]?{GAP}?)(?P<number>[0-9]{{1,3}})(?P<letter>[A-Z])?(?![0-9])"
)
_ROADS = {"QL": "quốc lộ", "ĐT": "đường tỉnh", "TL": "tỉnh lộ", "HL": "hương lộ", "ĐH": "đường huyện", "CT": "cao tốc"}
_PLATE = re.compile(
    r"(?P<area>[1-9][0-9])-?(?P<series>[A-ZĐ][A-Z0-9Đ]?)(?P<dash>[ \u00a0]?- ?|[ \u00a0]|\.(?=[0-9]{3}\.))?"
    r"(?P<serial>[0-9]{3}\.?[0-9]{2}|[0-9]{4})(?![0-9])"
)
_VEHICLE_LEFT = re.compile(r"(?:^| )(?:biển|xe|kiểm soát|số|ô tô|số xe|máy|tải|khách)(?: (?:số|,|là))*$")
_MIXED = re.compile(r"(?P<word>[A-ZĐ]{2,8}|[A-ZĐ][a-zđ]{2,7})(?P<gap>-?)(?P<number>[0-9]{1,3})(?P<letter>[A-ZĐ])?")
_CLASS = re.compile(r"(?P<grade>[0-9]{1,2})(?P<letter>[A-ZĐ])(?P<number>[0-9]{1,2})")
_CORONA = re.compile(r"SARS-CoV(?:-(?P<number>[0-9]))?(?!\w)", re.IGNORECASE)
_FLU = re.compile(r"(?P<type>A/)?H(?P<h>[0-9]{1,2})N(?P<n>[0-9]{1,2})")
_ALARM = re.compile(r"(?P<word>BĐ)(?P<level>I{1,3})(?!\w)")
_LETTER_FIRST = re.compile(r"(?P<letter>[A-ZĐ])(?P<gap>-?)(?P<number>[0-9]{1,4})(?P<more>[A-ZĐ])?")
_NUMBER_FIRST = re.compile(r"(?P<number>[0-9]{1,4})(?P<letter>[A-ZĐa-e])(?:(?P<slash>/)(?P<sub>[0-9]{1,3}))?")
_GENERATION = re.compile(r"(?P<number>[2-6])G")
_MISTYPED = re.compile(r"[0-9]+[OoIl][0-9]*(?!\w)")  # 1O: a letter where a figure was meant
_UNITLIKE = frozenset("CGKLMPVWSHĐFgmlhđk")
_PLAINLY_LETTERS = frozenset("ABDE")
_SPELLED_LETTERS = frozenset("ABDEFGHJKNRSUYZ")
"""A capital with a number that shortens no word of village life; Q1 may be a quận, T7 a Saturday, P2 a phường."""


def read_post(here: Here) -> Answer:
    """Km 12+500, K12+500, Km 12, Km12+500-Km15+200."""
    found = _POST.match(here.text, here.at)
    if not found:
        return _alley(here) or _post_only(here)
    joint = _POST_TO.match(here.text, found.end())
    last = _POST.match(here.text, joint.end()) if joint else None
    end = last.end() if last else found.end()
    if not ends_number(here.text, end):
        return None
    to = (Piece("-", "đến"), *_post(here, last)) if last else ()
    return Reading(end, (*_post(here, found), *to), Kind.CODE)


def _post(here: Here, found: re.Match[str]) -> tuple[Piece, ...]:
    name = "ca" if found["name"] in "Kk" else "ki lô mét"
    metres = cardinal(found["metres"], here.accent)
    if found["metres"].startswith("0"):
        metres = spell_digits(found["metres"])
    return Piece(found["name"], name), cardinal(found["km"], here.accent), Piece("+", "cộng"), metres


def _alley(here: Here) -> Answer:
    """K12/5 Lê Lợi: house 5 of alley 12, as the middle of the country writes it; a name of a street must follow."""
    found = _ALLEY.match(here.text, here.at)
    if not found or not here.text[found.end() + 1].isupper():
        return None
    pieces = [Piece("K", "kiệt"), cardinal(found["alley"], here.accent)]
    for part in found["house"].split("/"):
        pieces += [Piece("/", "trên"), numbered(part, here.accent)]
    return Reading(found.end(), tuple(pieces), Kind.CODE)


def _post_only(here: Here) -> Answer:
    found = _POST_ONLY.match(here.text, here.at)
    if not found or not (ends_number(here.text, found.end()) or _BARE_POST.match(here.text, found.end())):
        return None
    pieces = (Piece("Km", "ki lô mét"), cardinal(found["km"], here.accent))
    last = _BARE_POST.match(here.text, found.end())
    if not last or not ends_number(here.text, last.end()):
        return Reading(found.end(), pieces, Kind.CODE)
    to = (Piece("-", "đến ki lô mét"), cardinal(last["km"], here.accent))
    return Reading(last.end(), (*pieces, *to), Kind.CODE) if int(found["km"]) < int(last["km"]) else Refusal(last.end())


def read_road(here: Here) -> Answer:
    """QL1A, QL 9, ĐT.605; ĐT before a telephone is none."""
    found = _ROAD.match(here.text, here.at)
    if not found or not ends_number(here.text, found.end()) or (found["name"] == "ĐT" and _is_phone(here, found)):
        return None
    name = Piece(found["name"], _ROADS[found["name"]])
    if here.left.endswith(_ROADS[found["name"]]):
        name = Piece(found["name"], "")
    number = numbered(found["number"], here.accent)
    letter = (Piece(found["letter"], spell(found["letter"]) or ""),) if found["letter"] else ()
    return Reading(found.end(), (name, number, *letter), Kind.CODE)


def _is_phone(here: Here, found: re.Match[str]) -> bool:
    long = len(found["number"]) > 2 and found["number"].startswith("0")
    return long or re.match(r"[ .-]?[0-9]", here.text[found.end() : found.end() + 2]) is not None


def read_plate(here: Here) -> Answer:
    """A Vietnamese number plate, sign by sign (Thông tư 24/2023/TT-BCA)."""
    found = _PLATE.match(here.text, here.at)
    if not found or not ends_number(here.text, found.end()):
        return None
    spaced = found["dash"] is not None and found["dash"].startswith((" ", "\u00a0", ".")) and "-" in found["dash"] + "-"
    if spaced and "." not in found["serial"] and not _VEHICLE_LEFT.search(here.left):
        return None
    if not (found["dash"] or "." in found["serial"] or _VEHICLE_LEFT.search(here.left)):
        return None
    series = tuple(_sign(char) for char in found["series"])
    pieces = (spell_digits(found["area"]), *series, spell_digits(found["serial"]))
    return Reading(found.end(), pieces, Kind.PLATE)


def _sign(char: str) -> Piece:
    return spell_digits(char) if char.isdigit() else Piece(char, spell(char) or "")


def read_mixed(here: Here) -> Answer:
    """TDP3, BĐ3, Covid-19: an abbreviation or a foreign word with a number; A12, B2: a letter with a number."""
    if corona := _CORONA.match(here.text, here.at):
        number = (cardinal(corona["number"], here.accent),) if corona["number"] else ()
        return Reading(corona.end(), (Piece("SARS-CoV", "sát cô vi"), *number), Kind.CODE)
    found = _FLU.match(here.text, here.at)
    if found and ends_number(here.text, found.end()):
        return _flu(here, found)
    alarm = _ALARM.match(here.text, here.at)
    if alarm:
        level = Piece(alarm["level"], number_to_words(len(alarm["level"]), here.accent), Manner.ROMAN)
        return Reading(alarm.end(), (Piece("BĐ", ABBREVIATIONS["BĐ"]), level), Kind.CODE)
    found = _MIXED.match(here.text, here.at)
    if found and ends_number(here.text, found.end()):
        words = _known(found["word"])
        return (
            Reading(found.end(), (Piece(found["word"], words), *_tail(found, here.accent)), Kind.CODE)
            if words
            else None
        )
    found = _LETTER_FIRST.match(here.text, here.at)
    if found and ends_number(here.text, found.end()):
        more = (Piece(found["more"], spell(found["more"]) or ""),) if found["more"] else ()
        letter = Piece(found["letter"], spell(found["letter"]) or "")
        return _lettered(here, found, (letter, numbered(found["number"], here.accent), *more))
    return None


def _flu(here: Here, found: re.Match[str]) -> Reading:
    head = (Piece("A/", "a"),) if found["type"] else ()
    h, n = cardinal(found["h"], here.accent), cardinal(found["n"], here.accent)
    return Reading(found.end(), (*head, Piece("H", "hát"), h, Piece("N", "nờ"), n), Kind.CODE)


def _tail(found: re.Match[str], accent: Accent) -> tuple[Piece, ...]:
    letter = (Piece(found["letter"], spell(found["letter"]) or ""),) if found["letter"] else ()
    return numbered(found["number"], accent), *letter


def _known(word: str) -> str | None:
    return ABBREVIATIONS.get(word) or FOREIGN.get(word.lower())


def _lettered(here: Here, found: re.Match[str], pieces: tuple[Piece, ...]) -> Answer:
    """T7 may be a Saturday or July, and M5 anything: only a letter that no trade uses is read without a word before."""
    named = context.LETTERED.search(here.left) or context.IDENTIFIED.search(here.left)
    if found["letter"] in _SPELLED_LETTERS or (named and not here.left.endswith("#")):
        return Reading(found.end(), pieces, Kind.CODE)
    suggestion = " ".join(piece.words for piece in pieces)
    weekday = _weekday(found) if found["letter"] == "T" else ()
    return Refusal(found.end(), (suggestion, *weekday))


def _weekday(found: re.Match[str]) -> tuple[str, ...]:
    names = {"2": "hai", "3": "ba", "4": "tư", "5": "năm", "6": "sáu", "7": "bảy"}
    name = names.get(found["number"])
    return (f"thứ {name}", f"tháng {name}") if name else ()


def read_numbered_letter(here: Here) -> Answer:
    """3A, 12B, 4G; a letter that is also a unit needs a word before it that names things: lớp 10C."""
    if (network := _generation(here)) is not None:
        return network
    if (of_school := _class(here)) is not None:
        return of_school
    found = _NUMBER_FIRST.match(here.text, here.at)
    if _MISTYPED.match(here.text, here.at):
        return None
    if not found or not ends_word(here.text, found.end()) or not ends_number(here.text, found.end()):
        return None
    named = context.NAMED_BY_NUMBER.search(here.left) or context.IDENTIFIED.search(here.left)
    if not named and (found["letter"] in _UNITLIKE or found["letter"] not in _PLAINLY_LETTERS):
        return None
    number = (numbered(found["number"], here.accent), Piece(found["letter"], spell(found["letter"]) or ""))
    sub = (Piece("/", "trên"), numbered(found["sub"], here.accent)) if found["slash"] else ()
    return Reading(found.end(), (*number, *sub), Kind.CODE)


def _class(here: Here) -> Answer:
    """12A1 after lớp, nhà, phòng and the like."""
    found = _CLASS.match(here.text, here.at)
    if not found or not ends_number(here.text, found.end()) or not context.NAMED_BY_NUMBER.search(here.left):
        return None
    letter = Piece(found["letter"], spell(found["letter"]) or "")
    pieces = (cardinal(found["grade"], here.accent), letter, cardinal(found["number"], here.accent))
    return Reading(found.end(), pieces, Kind.CODE)


def _generation(here: Here) -> Answer:
    """4G is a network unless an hour is expected here."""
    found = _GENERATION.match(here.text, here.at)
    if not found or not ends_number(here.text, found.end()):
        return None
    if context.HOUR_LEFT.search(here.left) and not context.NETWORK.search(here.left):
        return None
    return Reading(found.end(), (cardinal(found["number"], here.accent), Piece("G", "gờ")), Kind.CODE)
