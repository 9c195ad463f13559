from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.backends.voice_bank import Recorded, Settings, setup
from models.backends.voice_bank.segment import Pause, Piece, WordsMissingError, segmented
from models.errors import ModelError, VoiceError
from models.registry import open_voice

PROMPTS = frozenset(
    ("báo động", "báo động hai", "hai", "mươi", "năm", "phẩy", "mét", "bà con thôn đông", "thôn đông", "di dời", "ngay")
)


def words(pieces: tuple[Piece, ...]) -> list[str]:
    return [piece.words for piece in pieces]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("báo động hai", ["báo động hai"]),
        ("báo động năm", ["báo động", "năm"]),
        ("Báo động hai. Bà con thôn Đông di dời ngay!", ["báo động hai", "bà con thôn đông", "di dời", "ngay"]),
        ("hai mươi hai phẩy năm mét", ["hai", "mươi", "hai", "phẩy", "năm", "mét"]),
        ("báo động, hai", ["báo động", "hai"]),
        (" .. , ", []),
    ],
)
def test_a_text_is_cut_into_the_longest_recordings(text: str, pieces: list[str]) -> None:
    assert words(segmented(text, PROMPTS)) == pieces


def test_marks_become_pauses_and_none_stands_at_the_end() -> None:
    pieces = segmented("báo động hai, thôn đông: di dời. ngay!", PROMPTS)
    assert [piece.pause for piece in pieces] == [Pause.COMMA, Pause.COMMA, Pause.SENTENCE, Pause.NONE]


def test_taking_the_longest_first_would_fail_where_this_does_not() -> None:
    assert words(segmented("a b c", {"a b", "a", "b c"})) == ["a", "b c"]


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("báo động ba", ("ba",)),
        ("sông thương, báo động bốn, sông hồng", ("sông", "thương", "bốn", "hồng")),
        ("con thôn", ("con", "thôn")),
        ("báo động. động", ("động",)),
    ],
)
def test_words_that_nobody_recorded_are_named(text: str, missing: tuple[str, ...]) -> None:
    with pytest.raises(WordsMissingError) as caught:
        segmented(text, PROMPTS)
    assert caught.value.missing == missing


def test_words_that_are_recorded_only_in_other_company_are_named_together() -> None:
    with pytest.raises(WordsMissingError) as caught:
        segmented("a b c", {"a b", "b c"})
    assert caught.value.missing == ("a b c",)


SYLLABLES = st.lists(st.sampled_from("abcd"), min_size=1, max_size=7)


@given(SYLLABLES, st.sets(SYLLABLES.map(lambda one: " ".join(one[:3])), max_size=8))
def test_the_cut_is_the_text_again_in_as_few_pieces_as_can_be(syllables: list[str], prompts: set[str]) -> None:
    text, count = " ".join(syllables), len(syllables)
    ways = [
        [" ".join(syllables[a:b]) for a, b in itertools.pairwise((0, *cuts, count))]
        for size in range(count)
        for cuts in itertools.combinations(range(1, count), size)
    ]
    good = [way for way in ways if all(part in prompts for part in way)]
    try:
        found = words(segmented(text, prompts))
    except WordsMissingError:
        assert not good
    else:
        assert " ".join(found) == text
        assert len(found) == min(map(len, good))


def test_an_empty_bank_and_a_lost_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(VoiceError, match="Chưa thu"):
        setup(Settings(tmp_path, ()))
    with pytest.raises(VoiceError, match="Mất tệp"):
        open_voice("voice_bank", {"folder": tmp_path, "prompts": (Recorded("một", "0" * 64),)})


@pytest.mark.parametrize(("text", "sha256"), [("", "0" * 64), (" một", "0" * 64), ("một", "../etc")])
def test_a_prompt_that_is_none_is_refused(text: str, sha256: str) -> None:
    with pytest.raises(ValueError, match="phải là"):
        Recorded(text, sha256)


def test_a_file_that_is_no_sound_is_refused(tmp_path: Path) -> None:
    import hashlib

    content = b"RIFF rubbish"
    name = hashlib.sha256(content).hexdigest()
    (tmp_path / f"{name}.wav").write_bytes(content)
    with pytest.raises(ModelError, match="không đọc được"):
        setup(Settings(tmp_path, (Recorded("một", name),)))
