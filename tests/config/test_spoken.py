import pytest

from edge.config.load import parse
from edge.core.errors import MisconfiguredError
from tests.config.test_errors import GOOD

ALARM = """
[[template]]
id = "nguoi-la"
text = "Có người lạ ở {place}, {hamlet}, lúc {time}."
approved_by = "Minh"
approved_on = 2026-01-15
"""


def with_zone(name: str, template: str = ALARM) -> bytes:
    text = GOOD.replace('name = "Cửa"', f'name = "{name}"\n  template = "nguoi-la"')
    assert text != GOOD
    return (text + template).encode()


def test_an_alarm_that_can_be_spoken_with_the_names_of_its_place_is_fine() -> None:
    assert parse(with_zone("Cửa chợ"), "molang.toml").template[1].id == "nguoi-la"


def test_a_name_that_cannot_be_spoken_stops_the_start_and_not_the_alarm() -> None:
    with pytest.raises(MisconfiguredError, match=r"molang\.toml:\d+: .*`nguoi-la` .*xq17zz") as caught:
        parse(with_zone("Kho xq17zz"), "molang.toml")
    line = int(str(caught.value).split(":")[1])
    assert 'template = "nguoi-la"' in with_zone("Kho xq17zz").decode().splitlines()[line - 1]


def test_the_name_of_a_line_must_be_spoken_too() -> None:
    line = """
  [[camera.line]]
  id = "vach"
  name = "Vạch xq17zz"
  points = [[0.1, 0.2], [0.8, 0.2]]
  template = "nguoi-la"
"""
    zone = GOOD.index("[[camera.zone]]")
    text = GOOD[:zone] + line.lstrip() + "  " + GOOD[zone:]
    with pytest.raises(MisconfiguredError, match=r"camera\[0\]\.line\[0\]\.template: .*xq17zz"):
        parse((text + ALARM).encode(), "molang.toml")
