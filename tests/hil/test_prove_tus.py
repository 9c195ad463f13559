"""The proof of ``tus`` in short: tuspy always, the link's cuts where there can be a network of its own."""

import pytest

from hil.prove.province.tus import MEGABYTE, CutLink, Faults, transfer, tuspy


def test_tuspy_uploads_and_goes_on_after_it_was_killed() -> None:
    resumed_at, right = tuspy(3 * MEGABYTE)
    assert right
    assert resumed_at > 0


@pytest.mark.root
def test_a_file_comes_through_a_cut_and_a_kill_of_each_end() -> None:
    if reason := CutLink.why_not():
        pytest.skip(reason)
    run = transfer(3 * MEGABYTE, Faults(cuts=1, kills=1), dark_s=5.0)
    assert run.identical
    assert run.sent < 3.3 * MEGABYTE
