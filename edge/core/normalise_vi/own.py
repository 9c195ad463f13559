"""The operator's own abbreviations: what is written, how it is spoken, and where that holds.

Scopes are three, because an operator means one of three things. "It is always this, however I type it" (any_case);
"only in these very letters" (as_written: `TT` is trung tâm and `tt` is not); "only before a number" (before_number:
`P.201`, while `P` elsewhere stays unread). There is no scope by hamlet: one recording goes to many hamlets, and the
same text would need two readings at once. Of several that fit, before_number wins over as_written, that over any_case.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from edge.core.normalise_vi.syllable import corrected, is_syllable

WRITTEN_MAX, SPOKEN_WORDS_MAX, TABLE_MAX = 20, 16, 500
"""Characters of what is written, words of what is spoken, entries of the whole table."""

LEVELS = frozenset({"BĐ"})
"""BĐ3 is a level of the river on which lives hang: no entry changes it."""

_WRITTEN = re.compile(r"[^\W\d_](?:[^\W\d_]|[-/&.](?=[^\W\d_])){0,19}")
_NUMBER_NEXT = re.compile(r"[ .:\u00a0]{0,2}(?:[0-9]|[IVX]{1,4}(?!\w))")


class Scope(StrEnum):
    """Where an abbreviation holds."""

    AS_WRITTEN = "as_written"
    ANY_CASE = "any_case"
    BEFORE_NUMBER = "before_number"


@dataclass(frozen=True, slots=True)
class Abbreviation:
    """One entry: `written` as it stands in texts (NFC), `spoken` as Vietnamese words."""

    written: str
    spoken: str
    scope: Scope = Scope.AS_WRITTEN


def tidied(entry: Abbreviation) -> Abbreviation:
    """The same entry composed, without stray blanks, its words in small letters."""
    written = unicodedata.normalize("NFC", entry.written).strip()
    spoken = " ".join(unicodedata.normalize("NFC", entry.spoken).lower().split())
    return Abbreviation(written, spoken, entry.scope)


def problem(entry: Abbreviation) -> str | None:
    """Why a tidied entry cannot be used, as a Vietnamese sentence for the operator; None when it can."""
    return _written_problem(entry.written, entry.scope) or _spoken_problem(entry.spoken)


def _written_problem(written: str, scope: Scope) -> str | None:
    if not written:
        return "Chưa ghi chữ tắt."
    if len(written) > WRITTEN_MAX:
        return f"Chữ tắt dài {len(written)} ký tự, tối đa {WRITTEN_MAX}."
    if not _WRITTEN.fullmatch(written):
        return (
            "Chữ tắt chỉ gồm chữ cái, ở giữa có thể có dấu - / & hoặc dấu chấm; không có chữ số, không có khoảng trắng."
        )
    if len(written) == 1 and scope is not Scope.BEFORE_NUMBER:
        return "Một chữ cái đứng một mình dễ nhầm: chỉ dùng được với phạm vi “chỉ trước một con số”."
    if written in LEVELS and scope is Scope.BEFORE_NUMBER:
        return f"“{written}” trước một con số luôn là mức báo động lũ, không đổi cách đọc được."
    if is_syllable(written) or (scope is Scope.ANY_CASE and is_syllable(written.lower())):
        return (
            f"“{written}” cũng là một tiếng Việt thường gặp, đọc thay sẽ sai chỗ khác:"
            " hãy viết hoa và chọn “đúng như đã viết”."
        )
    return None


def _spoken_problem(spoken: str) -> str | None:
    words = spoken.split()
    if not words:
        return "Chưa ghi cách đọc."
    if len(words) > SPOKEN_WORDS_MAX:
        return f"Cách đọc dài {len(words)} tiếng, tối đa {SPOKEN_WORDS_MAX}."
    wrong = next((word for word in words if not is_syllable(word)), None)
    if wrong is None:
        return None
    better = corrected(wrong)
    hint = f" Có phải “{better}”?" if better else " Hãy ghi bằng tiếng Việt như khi đọc, số cũng ghi bằng chữ."
    return f"“{wrong[:WRITTEN_MAX]}” không phải là một tiếng Việt đọc được.{hint}"


@dataclass(frozen=True, slots=True)
class Abbreviations:
    """The whole table, ready for readers; made by `of`. `digest` tells two apart (16 hex digits, "" when empty)."""

    as_written: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    any_case: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    before_number: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    digest: str = ""

    @classmethod
    def of(cls, entries: Iterable[Abbreviation]) -> Abbreviations:
        """The table of these entries. One with a problem refuses its tokens: they were meant to be read otherwise."""
        rows = sorted(map(tidied, entries), key=lambda row: (row.scope, row.written, row.spoken))
        if not rows:
            return cls()
        tables: dict[Scope, dict[str, str]] = {scope: {} for scope in Scope}
        for row in rows:
            written = row.written.lower() if row.scope is Scope.ANY_CASE else row.written
            tables[row.scope][written] = "" if problem(row) else row.spoken
        lines = "\n".join(f"{row.scope}\t{row.written}\t{row.spoken}" for row in rows)
        return cls(
            MappingProxyType(tables[Scope.AS_WRITTEN]),
            MappingProxyType(tables[Scope.ANY_CASE]),
            MappingProxyType(tables[Scope.BEFORE_NUMBER]),
            hashlib.sha256(lines.encode()).hexdigest()[:16],
        )

    def words(self, written: str, text: str, end: int) -> str | None:
        """How `written`, which ends in `text` at `end`, is spoken; "" refuses it, None knows nothing of it."""
        if not self.digest or (written in LEVELS and _NUMBER_NEXT.match(text, end)):
            return None
        if (numbered := self.before_number.get(written)) is not None and _NUMBER_NEXT.match(text, end):
            return numbered
        exact = self.as_written.get(written)
        return exact if exact is not None else self.any_case.get(written.lower())


NO_ABBREVIATIONS = Abbreviations()
