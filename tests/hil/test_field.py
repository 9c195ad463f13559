"""The parts of the field proofs that need no machine: what they write, and how they read what others say."""

from pathlib import Path

import msgspec
import numpy as np
import pytest

from edge.config import load
from edge.node.settings import load as load_node
from hil.prove import issue_7
from hil.prove.field import commune, units, wires
from hil.prove.field.arm64 import differences
from hil.prove.field.faults import Figures
from hil.prove.field.laptop import played

SAID = """
TASK [base : Folders] ****
changed: [mo-xa]
TASK [broker : Its settings] ****
ok: [mo-xa]
RUNNING HANDLER [broker : Restart the broker] ****
fatal: [mo-xa]: FAILED! => {"msg": "no"}

PLAY RECAP ****
mo-xa                      : ok=34   changed=22   unreachable=1    failed=1    skipped=11   rescued=0    ignored=0
"""


def test_the_bench_gives_the_box_settings_that_it_takes(tmp_path: Path) -> None:
    (tmp_path / "molang.toml").write_text(commune.box("10.215.7.2"), "utf-8")
    config = load(tmp_path / "molang.toml")
    assert {horn.id for horn in config.horn} == {commune.OWN, commune.NODE}
    assert config.gauge
    assert config.modem


def test_the_bench_gives_the_node_settings_that_it_takes(tmp_path: Path) -> None:
    (tmp_path / "node.toml").write_text(commune.node("10.215.7.2", {"72cd6e8422c407fb": "01" * 32}), "utf-8")
    assert load_node(tmp_path / "node.toml").horn == commune.NODE


def test_what_ansible_says_is_read_as_it_was_meant() -> None:
    found = played(SAID, 2, 1.0)
    assert (found.ok, found.changed, found.failed) == (34, 22, 2)
    assert found.tasks("changed") == ["base : Folders"]
    assert found.tasks("fatal") == ["broker : Restart the broker"]


def test_silence_of_ansible_is_no_success() -> None:
    assert played("", 4, 1.0).ok == 0


def test_the_wires_are_there_before_the_program(tmp_path: Path) -> None:
    (tmp_path / "etc/systemd/system").mkdir(parents=True)
    wires.solder(tmp_path)
    wires.solder(tmp_path)
    text = (tmp_path / "etc/systemd/system" / wires.UNIT).read_text()
    assert "Before=molang.service molang-node.service" in text
    assert (tmp_path / "etc/systemd/system/multi-user.target.wants" / wires.UNIT).is_symlink()


@pytest.mark.parametrize("key", sorted(units.MUST))
def test_a_line_of_the_units_fails_on_every_single_miss(key: str) -> None:
    good: dict[str, object] = {**units.MUST, "exposure_worst": 2.9, "crash_loop_restarts": 6, "crash_loop_kills": 6}
    assert units.missed(msgspec.convert(good, Figures)) == ""
    wrong = {**good, key: "x"}
    assert units.missed(msgspec.convert(wrong, Figures)).startswith(f"{key}=")


def test_a_unit_that_is_too_open_is_a_miss() -> None:
    good: dict[str, object] = {**units.MUST, "exposure_worst": 3.1, "crash_loop_restarts": 6, "crash_loop_kills": 6}
    assert "exposure_worst" in units.missed(msgspec.convert(good, Figures))


def test_every_line_of_the_field_has_a_name() -> None:
    assert set(issue_7.LINES) >= {"provision", "playbooks", "units", "sick_update", "killed_update", "arm64"}


def test_two_processors_that_see_the_same_are_alike_and_others_are_not() -> None:
    boxes, sound = np.array([[1.0, 2, 3, 4]]), np.array([1, 5, -3, 2])
    known = {"a-boxes": boxes, "a-scores": np.array([0.5]), "a-classes": np.array([0]), "sound-0": sound}
    near = {**known, "a-boxes": boxes + 0.25}
    assert differences(near, known)["arm64_box_px"] == 0.25
    assert differences(near, known)["arm64_overlap"] == pytest.approx(1.75**2 / (2 * 4 - 1.75**2), abs=1e-3)
    assert differences(known, known)["arm64_overlap"] == 1.0
    assert differences({**known, "a-classes": np.array([1])}, known)["arm64_same_count"] is False
    assert differences({**known, "a-scores": np.array([0.5, 0.4])}, known)["arm64_same_count"] is False
    assert differences({**known, "sound-0": -sound}, known)["arm64_sound_unlike"] == 2.0
