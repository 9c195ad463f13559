"""``molang unit-failed``, as OnFailure= of the units calls it."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from edge import unit_cli
from edge.__main__ import main
from edge.config import folders

EXAMPLE = Path("docs/ref/example.toml").read_text()


def told(config: Path, unit: str) -> int:
    return CliRunner().invoke(unit_cli.unit_failed, ["--config", str(config), unit]).exit_code


def test_a_unit_that_gave_up_leaves_a_note_where_the_box_keeps_its_data(tmp_path: Path) -> None:
    (tmp_path / "molang.toml").write_text(EXAMPLE.replace('data = "/var/lib/molang"', f'data = "{tmp_path}/data"'))
    (tmp_path / "data").mkdir()
    assert told(tmp_path / "molang.toml", "molang-web.service") == 0
    assert (tmp_path / "data" / "failed-units" / "molang-web.service").exists()


@pytest.mark.parametrize("text", ["[commune\n", "", '[commune]\nid = "x"\nno_such_setting = 1\n', None])
def test_settings_that_nobody_can_read_are_no_reason_to_keep_silent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str | None
) -> None:
    monkeypatch.setattr(folders, "USUAL_DATA", tmp_path)
    if text is not None:
        (tmp_path / "molang.toml").write_text(text)
    assert told(tmp_path / "molang.toml", "molang.service") == 0
    assert (tmp_path / "failed-units" / "molang.service").exists()


def test_a_box_with_a_wrong_setting_ends_as_systemd_was_told(tmp_path: Path) -> None:
    (tmp_path / "molang.toml").write_text("[web]\nno_such_setting = 1\n")
    done = CliRunner().invoke(main, ["run", "--config", str(tmp_path / "molang.toml")])
    assert done.exit_code == 78
