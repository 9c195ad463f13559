"""Every line of the doctor turns when the one thing is broken that it looks at, and no other line with it."""

from collections.abc import Iterator

import pytest

from edge.doctor.cli import LINES
from edge.doctor.finding import Mark
from hil.prove.field.breaks import BREAKS, Break
from hil.prove.field.doctor import marks, missed_by
from hil.prove.field.sickbed import Ward


@pytest.fixture(scope="module")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ward]:
    with Ward(tmp_path_factory.mktemp("ward") / "w") as ward:
        yield ward


def test_a_well_box_is_well_in_every_line(ward: Ward) -> None:
    assert {line: mark for line, mark in marks(ward.bed()).items() if mark is not Mark.OK} == {}


def test_a_line_without_a_break_is_no_line() -> None:
    """Whoever adds a line to the doctor adds the break that proves it (hil.prove.field.breaks)."""
    assert {one.line for one in BREAKS} == LINES.keys()


@pytest.mark.parametrize("one", BREAKS, ids=lambda one: one.name.replace(" ", "-"))
def test_what_is_broken_is_said_by_its_line(ward: Ward, one: Break) -> None:
    assert missed_by(ward, one, whole=False) == ""


@pytest.mark.parametrize("one", BREAKS[:: len(BREAKS) // 6], ids=lambda one: one.name.replace(" ", "-"))
def test_and_by_no_other_line(ward: Ward, one: Break) -> None:
    """A few; the whole table is the line ``doctor`` of `./run prove 7`."""
    assert missed_by(ward, one) == ""
