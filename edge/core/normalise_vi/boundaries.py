"""Where tokens end. A reader that stops anywhere else has not understood its token."""

from __future__ import annotations

import re

# Characters without width hide in pasted text; between two spaces they mean nothing, inside a token they refuse it.
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
CLOSERS = r""".,;:!?…)\]}"”»*"""

_SPACE_OR_END = rf"[{INVISIBLE}]*(?:\s|\Z)"
WORD_END = rf"(?={_SPACE_OR_END}|[{CLOSERS}(\[“‘«]|['’](?![^\W\d_]))"
# 3-cấp 4: a dash and the name of the next number leave this one whole.
_NAMED_AFTER = (
    "[-–—~][ \u00a0]?(?:thứ|tháng|quý|cấp|báo động|BĐ|mùng|mồng|ngày|năm|lớp|[Kk][Mm]|mức|bậc|kỳ|điều|khoản|chương|khóa"
    r"|thôn|tổ|xóm|ấp|khóm|đội|khu|khối|tdp|cụm|nhà|trạm) ?(?:[0-9IVX]|hai|ba|tư|năm|sáu|bảy)"
)
NUMBER_END = (
    rf"(?={_SPACE_OR_END}|[)\]}};!?…(*]|[\"'”’»](?![^\W_])|[.,:](?![.,:]*[0-9])|{_NAMED_AFTER}"
    r"|[-–—](?:CN|T[2-7])(?!\w))"
)

_WORD_END = re.compile(WORD_END)
_NUMBER_END = re.compile(NUMBER_END)
_CHUNK = re.compile(r"\S+")


def ends_word(text: str, at: int) -> bool:
    """A word may end here."""
    return _WORD_END.match(text, at) is not None


def ends_number(text: str, at: int) -> bool:
    """A token with figures may end here: no digit, letter or sign hangs on to it."""
    return _NUMBER_END.match(text, at) is not None


def chunk_end(text: str, at: int) -> int:
    """The end of the run without spaces that starts here, less the punctuation that closes it."""
    found = _CHUNK.match(text, at)
    assert found is not None, "a token never starts at a space"
    return at + max(1, len(found[0].rstrip(".,;:!?…)]}\"'”’»*")))
