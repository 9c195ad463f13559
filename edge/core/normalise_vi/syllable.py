"""Is this word a Vietnamese syllable? By rule: onset, rhyme, tone and where the tone mark sits.

Both styles of tone mark are right: hòa and hoà, thủy and thuỷ. The rhymes are those of the Vietnamese
orthography (Hoàng Phê, Từ điển vần), with the few of loan words (xoong, moóc, tuyn).
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_TONES = {"\u0300": "huyền", "\u0301": "sắc", "\u0303": "ngã", "\u0309": "hỏi", "\u0323": "nặng"}
_MARK_OF = {tone: mark for mark, tone in _TONES.items()}
_VOWELS = frozenset("aăâeêioôơuưy")
_QUALITY = frozenset("ăâêôơư")


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_ONSETS = _set("b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x") | {""}
_RHYMES = _set(
    """
    a ac ach ai am an ang anh ao ap at au ay  ăc ăm ăn ăng ăp ăt  âc âm ân âng âp ât âu ây
    e ec em en eng eo ep et  ê êch êm ên ênh êp êt êu
    i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu
    o oc oi om on ong op ot oong ooc  oa oac oach oai oam oan oang oanh oao oap oat oay
    oăc oăm oăn oăng oăt  oe oem oen oeo oep oet  ô ôc ôi ôm ôn ông ôp ôt  ơ ơi ơm ơn ơp ơt
    u ua uc ui um un ung up ut  uân uâng uât uây  uê uêch uênh  uơ  uôc uôi uôm uôn uông uôt
    uy uya uych uyn uynh uyp uyt uyu uyên uyêt
    ư ưa ưc ưi ưm ưn ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu  y
    """
)
_RHYMES_ALONE = _set("yêm yên yêng yêt yêu")
_RHYMES_AFTER_QU = _set(
    """
    a ac ach ai am an ang anh ao ap at au ay  ăc ăm ăn ăng ăp ăt  ân âng ât âu ây
    e en eo et ê êch ên ênh êt êu  i it  y ych yn ynh yp yt yên yêt yu  ơ ơi ơn ôc
    """
)
_RHYMES_AFTER_GI = (_RHYMES - {"i", "y"}) | _set("êc êm ên êng êp êt êu")
_G_WITH_I = _set("i in")  # gì, gìn: g keeps its sound without an h
_FRONT = frozenset("eêiy")
_STOPS = ("c", "ch", "p", "t")
_EITHER_STYLE = frozenset({"oa", "oe", "uy"})


@lru_cache(maxsize=8192)
def is_syllable(word: str) -> bool:
    """True for one lower-case NFC syllable with its tone mark where it belongs."""
    base, marks = _without_tones(word)
    if len(marks) > 1 or not base or len(base) > 7:
        return False
    tone, place = marks[0] if marks else ("ngang", -1)
    return any(_fits(onset, base[len(onset) :], tone, place - len(onset)) for onset in _onsets(base))


def corrected(word: str) -> str | None:
    """The same letters and tone with the mark moved to where it belongs (qúy -> quý), or None."""
    base, marks = _without_tones(word)
    if len(marks) != 1:
        return None
    tone = _MARK_OF[marks[0][0]]
    moved = (unicodedata.normalize("NFC", base[: i + 1] + tone + base[i + 1 :]) for i in range(len(base)))
    return next((candidate for candidate in moved if is_syllable(candidate)), None)


def _without_tones(word: str) -> tuple[str, list[tuple[str, int]]]:
    """The letters without tone marks, and each mark with the index of its letter."""
    letters: list[str] = []
    marks: list[tuple[str, int]] = []
    for char in unicodedata.normalize("NFD", word):
        if char in _TONES and letters:
            marks.append((_TONES[char], len(letters) - 1))
        elif unicodedata.combining(char) and letters:
            letters[-1] += char
        else:
            letters.append(char)
    base = [unicodedata.normalize("NFC", letter) for letter in letters]
    return "".join(base), marks


def _onsets(base: str) -> list[str]:
    return [base[:n] for n in range(min(4, len(base))) if base[:n] in _ONSETS]


def _fits(onset: str, rhyme: str, tone: str, place: int) -> bool:
    if not _spelled_together(onset, rhyme):
        return False
    if rhyme.endswith(_STOPS) and tone not in {"sắc", "nặng"}:
        return False
    return tone == "ngang" or place in _tone_places(onset, rhyme)


def _spelled_together(onset: str, rhyme: str) -> bool:
    """c, g, ng before a back vowel; k, gh, ngh before a front one; qu and gi bring a vowel of their own."""
    if onset == "":
        return rhyme in _RHYMES or rhyme in _RHYMES_ALONE
    if onset == "qu":
        return rhyme in _RHYMES_AFTER_QU
    if onset == "gi":
        return rhyme in _RHYMES_AFTER_GI
    if onset == "g" and rhyme in _G_WITH_I:
        return True
    front = rhyme[:1] in _FRONT
    if onset in {"k", "gh", "ngh"}:
        return front and rhyme in _RHYMES and (onset == "k" or rhyme != "y")
    return rhyme in _RHYMES and not (front and onset in {"c", "g", "ng"})


def _tone_places(onset: str, rhyme: str) -> frozenset[int]:
    """Indexes within the rhyme that may carry the mark."""
    vowels = [i for i, letter in enumerate(rhyme) if letter in _VOWELS]
    marked = [i for i in vowels if rhyme[i] in _QUALITY]
    if marked:
        return frozenset(marked[-1:])
    if rhyme in _EITHER_STYLE and onset != "qu":
        return frozenset({0, 1})
    closed = rhyme[-1] not in _VOWELS
    if closed:
        return frozenset(vowels[-1:])
    return frozenset({1 if len(vowels) == 3 else 0})
