"""Errors of the TOML parser and of the type checker, said in Vietnamese."""

import re
from collections.abc import Callable

_TYPES = {
    "str": "chữ trong dấu nháy",
    "int": "số nguyên",
    "float": "số",
    "bool": "true hoặc false",
    "array": "danh sách [...]",
    "object": "bảng",
    "date": "ngày dạng 2026-01-31",
    "datetime": "ngày có giờ",
    "time": "giờ",
    "null": "",
}

SHAPES = {
    r"^[a-z0-9]+(-[a-z0-9]+)*\Z": "chỉ dùng chữ thường không dấu, chữ số và gạch nối, ví dụ thon-dong",
    r"^[a-z][a-z0-9_]*\Z": "là tên loại thiết bị, ví dụ relay_amp_modbus",
    r"^rtsps?://\S+\Z": "phải bắt đầu bằng rtsp:// hoặc rtsps://",
    r"^[A-Za-z0-9.:-]+\Z": "phải là tên máy hoặc địa chỉ IP",
    r"^([0-9A-Fa-f.:]+)?\Z": "phải là địa chỉ IP của máy này, ví dụ 192.168.8.2",
    r"^[A-Za-z0-9._-]*\Z": "phải là tên cổng mạng, ví dụ wwan0",
    r"^https://\S+\Z": "phải bắt đầu bằng https://",
    r"^wss?://[A-Za-z0-9.:\[\]-]+\Z": "phải có dạng wss://máy:cổng, không có đường dẫn phía sau",
    r"^(\*|https?://[A-Za-z0-9.:\[\]-]+)\Z": 'phải có dạng "https://máy:cổng", hoặc "*" cho mọi nơi',
    r"^(0|\+?84)\d{9,10}\Z": "phải là số điện thoại Việt Nam, ví dụ 0900000001",
    r"^(always|([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d)\Z": 'phải có dạng "22:00-05:00", hay "always"',
    r"^(never|([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d)\Z": 'phải có dạng "21:00-05:00", hay "never"',
    r"^((https?|rtsp)://\S+|alsa:[A-Za-z0-9][A-Za-z0-9:,=._-]*)\Z": "phải là địa chỉ http(s):// hoặc alsa:<ngõ vào>",
    r"^(piper|espeak):\S+\Z": "phải có dạng piper:<tên giọng> hoặc espeak:<biến thể>",
}
"""What a person should write, by the pattern that ``schema`` asks for."""

_CHECKER: tuple[tuple[str, Callable[[re.Match[str]], str]], ...] = (
    (r"Object contains unknown field `(.+)`", lambda m: f"không có thiết lập tên `{m[1]}`"),
    (r"Object missing required field `(.+)`", lambda m: f"thiếu thiết lập `{m[1]}`"),
    (r"Expected `array` of length (\d+), got (\d+)", lambda m: f"phải có đúng {m[1]} mục, đang có {m[2]}"),
    (r"Expected `array` of length >= (\d+)", lambda m: f"phải có ít nhất {m[1]} mục"),
    (r"Expected `array` of length <= (\d+)", lambda m: f"không được quá {m[1]} mục"),
    (r"Expected `str` of length >= (\d+)", lambda m: f"phải dài ít nhất {m[1]} ký tự"),
    (r"Expected `str` of length <= (\d+)", lambda m: f"không được dài quá {m[1]} ký tự"),
    (r"Expected `str` matching regex '(.+)'", lambda m: _shape(m[1])),
    (r"Expected `int` that's a multiple of (\d+)", lambda m: f"phải là bội số của {m[1]}"),
    (r"Expected `(?:int|float)` >= (.+)", lambda m: f"phải từ {_number(m[1])} trở lên"),
    (r"Expected `(?:int|float)` <= (.+)", lambda m: f"không được quá {_number(m[1])}"),
    (r"Expected `(.+)`, got `(.+)`", lambda m: f"phải là {_types(m[1])}, đang là {_types(m[2])}"),
    (r"Invalid enum value (.+)", lambda m: f"không nhận giá trị {m[1]}"),
    (r"Invalid RFC3339 encoded date", lambda _: "phải là ngày có thật, dạng 2026-01-31"),
    (r"Integer value out of range", lambda _: "là số quá lớn"),
)

_PARSER = (
    (r"Expected '=' after a key", "thiếu dấu = sau tên thiết lập"),
    (r"Expected newline or end of document", "sau giá trị còn thừa chữ; mỗi dòng chỉ một thiết lập"),
    (r"Expected '\]+' at the end", "tên bảng thiếu dấu ] ở cuối"),
    (r"Expected ", "thiếu ký tự trước khi hết dòng, có thể thiếu dấu nháy đóng"),
    (r"Unclosed array", "danh sách [ chưa có dấu ] đóng"),
    (r"Unclosed inline table", "bảng { chưa có dấu } đóng"),
    (r"Unterminated string", "chuỗi chữ chưa có dấu nháy đóng"),
    (r"Unescaped '\\'|Invalid hex|Escaped character", r"dấu \ trong chuỗi viết chưa đúng; hãy viết \\"),
    (r"Illegal character|Found invalid character", "có ký tự không được dùng, có thể thiếu dấu nháy đóng"),
    (r"Invalid date or datetime", "không có ngày này trong lịch"),
    (r"Invalid value", "giá trị viết chưa đúng; chữ phải đặt trong dấu nháy"),
    (r"Invalid initial character|Invalid statement", "dòng này không phải tên thiết lập hay tên bảng"),
    (r"Cannot declare|Cannot overwrite|Cannot redefine|Cannot mutate|Duplicate", "tên này đã dùng ở trên"),
)


def checker_words(message: str) -> str:
    """The type checker's complaint as the end of a sentence about the setting."""
    for pattern, say in _CHECKER:
        found = re.fullmatch(pattern, message)
        if found:
            return say(found)
    return f"không hợp lệ ({message})"


def parser_words(message: str) -> str:
    """The TOML parser's complaint."""
    for pattern, words in _PARSER:
        if re.match(pattern, message):
            return words
    return message


def _shape(written: str) -> str:
    """msgspec shows the pattern as Python's repr does, with doubled backslashes."""
    pattern = written.replace("\\\\", "\\")
    return SHAPES.get(pattern, f"phải có dạng {pattern}")


def _number(text: str) -> str:
    return f"{float(text):g}".replace(".", ",")


def _types(names: str) -> str:
    words = [_TYPES.get(name, name) for name in names.split(" | ")]
    return " hoặc ".join(word for word in words if word)
