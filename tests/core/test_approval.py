"""An approval names everything that was shown, and nobody approves what he wrote."""

from dataclasses import replace

import pytest

from edge.core.policy.approval import Shown, seal_of, wrote

SHOWN = Shown("Mời họp.", "thuong", ("dong", "tay"), ("a" * 64, "b" * 64))


@pytest.mark.parametrize(
    "other",
    [
        replace(SHOWN, text="Mời họp!"),
        replace(SHOWN, priority="uu_tien"),
        replace(SHOWN, hamlets=("dong",)),
        replace(SHOWN, hamlets=("all",)),
        replace(SHOWN, clips=("b" * 64, "a" * 64)),
        replace(SHOWN, clips=("a" * 64,)),
        replace(SHOWN, blanks="muc"),
    ],
)
def test_whatever_changes_has_another_seal(other: Shown) -> None:
    assert seal_of(other) != seal_of(SHOWN)


def test_the_same_has_the_same_seal() -> None:
    assert seal_of(replace(SHOWN, hamlets=["dong", "tay"])) == seal_of(SHOWN)
    assert len(seal_of(SHOWN)) == 64


def test_who_wrote_a_part_wrote_it_however_his_name_is_typed() -> None:
    assert wrote(["Lan", "trần  văn MINH"], "Trần Văn Minh")
    assert not wrote(["Lan"], "Minh")
