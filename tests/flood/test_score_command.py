import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from edge.__main__ import main
from edge.core.errors import FinalError
from edge.flood.records import flood_in
from hil.known_river import LEVELS_M, STATION, River, flow

ASK = ["--station", "song_minh", "--upstream", "nguon_minh"]


def molang(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["flood", *map(str, words)])


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("rivers")
    paths = [folder / f"river_{seed}.csv" for seed in (5001, 5004)]
    for path in paths:
        assert molang("sample", "--out", path, "--seed", path.stem.removeprefix("river_")).exit_code == 0
    return paths


def test_each_flood_is_forecast_by_a_model_of_the_other(records: list[Path], tmp_path: Path) -> None:
    out, drawn = tmp_path / "score.json", tmp_path / "score.svg"
    done = molang("score", *records, *ASK, "--json", out, "--chart", drawn)
    assert done.exit_code in (0, 1), done.output
    found = json.loads(out.read_text("utf-8"))
    assert found["floods"]["river_5001"]["trained_on"] == "river_5004"
    assert found["all"]["n"] == sum(one["n"] for one in found["floods"].values())
    assert found["tolerance_min"] == 30
    assert bool(found["misses"]) == (done.exit_code == 1)
    assert drawn.read_text("utf-8").count("<polyline") == 2


def test_one_file_alone_is_scored_with_the_model_that_is_shipped(records: list[Path], tmp_path: Path) -> None:
    out = tmp_path / "score.json"
    molang("score", records[0], *ASK, "--json", out)
    assert json.loads(out.read_text("utf-8"))["floods"]["river_5001"]["trained_on"] == "hil.known_river"


def test_a_commune_learns_a_model_of_its_own_and_scores_it(records: list[Path], tmp_path: Path) -> None:
    model, out = tmp_path / "model.json", tmp_path / "score.json"
    assert "học từ" in molang("train", records[0], *ASK, "--out", model).output
    molang("score", records[1], *ASK, "--model", model, "--json", out)
    assert json.loads(out.read_text("utf-8"))["floods"]["river_5004"]["trained_on"] == "river_5001"


def test_two_files_of_one_name_are_refused(records: list[Path]) -> None:
    assert "cùng tên" in molang("score", records[0], records[0], *ASK).output


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("time,station\n", "thiếu cột"),
        ("time,station,quantity,value,unit\n2020-01-01T00:00,a,level,nan,m\n", "dòng 2"),
        ("time,station,quantity,value,unit\n2020-01-01T00:00,a,level,120,cm\n", "đơn vị m"),
        ("time,station,quantity,value,unit\nhôm qua,a,level,1,m\n", "dòng 2"),
        ("time,station,quantity,value,unit\n2020-01-01T00:00,b,level,1,m\n", "của trạm a"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_its_line(tmp_path: Path, text: str, word: str) -> None:
    path = tmp_path / "record.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(FinalError, match=word):
        flood_in(path, "a", "", 1.2)


def test_the_sample_has_a_release_and_crossings_up_and_down_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "sample.csv"
    assert molang("sample", "--out", path).exit_code == 0
    truth = json.loads(path.with_suffix(".truth.json").read_text("utf-8"))
    assert "release_planned" in path.read_text("utf-8")
    assert {one["direction"] for one in truth["crossings"]} == {"up", "down"}
    assert truth["releases"]


def test_the_true_crossings_lie_where_the_river_crosses() -> None:
    truth = flow(River())
    found = truth.crossings(STATION)
    assert {crossing.level_m for crossing in found} == set(LEVELS_M)
    for crossing in found:
        before, after = (truth.at(STATION, crossing.hours + step) for step in (-0.25, 0.26))
        assert min(before, after) <= crossing.level_m <= max(before, after)
        assert (after > before) == crossing.up


def test_the_upstream_wave_comes_first() -> None:
    river = River(openings=(), tide_m=0)
    truth = flow(river)
    peaks = {station: level.index(max(level)) for station, level in truth.levels_m.items()}
    assert peaks["nguon_minh"] < peaks["song_minh"]
