"""Numbers of documents: 05/2020/QĐ-TTg, 12/TB-UBND, 45-CV/ĐU, 91/2025/QH15, QCVN 135:2024/BTTTT.

A slash is said `trên`. A code is said in full; one that no table knows is refused.
"""

from __future__ import annotations

import re

from edge.core.normalise_vi import context
from edge.core.normalise_vi.abbreviations import ABBREVIATIONS
from edge.core.normalise_vi.boundaries import ends_number, ends_word
from edge.core.normalise_vi.figures import cardinal, numbered
from edge.core.normalise_vi.letters import spell
from edge.core.normalise_vi.reading import Answer, Here, Piece, Reading, Refusal
from edge.core.normalise_vi.result import Accent, Kind

CODES = {
    "QĐ": "quyết định", "NĐ": "nghị định", "TT": "thông tư", "TTLT": "thông tư liên tịch", "NQ": "nghị quyết",
    "CT": "chỉ thị", "TB": "thông báo", "KH": "kế hoạch", "BC": "báo cáo", "CV": "công văn", "TTr": "tờ trình",
    "HD": "hướng dẫn", "GM": "giấy mời", "CĐ": "công điện", "QC": "quy chế", "QyĐ": "quy định", "PA": "phương án",
    "ĐA": "đề án", "CTr": "chương trình", "CTR": "chương trình", "BB": "biên bản",
    "CP": "chính phủ", "VX": "văn xã", "NC": "nội chính",
    "TW": "trung ương", "QH": "quốc hội", "UBTVQH": "ủy ban thường vụ quốc hội",
    "CTN": "chủ tịch nước", "VPCP": "văn phòng chính phủ", "VP": "văn phòng", "ĐU": "đảng ủy", "TU": "tỉnh ủy",
    "HU": "huyện ủy", "BTV": "ban thường vụ", "BNN": "bộ nông nghiệp", "BNNMT": "bộ nông nghiệp và môi trường",
    "BNNPTNT": "bộ nông nghiệp và phát triển nông thôn", "BTNMT": "bộ tài nguyên và môi trường",
    "BTTTT": "bộ thông tin và truyền thông", "BKHCN": "bộ khoa học và công nghệ", "BYT": "bộ y tế",
    "BCA": "bộ công an", "BQP": "bộ quốc phòng", "BTC": "bộ tài chính", "BNV": "bộ nội vụ", "BXD": "bộ xây dựng",
    "BGDĐT": "bộ giáo dục và đào tạo", "BTP": "bộ tư pháp", "BCT": "bộ công thương", "STC": "sở tài chính",
    "SNNMT": "sở nông nghiệp và môi trường", "SYT": "sở y tế", "SGDĐT": "sở giáo dục và đào tạo",
    "PCTT": "phòng chống thiên tai",
    "L": "lệnh", "HĐ": "hợp đồng", "HĐKT": "hợp đồng kinh tế", "HĐLĐ": "hợp đồng lao động", "KL": "kết luận",
    "TTg": "thủ tướng", "GP": "giấy phép", "GPXD": "giấy phép xây dựng", "GXN": "giấy xác nhận",
    "GCN": "giấy chứng nhận",
    "PC": "phiếu chuyển", "TM": "thư mời", "TrB": "trích biên bản", "QLĐĐ": "quản lý đất đai", "SNV": "sở nội vụ",
    "STP": "sở tư pháp", "SXD": "sở xây dựng", "SCT": "sở công thương", "SKHCN": "sở khoa học và công nghệ",
    "SVHTTDL": "sở văn hóa thể thao và du lịch", "SVHTT": "sở văn hóa và thể thao",
    "BCHPCTT": "ban chỉ huy phòng chống thiên tai",
    "BCHPTDS": "ban chỉ huy phòng thủ dân sự", "BCHQS": "ban chỉ huy quân sự", "BCĐ": "ban chỉ đạo",
    "CAX": "công an xã",
    "BVHTTDL": "bộ văn hóa thể thao và du lịch", "BDTTG": "bộ dân tộc và tôn giáo", "MTTQ": "mặt trận tổ quốc",
    "KTHT": "kinh tế hạ tầng", "VHXH": "văn hóa xã hội", "KTN": "kinh tế ngành", "TH": "tổng hợp", "NL": "nông lâm",
    "NS": "ngân sách",
    "NV": "nội vụ", "KHTC": "kế hoạch tài chính", "TCKH": "tài chính kế hoạch", "TCHC": "tổ chức hành chính",
    "PL": "pháp lệnh", "LĐ": "lệnh", "TANDTC": "tòa án nhân dân tối cao",
    "VKSNDTC": "viện kiểm sát nhân dân tối cao", "HĐTP": "hội đồng thẩm phán",
}  # fmt: skip

_LETTERS = "A-ZĐ"
_CODE = rf"[{_LETTERS}][A-Za-zĐđ]{{0,9}}(?:[-&–][{_LETTERS}][A-Za-zĐđ]{{0,9}}){{0,4}}(?P<term>[0-9]{{1,2}})?"
_NUMBERED = re.compile(
    rf"(?P<number>[0-9]{{1,6}})(?P<suffix>[A-C])?(?:/(?P<year>(?:19|20)[0-9]{{2}}))?"
    rf"(?P<joint>[/-]|[ \u00a0]/[ \u00a0]?)"
    rf"(?P<code>{_CODE})"
    rf"(?:/(?P<issuer>[{_LETTERS}][A-Za-zĐđ]{{0,9}}(?:-[{_LETTERS}][A-Za-zĐđ]{{0,9}}){{0,2}}))?"
)
_YEARLY = re.compile(r"(?P<number>[0-9]{1,4})/(?P<year>(?:19|20)[0-9]{2})(?![0-9/])")
_STANDARD = re.compile(
    rf"(?P<name>TCVN|QCVN|ISO)[ \u00a0]?(?P<number>[0-9]{{1,5}})(?:-(?P<part>[0-9]{{1,2}}))?"
    rf":(?P<year>(?:19|20)[0-9]{{2}})"
    rf"(?:/(?P<issuer>[{_LETTERS}]{{2,8}}))?"
)
_STANDARDS = {"TCVN": "tiêu chuẩn việt nam", "QCVN": "quy chuẩn việt nam", "ISO": "i sờ o"}


def read_document(here: Here) -> Answer:
    """Reads the number of a document."""
    found = _NUMBERED.match(here.text, here.at)
    if found and ends_word(here.text, found.end()):
        return _numbered(here, found)
    found = _YEARLY.match(here.text, here.at)
    if found and ends_number(here.text, found.end()):
        return _yearly(here, found)
    return None


def read_standard(here: Here) -> Answer:
    """Reads the number of a national standard or regulation."""
    found = _STANDARD.match(here.text, here.at)
    if not found or not ends_word(here.text, found.end()):
        return None
    pieces = [Piece(found["name"], _STANDARDS[found["name"]]), numbered(found["number"], here.accent)]
    if found["part"]:
        pieces += [Piece("-", "phần"), cardinal(found["part"], here.accent)]
    pieces += [Piece(":", "năm"), cardinal(found["year"], here.accent)]
    issuer = _expand(found["issuer"] or "")
    pieces += [Piece("/", "trên"), Piece(found["issuer"], issuer)] if issuer else []
    return Reading(found.end(), tuple(pieces), Kind.DOCUMENT) if issuer is not None else Refusal(found.end())


def _yearly(here: Here, found: re.Match[str]) -> Answer:
    """49/2024 is a document where one is named, or where there is no such month."""
    if not context.DOCUMENT.search(here.left) and (int(found["number"]) <= 12 or here.left.endswith("tháng")):
        return None
    pieces = (numbered(found["number"], here.accent), *_year(found["year"], here.accent))
    return Reading(found.end(), pieces, Kind.DOCUMENT)


def _year(year: str, accent: Accent) -> tuple[Piece, ...]:
    return Piece("/", "trên"), cardinal(year, accent)


def _numbered(here: Here, found: re.Match[str]) -> Answer:
    if found["joint"] == "-" and not found["issuer"]:
        return None
    code = _expand(found["code"].rstrip("0123456789"))
    issuer = _expand(found["issuer"] or "")
    if code is None or issuer is None:
        known = found["year"] or found["issuer"] or "-" in found["code"]
        return Refusal(found.end(), _spelled(found["code"])) if known else None
    return Reading(found.end(), tuple(_pieces(here, found, code, issuer)), Kind.DOCUMENT)


def _pieces(here: Here, found: re.Match[str], code: str, issuer: str) -> list[Piece]:
    pieces = [numbered(found["number"], here.accent)]
    pieces += [Piece(found["suffix"], spell(found["suffix"]) or "")] if found["suffix"] else []
    pieces += _year(found["year"], here.accent) if found["year"] else ()
    pieces += [Piece(found["joint"], "trên" if "/" in found["joint"] else ""), Piece("", code)]
    pieces += [Piece("", "khóa"), cardinal(found["term"], here.accent)] if found["term"] else []
    pieces += [Piece("/", "trên"), Piece(found["issuer"], issuer)] if issuer else []
    return pieces


def _expand(code: str) -> str | None:
    """QĐ-TTg in words; "" for nothing, None when a part of it is unknown."""
    parts = [part for part in re.split(r"[-–&]", code) if part]
    words = [CODES.get(part) or ABBREVIATIONS.get(part) for part in parts]
    return " ".join(word for word in words if word) if all(words) else None


def _spelled(code: str) -> tuple[str, ...]:
    spelled = [spell(part) for part in re.split(r"[^A-Za-zĐđ]+", code) if part]
    return (" ".join(name for name in spelled if name),)
