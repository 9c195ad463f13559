"""What no model may offer here: faces and number plates.

Nobody is recognised and no vehicle is read: Decree 13/2023 calls both sensitive personal data, and the village was
promised that neither is looked at. A model that offers them is refused whoever wrote its manifest. When in doubt a
name is refused: a kitchen's "plate" can be called "dish". Masks are refused too: whoever boxes a mask boxes a face.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from models.errors import BadManifestError

_WORDS: Final = frozenset(
    {"facial", "mask", "masks", "lpr", "alpr", "anpr", "lpd", "mặt", "khuonmat", "bienso", "biensoxe", "bks", "bsx"}
)
# One word or part of a longer one: humanface, faceid, carplate, platenumber.
_PARTS: Final = ("face", "faces", "plate", "plates", "mask")
_PHRASES: Final = (
    *("biển số", "biển kiểm soát", "bảng số xe", "khẩu trang", "bien so", "bien kiem soat", "khuon mat", "guong mat"),
    *("mat nguoi", "khau trang", "人脸", "车牌", "车牌号"),
)
# Words that only look alike, and Vietnamese surfaces: mặt nước is water, mặt đường is a road.
_HARMLESS: Final = re.compile(
    r"\b(?:sur|sub\s*sur|inter|type|pre)faces?\b|\bfacet\w*|\bfa[cç]ade\w*|\b(?:tem|contem|base)plates?\b|\bplateau\w*|\bplatelets?\b"
    r"|\bmặt (?:nước|đường|đất|sông|hồ|biển|ruộng|đê|cầu|sàn|bàn|trời|trăng)\b|\bbề mặt\b"
)


def refuse_private(names: Iterable[str], where: str) -> None:
    """Raise BadManifestError for the first name that speaks of faces or number plates; `where` is who offers it."""
    for name in names:
        if _is_private(name):
            promise = "Mõ Làng không nhận mặt người, không đọc biển số"
            raise BadManifestError(f"{where}: “{name}” bị từ chối: {promise}.")


def _is_private(name: str) -> bool:
    plain = _HARMLESS.sub(" ", _plain(name))
    words = plain.split()
    spoken_of = any(phrase in " ".join(words) for phrase in _PHRASES)
    return spoken_of or any(word in _WORDS or word.startswith(_PARTS) or word.endswith(_PARTS) for word in words)


def _plain(name: str) -> str:
    """Small letters, single spaces; CamelCase taken apart; nothing invisible; one form for each Vietnamese letter."""
    whole = unicodedata.normalize("NFKC", name)
    seen = "".join(character for character in whole if unicodedata.category(character) != "Cf")
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", seen).casefold()
    return re.sub(r"[\W_\d]+", " ", apart).strip()
