"""Private data in a notice is pointed at; ordinary notices are left in peace."""

import pytest

from edge.core.personal_data import personal_data


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Số căn cước 046090001234 đề nghị đến nhận.", "căn cước"),
        ("Liên hệ 0912 345 678 để biết thêm.", "số điện thoại"),
        ("Liên hệ +84912345678.", "số điện thoại"),
        ("Ông Nguyễn Văn An, sinh năm 1980, đến nhận giấy.", "ngày sinh"),
        ("Bà Trần Thị Bình đã dương tính với bệnh.", "sức khỏe"),
        ("Hộ ông Lê Văn Cường còn nợ thuế đất.", "nợ"),
        ("Chị Phạm Thị Dung ở số 12 đường làng.", "số nhà"),
    ],
)
def test_private_data_is_pointed_at_with_its_reason(text: str, why: str) -> None:
    (found,) = personal_data(text)
    assert why in found.why
    assert text[found.start : found.end] == found.text


@pytest.mark.parametrize(
    "text",
    [
        "Mời bà con họp thôn lúc 19h30 ngày 20/11/2026 tại nhà văn hóa.",
        "Mực nước sông là 3,50 m, báo động 2.",
        "Gọi 113, 114, 115 khi cần; tổng đài 1900 1234.",
        "Chủ tịch Ủy ban nhân dân xã Nguyễn Văn An thông báo.",
        "",
    ],
)
def test_an_ordinary_notice_is_left_in_peace(text: str) -> None:
    assert personal_data(text) == ()


def test_one_place_is_pointed_at_once() -> None:
    assert len(personal_data("Căn cước 046090001234, gọi 0912345678.")) == 2
