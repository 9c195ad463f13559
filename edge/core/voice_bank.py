"""What a commune's speaker records once, so that alarms are said by a voice that everybody knows.

A list of prompts, each a few words as they are spoken. Numbers, times and levels are put together from the small ones;
what a commune's own templates say between their blanks is recorded whole, because whole sentences sound best.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from edge.core.normalise_vi import Accent, SpokenText

Read = Callable[[str], SpokenText]
KEY_LETTERS: Final = 16


@dataclass(frozen=True, slots=True)
class Prompt:
    """One thing to say: ``words`` are syllables one space apart, as the reader of bulletins gives them."""

    words: str
    group: str

    @property
    def key(self) -> str:
        """The same for the same words, for ever: what was recorded stays recorded when the list changes."""
        return key_of(self.words)


def key_of(words: str) -> str:
    """The name of a prompt in addresses and rows."""
    return hashlib.sha256(words.encode()).hexdigest()[:KEY_LETTERS]


FIGURES: Final = "Số"
_FIGURES = (
    "không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười",
    "mươi", "mốt", "tư", "lăm", "trăm", "triệu", "phẩy", "rưỡi", "âm",
)  # fmt: skip
_FIGURES_OF = {Accent.NORTH: ("linh", "nghìn"), Accent.SOUTH: ("lẻ", "ngàn")}
TIMES: Final = "Giờ và ngày"
_TIMES = (
    "giờ", "phút", "lúc", "từ", "đến", "trước", "sau", "sáng", "trưa", "chiều", "tối", "đêm", "ngày", "tháng",
    "hôm nay", "ngày mai", "đêm nay", "sáng mai",
)  # fmt: skip
WEEKDAYS: Final = "Thứ và tháng"
_WEEKDAYS = (
    "thứ hai", "thứ ba", "thứ tư", "thứ năm", "thứ sáu", "thứ bảy", "chủ nhật",
    "tháng một", "tháng hai", "tháng ba", "tháng tư", "tháng năm", "tháng sáu", "tháng bảy", "tháng tám", "tháng chín",
    "tháng mười", "tháng mười một", "tháng mười hai",
)  # fmt: skip
UNITS: Final = "Đơn vị"
_UNITS = (
    "mét", "xen ti mét", "mi li mét", "ki lô mét", "mét khối", "mét khối trên giây", "héc ta", "phần trăm", "độ xê",
    "ki lô mét trên giờ", "đồng", "người", "hộ",
)  # fmt: skip
LEVELS: Final = "Báo động và cấp"
_LEVELS = (
    "báo động một", "báo động hai", "báo động ba", "trên báo động ba", "cấp", "giật cấp", "rủi ro thiên tai cấp",
    "mực nước", "đang lên", "đang xuống", "lượng mưa", "gió", "xả lũ", "lưu lượng", "tại", "ở", "là", "và",
    "chú ý", "xin nhắc lại", "đây là tin khẩn cấp", "đây là diễn tập", "hết tin",
)  # fmt: skip
PLACES: Final = "Thôn, trạm đo và nơi chốn"
TEMPLATES: Final = "Lời của mẫu tin"
_BLANK = re.compile(r"\{[^{}]*\}")
_MARKS = re.compile(r"[.,;:!?…\n]+")


def prompts_of(names: Iterable[str], templates: Sequence[str], accent: Accent, read: Read) -> tuple[Prompt, ...]:
    """Everything to record, each once, in the order in which it is shown.

    ``names`` are hamlets, gauge stations and places that fill blanks, ``templates`` texts with blanks in braces. What
    cannot be read is left out here: it cannot be spoken either, and is shown where it was written.
    """
    groups: tuple[tuple[str, Iterable[str]], ...] = (
        (FIGURES, (*_FIGURES, *_FIGURES_OF[accent])),
        (TIMES, _TIMES),
        (WEEKDAYS, _WEEKDAYS),
        (UNITS, _UNITS),
        (LEVELS, _LEVELS),
        (PLACES, (phrase for name in names for phrase in _phrases(name, read))),
        (TEMPLATES, (phrase for text in templates for part in _BLANK.split(text) for phrase in _phrases(part, read))),
    )
    found: dict[str, Prompt] = {}
    for group, phrases in groups:
        for words in phrases:
            found.setdefault(words, Prompt(words, group))
    return tuple(found.values())


def _phrases(text: str, read: Read) -> Iterator[str]:
    """What is said between two marks of a text."""
    spoken = read(text)
    if not spoken.complete:
        return
    for phrase in _MARKS.split(spoken.spoken):
        if words := " ".join(phrase.split()):
            yield words
