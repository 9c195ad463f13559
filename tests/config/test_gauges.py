"""Feeds and places of gauges: what the file may not say."""

from typing import Any

import pytest
from msgspec.structs import replace

from edge.config.gauges import check_gauges
from edge.config.load import load
from edge.config.schema import Config, Feed, Gauge
from tests.docs.test_example import EXAMPLE

FEED = Feed(id="tinh", kind="station_http")
LEVELS: Any = (1.0, 2.0, 3.0)
FED = Gauge(id="a", name="A", feed="tinh", station="1")
WRONG = {
    "không có nguồn số đo `huyen`": (replace(FED, feed="huyen"),),
    "không có thiết bị riêng": (replace(FED, settings={"device": "/dev/x"}),),
    "trạm `1` của nguồn này đã ghi ở trên": (FED, replace(FED, id="b")),
    "đã dùng cho một trạm đo": (FED, replace(FED, id="b", station="2", place="a")),
    "mức báo động ghi ở trạm đầu tiên": (
        Gauge(id="a", name="A", place="cau", bao_dong_m=LEVELS),
        Gauge(id="b", name="B", place="cau", bao_dong_m=LEVELS),
    ),
    "đã có 2 trạm đo": tuple(Gauge(id=name, name=name, place="cau") for name in "abc"),
    "không được nhỏ hơn": (replace(FED, rain_mm=(40.0, 30.0, 80.0, 100.0, 150.0)),),
}


@pytest.fixture(scope="module")
def config() -> Config:
    return load(EXAMPLE)


@pytest.mark.parametrize("sentence", WRONG)
def test_a_wrong_gauge_is_told_in_a_sentence(config: Config, sentence: str) -> None:
    told = [problem.sentence for problem in check_gauges(replace(config, gauge=WRONG[sentence], feed=(FEED,)))]
    assert [sentence in words for words in told] == [True], told


def test_two_gauges_at_one_place_and_two_stations_of_one_feed_are_right(config: Config) -> None:
    first = Gauge(id="a", name="A", place="cau", bao_dong_m=LEVELS)
    gauges = (first, Gauge(id="b", name="B", place="cau"), replace(FED, id="c"), replace(FED, id="d", station="2"))
    assert list(check_gauges(replace(config, gauge=gauges, feed=(FEED,)))) == []
