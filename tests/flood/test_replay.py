import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from edge.core.errors import FinalError
from edge.flood.cli import flood
from edge.replay.rows import read_rows
from hil.prove.water.judge import Met, crossings, levels_in

LEVELS = "1.2,2.2,2.7"
RISE_AND_FALL = (0.9, 1.19, 1.2, 1.7, 2.1, 2.2, 2.45, 2.7, 2.75, 2.6, 2.59, 2.2, 2.1, 2.09, 1.6, 1.1, 1.09, 0.9)


def a_file(path: Path, levels: tuple[float, ...]) -> Path:
    rows = [f"2026-10-0{1 + n // 24}T{n % 24:02d}:00,song_minh,level,{level},m" for n, level in enumerate(levels)]
    path.write_text("time,station,quantity,value,unit\n" + "\n".join(rows) + "\n")
    return path


def replayed(path: Path, out: Path) -> dict[str, Any]:
    wish = ["replay", str(path), "--station", "song_minh", "--levels", LEVELS, "--speed", "100000", "--json", str(out)]
    result = CliRunner().invoke(flood, wish, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(out.read_text())
    return found


def test_a_flood_of_a_file_goes_through_the_whole_chain(tmp_path: Path) -> None:
    path = a_file(tmp_path / "flood.csv", RISE_AND_FALL)
    found = replayed(path, tmp_path / "out.json")
    truth = crossings(levels_in(path, "song_minh"), [Decimal(part) for part in LEVELS.split(",")])
    assert sorted(Met(one["time"], one["level"], one["direction"]) for one in found["crossings"]) == truth
    assert len(truth) == 6
    assert found["peak_m"] == 2.75
    up = [row for row in found["announcements"] if row["template"] == "nuoc-len"]
    assert [row["hamlets"] for row in up] == [["ben"], ["ben", "bai", "trung"], ["ben", "bai", "trung", "dong"]]
    assert {horn for row in found["all_clear"] for horn in row["horns"]} == {
        "loa-ben", "loa-bai", "loa-trung", "loa-dong",
    }  # fmt: skip
    assert "{" not in "".join(row["text"] for row in found["announcements"])
    told = {one["id"]: one for one in found["officials"]}
    assert told["thon-go"]["told"] == 0, "the hamlet on the hill is not woken"
    assert all(one["unsettled"] == 0 for one in told.values())
    assert told["thon-ben"]["escalated"] > 0, "who sleeps is passed on"
    assert told["xa-2"]["taken"] == told["xa-2"]["told"] > 0


def test_a_file_that_is_none_is_refused_with_its_line(tmp_path: Path) -> None:
    path = a_file(tmp_path / "a.csv", (1.0, 1.1))
    path.write_text(path.read_text().replace("1.1", "nan"))
    with pytest.raises(FinalError, match=r"a.csv:3"):
        read_rows(path, "song_minh")
    with pytest.raises(FinalError, match="không có số đo nào"):
        read_rows(a_file(tmp_path / "b.csv", (1.0,)), "khac")
    (tmp_path / "c.csv").write_bytes(b"time,station,quantity,value,unit\n\xff")
    with pytest.raises(FinalError, match="không đọc được"):
        read_rows(tmp_path / "c.csv", "song_minh")
