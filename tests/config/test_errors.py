"""A wrong setting stops the start with one Vietnamese sentence that names file, line and setting."""

import re
from pathlib import Path

import pytest

from edge.config.load import MAX_FILE_BYTES, load, parse
from edge.core.errors import MisconfiguredError

GOOD = """\
[commune]
id = "thuong-giang"
name = "Xã Thượng Giang"
data = "/tmp/x"

[web]
wall_token = "mot-chuoi-du-dai-roi"

[broker]
ca = "a"
cert = "b"
key = "c"

[media]
ca = "a"
cert = "b"
key = "c"
url = "https://127.0.0.1:8443"

[[hamlet]]
id = "dong"
name = "Thôn Đông"

[[camera]]
id = "cho"
name = "Chợ"
hamlet = "dong"
url = "rtsp://127.0.0.1/cho"

  [[camera.zone]]
  id = "cua"
  name = "Cửa"
  polygon = [
    [0.1, 0.1],  # một góc ]
    [0.9, 0.1],
    [0.9, 0.9],
  ]
  active = "22:00-05:00"

[[horn]]
id = "loa-1"
name = "Loa 1"
hamlet = "dong"

[[gauge]]
id = "cau"
name = "Cầu"
bao_dong_m = [1.0, 2, 3.5]
source = "văn bản"
hamlets = [
  "dong",
]
template = "nuoc"
settings = { device = "/dev/x", unit = 3 }

[[person]]
id = "an"
name = "An"
phone = "0900000001"
duty = "trực"

[[template]]
id = "nuoc"
text = \"\"\"
[camera] không phải bảng
{level} tại {station}\"\"\"
approved_by = "An"
approved_on = 2026-01-31
"""


def line_of(fragment: str, text: str) -> int:
    return text[: text.index(fragment)].count("\n") + 1


def refusal(text: str) -> str:
    with pytest.raises(MisconfiguredError) as caught:
        parse(text.encode(), "xa.toml")
    return str(caught.value)


def test_the_base_of_these_tests_is_right() -> None:
    assert parse(GOOD.encode(), "xa.toml").camera[0].zone[0].id == "cua"


WRONG = [
    # what is replaced, by what, the fragment that marks the line, the path, a part of the sentence
    ('id = "cho"', 'id = "cho"\ncolour = 3', "colour", "camera[0].colour", "không có thiết lập tên `colour`"),
    ('name = "Loa 1"', 'nam = "Loa 1"', "nam =", "horn[0].nam", "không có thiết lập tên `nam`"),
    ('name = "Loa 1"\n', "", "[[horn]]", "horn[0].name", "thiếu thiết lập `name`"),
    ("[broker]\n", '[broker]\n"cổng" = 1\n', '"cổng"', "broker.cổng", "không có thiết lập tên `cổng`"),
    ("[broker]\n", '[broker]\nport = "8883"\n', "port", "broker.port", "phải là số nguyên, đang là chữ trong dấu nháy"),
    ("[broker]\n", "[broker]\nport = 70000\n", "port", "broker.port", "không được quá 65535"),
    ("[broker]\n", "[broker]\nport = 0\n", "port", "broker.port", "phải từ 1 trở lên"),
    ("[broker]\n", "vision.min_score = nan\n[broker]\n", "vision.min", "web.vision", "không có thiết lập tên `vision`"),
    ("[broker]\n", "[vision]\nmin_score = nan\n[broker]\n", "min_score", "vision.min_score", "phải từ 0,05 trở lên"),
    ("[broker]\n", "[vision]\nsize = 333\n[broker]\n", "size", "vision.size", "phải là bội số của 32"),
    ("[0.9, 0.1],", "[0.9, 1.1],", "[0.9, 1.1]", "camera[0].zone[0].polygon[1][1]", "không được quá 1"),
    ("[0.9, 0.1],", "[0.9],", "[0.9],", "camera[0].zone[0].polygon[1]", "phải có đúng 2 mục, đang có 1"),
    ('"22:00-05:00"', '"25:00-05:00"', "active", "camera[0].zone[0].active", 'dạng "22:00-05:00"'),
    ('id = "cua"', 'id = "Cửa"', '  id = "Cửa"', "camera[0].zone[0].id", "chữ thường không dấu"),
    ('"rtsp://', '"http://', "http://127", "camera[0].url", "phải bắt đầu bằng rtsp://"),
    ('"0900000001"', '"113"', "phone", "person[0].phone", "số điện thoại Việt Nam"),
    ('"0900000001"', '"0900000001\\n"', "phone", "person[0].phone", "số điện thoại Việt Nam"),
    ("2026-01-31", '"hôm qua"', "approved_on", "template[0].approved_on", "phải là ngày có thật"),
    ("2026-01-31", "2026", "approved_on", "template[0].approved_on", "phải là ngày dạng 2026-01-31, đang là số nguyên"),
    ("[web]\n", '[web]\npasswords.duty = "scrypt"\n', "passwords", "web.passwords", "molang users add"),
    ('"/dev/x", unit = 3', '["/dev/x"]', "settings", "gauge[0].settings.device", "đang là danh sách"),
    ("unit = 3", "unit = 300", "settings", "gauge[0].settings.unit", "phải từ 1 đến 247"),
    (", unit = 3", "", "settings", "gauge[0].settings.unit", "thiếu thiết lập này"),
    ("unit = 3", "unit = 3, speed = 1", "settings", "gauge[0].settings.speed", "không có thiết lập này; có: baud"),
    ('template = "nuoc"', 'kind = "radar"', "kind", "gauge[0].kind", "không có loại thiết bị `radar`"),
    ('hamlet = "dong"\nurl', 'hamlet = "tay"\nurl', 'hamlet = "tay"', "camera[0].hamlet", "không có thôn `tay`"),
    ('  "dong",\n', '  "dong",\n  "tay",\n', '"tay"', "gauge[0].hamlets[1]", "không có thôn `tay`"),
    ('template = "nuoc"', 'template = "lua"', "template =", "gauge[0].template", "không có mẫu tin `lua`"),
    ('"22:00-05:00"', '"always"\n  template = "nuoc"', '  template', "camera[0].zone[0].template", "{level} mà camera"),
    ("{level}", "{muc}", "text =", "template[0].text", "chỗ trống {muc}"),
    ("{level}", "{level!r}", "text =", "template[0].text", "chỗ trống {level}"),
    ("{level}", "{level", "text =", "template[0].text", "dấu ngoặc nhọn không khớp"),
    ("2, 3.5]", "0.5, 3.5]", "bao_dong_m", "gauge[0].bao_dong_m", "phải tăng dần"),
    ("2, 3.5]", "nan, 3.5]", "bao_dong_m", "gauge[0].bao_dong_m[1]", "phải từ -100 trở lên"),
    ("2, 3.5]", "2, 350]", "bao_dong_m", "gauge[0].bao_dong_m", "ngoài khoảng đo"),
    ('source = "văn bản"\n', "", "[[gauge]]", "gauge[0]", "văn bản nguồn"),
    ('id = "dong"', 'id = "all"', 'id = "all"', "hamlet[0].id", "đã dành để chỉ mọi thôn"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "mark", "path", "words"), WRONG)
def test_a_wrong_setting_is_named_with_its_line(old: str, new: str, mark: str, path: str, words: str) -> None:
    text = GOOD.replace(old, new, 1)
    assert text != GOOD
    message = refusal(text)
    assert message.startswith(f"xa.toml:{line_of(mark, text)}: {path}: "), message
    assert words in message
    assert message.endswith(".")
    assert not re.search(r"\b(Expected|got|Invalid|Object|is not)\b", message), message


def test_a_second_row_of_the_same_name_is_the_one_that_is_named() -> None:
    text = GOOD + '\n[[horn]]\nname = "Loa 2"\nhamlet = "dong"\nid = "loa-1"\n'
    line = text.count("\n")
    assert refusal(text) == f"xa.toml:{line}: horn[1].id: tên `loa-1` đã dùng cho mục thứ 1 ở trên."


def test_two_zones_of_one_camera_must_differ() -> None:
    zone = '  [[camera.zone]]\n  id = "cua"\n  name = "Khác"\n  polygon = [[0,0],[1,0],[1,1]]\n\n'
    text = GOOD.replace("[[horn]]", zone + "[[horn]]", 1)
    assert refusal(text).startswith(f"xa.toml:{line_of('Khác', text) - 1}: camera[0].zone[1].id: ")


def test_the_sound_card_must_have_the_setting_of_its_kind() -> None:
    node = '[local_node]\nhorn = "loa-1"\namplifier = "relay_amp_modbus"\ncert = "a"\nkey = "b"\n'
    settings = 'amplifier_settings = { device = "x", relay_unit = 1, relay_channel = 1, amp_unit = 2 }\n'
    text = node + settings + 'sound_settings = { path = "/x" }\n' + GOOD
    assert refusal(text).startswith("xa.toml:7: local_node.sound_settings: loại `alsa` cần đúng một thiết lập `device`")


def test_a_missing_table_is_named_at_the_first_line() -> None:
    text = GOOD.replace("[commune]", "[xa]", 1)
    assert refusal(text) == "xa.toml:1: xa: không có thiết lập tên `xa`."
    cut = GOOD[GOOD.index("[web]") :]
    assert refusal(cut) == "xa.toml:1: commune: thiếu thiết lập `commune`."


SYNTAX = [
    ('name = "Chợ"', "name = Chợ", "name = Chợ", "chữ phải đặt trong dấu nháy"),
    ('name = "Chợ"', 'name = "Chợ', 'name = "Chợ', "có thể thiếu dấu nháy đóng"),
    ('name = "Chợ"', 'name  "Chợ"', 'name  "Chợ"', "thiếu dấu ="),
    ('name = "Chợ"', 'name = "Chợ" 3', 'name = "Chợ" 3', "còn thừa chữ"),
    ('name = "Chợ"', 'name = "C:\\duong"', "C:", "dấu \\ trong chuỗi"),
    ("[[horn]]", "[[horn]", "[[horn]", "thiếu dấu ] ở cuối"),
    ("2026-01-31", "2026-02-30", "approved_on", "không có ngày này trong lịch"),
    ("[broker]", "[web]\n[broker]", "[web]\n[broker]", "tên này đã dùng ở trên"),
]


@pytest.mark.parametrize(("old", "new", "mark", "words"), SYNTAX)
def test_bad_syntax_is_named_with_its_line(old: str, new: str, mark: str, words: str) -> None:
    text = GOOD.replace(old, new, 1)
    message = refusal(text)
    assert message.startswith(f"xa.toml:{line_of(mark, text)}: sai cú pháp TOML: "), message
    assert words in message


def test_a_string_that_never_ends_is_named_at_the_last_line() -> None:
    text = GOOD + 'x = """\nvà\nvân vân\n\n'
    assert refusal(text).startswith(f"xa.toml:{text.rstrip().count(chr(10)) + 1}: sai cú pháp TOML: chuỗi chữ chưa có")


def test_bytes_that_are_not_utf_8_are_named_with_their_line() -> None:
    raw = GOOD.encode().replace("Chợ".encode(), "Chợ".encode("utf-16"), 1)
    with pytest.raises(MisconfiguredError) as caught:
        parse(raw, "xa.toml")
    line = line_of('name = "Chợ"', GOOD)
    assert str(caught.value) == f"xa.toml:{line}: tệp phải lưu bằng mã UTF-8."


def test_a_byte_order_mark_and_windows_line_ends_are_no_error() -> None:
    windows = b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()
    assert parse(windows, "xa.toml") == parse(GOOD.encode(), "xa.toml")
    broken = windows.replace(b'"0900000001"', b'"113"')
    with pytest.raises(MisconfiguredError, match=f"^xa.toml:{line_of('phone', GOOD)}: person"):
        parse(broken, "xa.toml")


@pytest.mark.parametrize("value", ["[" * 5_000, "9" * 5_000])
def test_hostile_values_are_refused_in_words(value: str) -> None:
    assert refusal(f"a = {value}\n").startswith("xa.toml:1: ")


def test_a_file_that_is_not_there_too_large_or_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MisconfiguredError, match="không đọc được"):
        load(tmp_path / "none.toml")
    with pytest.raises(MisconfiguredError, match="không đọc được"):
        load(tmp_path)
    (tmp_path / "big.toml").write_bytes(b"#" * (MAX_FILE_BYTES + 1))
    with pytest.raises(MisconfiguredError, match="lớn quá"):
        load(tmp_path / "big.toml")
