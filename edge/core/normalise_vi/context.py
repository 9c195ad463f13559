"""Words around a token that settle what it is. Patterns are matched on `Here.left` or on the text that follows."""

from __future__ import annotations

import re

GAP = "[ \t\u00a0\u202f\u2000-\u200a\u205f\u3000]"  # a space inside one line
TO = rf"{GAP}?[-–—÷~]{GAP}?"  # 5-7, 5 - 7

# What a list of like things looks like on the left: "ngày #, # và".
_LIST = r"(?: (?:#d|#t|#|,|và|hoặc|đến|tới))*"


def said(words: str) -> re.Pattern[str]:
    """One of these words is the last thing said."""
    return re.compile(rf"(?:^| )(?:{words})$")


def said_before_list(words: str) -> re.Pattern[str]:
    """One of these words, or a list of figures that one of these words began."""
    return re.compile(rf"(?:^| )(?:{words}){_LIST}$")


def follows(words: str) -> re.Pattern[str]:
    """One of these words comes next."""
    return re.compile(rf"{GAP}{{0,3}}(?:{words})(?![^\W_])", re.IGNORECASE)


# Things that carry a number as their name: thôn 05 keeps its zero, thôn 1,2 is two of them.
NAMED_BY_NUMBER = said_before_list(
    "thôn|thon|xóm|ấp|khóm|tổ|đội|khu|khối|phố|tdp|phòng|trạm|cụm|điều|khoản|mục|chương|lớp|nhà|ngõ|hẻm|kiệt|ngách"
    "|tuyến|nhóm|đợt|vùng|bậc|hạng|cấp|bản|buôn|làng|chi bộ|tổ dân phố|quốc lộ|đường tỉnh|tỉnh lộ|lô|bài|câu|bảng"
)
LIST_OF_NAMES = said("thôn|xóm|ấp|khóm|tổ|đội|khu|khối|điều|khoản|mục|lớp|cấp|tháng|ngày|quý|bản|buôn|tổ dân phố")
IDENTIFIED = said(
    "số|quyết định|nghị định|thông tư|công văn|kế hoạch|thông báo|chỉ thị|nghị quyết|công điện|tờ trình|báo cáo|luật"
    "|văn bản|hướng dẫn|giấy mời|lệnh|đề án|mã|phòng|nhà"
)
DOCUMENT = re.compile(
    r"(?:^| )(?:số|quyết định|nghị định|thông tư|công văn|kế hoạch|chỉ thị|nghị quyết|công điện|tờ trình|luật|văn bản"
    r"|hướng dẫn|pháp lệnh|quy định)(?: số)?$"
)
ORDINAL = said_before_list("thứ|tháng|quý")
FIRST = said("thứ")

# An account, a code, a card or a telephone: figures are spelled.
SPELLED = re.compile(
    r"(?:^| )(?:mật khẩu(?: [^\W\d_#]+){0,4}"
    r"|căn cước|căn cước công dân|chứng minh nhân dân|hộ chiếu|đăng ký|sê ri|số hiệu|số máy|số khung|biển số"
    r"|giấy phép|định danh|(?:tài khoản|mã|mã số|số thẻ|số sổ)"
    r"(?: (?!cho|gồm|với|có|từ|đến|và|là|số)[^\W\d_#]+){0,5})(?: số)?(?: (?:là|,))?$"
)
CALLED = re.compile(
    r"(?:^| )(?:gọi|điện thoại|thoại|hót lai|nóng|tổng đài|đài|báo|máy|liên hệ|cứu hỏa|cứu hoả|cứu hộ|cứu nạn|cấp cứu"
    r"|phách|da lô|cứu thương|chữa cháy|công an|cảnh sát|trẻ em|khẩn cấp|nội bộ|số lẻ|máy lẻ|cố định|di động|đầu số)"
    r"(?: (?:ngay|đến|tới|qua|theo|số|là|điện|,|#|và|hoặc|máy))*$"
)
EMERGENCY_NUMBERS = frozenset(["111", "112", "113", "114", "115"])

# Shares of a whole (phần) and counts out of a whole (trên).
SHARE_NEXT = follows(
    "số|tổng|diện tích|dân số|quân số|lượng|quãng|thời gian|chiều|mặt|thân|cốc|thìa|bát|lít|chặng|giá|suất|khối lượng"
    "|bánh|bắp|ống|thửa|bể|ao|ruộng|vườn|sân|tường|chai|hộp|can|xô|giờ|cân|ký|chén|muỗng|gói|viên|liều|bình"
    "|tuổi thọ|mẫu|sào|quả|trái|tải|công suất|dung tích|bề mặt|chỉ tiêu|kế hoạch|đời"
)
COUNT_NEXT = follows(
    "hộ|thôn|xóm|ấp|xã|huyện|người|đại biểu|phiếu|thành viên|tổ|đội|trường|lớp|học sinh|cháu|em|nhà|tiêu chí|chỉ tiêu"
    "|khu|khối|hồ|trạm|cụm|loa|ca|vụ|xe|tàu|thuyền|điểm|công trình|đơn vị|cơ quan|cán bộ|đồng chí|hồ sơ|mục tiêu"
    "|nội dung|đảng viên|hội viên|chi bộ|chi hội|gia đình|con|máy|nhiệm vụ|bàn|cửa|nước|tỉnh|thành phố|bản|buôn|vòng"
)
SCALE = said(
    r"tỷ lệ|tỉ lệ|tỷ số|tỉ số|bản đồ|trực|phục vụ|hoạt động|hỗ trợ|đạt tỷ lệ|liên tục|với tỷ số|thắng|thua|hòa|hoà"
    "|bậc|điểm|vòng|thang|thang điểm|thứ hạng|pha|trộn|mở cửa|túc trực|trực chiến|dẫn"
)
ROUND_THE_CLOCK = re.compile(
    r"(?:^| )(?:trực|trực ban|hót lai|nóng|tổng đài|phục vụ|hỗ trợ|hoạt động|mở cửa|tiếp nhận|canh gác)(?: |$)"
)
MIXED = re.compile(
    r"(?:^| )(?:pha|trộn|loãng|nồng độ|tỷ lệ|tỉ lệ|bản đồ|tỷ số|tỉ số|phối|hỗn hợp)(?: (?!lúc|hồi|từ|đến|,)\S+){0,3}$"
)
"""Words before a mixture: 1:20 is no time there."""
SCORE = said("tỷ số|tỉ số|với tỷ số|thắng|thua|hòa|hoà")
ADDRESS = re.compile(
    r"(?:^| )(?:số|số nhà|nhà|lớp|hẻm|ngõ|ngách|kiệt|địa chỉ|ngõ số|nhà số|hẻm số|kiệt số)(?: (?:#|,|và|đến))*$"
)

DATE_SURE = said_before_list(
    "ngày|sáng|trưa|chiều|tối|đêm|khuya|hôm|mùng|mồng|rằm|lễ|khánh|thứ hai|thứ ba|thứ tư|thứ năm|thứ sáu|thứ bảy"
    "|chủ nhật|thứ #|#t|#d|tuần|tết|kỷ niệm|dịp|rạng sáng|quốc tế phụ nữ|phụ nữ|quốc tế lao động|giải phóng|nhà giáo"
)
HOLIDAY = said_before_list(
    "lễ|khánh|kỷ niệm|dịp|phụ nữ|giải phóng|lao động|nhà giáo|thiếu nhi|liệt sĩ|tết|mừng|chào mừng|thành lập"
)
DATE_LIKELY = said_before_list(
    "từ|đến|tới|trước|sau|hết|vào|kể từ|hạn|hạn chót|nộp|từ nay đến|họp|ra|đầu|cuối|hạn là|chót là|cuối là|trong"
    "|hôm nay|ngày mai|mai|nay"
    "|hôm qua|qua|tính đến|gồm|khai mạc|bế mạc|bắt đầu|kết thúc|tổ chức|khởi công"
)
SECTION = said("điều|mục|bảng|chương|phần|khoản|phiên bản|hình|biểu|phụ lục|tiểu mục|bài|tiết")
AND_NEXT = follows("và|đến|tới|hoặc")
SPAN_GOES_ON = follows("đến|tới|năm")
WEEKDAY_NEXT = re.compile(
    rf"{GAP}?[(,]?{GAP}?(?:thứ (?:[2-7]|hai|ba|tư|năm|sáu|bảy)|chủ nhật|CN|T[2-7])(?!\w)", re.IGNORECASE
)
STREET = said("đường|phố|quảng trường|công viên|cầu|trường|bệnh viện|chợ|xưởng|nhà máy|ngã tư|khu tập thể")
HOLIDAYS = frozenset({
    "3/2", "27/2", "8/3", "26/3", "30/4", "1/5", "7/5", "15/5", "19/5", "1/6", "21/6", "28/6", "27/7", "28/7", "19/8",
    "2/9", "10/10", "13/10", "20/10", "18/11", "20/11", "22/12",
})  # fmt: skip
"""Days that every child knows, and that streets are named after."""
HOLIDAY_NAMED = re.compile(
    r"(?:^| )(?:phụ nữ|cách mạng|nhà giáo|quân đội|quốc phòng toàn dân|thương binh|liệt sĩ|thầy thuốc|đoàn|thanh niên"
    r"|thành lập|quốc khánh|giải phóng|lao động|thiếu nhi|sinh nhật bác|gia đình việt nam|báo chí|kỷ niệm)(?: |$)"
)
MONTH_NEXT = follows("tháng")
DATE_NEXT = follows("âm lịch|dương lịch|hằng năm|hàng năm|năm nay|năm sau|năm ngoái|tới đây|vừa qua|al|dl")
SERIES = said("đợt|kỳ|lần|khóa|khoá|vụ|phiên|tập|tin|số|học kỳ|quý|kỳ thi|lượt")
MONTH_LEFT = said_before_list(
    "tháng|từ|đến|tới|trước|sau|hết|vào|trong|cuối|đầu|giữa|đến nay|tính đến|của|năm|bắt đầu|kết thúc|hạn|kể từ|là|và"
)
AFTER_CLOCK = re.compile(r"(?:^| )#t (?:sáng|trưa|chiều|tối|đêm)$")
WEEKDAY_LEFT = re.compile(r"(?:^| )(?:thứ (?:#|hai|ba|tư|năm|sáu|bảy)|chủ nhật)(?: ,)?$")
DAY_SAID = re.compile(r"(?:^| )(?:ngày|mùng|mồng|hôm)$")

HOUR_LEFT = said("lúc|hồi|vào|vào lúc|từ|đến|tới|trước|sau|khoảng|trước lúc|sáng|chiều|tối|trưa|đêm|ngày|#d")
HOUR_SURE = said("lúc|hồi|vào lúc")
HOUR_NEXT = follows(
    "sáng|trưa|chiều|tối|đêm|khuya|hôm|ngày|cùng ngày|hàng ngày|hằng ngày|đến|tới|thứ|chủ nhật|mai|nay|và"
)
NOTHING_NEXT = re.compile(rf"{GAP}*(?:[.,;:!?)–-]|\Z|\n)")

NETWORK = said("mạng|sóng|công nghệ|thuê bao|sim|internet|dịch vụ|wifi")

LEVEL = re.compile(r"(?:^| )(?:mực nước|cao trình|đỉnh lũ|đỉnh triều|triều|mức|lũ|ngập|sâu|cao|dâng|xuống|lên)(?: |$)")
"""Words of water levels: 3.125 m may be three metres there."""

TALL = re.compile(r"(?:^| )(?:cao|sâu|dài|rộng|ngập|dày|mực nước|mức|bề ngang|ngang|dâng|lên)(?: (?!,)\S+){0,2}$")
AREA_LEFT = re.compile(r"(?:^| )(?:diện tích|sàn|mỗi|trên|đồng|khối lượng|thể tích|dung tích|nước)(?: \S+){0,2}$")
AREA_NEXT = follows("đất|sàn|ruộng|vườn|mặt|nước|cát|đá|gỗ|bê tông|đất|tường|mái|chuồng|ao|hồ|nhà|phân|rác|trên|mỗi")
DECIMAL_LEFT = said("ép mờ|tần số|sóng|kênh|làn sóng|điểm|trung bình|điểm số|hệ số|pê hát")
"""Words before a frequency or a mark, whose dot is a decimal dot."""

LETTERED = re.compile(
    r"(?:^| )(?:điểm|lớp|khu|nhóm|lô|loại|khối|tổ|nhà|cổng|hạng|min|gan|cúm|dãy|cột|đội|bảng|tuyến|đường|tòa|ông|bà"
    r"|anh|chị"
    "|xã|thôn|huyện|tỉnh|công ty|block|văn|thị|vùng|phương án|mục|ca|khoản|phòng|vực|#)"
    r"(?: (?:a|[bđcdhtpgmnlrsv]?[êờ]|xê|hát|e|ca|i|o|u) (?:,|và|hoặc|đến))*$"
)
ROMAN_LEFT = said_before_list(
    "thế kỷ|quý|khóa|khoá|chương|phần|điều|lần|lần thứ|thứ|đại hội|khu|cấp|báo động|loại|hạng|bậc|mục|giai đoạn|bđ"
    "|tổ|thôn|nhóm|vùng|bảng|kỳ|đợt|hội nghị|phiên|tập|khối|nhiệm kỳ|khu vực|độ|công trình cấp|phụ lục|bài|đô thị loại"
)
