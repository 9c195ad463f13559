"""Words: plain syllables, abbreviations, foreign words, single letters, and compounds of them with - / &."""

from __future__ import annotations

import re

from edge.core.normalise_vi import context
from edge.core.normalise_vi.abbreviations import ABBREVIATIONS, AMBIGUOUS, COMPOUNDS, DOTTED
from edge.core.normalise_vi.boundaries import chunk_end, ends_number, ends_word
from edge.core.normalise_vi.capitals import among_capitals, name_before
from edge.core.normalise_vi.foreign import FOREIGN
from edge.core.normalise_vi.letters import LETTER_NAMES, spell
from edge.core.normalise_vi.reading import Answer, Here, Piece, Reading, Refusal
from edge.core.normalise_vi.result import Kind
from edge.core.normalise_vi.settled import settle
from edge.core.normalise_vi.syllable import corrected, is_syllable
from edge.core.normalise_vi.units import divisor_after

LETTERS = re.compile(r"[^\W\d_]+")
_PLAIN = re.compile(r"[^\W\d_]{2,7}(?=[\s,;!?)]|\.?(?:\s|\Z))")
_COMPOUND = re.compile(r"[^\W\d_]{1,20}(?:[-–/&][^\W\d_]{1,20}){1,7}(?!\w)")
_JOINTS = re.compile(r"([-–/&])")
_DOTTED = re.compile(r"(?P<short>[^\W\d_]{1,3})\.(?P<gap>[ \u00a0]?)(?=(?P<next>[^\W_]))(?![^\W\d_](?:\s|\.|\Z))")
_SIGNATURE = re.compile(r"(?P<short>TM|KT|TL|TUQ|T/M)(?:\.[ \u00a0]?|[ \u00a0])(?=[^\W\d_])")
_AND_SO_ON = re.compile(r"v\.v(?!\w)(?:\.(?=\s[^\W\d_]))?|v(?=\.\.\.|…)|vv(?!\w)", re.IGNORECASE)
_PREFIXED = re.compile(r"(?P<letter>[HKMRBDLhkmrbdl])['’](?P<rest>[^\W\d_]{1,7})")
_PARAGRAPH = re.compile(r"[^\W\d_][.)/](?=\s)")
_LISTED = re.compile(r"[;:]\s{1,2}$")  # …; b) and so on
_MAYBE_ROMAN = {"I": "một", "V": "năm", "X": "mười"}
_LOWER_NEXT = re.compile(r" [a-zà-ỹđ]{2}")
_COUNTED_PER = re.compile(
    r"[^\W\d_]{1,7}(?=/(?:[mM][23²³]|ha|HA|km|kg|l|lít|ml)(?!\w)|/[0-9]{1,3}(?:[.][0-9]{3})*[ \u00a0]?[^\W\d_])"
)
_MORE_THAN_HUNDREDS = re.compile(r"/[0-9]{1,3}\.[0-9]{3}")
_RUN = re.compile(r"[^\W\d_](?:[^\W\d_]|[-/&.](?=[^\W\d_]))*")
_GLUED = re.compile(r"[.-]?[0-9]{1,4}(?![0-9])")
_DOT_BEFORE_NUMBER = re.compile(r"[.-](?=[0-9])")
_RATED = re.compile(
    "(?:lần|lượt|người|hộ|ngày|giờ|phút|buổi|suất|cái|con|cây|bao|viên|chí|lít|nước|tấn|tạ|yến|đồng|xe|ca|mét|điểm|liều"
    "|phần|chai|hộp|thùng|gói|em|cháu|sinh|khẩu|công|trứng|cân|cặp|bộ|chiếc)/"
)
_SPELLED_MAX = 8
_PER_ENDS = ("/sào", "/ha", "/mẫu", "/bình", "/giờ", "/gốc", "/vụ", "/ngày", "/tuần", "/tháng", "/năm", "/lần", "/khẩu")
_FAR = 2000  # characters: the paragraphs before this one
_TITLES = re.compile(
    r" ?(?:CHỦ|Chủ|GIÁM|Giám|TRƯỞNG|Trưởng|HIỆU|Hiệu|BÍ|Bí|BỘ|Bộ|THỦ|Thủ|CHÁNH|Chánh|BAN|Ban|ỦY|Ủy|UBND|HĐND|BTV|BCH"
    r"|ĐẢNG|Đảng|THƯỜNG|Thường|ĐOÀN|Đoàn|HỘI|Hội|CHI|Chi|MẶT|Mặt)(?!\w)"
)
_SIGNED = {"TM": "thay mặt", "KT": "ký thay", "TL": "thừa lệnh", "TUQ": "thừa ủy quyền", "T/M": "thay mặt"}


def plain_word(text: str, at: int) -> str | None:
    """A syllable in small letters, or with a capital, that stands alone: most of every bulletin. None for the rest."""
    found = _PLAIN.match(text, at)
    return found[0] if found and found[0][1:].islower() and is_syllable(found[0].lower()) else None


def read_word(here: Here) -> Answer:
    """Reads one word or one compound."""
    for reader in (_and_so_on, _signed, _dotted, _prefixed, _per_measure, _compound):
        if (answer := reader(here)) is not None:
            return answer
    found = LETTERS.match(here.text, here.at)
    if not found or not ends_word(here.text, found.end()):
        return None
    return read_written(here, found[0], found.end())


def read_written(here: Here, written: str, end: int) -> Answer:
    """Reads letters that stand alone: the operator's table first, then what is certain, then what is refused."""
    if (own := here.abbreviations.words(written, here.text, end)) is not None:
        return _said(written, own, end)
    if written in ABBREVIATIONS:
        return Reading(end, (Piece(written, ABBREVIATIONS[written]),), Kind.ABBREVIATION)
    if written in AMBIGUOUS:
        return _ambiguous(here, written, end)
    if len(written) == 1 and written.lower() not in "ạàáảãòóỏõọờớởỡợừứửữựìíỉĩịỳýỷỹỵèéẻẽẹềếểễệồốổỗộùúủũụ":
        return _letter(here, written, end)
    if _maybe_initials(here, written, end):
        return Refusal(end, (written.lower(), *_suggest(written)[1:]))
    return _certain(written, end) or Refusal(end, _suggest(written))


def _maybe_initials(here: Here, written: str, end: int) -> bool:
    """Zalo OA: two capitals among small letters are initials more often than the word they spell."""
    if len(written) != 2 or not (written.isascii() and written.isupper()):
        return False
    return not among_capitals(here.text, here.at, end)


def read_own(here: Here) -> Answer:
    """Reads what the operator's table knows, before any other reader: a whole compound, or letters before a number."""
    for pattern in (_RUN, LETTERS):
        found = pattern.match(here.text, here.at)
        if not found:
            return None
        words = here.abbreviations.words(found[0], here.text, found.end())
        if words is not None and (ends_word(here.text, found.end()) or _GLUED.match(here.text, found.end())):
            dot = _DOT_BEFORE_NUMBER.match(here.text, found.end())
            return _said(
                here.text[here.at : dot.end() if dot else found.end()], words, dot.end() if dot else found.end()
            )
    return None


def _said(written: str, words: str, end: int) -> Answer:
    """The operator's words for it; an entry with a problem has been emptied, and refuses its token."""
    return Reading(end, (Piece(written, words),), Kind.ABBREVIATION) if words else Refusal(end)


def _certain(written: str, end: int) -> Reading | None:
    lower = written.lower()
    if is_syllable(lower) and (written in (lower, written.upper(), written.capitalize())):
        return Reading(end, (Piece(written, lower),), None)
    words = FOREIGN.get(lower)
    return Reading(end, (Piece(written, words),), Kind.FOREIGN) if words else None


def _suggest(written: str) -> tuple[str, ...]:
    lower = written.lower()
    better = lower if is_syllable(lower) else corrected(lower)
    upper = ABBREVIATIONS.get(written.upper())
    spelled = spell(written) if written.isupper() and len(written) <= _SPELLED_MAX else None
    return tuple(word for word in (better, upper, spelled) if word)


def _ambiguous(here: Here, written: str, end: int) -> Answer:
    words = settle(here, written, end)
    return Reading(end, (Piece(written, words),), Kind.ABBREVIATION) if words else Refusal(end, AMBIGUOUS[written])


def _letter(here: Here, written: str, end: int) -> Answer:
    lower = written.lower()
    if lower not in LETTER_NAMES or re.match(r"[.,][0-9]", here.text[end : end + 2]):
        return Refusal(end)  # O,5 m: a letter among figures
    if written == "x" and "#" in here.left.split()[-4:] and re.match(r" [^\W_]", here.text[end : end + 2]):
        return Reading(end, (Piece(written, "nhân"),), Kind.SYMBOL)
    if written in _MAYBE_ROMAN:
        return Refusal(end, (_MAYBE_ROMAN[written], LETTER_NAMES[lower]))
    heading = (here.line_start or _LISTED.search(here.text[max(0, here.at - 4) : here.at])) and _PARAGRAPH.match(
        here.text, here.at
    )
    if (pole := _pole(here, written)) is not None:
        return Reading(end, (Piece(written, pole),), Kind.LETTER)
    if _maybe_unit(here, lower):
        return Refusal(end, ("nghìn",) if lower == "k" else (LETTER_NAMES[lower],))
    if (heading and _opens_paragraph(here, written)) or context.LETTERED.search(here.left) or _degrees(here, written):
        return Reading(end, (Piece(written, LETTER_NAMES[lower]),), Kind.LETTER)
    if is_syllable(lower) and (written == lower or lower in "aoôơêư" or _LOWER_NEXT.match(here.text, end)):
        return Reading(end, (Piece(written, lower),), None)
    return Refusal(end, (LETTER_NAMES[lower],))


def _maybe_unit(here: Here, lower: str) -> bool:
    """200 k, 3 p: more likely a thousand and minutes than a letter, and not for us to say."""
    return lower in "kpmlgshvw" and here.left.endswith("#") and here.text[max(0, here.at - 2) : here.at - 1].isdigit()


def _opens_paragraph(here: Here, written: str) -> bool:
    """a. b. c) open one; T. and P. before a name shorten tỉnh and phường; đ. may be đường where no d. came before."""
    if here.text[here.at + 1 : here.at + 2] != ".":
        return True
    if written == "đ":
        return re.search(r"(?:^|\n)[ \t]*d[.)]", here.text[max(0, here.at - _FAR) : here.at]) is not None
    return written in "abcdefghiklABCDEFGI"


def _pole(here: Here, written: str) -> str | None:
    """The N and E of 15,2 độ N; 110,5 độ E."""
    poles = {"N": "vĩ bắc", "E": "kinh đông", "S": "vĩ nam", "W": "kinh tây"}
    return poles.get(written) if re.search(r"#(?: <unit>)? độ$|# <unit>$", here.left) else None


def _degrees(here: Here, written: str) -> bool:
    return written in "CF" and here.left.endswith("độ")


def _and_so_on(here: Here) -> Answer:
    """v.v. keeps its dot as the end of a sentence only where one follows."""
    found = _AND_SO_ON.match(here.text, here.at)
    if not found:
        return None
    mid_sentence = found[0].endswith(".") and here.text[found.end() + 1].islower()
    end = found.end() if mid_sentence or not found[0].endswith(".") else found.end() - 1
    return Reading(end, (Piece(found[0], "vân vân"),), Kind.ABBREVIATION)


def _signed(here: Here) -> Answer:
    """TM. UBND, KT. CHỦ TỊCH: how officials sign."""
    found = _SIGNATURE.match(here.text, here.at)
    if not found or not _TITLES.match(here.text, found.end()):
        return None
    return Reading(found.end(), (Piece(found[0], _SIGNED[found["short"]]),), Kind.ABBREVIATION)


def _dotted(here: Here) -> Answer:
    """TP. Huế, Q.1, BS. Lan. P.5 may be phường or phòng; X. at the end of a sentence is no xã."""
    found = _DOTTED.match(here.text, here.at)
    words = DOTTED.get(found["short"]) if found else None
    if not found or not words or not (found["next"].isupper() or found["next"].isdigit()):
        return None
    one, digit = len(found["short"]) == 1, found["next"].isdigit()
    if (one and found["gap"] and not digit and not _before_place(here, found)) or (digit and found["short"] == "P"):
        return Refusal(chunk_end(here.text, here.at), (words, "phòng") if found["short"] == "P" else (words,))
    if digit and found["short"] not in {"Q", "P"}:
        return None
    if found["short"] == "TT" and here.text.startswith("Huế", found.end()):
        words = "thừa thiên"
    if found["short"] == "Q" and _TITLES.match(here.text, found.end()):
        words = "quyền"
    return Reading(found.end(), (Piece(found[0], words),), Kind.ABBREVIATION)


def _before_place(here: Here, found: re.Match[str]) -> bool:
    """P. Thuận Hóa is a ward unless it may be the initial of a person: Trần P. Lan."""
    if found["short"] == "X" and here.line_start:
        return False
    return not name_before(here.text, here.at)


def _prefixed(here: Here) -> Answer:
    """H'Mông, K'Ho, M'Nông: names of the highlands, their first letter said with ờ."""
    found = _PREFIXED.match(here.text, here.at)
    if not found or not ends_word(here.text, found.end()) or not is_syllable(found["rest"].lower()):
        return None
    first = {"k": "cờ"}.get(found["letter"].lower(), found["letter"].lower() + "ờ")
    return Reading(found.end(), (Piece(found[0], f"{first} {found['rest'].lower()}"),), Kind.FOREIGN)


def _per_measure(here: Here) -> Answer:
    """20 con/m2, 1.600 cây/ha, 2 lần/3 ngày; 3.256 hộ/12.480 nhân khẩu are two counts."""
    found = _COUNTED_PER.match(here.text, here.at)
    if not found or "#" not in here.left.split()[-3:] or not is_syllable(found[0].lower()):
        return None
    if _MORE_THAN_HUNDREDS.match(here.text, found.end()):
        return Reading(found.end() + 1, (Piece(found[0], found[0].lower()), Piece("/", ",")), Kind.SYMBOL)
    end, divisor = divisor_after(here.text, found.end(), here.accent, each=False)
    if not divisor or not ends_number(here.text, end):
        return None
    return Reading(end, (Piece(found[0], found[0].lower()), *divisor), Kind.SYMBOL)


def _compound(here: Here) -> Answer:
    found = _COMPOUND.match(here.text, here.at)
    if not found or not ends_word(here.text, found.end()):
        return None
    written, end = found[0], found.end()
    if written in COMPOUNDS:
        return Reading(end, (Piece(written, COMPOUNDS[written]),), Kind.ABBREVIATION)
    if words := FOREIGN.get(written.lower()):
        return Reading(end, (Piece(written, words),), Kind.FOREIGN)
    if written in AMBIGUOUS or written.lower() == "đ/c":
        return _ambiguous(here, written, end)
    return _joined(here, written, end)


def _is_rate(here: Here, written: str) -> bool:
    """2 lần/ngày, 20 lít nước/bình, 10 kg đạm/sào; but 4 xã/phường are places of either kind."""
    if written.count("/") != 1:
        return False
    said = here.left.split()
    if _RATED.match(written.lower()):
        return "#" in said[-2:]
    counted = [at for at, word in enumerate(said) if word == "#"]
    return bool(counted) and "," not in said[max(counted[-1], len(said) - 4) :] and written.lower().endswith(_PER_ENDS)


def _joined(here: Here, written: str, end: int) -> Answer:
    """Word by word: a hyphen is silent, a slash is a pause, or mỗi after a counted thing (2 lần/ngày)."""
    said = {"-": "", "–": "", "&": "và", "/": "mỗi" if _is_rate(here, written) else ","}
    pieces: list[Piece] = []
    for part in _JOINTS.split(written):
        if part in said:
            pieces.append(Piece(part, said[part]))
            continue
        answer = read_written(here, part, end)
        lone_letter = len(part) == 1 and part.islower() and not is_syllable(part)
        if not isinstance(answer, Reading) or lone_letter:
            return Refusal(end, _suggest(written))
        pieces += answer.pieces
    return Reading(end, tuple(pieces), Kind.ABBREVIATION if written.isupper() else Kind.SYMBOL)
