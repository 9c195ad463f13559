"""Two numbers with a slash or a colon between: a date, a share, a count out of a whole, a scale, a house number."""

from __future__ import annotations

import re

from edge.core.normalise_vi import context
from edge.core.normalise_vi.boundaries import ends_number
from edge.core.normalise_vi.capitals import title_next
from edge.core.normalise_vi.context import GAP
from edge.core.normalise_vi.dates import Day, say_day, say_days, short_day
from edge.core.normalise_vi.figures import cardinal, numbered, ordinal
from edge.core.normalise_vi.letters import spell
from edge.core.normalise_vi.reading import Answer, Here, Piece, Reading, Refusal
from edge.core.normalise_vi.result import Kind
from edge.core.normalise_vi.units import unit_after

_PAIR = re.compile(
    rf"(?P<part>[0-9][0-9.]{{0,8}})(?P<mark>[/:])(?P<whole>[0-9][0-9.]{{0,8}}(?<!\.))(?P<hours>{GAP}?[hH](?!\w))?"
)
_GROUPED = re.compile(r"[0-9]+|[1-9][0-9]{0,2}(?:\.[0-9]{3})+")
_OTHER_END = re.compile(rf"{GAP}{{1,3}}(?:đến|tới|và|-|–){GAP}{{1,3}}[0-9]{{1,2}}/[0-9]{{1,2}}(?![0-9/])")
_CHAIN = re.compile(r"[0-9]{1,4}[A-Z]?(?:/[0-9]{1,4}[A-Z]?){2,4}(?![/\w])")
VULGAR = {
    "½": "một phần hai", "⅓": "một phần ba", "⅔": "hai phần ba", "¼": "một phần tư", "¾": "ba phần tư",
    "⅕": "một phần năm", "⅛": "một phần tám",
}  # fmt: skip


def read_ratio(here: Here) -> Answer:
    """Reads a pair of numbers; what the words around it cannot settle is refused with every reading it may have."""
    if here.text[here.at] in VULGAR:
        return _vulgar(here)
    if (chain := _house(here)) is not None:
        return chain
    pair = _PAIR.match(here.text, here.at)
    if not pair or not ends_number(here.text, pair.end()):
        return None
    if not all(_GROUPED.fullmatch(number) for number in (pair["part"], pair["whole"])):
        return None
    if pair["mark"] == ":":
        scale = context.SCALE.search(here.left) or context.MIXED.search(here.left)
        return _out_of(here, pair) if scale else None
    day = short_day(here.text, here.at)
    return _choose(here, pair, day) if day else _out_of(here, pair)


def _house(here: Here) -> Answer:
    """The 12/5/7 of a house in an alley of an alley."""
    found = _CHAIN.match(here.text, here.at) if context.ADDRESS.search(here.left) else None
    if not found or not ends_number(here.text, found.end()) or re.fullmatch(r".*/(?:19|20)[0-9]{2}", found[0]):
        return None
    pieces: list[Piece] = []
    for part in found[0].split("/"):
        letter = (Piece(part[-1], spell(part[-1]) or ""),) if part[-1].isalpha() else ()
        pieces += [Piece("/", "trên"), numbered(part.rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), here.accent), *letter]
    return Reading(found.end(), tuple(pieces[1:]), Kind.RATIO)


def _vulgar(here: Here) -> Answer:
    end = here.at + 1
    sound = ends_number(here.text, end) and not here.left.endswith("#")
    char = here.text[here.at]
    return Reading(end, (Piece(char, VULGAR[char]),), Kind.RATIO) if sound else Refusal(end, (VULGAR[char],))


def _choose(here: Here, pair: re.Match[str], day: Day) -> Answer:
    """The order matters: what can only be one thing first, then the words right before, then the words after."""
    if here.left.endswith("#"):
        return _unsettled(here, pair, day)
    if context.ADDRESS.search(here.left) or context.SCORE.search(here.left) or context.SCALE.search(here.left):
        return _out_of(here, pair)
    if pair[0] == "24/7" and context.ROUND_THE_CLOCK.search(here.left):
        return _out_of(here, pair)
    if context.STREET.search(here.left) and pair[0] in context.HOLIDAYS:
        return Reading(day.end, say_day(day, here.accent), Kind.DATE)
    if context.DATE_SURE.search(here.left):
        said = context.DAY_SAID.search(here.left) or context.AFTER_CLOCK.search(here.left)
        if not said and (_fraction_next(here, pair) or _counted_next(here, pair)):
            return _unsettled(here, pair, day)
        return _date(here, day) if day.exists else Refusal(day.end)
    if not day.exists and int(day.day) <= 31 and 1 <= int(day.month) <= 12:
        return _unsettled(here, pair, day)  # 30/2 is no day of any year
    return (
        _out_of(here, pair) if not day.exists and not _fraction_next(here, pair) else _by_what_follows(here, pair, day)
    )


def _by_what_follows(here: Here, pair: re.Match[str], day: Day) -> Answer:
    if _fraction_next(here, pair):
        return _share(here, pair)
    counted = _counted_next(here, pair)
    dated = bool(
        context.DATE_LIKELY.search(here.left)
        or context.DATE_NEXT.match(here.text, pair.end())
        or context.WEEKDAY_NEXT.match(here.text, pair.end())
    )
    padded = len(day.day) == len(day.month) == 2 and (int(day.day) > 12 or _opens(here, pair))
    if counted and not dated and int(pair["part"]) <= int(pair["whole"]):
        return _out_of(here, pair)
    if (dated or padded or _only_a_day(here, pair)) and not counted:
        return _date(here, day)
    return _unsettled(here, pair, day)


def _opens(here: Here, pair: re.Match[str]) -> bool:
    """05/10: at the front of a line is its date."""
    return not here.left and here.text[pair.end() : pair.end() + 1] == ":"


def _only_a_day(here: Here, pair: re.Match[str]) -> bool:
    """30/6 is no part of a whole, and with no name of a street after it no house; 24/7 is round the clock."""
    improper = int(pair["part"]) > int(pair["whole"]) and pair[0] != "24/7"
    alone = context.NOTHING_NEXT.match(here.text, pair.end()) or context.AND_NEXT.match(here.text, pair.end())
    return improper and alone is not None


def _span_end(here: Here, pair: re.Match[str]) -> int:
    """In `từ 1/2 đến 2/3 số hộ` the words after the second pair speak for both."""
    other = _OTHER_END.match(here.text, pair.end())
    return other.end() if other else pair.end()


def _counted_next(here: Here, pair: re.Match[str]) -> bool:
    found = context.COUNT_NEXT.match(here.text, _span_end(here, pair))
    return found is not None and not (context.DATE_SURE.search(here.left) and title_next(here.text, found.end()))


def _fraction_next(here: Here, pair: re.Match[str]) -> bool:
    proper = pair["part"].isdigit() and pair["whole"].isdigit() and 0 < int(pair["part"]) < int(pair["whole"])
    end = _span_end(here, pair)
    return proper and (context.SHARE_NEXT.match(here.text, end) or unit_after(here.text, end, here.accent)) is not None


def _date(here: Here, day: Day) -> Reading:
    return Reading(day.end, say_days(here, (day,)), Kind.DATE)


def _share(here: Here, pair: re.Match[str]) -> Reading:
    whole = ordinal(pair["whole"], here.accent)
    return Reading(pair.end(), (cardinal(pair["part"], here.accent), Piece("/", "phần"), whole), Kind.RATIO)


def _out_of(here: Here, pair: re.Match[str]) -> Reading:
    speak = numbered if context.ADDRESS.search(here.left) else cardinal
    joint = Piece(pair["mark"], "trên" if pair["mark"] == "/" or not context.SCORE.search(here.left) else ",")
    hours = (Piece(pair["hours"], "giờ"),) if pair["hours"] else ()
    pieces = (speak(pair["part"], here.accent), joint, speak(pair["whole"], here.accent), *hours)
    unit = unit_after(here.text, pair.end(), here.accent)
    if unit:
        return Reading(unit.end, (*pieces, *unit.pieces), Kind.RATIO)
    return Reading(pair.end(), pieces, Kind.RATIO)


def _unsettled(here: Here, pair: re.Match[str], day: Day) -> Refusal:
    part, whole = cardinal(pair["part"], here.accent).words, cardinal(pair["whole"], here.accent).words
    date = (" ".join(["ngày", *(piece.words for piece in say_day(day, here.accent))]),) if day.exists else ()
    return Refusal(pair.end(), (*date, f"{part} phần {whole}", f"{part} trên {whole}"))
