"""Languages of a commune's loudspeakers, those of minorities too (Nghị định 49/2024): ISO 639-3 and name."""

from collections.abc import Mapping
from types import MappingProxyType

from edge.core.errors import FinalError
from edge.core.speech import VIETNAMESE

LANGUAGES: Mapping[str, str] = MappingProxyType(
    {
        VIETNAMESE: "tiếng Việt",
        "bdq": "tiếng Ba Na",
        "bru": "tiếng Bru-Vân Kiều",
        "cjm": "tiếng Chăm",
        "kpm": "tiếng Cơ Ho",
        "ktv": "tiếng Cơ Tu",
        "ium": "tiếng Dao",
        "rad": "tiếng Ê Đê",
        "jra": "tiếng Gia Rai",
        "hre": "tiếng Hrê",
        "yue": "tiếng Hoa",
        "khm": "tiếng Khmer",
        "lao": "tiếng Lào",
        "hmn": "tiếng Mông",
        "mng": "tiếng M'Nông",
        "mtq": "tiếng Mường",
        "nut": "tiếng Nùng",
        "pac": "tiếng Pa Cô",
        "tth": "tiếng Tà Ôi",
        "tyz": "tiếng Tày",
        "blt": "tiếng Thái",
        "sed": "tiếng Xơ Đăng",
        "eng": "tiếng Anh",
        "zxx": "nhạc, không có lời",
    }
)
SPOKEN = frozenset({VIETNAMESE})
"""Those that some voice of ours can read; the others are recordings."""


def language_name(code: str) -> str:
    """What people call it; raises FinalError for one that is not in the list."""
    if code not in LANGUAGES:
        raise FinalError(f"Không có ngôn ngữ {code[:20]!r} trong danh sách.")
    return LANGUAGES[code]


def must_have_voice(code: str) -> None:
    """Raises FinalError when no voice reads this language: better no word than a wrong one."""
    if code not in SPOKEN:
        raise FinalError(
            f"Chưa có giọng đọc {language_name(code)}: hãy tải lên bản thu của người nói {language_name(code)}."
        )
