"""A camera's addresses and rules: what is missing or contradicts itself is named with its line."""

import pytest

from edge.config.cameras import streams_of
from edge.config.load import parse
from edge.config.schema import Camera, Config
from edge.core.errors import MisconfiguredError
from tests.config.test_errors import GOOD

RECORDER = """
[[recorder]]
id = "dau-ghi"
name = "Đầu ghi"
host = "10.0.0.9"
user = "xem"
password = "mật khẩu/@"
most_sessions = 4

[[camera]]
id = "kenh-ba"
name = "Kênh ba"
hamlet = "dong"
recorder = "dau-ghi"
channel = 3
"""
ZONE = "polygon = [\n    [0.1, 0.1],  # một góc ]\n    [0.9, 0.1],\n    [0.9, 0.9],\n  ]\n"
LINE = '\n[[camera.line]]\nid = "vach"\nname = "Vạch"\npoints = [[0.1, 0.5], [0.9, 0.5]]\n'


def config(text: str) -> Config:
    return parse(text.encode(), "x.toml")


def cameras_of(text: str) -> tuple[Camera, Camera]:
    first, second = config(text).camera
    return first, second


def test_a_camera_behind_a_recorder_gets_its_addresses_from_the_pattern_and_quotes_its_login() -> None:
    whole = config(GOOD + RECORDER)
    streams = streams_of(whole.camera[1], whole)
    login = "rtsp://xem:m%E1%BA%ADt%20kh%E1%BA%A9u%2F%40@10.0.0.9:554"
    assert streams.watch == f"{login}/Streaming/Channels/302"
    assert streams.record == f"{login}/Streaming/Channels/301"
    assert (streams.sessions, streams.most_sessions) == ("dau-ghi", 4)


def test_a_camera_with_one_address_is_recorded_from_it() -> None:
    whole = config(GOOD)
    streams = streams_of(whole.camera[0], whole)
    assert streams.record == streams.watch == "rtsp://127.0.0.1/cho"


@pytest.mark.parametrize(
    ("old", "new", "place", "says"),
    [
        ('url = "rtsp://127.0.0.1/cho"\n', "", "camera[0]", "thiếu địa chỉ `url`"),
        (
            'url = "rtsp://127.0.0.1/cho"\n',
            'url = "rtsp://h/1"\nchannel = 2\n',
            "camera[0].channel",
            "không có đầu ghi",
        ),
        ('recorder = "dau-ghi"\n', 'recorder = "khac"\n', "camera[1].recorder", "không có đầu ghi `khac`"),
        ("channel = 3\n", "", "camera[1]", "phải có số kênh"),
        ("channel = 3\n", 'channel = 3\nurl = "rtsp://h/1"\n', "camera[1].recorder", "bỏ `url`"),
        ('host = "10.0.0.9"\n', 'host = "10.0.0.9"\nmain = "/mot"\n', "recorder[0].main", "{channel}"),
        (ZONE, f'{ZONE}  rule = "loiter"\n', "camera[0].zone[0]", "cần số giây ở lại `after_s`"),
        (ZONE, f"{ZONE}  after_s = 5.0\n", "camera[0].zone[0].after_s", "luật `enter` không dùng"),
        (ZONE, f'{ZONE}  rule = "count"\n', "camera[0].zone[0]", "cần số lượng `more_than`"),
        (ZONE, f'{ZONE}  rule = "river_bank"\n  above_m = 2.0\n', "camera[0].zone[0]", "cần trạm đo `gauge`"),
        (
            ZONE,
            f'{ZONE}  rule = "river_bank"\n  above_m = 2.0\n  gauge = "khac"\n',
            "camera[0].zone[0].gauge",
            "không có trạm đo `khac`",
        ),
        ("\n[[horn]]", LINE.replace("0.9, 0.5", "0.1, 0.5") + "\n[[horn]]", "camera[0].line[0].points", "khác nhau"),
        ("\n[[horn]]", LINE.replace('"vach"', '"cua"') + "\n[[horn]]", "camera[0].line[0].id", "đã dùng"),
        ("\n[[horn]]", LINE + 'template = "khac"\n\n[[horn]]', "camera[0].line[0].template", "không có mẫu tin"),
    ],
)
def test_what_contradicts_itself_is_named(old: str, new: str, place: str, says: str) -> None:
    text = GOOD + RECORDER
    assert text.count(old) == 1
    with pytest.raises(MisconfiguredError) as refused:
        config(text.replace(old, new))
    assert place in str(refused.value)
    assert says in str(refused.value)


def test_settings_of_one_engine_need_its_name() -> None:
    vision = '[vision]\nbackend_settings = { precision = "f32" }\n'
    with pytest.raises(MisconfiguredError, match="ghi rõ `backend` nào"):
        config(GOOD + vision)
    named = config(GOOD + vision + 'backend = "detect_openvino"\n')
    assert named.vision.backend_settings == {"precision": "f32"}


def test_a_good_line_loads() -> None:
    camera, _ = cameras_of(GOOD.replace("\n[[horn]]", LINE + "\n[[horn]]") + RECORDER)
    assert camera.line[0].direction == "both"
