"""The golden set's score, and generated figures heard back, in their fast form; `./run prove 3` does the whole."""

from __future__ import annotations

import pytest

from edge.core.normalise_vi import Accent, normalise
from hil.prove.voice import read_back
from hil.prove.voice.golden import judge, load

EACH = 1_500


def test_the_golden_set_is_read_without_a_wrong_fact() -> None:
    found = judge(load())
    assert [(one.text, one.missing) for one in found.wrong_facts] == []
    assert [one.text for one in found.refuse_missed] == []
    assert found.refused_share <= 0.01
    assert found.ordinary_right_share >= 0.99


@pytest.mark.parametrize("kind", read_back.KINDS)
def test_generated_figures_are_heard_as_written(kind: str) -> None:
    wrong = []
    for case in read_back.cases(read_back.KINDS[kind], EACH):
        result = normalise(case.text, accent=Accent.SOUTH if case.south else Accent.NORTH)
        if not (result.complete and read_back.hears(case, result.spoken)):
            wrong.append((case.text, result.spoken))
    assert wrong == []


@pytest.mark.parametrize(
    ("words", "number"),
    [("một trăm linh năm", 105), ("hai mươi mốt nghìn không trăm linh bốn", 21004), ("một tỷ không trăm triệu", None)],
)
def test_the_ear_knows_numbers_of_its_own(words: str, number: int | None) -> None:
    if number is None:
        with pytest.raises(KeyError):
            read_back.EARS["number"](words)
    else:
        assert read_back.EARS["number"](words)[1] == number
