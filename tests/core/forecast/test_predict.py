import json
from dataclasses import replace

import pytest

from edge.core.errors import FinalError, MisconfiguredError
from edge.core.forecast import (
    Flood,
    Model,
    Outlook,
    Point,
    Release,
    Series,
    Silence,
    from_json,
    predict,
    series,
    to_json,
    train,
)
from edge.core.forecast.default import default_model
from edge.core.forecast.history import HOUR_MS, History
from edge.core.forecast.scoring import score, trials
from hil.known_river import LEVELS_M
from hil.shipped_forecast import known_flood

HOUR_3 = 3 * HOUR_MS


def outlook(found: Outlook | Silence) -> Outlook:
    assert isinstance(found, Outlook), found
    return found


def silence(found: Outlook | Silence) -> str:
    assert isinstance(found, Silence), found
    return found.why


def moved(points: Series, times: float, shift: float = 0.0) -> Series:
    return series(Point(point.at_ms, point.value * times + shift) for point in points.points)


def high(flood: Flood) -> int:
    return max(flood.history.level.points, key=lambda point: point.value).at_ms


def still(hours: int) -> History:
    return History(series(Point(hour * HOUR_MS, 1.5) for hour in range(hours)))


def test_it_beats_staying_and_the_straight_line_on_a_flood_it_never_saw(model: Model, flood: Flood) -> None:
    found = score(list(trials(model, flood, HOUR_3)))
    assert found.over_persistence < 0.75
    assert found.over_line < 1
    assert found.silent == 0


def test_the_shipped_model_beats_both_on_rivers_it_never_saw() -> None:
    tried = [trial for seed in range(6000, 6008) for trial in trials(default_model(), known_flood(seed), HOUR_3)]
    found = score(tried)
    assert found.over_persistence < 0.75
    assert found.over_line < 1
    assert 0.75 < found.held < 0.97


def test_nothing_that_arrives_later_changes_what_is_said_now(model: Model, flood: Flood) -> None:
    now = high(flood) - 6 * HOUR_MS
    history = flood.history
    before = replace(
        history,
        level=Series(history.level.between(-1, now)),
        upstream=Series(history.upstream.between(-1, now)),
        rain=Series(history.rain.between(-1, now)),
    )
    assert predict(model, history, now) == predict(model, before, now)


def test_a_reading_that_arrives_late_is_not_looked_at_before(model: Model, flood: Flood) -> None:
    now = high(flood)
    late = [replace(p, arrived_ms=now + HOUR_MS) if p.at_ms == now else p for p in flood.history.level.points]
    without = [p for p in flood.history.level.points if p.at_ms != now]
    assert predict(model, replace(flood.history, level=series(late)), now) == predict(
        model, replace(flood.history, level=series(without)), now
    )


def test_the_datum_of_the_gauge_changes_nothing_but_the_level(model: Model, flood: Flood) -> None:
    now = high(flood) - 4 * HOUR_MS
    one = outlook(predict(model, flood.history, now))
    other = outlook(predict(model, replace(flood.history, level=moved(flood.history.level, 1, 50)), now))
    assert other.level_m - 50 == pytest.approx(one.level_m, abs=1e-6)
    assert other.high_m - other.low_m == pytest.approx(one.high_m - one.low_m, abs=1e-6)


def test_a_river_twice_as_high_is_forecast_as_well(model: Model, flood: Flood) -> None:
    twice = Flood(replace(flood.history, level=moved(flood.history.level, 2)), flood.flood_m * 2)
    assert score(list(trials(model, twice, HOUR_3))).over_line < 1.02


def test_a_silent_station_upstream_leaves_a_forecast_that_says_so(model: Model, flood: Flood) -> None:
    now = high(flood)
    found = outlook(predict(model, replace(flood.history, upstream=Series()), now))
    assert "Không có số đo mới từ thượng nguồn" in found.why
    assert "thượng nguồn nên" not in outlook(predict(model, flood.history, now)).why


def test_an_old_reading_widens_the_band_and_is_said(model: Model, flood: Flood) -> None:
    at = high(flood)
    cut = replace(flood.history, level=Series(flood.history.level.between(-1, at)))
    fresh, old = (outlook(predict(model, cut, at + hours * HOUR_MS)) for hours in (0, 2))
    assert old.high_m - old.low_m > fresh.high_m - fresh.low_m
    assert "Số đo mới nhất đã 2 giờ" in old.why


@pytest.mark.parametrize(
    ("history", "now_h", "word"),
    [
        (History(Series()), 0, "chưa có số đo nào"),
        (still(3), 2, "chưa đủ số đo"),
        (still(10), 13, "đã cũ 4 giờ"),
        (History(series(Point(h * HOUR_MS, 1.5) for h in (0, 1, 2, 3, 11))), 11, "cách nhau 8 giờ"),
        (History(series([*still(9).level.points, Point(9 * HOUR_MS, 6.0)])), 9, "nhảy 4,50 m"),
    ],
)
def test_it_is_silent_when_it_does_not_know(history: History, now_h: int, word: str) -> None:
    assert word in silence(predict(default_model(), history, now_h * HOUR_MS))


def test_it_does_not_look_further_than_it_learned(model: Model, flood: Flood) -> None:
    assert "chỉ nhìn trước được 6 giờ" in silence(predict(model, flood.history, high(flood), 8 * HOUR_MS))


def test_even_a_river_that_stands_still_has_a_band_and_no_certainty() -> None:
    found = outlook(predict(default_model(), still(30), 29 * HOUR_MS, levels_m=LEVELS_M))
    assert found.low_m < found.level_m < found.high_m
    assert found.next_level is None
    assert found.why.endswith("không phải điều chắc chắn.")


def test_a_rising_river_is_told_when_the_next_level_may_come(flood: Flood) -> None:
    rise = next(p for p in flood.history.level.points if p.value >= 1.4)
    found = outlook(predict(default_model(), flood.history, rise.at_ms, levels_m=LEVELS_M))
    assert found.rate_m_h > 0
    if found.next_level is not None:
        assert found.next_level == 2.2
        assert found.reach_from_ms is not None
        assert found.reach_from_ms >= rise.at_ms
        assert found.reach_to_ms is None or found.reach_to_ms >= found.reach_from_ms


def test_a_release_that_the_model_never_saw_opens_the_band_upwards(flood: Flood) -> None:
    now = high(flood)
    told = replace(flood.history, releases=(Release(now, now + HOUR_MS, 800),))
    plain, warned = (outlook(predict(default_model(), history, now)) for history in (flood.history, told))
    assert warned.high_m - warned.level_m == pytest.approx(2 * (plain.high_m - plain.level_m))
    assert warned.low_m == plain.low_m
    assert "xả lũ mà mô hình chưa từng thấy" in warned.why


def test_a_release_that_was_learned_lifts_the_forecast() -> None:
    floods = [known_flood(seed, release=True) for seed in (5001, 5002, 5004)]
    model = train(floods, "song_minh", "", "test", (3.0, 6.0))
    assert model.knows_releases
    flood = known_flood(5000)
    now = high(flood)
    told = replace(flood.history, releases=(Release(now, now + HOUR_MS, 400),))
    lifted = outlook(predict(model, told, now, 6 * HOUR_MS))
    assert lifted.level_m > outlook(predict(model, flood.history, now, 6 * HOUR_MS)).level_m
    assert "Đã tính lượng xả lũ" in lifted.why


def test_a_model_goes_through_a_file_unchanged(model: Model) -> None:
    assert from_json(json.loads(json.dumps(to_json(model)))) == model


@pytest.mark.parametrize("broken", [{}, {"version": 2}, {"version": 1}, {"version": 1, "fits": [{"horizon_h": "x"}]}])
def test_a_broken_model_is_refused(broken: dict[str, object]) -> None:
    with pytest.raises(MisconfiguredError):
        from_json(broken)


def test_a_record_without_a_flood_teaches_nothing(flood: Flood) -> None:
    with pytest.raises(FinalError, match="chưa đủ"):
        train([replace(flood, flood_m=50.0)], "song_minh", "", "test")


def test_nine_of_ten_are_about_nine_of_ten_when_the_errors_are_larger_than_learned(model: Model) -> None:
    wild = known_flood(5007, upstream=True)
    thrice = Flood(replace(wild.history, level=moved(wild.history.level, 3)), wild.flood_m * 3)
    assert score(list(trials(model, thrice, HOUR_3))).held > 0.7
