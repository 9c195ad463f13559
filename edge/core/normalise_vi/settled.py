"""Short words of several meanings, settled by what stands right beside them: CT UBND xã, BC số 5, hội ND, ĐT: 0913."""

from __future__ import annotations

import re

from edge.core.normalise_vi.reading import Here

_RULES: tuple[tuple[str, str, str, str], ...] = (
    # written, what ends the words on the left, what follows on the right, spoken
    ("ĐT", "", r"[ :.]*(?:(?:là|số) ?:? ?)?(?:[0+1]|\(0|[0-9][0-9 .]{5,})", "điện thoại"),
    ("đt", "", r"[ :.]*(?:(?:là|số) ?:? ?)?(?:[0+1]|\(0|[0-9][0-9 .]{5,})", "điện thoại"),
    ("dt", "", r"[ :.]*(?:0[0-9]{3}|\+84)", "điện thoại"),
    ("dt", "", r"[ :]*[0-9.,]+ ?(?:m2|m²|ha|sào)(?!\w)", "diện tích"),
    ("ĐT", "số", r"", "điện thoại"),
    ("CA", "", r" (?:xã|phường|tỉnh|huyện|thành phố|TP|thị trấn|thị xã)(?!\w)", "công an"),
    ("CT", "", r" (?:UBND|HĐND|UBMTTQ|MTTQ|Hội|hội|Ủy ban|Mặt trận|xã|phường|huyện|tỉnh)(?!\w)", "chủ tịch"),
    ("BT", "", r" (?:Đảng ủy|đảng ủy|Chi bộ|chi bộ|Đoàn|đoàn|Tỉnh ủy|ĐU)(?!\w)", "bí thư"),
    ("VP", "", r" (?:UBND|HĐND|Đảng ủy|Ủy ban)(?!\w)", "văn phòng"),
    ("TB", "", r" số:? ?[0-9]", "thông báo"),
    ("BC", "", r" số:? ?[0-9]", "báo cáo"),
    ("KH", "", r" số:? ?[0-9]", "kế hoạch"),
    ("CV", "", r" (?:số:? ?)?[0-9]", "công văn"),
    ("CT", "", r" số:? ?[0-9]{1,4}[-/]CT", "chỉ thị"),
    ("TT", "", r" số:? ?[0-9]{1,4}/(?:20[0-9]{2}/)?TT", "thông tư"),
    ("HĐ", "", r" số:? ?[0-9]", "hợp đồng"),
    ("TT", "", r" (?:[YyÝý] tế|[Vv]ăn hóa|[Vv]ăn hoá|GDTX|[Gg]iáo dục|[Hh]ọc tập|[Hh]ành chính|[Tt]hương mại"
     r"|[Dd]ạy nghề|PVHCC|[Pp]hục vụ|[Dd]ịch vụ|[Kk]huyến nông|[Dd]ân số"
     r"|[Cc]hính trị|[Kk]iểm soát)(?!\w)", "trung tâm"),
    ("TT", "", r" Huế(?!\w)", "thừa thiên"),
    ("TS", "giáo sư", r"", "tiến sĩ"),
    ("TS", "", r" (?P<name>[^\W\d_])[^\W\d_]+ [^\W\d_]", "tiến sĩ"),
    ("BS", "", r" (?P<name>[^\W\d_])[^\W\d_]", "bác sĩ"),
    ("ThS", "", r" (?P<name>[^\W\d_])[^\W\d_]", "thạc sĩ"),
    ("UV", "(?:tia|chỉ số|chỉ số tia)", r"", "u vê"),
    ("UV", "", r" (?:BTV|BCH|UBND|UBMTTQ|[Bb]an|[Tt]hường)(?!\w)", "ủy viên"),
    ("TK", "", r"[ :]*(?:số:? ?)?[0-9][0-9 .]{6,}", "tài khoản"),
    ("TK", "(?:số|chủ)", r"", "tài khoản"),
    ("TK", "", r" [XIV]{1,5}(?!\w)", "thế kỷ"),
    ("SN", "", r"[ :]*(?:19|20)[0-9]{2}(?![0-9])", "sinh năm"),
    ("ND", "hội", r"", "nông dân"),
    ("PN", "hội", r"", "phụ nữ"),
    ("CN", "khu", r"", "công nghiệp"),
    ("CN", "(?:banh|ngân hàng|công ty)", r" (?P<name>\w)", "chi nhánh"),
    ("TN", "đoàn", r"", "thanh niên"),
    ("VH", "nhà", r"", "văn hóa"),
    ("QS", "(?:ban chỉ huy|nghĩa vụ)", r"", "quân sự"),
    ("XD", "(?:vật liệu|công ty|sở|phòng)", r"", "xây dựng"),
    ("CS", "", r" (?:PCCC|giao thông|cơ động|khu vực|hình sự|biển)(?!\w)", "cảnh sát"),
    ("ĐX", "(?:vụ|lúa)", r"", "đông xuân"),
    ("ĐX", "", r" 20[0-9]{2}", "đông xuân"),
    ("HT", "(?:vụ|lúa)", r"", "hè thu"),
    ("TĐ", "(?:vụ|lúa)", r"", "thu đông"),
    ("KV", "", r" ?(?:[1-9](?![0-9])|[IVX]{1,4}(?!\w)|bầu cử)", "khu vực"),
    ("AL", "#d", r"", "âm lịch"),
    ("DL", "#d", r"", "dương lịch"),
    ("đ/c", "", r":", "địa chỉ"),
    ("đ/c", "(?:#|các|gồm|là|gặp|liên hệ|gửi|mời|cùng|và|có)", r"", "đồng chí"),
    ("đ/c", "", r" (?=[^\W\d_])(?P<name>\w)", "đồng chí"),
    ("đ/c", "", r" (?:bí thư|chủ tịch|phó|trưởng|công an|xã đội|giám đốc|hiệu trưởng|ủy viên|cán bộ|đại biểu|chỉ huy"
     r"|bác sĩ|chi hội|tổ trưởng|đội trưởng|lãnh đạo|thường trực)(?!\w)", "đồng chí"),
    ("ĐC", "", r": ?(?:số|[0-9]|[Tt]hôn|[Tt]ổ|[Kk]iệt)", "địa chỉ"),
)  # fmt: skip
_BY_WRITTEN: dict[str, list[tuple[re.Pattern[str] | None, re.Pattern[str], str]]] = {}
for _written, _left, _right, _spoken in _RULES:
    _rule = (re.compile(rf"(?:^| )(?:{_left})$") if _left else None, re.compile(_right), _spoken)
    _BY_WRITTEN.setdefault(_written, []).append(_rule)


def settle(here: Here, written: str, end: int) -> str | None:
    """The words for it, or None when both sides leave it open."""
    for left, right, spoken in _BY_WRITTEN.get("đ/c" if written.lower() == "đ/c" else written, ()):
        after = right.match(here.text, end)
        if after is None or (left is not None and not left.search(here.left)):
            continue
        if "name" in right.groupindex and not after["name"].isupper():
            continue
        return spoken
    return None
